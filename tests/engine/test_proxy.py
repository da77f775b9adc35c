"""Real runs connect through the proxy of the environment, by the gateway and with all that it promises."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ProxySettings
from support.breaking_site import SEND, breaking_site
from support.company_proxy import CREDENTIALS, PASSWORD, company_proxy
from support.http_site import served

import runwright
from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.environment_proxies import (
    ProxyAddressError,
    UpstreamProxy,
    environment_proxies,
)
from runwright.engine.browser.upstream_connection import AbsoluteRequests
from runwright.evidence.journal import read_verified
from runwright.evidence.statuses import FailureClass
from runwright.rehearsal.tls import Authority

BOOK = """name: T
sites: { shop: { url: "SITE" } }
sections:
  - name: See the lamp
    open: shop /
    steps:
      - expect: heading "Lamp"
"""
LAMP = "<!doctype html><title>Shop</title><h1>Lamp</h1>"
Run = Callable[..., runwright.RunResult]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_browser: Callable[[], Browser]) -> Run:
    """Runs a look at a site in an environment that names a proxy."""
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)

    def go(site: str, book: str = BOOK, **environment: str) -> runwright.RunResult:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        (tmp_path / "book.yaml").write_text(book.replace("SITE", site), "utf-8")
        return runwright.run(tmp_path / "book.yaml", options=runwright.RunOptions(tmp_path, browser=shared_browser()))

    return go


def _nothing_shows_the_password(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert PASSWORD.encode() not in data and b"p%40ss" not in data, path


def test_a_proxy_gets_the_user_and_password_of_its_variable(run: Run, tmp_path: Path) -> None:
    with served({"/": LAMP}) as site, company_proxy({"shop.example": int(site.rpartition(":")[2])}) as proxy:
        done = run("http://shop.example", http_proxy=f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}")
    assert done.exit == 0, done
    assert "GET http://shop.example/" in proxy.asked
    _nothing_shows_the_password(tmp_path)
    _, events = read_verified(done.folder / "events.jsonl")
    assert f"127.0.0.1:{proxy.port}" not in str(events), "the proxy's address is not that of the server"


@pytest.mark.parametrize(
    ("site", "refuses", "who", "sentence"),
    [
        ("http://shop.example", None, "", "the proxy requires a valid user name and password"),
        ("https://shop.example", None, "ann:wrong@", "the proxy requires a valid user name and password"),
        ("https://shop.example", 403, f"{CREDENTIALS}@", "the proxy does not connect to the server"),
    ],
    ids=["http 407", "https 407", "https 403"],
)
def test_a_proxy_that_refuses_is_reported_once_with_a_remedy(
    site: str, refuses: int | None, who: str, sentence: str, run: Run, tmp_path: Path
) -> None:
    with company_proxy({}) as proxy:
        proxy.refuses = refuses
        address = f"http://{who}127.0.0.1:{proxy.port}"
        done = run(site, http_proxy=address, https_proxy=address)
    assert done.exit == 4 and done.failure_class is FailureClass.NETWORK, done.reason
    assert f"{site}/ cannot be loaded: {sentence} (net::ERR_" in (done.reason or "")
    assert done.reason is not None and done.reason.count("the proxy") == 1
    remedy = "http://NAME:PASSWORD@HOST:PORT" if refuses is None else "Check the proxy that the environment names."
    assert remedy in done.remedy
    assert refuses is None or str(refuses) in (done.reason or "")
    assert proxy.connections <= 6, "it is asked a few times, not for as long as a site may be starting"
    _nothing_shows_the_password(tmp_path)


def test_a_proxy_where_nothing_answers_is_reported_at_once(run: Run, tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        done = run("https://shop.example", https_proxy=f"http://{CREDENTIALS}@127.0.0.1:{reserved.getsockname()[1]}")
    assert done.exit == 4 and done.failure_class is FailureClass.NETWORK
    assert "cannot be loaded: the proxy cannot be reached (net::ERR_PROXY_CONNECTION_FAILED)" in (done.reason or "")
    _nothing_shows_the_password(tmp_path)


def test_what_is_no_address_of_a_proxy_stops_a_run_and_is_not_quoted(run: Run) -> None:
    with pytest.raises(runwright.EnvironmentFailure) as failed:
        run("http://shop.example", http_proxy=f"htp://{CREDENTIALS}@proxy.example")
    assert "http_proxy" in str(failed.value) and "0815" not in repr(failed.value)


def _through(browser: Browser, gateway: ConnectionGateway, address: str) -> tuple[str, list[int]]:
    """The text of a page, and the answers to three requests of it."""
    context = browser.new_context(proxy=ProxySettings(server=gateway.server), ignore_https_errors=True)
    try:
        page = context.new_page()
        page.goto(address)
        statuses = [page.evaluate("() => fetch('/large', {cache: 'no-store'}).then((r) => r.status)") for _ in "123"]
        return page.inner_text("h1"), statuses
    finally:
        context.close()


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("how", ["http", "https", "socks5"])
def test_pages_come_through_a_proxy_of_each_kind(
    how: str,
    tls: bool,
    shared_browser: Callable[[], Browser],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    authority = Authority()
    (tmp_path / "ca.pem").write_text(authority.pem, "ascii")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    secure = authority.server_context(["localhost"]) if how == "https" else None
    with breaking_site(tls) as site, company_proxy({"site.example": site.server.server_port}, secure) as proxy:
        proxies = environment_proxies({"all_proxy": f"{how}://{CREDENTIALS}@localhost:{proxy.port}"})
        with ConnectionGateway(proxies=proxies) as gateway:
            assert _through(shared_browser(), gateway, site.address) == ("Keys", [200, 200, 200])
            assert gateway.server_address(site.address) is None
    plain = how != "socks5" and not tls
    begins = "SOCKS" if how == "socks5" else "GET http://" if plain else "CONNECT"
    assert proxy.asked and all(each.startswith(begins) for each in proxy.asked), proxy.asked


def test_a_proxy_over_tls_whose_certificate_is_not_valid_is_named(shared_browser: Callable[[], Browser]) -> None:
    with company_proxy({}, Authority().server_context(["127.0.0.1"])) as proxy:
        proxies = environment_proxies({"https_proxy": f"https://{CREDENTIALS}@127.0.0.1:{proxy.port}"})
        with ConnectionGateway(proxies=proxies) as gateway, pytest.raises(Exception, match="net::") as failed:
            _through(shared_browser(), gateway, "https://site.example/")
        assert "ERR_PROXY_CERTIFICATE_INVALID" in gateway.explain(str(failed.value), "https://site.example/")
    assert proxy.asked == [] and PASSWORD not in str(failed.value)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_behind_a_proxy_a_post_is_sent_once_too(shared_browser: Callable[[], Browser], tls: bool) -> None:
    with breaking_site(tls) as site, company_proxy({"site.example": site.server.server_port}) as proxy:
        proxies = environment_proxies({"all_proxy": f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}"})
        with ConnectionGateway(proxies=proxies) as gateway:
            context = shared_browser().new_context(proxy=ProxySettings(server=gateway.server), ignore_https_errors=True)
            page = context.new_page()
            for how in ("fetch", "keepalive", "beacon"):
                for end in ("reset", "close"):
                    page.goto(site.address)
                    site.posts.clear()
                    gateway.prevent_resending(())
                    path = f"/{how}-{end}"
                    with context.expect_event("requestfailed", lambda request, path=path: path in request.url):
                        page.evaluate(SEND, [how, path])
                    assert site.posts == [path], (how, end)
                    gateway.allow_resending()
            context.close()


def test_behind_a_proxy_hosts_of_others_are_refused_below_the_page(run: Run) -> None:
    """With `requests: own`, a connection that is opened ahead does not reach the proxy either."""
    page = (
        LAMP
        + "<link rel=preconnect href=https://foreign.example><script>new WebSocket('ws://foreign.example')</script>"
    )
    book = BOOK.replace('url: "SITE"', 'url: "SITE", requests: own')
    with served({"/": page}) as site, company_proxy({"shop.example": int(site.rpartition(":")[2])}) as proxy:
        done = run("http://shop.example", book, all_proxy=f"http://{CREDENTIALS}@127.0.0.1:{proxy.port}")
    assert done.exit == 0, done
    assert proxy.asked and not any("foreign" in each for each in proxy.asked)


def test_hosts_of_no_proxy_are_reached_without_it(run: Run) -> None:
    with socket.socket() as reserved, served({"/": LAMP}) as site:
        reserved.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        assert run(site, http_proxy=nowhere).exit == 0, "this machine is never reached through a proxy"
        reason = run("http://shop.invalid", http_proxy=nowhere, NO_PROXY=".invalid").reason or ""
    assert "the name of the server is unknown" in reason


@pytest.mark.parametrize(
    ("listed", "host", "port", "applies"),
    [
        ("example.com", "example.com", 443, False),
        ("example.com", "a.b.example.com", 443, False),
        ("example.com", "badexample.com", 443, True),
        (".example.com", "example.com", 443, False),
        ("*.Example.com", "A.example.com", 443, False),
        ("example.com:8443", "example.com", 443, True),
        ("example.com:8443", "example.com", 8443, False),
        ("a.example , b.example", "b.example", 80, False),
        ("a.example b.example", "b.example.", 80, False),
        ("10.0.0.0/8", "10.2.3.4", 80, False),
        ("10.0.0.0/8", "11.2.3.4", 80, True),
        ("10.0.0.0/8", "10.example", 80, True),
        ("10.1.1.1", "10.1.1.1", 80, False),
        ("[2001:db8::1]:80", "2001:db8:0::1", 80, False),
        ("2001:db8::1", "2001:db8::1", 443, False),
        ("2001:db8::/32", "2001:db8::1", 443, False),
        ("<local>", "intranet", 80, False),
        ("<local>", "intranet.example", 80, True),
        ("*", "anything.example", 80, False),
        ("", "localhost", 80, False),
        ("", "a.localhost", 80, False),
        ("", "127.0.0.2", 80, False),
        ("", "::1", 80, False),
        ("", "anything.example", 80, True),
        ("/,:,*.,[", "anything.example", 80, True),
    ],
)
def test_no_proxy_has_the_usual_rules(listed: str, host: str, port: int, applies: bool) -> None:
    proxies = environment_proxies({"all_proxy": "proxy.example", "no_proxy": listed})
    assert proxies is not None and proxies.apply_to(host, port) is applies


def test_each_variable_is_read_as_other_programs_read_it() -> None:
    assert environment_proxies({"PATH": "/bin", "no_proxy": "*"}) is None
    found = environment_proxies({"https_proxy": "a.example:1", "HTTPS_PROXY": "b.example", "ALL_PROXY": "socks5h://c"})
    assert found is not None and found.https == UpstreamProxy("http", "a.example", 1)
    assert found.http == UpstreamProxy("socks5", "c", 1080)
    alone = environment_proxies({"HTTPS_PROXY": f"https://{CREDENTIALS}@b.example"})
    assert alone is not None and alone.http is None and alone.https is not None
    assert (alone.https.port, alone.https.user, alone.https.password) == (443, "ann", PASSWORD)
    assert PASSWORD not in repr(alone) and "ann" not in repr(alone)
    for wrong in ("htp://a", "http://a:99999", "http://", "http://[::1"):
        with pytest.raises(ProxyAddressError):
            environment_proxies({"http_proxy": wrong})


def test_requests_are_rewritten_wherever_they_are_cut() -> None:
    proxy = UpstreamProxy("http", "proxy.example", 80)
    sent = (
        b"POST /a?b HTTP/1.1\r\nHost: s\r\nContent-Length: 22\r\n\r\nGET / HTTP/1.1\r\n\r\nabcd"
        b"GET /c HTTP/1.1\r\nHost: s\r\n\r\n"
        b"POST /d HTTP/1.1\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nGET \r\n0\r\n\r\n"
    )
    wanted = (
        b"POST http://[::1]:81/a?b HTTP/1.1\r\nHost: s\r\nContent-Length: 22\r\n\r\nGET / HTTP/1.1\r\n\r\nabcd"
        b"GET http://[::1]:81/c HTTP/1.1\r\nHost: s\r\n\r\n"
        b"POST http://[::1]:81/d HTTP/1.1\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        b"4\r\nGET \r\n0\r\n\r\n"
    )
    for size in (1, 7, 50, len(sent)):
        requests = AbsoluteRequests(proxy, "::1", 81)
        parts = [sent[at : at + size] for at in range(0, len(sent), size)]
        assert b"".join(map(requests.rewritten, parts)) == wanted, size
