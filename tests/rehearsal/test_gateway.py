"""A rehearsal: real names on local ports, the control address with its proxy, and network faults."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, ClassVar

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import Browser, Error, ProxySettings
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from support.simulated_browser import simulated_context

from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient, RehearsalError
from runwright.rehearsal.simulator import Cookie, Simulator

NONCE_PATH = "/.well-known/runwright-rehearsal"


class Echo(Simulator):
    """Answers with the data of the request; a POST is an effect."""

    kind: ClassVar[str] = "echo"

    def app(self) -> Any:
        def answer(request: Request) -> JSONResponse:
            if request.method == "POST":
                self.context.effects.record(self.host, "post", what="hello")
            return JSONResponse(
                {
                    "host": request.headers["host"],
                    "path": request.url.path,
                    "scheme": request.url.scheme,
                    "options": self.options,
                    "cookies": sorted(request.cookies),
                }
            )

        return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])

    def cookies(self) -> list[Cookie]:
        return [Cookie("who", "morgan", self.host)]

    def state(self) -> dict[str, Any]:
        return {"options": dict(self.options)}

    def reset(self) -> None:
        self.options.clear()


class Wide(Echo):
    kind: ClassVar[str] = "wide"
    claims: ClassVar[tuple[str, ...]] = ("wide.example", "*.wide.example")

    def cookies(self) -> list[Cookie]:
        return [Cookie("all", "morgan", ".wide.example")]


KINDS: dict[str, type[Simulator]] = {"echo": Echo, "wide": Wide}
SITE = "https://echo.example"


@pytest.fixture
def serve() -> Iterator[Callable[..., Rehearsal]]:
    """`serve(*scenarios)` serves two kinds: `wide`, which claims a domain, and `echo` at `SITE`."""
    opened: list[Rehearsal] = []

    def start(*scenarios: str) -> Rehearsal:
        rehearsal = Rehearsal(scenarios, kinds=KINDS)
        rehearsal.__enter__()
        opened.append(rehearsal)
        rehearsal.add("echo", SITE, {})
        return rehearsal

    yield start
    for rehearsal in opened:
        rehearsal.__exit__(None, None, None)


def refused(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def until(condition: Callable[[], bool], seconds: float = 100) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.01)


def test_a_rehearsal_is_ready_when_it_begins_and_leaves_no_thread_and_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    before = set(threading.enumerate())
    keys: list[object] = []
    generate = ec.generate_private_key
    monkeypatch.setattr(ec, "generate_private_key", lambda *args, **more: keys.append(args) or generate(*args, **more))
    with Rehearsal(kinds=KINDS) as rehearsal:
        rehearsal.add("echo", SITE, {})
        ports = [server.port for served in rehearsal.served for server in served.servers()] + [rehearsal.control.port]
        assert not any(refused(port) for port in ports), "a port is not open yet"
        with rehearsal.context.client() as client:
            assert client.get(SITE).status_code == 200
    assert len(keys) == 2, "the authority has a key, and all sites together have one"
    assert all(refused(port) for port in ports)
    assert {
        each for each in threading.enumerate() if each not in before and each.name != "AnyIO worker thread"
    } == set()


def test_clients_reach_real_names_with_verified_tls(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    with rehearsal.context.client() as client:
        for address in ("https://wide.example/a", "https://deep.wide.example/a", f"{SITE}/a"):
            answer = client.get(address)
            assert answer.json()["host"] == httpx.URL(address).host
            assert answer.headers["date"]
        plain = client.get("http://echo.example/over-http").json()
        assert (plain["scheme"], plain["path"]) == ("http", "/over-http")
        other = client.get("http://wide.example/").json()
        assert other["host"] == "wide.example"
        with pytest.raises(httpx.ProxyError, match="502"):
            client.get("https://elsewhere.example/")
        assert "No simulator answers for elsewhere.example" in client.get("http://elsewhere.example/").text
    with pytest.raises(httpx.ConnectError), httpx.Client(proxy=rehearsal.control_url, trust_env=False) as stranger:
        stranger.get(SITE)  # a client without the authority's certificate rejects the connection


def test_the_control_address_serves_the_certificate_of_the_authority(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    pem = httpx.get(f"{rehearsal.control_url}/ca.pem", trust_env=False).text
    context = ssl.create_default_context(cadata=pem)
    with httpx.Client(proxy=rehearsal.control_url, verify=context, trust_env=False) as client:
        assert client.get(SITE).status_code == 200


def test_the_nonce_path_serves_the_nonce_and_sets_the_cookies(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    with rehearsal.context.client() as client:
        answer = client.get(f"{SITE}{NONCE_PATH}")
        assert answer.text == rehearsal.nonce
        cookie = answer.headers["set-cookie"]
        assert "who=morgan" in cookie and "Path=/" in cookie and "Secure" in cookie
        assert "SameSite=lax" in cookie and "Domain" not in cookie
        assert client.get(SITE).json()["cookies"] == ["who"]
        wide = client.get(f"https://wide.example{NONCE_PATH}").headers["set-cookie"]
        assert "Domain=.wide.example" in wide
        assert client.get("https://deep.wide.example/").json()["cookies"] == ["all"]
        assert "Secure" not in client.get(f"http://echo.example{NONCE_PATH}").headers["set-cookie"]


def test_routes_lead_each_name_and_port_to_a_local_port(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    rehearsal.add("echo", "https://echo.example:8443", {"second": "yes"})
    rehearsal.add("echo", "http://echo.example:8080/", {})
    names = [f"{host}:{port}" for host, port, _ in rehearsal.routes()]
    assert names == [
        "wide.example:443",
        "wide.example:80",
        "*.wide.example:443",
        "*.wide.example:80",
        "echo.example:443",
        "echo.example:80",
        "echo.example:8443",
        "echo.example:8080",
    ]
    assert {local for _, _, local in rehearsal.routes()} == {
        each.local_port(port) for each in rehearsal.served for port in each.ports.values()
    }
    with rehearsal.context.client() as client:
        assert client.get("https://echo.example:8443/").json()["options"] == {"second": "yes"}
        assert client.get(SITE).json()["options"] == {}
        assert client.get("http://echo.example:8080/").json()["scheme"] == "http"


def test_a_site_is_served_once_and_takes_new_options(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    first = rehearsal.add("echo", SITE, {"colour": "red", "size": "big"})
    second = rehearsal.add("echo", f"{SITE}:443/", {"colour": "blue"})
    assert first is second and second is rehearsal.site_for(f"{SITE}/somewhere")
    assert second.options == {"colour": "blue"}
    with pytest.raises(ValueError, match="already"):
        rehearsal.add("wide", SITE, {})
    with pytest.raises(ValueError, match="Unknown simulator kind `nothing`"):
        rehearsal.add("nothing", "https://x.example", {})
    with pytest.raises(ValueError, match="Invalid site address"):
        rehearsal.add("echo", "echo.example", {})
    with pytest.raises(KeyError):
        rehearsal.site_for("https://elsewhere.example")
    assert rehearsal.add("echo", "https://münchen.example", {}).host == "xn--mnchen-3ya.example"


def test_a_stopped_site_refuses_and_a_paused_one_comes_back(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    served = rehearsal.find(SITE)
    assert served is not None
    ports = [server.port for server in served.servers()]
    rehearsal.pause("echo.example", 0, 0.3)
    until(lambda: all(refused(port) for port in ports))
    with rehearsal.context.client() as client:
        with pytest.raises(httpx.ProxyError):
            client.get(SITE)
        until(lambda: not any(refused(port) for port in ports))
        assert client.get(SITE).status_code == 200
        rehearsal.stop_site("echo.example")
        assert all(refused(port) for port in ports)
        with pytest.raises(httpx.HTTPError):
            client.get(SITE)
        assert client.get("https://wide.example/").status_code == 200


def test_a_rehearsal_ends_while_a_site_is_paused() -> None:
    before = set(threading.enumerate())
    with Rehearsal(kinds=KINDS) as rehearsal:
        rehearsal.pause("wide.example", 0, 3600)
        served = rehearsal.find("https://wide.example")
        assert served is not None
        until(lambda: all(refused(server.port) for server in served.servers()))
        pausing = [each for each in threading.enumerate() if each.name.endswith("(_pause)") and each not in before]
        assert len(pausing) == 1 and pausing[0].is_alive(), "the site is not paused: the test proves nothing"
    assert not pausing[0].is_alive(), "the pause outlives the rehearsal"


def test_the_control_address_reports_effects_and_resets(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve()
    client = RehearsalClient(rehearsal.control_url)
    with httpx.Client(base_url=rehearsal.control_url, trust_env=False) as control:
        mapping = control.get("/").json()
        assert [tuple(each) for each in mapping["routes"]] == rehearsal.routes() and mapping[
            "nonce"
        ] == client.nonce == rehearsal.nonce
        assert {site["origin"] for site in mapping["sites"]} == {"https://wide.example", SITE}
        assert control.post("/sites", content=b"[1]").status_code == 400
        assert control.post("/sites", content=b"{").status_code == 400
    with rehearsal.context.client() as web:
        web.post(SITE)
        web.post("https://deep.wide.example/")
    effects = client.effects()
    assert [(each["site"], each["kind"]) for each in effects] == [("echo.example", "post"), ("wide.example", "post")]
    last = effects[-1]["number"]
    assert client.effects(last) == []
    rehearsal.add("echo", SITE, {"colour": "red"})
    assert client.state()[SITE] == {"options": {"colour": "red"}}
    client.reset()
    assert client.effects() == [] and client.state()[SITE] == {"options": {}}
    with rehearsal.context.client() as web:
        web.post(SITE)
    assert [each["number"] for each in client.effects(last)] == [last + 1]
    client.close()


def test_the_client_opens_the_sites_of_the_runbook(
    serve: Callable[..., Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    rehearsal = serve()
    client = RehearsalClient(rehearsal.control_url)
    client.open_sites([(None, "https://deep.wide.example", {}), ("echo", "https://new.example", {"colour": "red"})])
    assert client.nonce_urls() == [f"https://deep.wide.example{NONCE_PATH}", f"https://new.example{NONCE_PATH}"]
    assert client.state()["https://new.example"] == {"options": {"colour": "red"}}
    assert client.browser_args() == [f"--ignore-certificate-errors-spki-list={rehearsal.spki}"]
    served = rehearsal.find("https://new.example")
    assert served is not None
    assert client.route("new.example", 443) == ("127.0.0.1", served.secure.port)
    assert client.route("new.example", 80) == ("127.0.0.1", served.plain.port)
    assert (
        client.route("deep.wide.example", 443) == client.route("wide.example", 443) != client.route("new.example", 443)
    )
    for foreign in (("new.example", 8443), ("old.example", 443), ("127.0.0.1", served.secure.port)):
        assert client.route(*foreign) is None, foreign
    with pytest.raises(RehearsalError, match=r"https://shop\.example"):
        client.open_sites([(None, "https://shop.example", {})])
    with pytest.raises(RehearsalError, match="Known kinds: echo, wide"):
        client.open_sites([("nothing", "https://shop.example", {})])


def test_an_unusable_control_address_is_reported() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        with pytest.raises(RehearsalError, match="No rehearsal answers at http://127"):
            RehearsalClient(f"http://127.0.0.1:{reserved.getsockname()[1]}").effects()
    with pytest.raises(RehearsalError, match=r"Invalid control address `http://127\.0\.0\.1:port`"):
        RehearsalClient("http://127.0.0.1:port")


def test_a_port_in_use_is_an_error_and_leaves_nothing() -> None:
    with Rehearsal(kinds=KINDS) as first, pytest.raises(OSError, match="in use"):
        Rehearsal(kinds=KINDS, port=first.control.port).__enter__()


def test_an_unknown_scenario_suggests_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"`slwo`.*slow"):
        Rehearsal(["slwo"])


def test_a_browser_reaches_the_simulators_and_nothing_else(
    serve: Callable[..., Rehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    rehearsal = serve()
    client = RehearsalClient(rehearsal.control_url)
    client.open_sites([(None, "https://wide.example", {}), ("echo", "https://echo.example:8443", {})])
    with (
        driver() as playwright,
        launch(playwright, arguments=client.browser_args()) as browser,
        ConnectionGateway(client.route) as gateway,
    ):
        context = browser.new_context(proxy=ProxySettings(server=gateway.server))
        page = context.new_page()
        for address in client.nonce_urls():
            answer = page.goto(address)
            assert answer is not None and answer.text() == client.nonce
        assert "all" in page.goto("https://very.deep.wide.example/").json()["cookies"]  # type: ignore[union-attr]
        assert "who" in page.goto("https://echo.example:8443/").json()["cookies"]  # type: ignore[union-attr]
        other = context.new_page()
        for foreign in ("https://elsewhere.example/", "https://echo.example:9443/", rehearsal.control_url):
            with pytest.raises(Error, match="ERR_SOCKS_CONNECTION_FAILED") as refused_address:
                other.goto(foreign)
            assert "net::ERR_NAME_NOT_RESOLVED" in gateway.explain(str(refused_address.value), foreign)


@pytest.mark.parametrize(("scenario", "status"), [("errors-500", 500), ("errors-429", 429)])
def test_every_25th_request_fails(serve: Callable[..., Rehearsal], scenario: str, status: int) -> None:
    rehearsal = serve(scenario)
    with rehearsal.context.client() as client:
        answers = [client.get(SITE).status_code for _ in range(50)]
    assert [number for number, answer in enumerate(answers, 1) if answer == status] == [25, 50]
    assert set(answers) == {200, status}


@pytest.mark.parametrize(("scenario", "done"), [("errors-reset", 48), ("answers-lost", 50)])
def test_every_25th_request_is_dropped_or_loses_its_response(
    serve: Callable[..., Rehearsal], scenario: str, done: int
) -> None:
    rehearsal = serve(scenario)
    broken = []
    with rehearsal.context.client() as client:
        for number in range(1, 51):
            try:
                assert client.post(SITE).status_code == 200
            except httpx.HTTPError:
                broken.append(number)
    assert broken == [25, 50]
    assert len(rehearsal.context.effects.since()) == done


def test_several_active_faults_take_turns(serve: Callable[..., Rehearsal]) -> None:
    rehearsal = serve("errors-500", "errors-429")
    with rehearsal.context.client() as client:
        answers = [client.get(SITE).status_code for _ in range(75)]
    assert [each for each in answers if each != 200] == [500, 429, 500]


@pytest.mark.parametrize("scheme", ["https", "http"])
@pytest.mark.parametrize("scenario", ["errors-reset", "answers-lost"])
def test_a_page_sees_a_broken_request_and_the_browser_does_not_resend_it(
    serve: Callable[..., Rehearsal], shared_browser: Callable[[], Browser], scenario: str, scheme: str
) -> None:
    """Browsers resend a request on their own if a reused connection is closed without a response."""
    rehearsal = serve(scenario)
    with simulated_context(shared_browser(), rehearsal) as context:
        page = context.new_page()
        page.goto(f"{scheme}://echo.example/")
        outcomes = page.evaluate(_FETCH_100_TIMES)
    broken = [number for number, outcome in enumerate(outcomes) if outcome != "200"]
    # a request resent by the browser would count twice, and the next broken one would come sooner
    assert [after - before for before, after in pairwise(broken)] == [25, 25, 25], outcomes
    assert set(outcomes) == {"200", "TypeError"}
    posts = [number for number in broken if number >= 50]
    assert len(rehearsal.context.effects.since()) == 50 - (len(posts) if scenario == "errors-reset" else 0)


_FETCH_100_TIMES = """async () => {
  const outcomes = [];
  for (let number = 0; number < 100; number++) {
    const method = number < 50 ? "GET" : "POST";
    try {
      outcomes.push(String((await fetch("/", { method })).status));
    } catch (error) {
      outcomes.push(error.name);
    }
  }
  return outcomes;
}"""
"""Sends fifty GET and fifty POST requests in a row over reused connections; returns the outcomes in the page."""
