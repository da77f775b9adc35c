"""The gateway between browser and servers: nothing is sent twice, and bytes pass unchanged."""

from __future__ import annotations

import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import Browser, BrowserContext, Error, ProxySettings
from support.breaking_site import SEND, BreakingSite, breaking_site

from runwright.engine.browser.connection_gateway import ConnectionGateway
from runwright.engine.browser.network import NetworkMonitor
from runwright.rehearsal.tls import Authority


@contextmanager
def through(browser: Browser, gateway: ConnectionGateway) -> Iterator[BrowserContext]:
    context = browser.new_context(proxy=ProxySettings(server=gateway.server), ignore_https_errors=True)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def at_breaking_site(browser: Browser, tls: bool) -> Iterator[tuple[BreakingSite, ConnectionGateway, BrowserContext]]:
    """A site that breaks its connections, a gateway to it, and a browser context that passes through that."""
    with (
        breaking_site(tls) as site,
        ConnectionGateway(site.route) as gateway,
        through(browser, gateway) as context,
    ):
        yield site, gateway, context


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_post_on_a_connection_that_breaks_is_sent_once_until_it_is_allowed_again(
    shared_browser: Callable[[], Browser], tls: bool
) -> None:
    with at_breaking_site(shared_browser(), tls) as (site, gateway, context):
        page = context.new_page()
        for how in ("fetch", "keepalive", "beacon"):
            for end in ("reset", "close", "notify"):
                for prevented, sent in ((True, 1), (False, 2)):
                    gateway.allow_resending()
                    page.goto(site.address)  # leaves its connection open
                    site.posts.clear()
                    if prevented:
                        gateway.prevent_resending(())
                    path = f"/{how}-{end}"
                    with context.expect_event("requestfailed", lambda request, path=path: path in request.url):
                        page.evaluate(SEND, [how, path])
                    assert site.posts == [path] * sent, (prevented, site.posts)


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_change_whose_connection_breaks_after_its_step_is_sent_once(
    shared_browser: Callable[[], Browser], tls: bool
) -> None:
    """Nobody waits for the answer to a beacon: the step is over, and the browser may send other requests again."""
    with at_breaking_site(shared_browser(), tls) as (site, gateway, context):
        page = context.new_page()
        for end in ("reset", "close", "notify"):
            page.goto(site.address)
            site.posts.clear()
            site.received.clear()
            site.breaks.clear()
            gateway.prevent_resending({"site.example"})  # a busy host: the connection that is open is used again
            path = f"/beacon-{end}"
            with context.expect_event("requestfailed", lambda request, path=path: path in request.url):
                page.evaluate(SEND, ["beacon", path])
                assert site.received.wait(30)
                gateway.allow_resending()
                site.breaks.set()
            assert site.posts == [path]


def test_a_page_whose_connection_closes_soon_after_a_change_is_said_to_be_closed(
    shared_browser: Callable[[], Browser],
) -> None:
    """Servers close idle connections, and the browser may use one just then. A page may be opened again."""
    with at_breaking_site(shared_browser(), tls=True) as (site, gateway, context):
        page = context.new_page()
        gateway.prevent_resending(())
        page.goto(site.address)
        assert page.evaluate(SEND, ["fetch", "/saved-200"]) == 200
        gateway.allow_resending()
        with pytest.raises(Error) as failed:
            page.goto(f"{site.address}/lost")
        said = gateway.explain(str(failed.value), f"{site.address}/lost")
        assert "net::ERR_CONNECTION_CLOSED" in said, said
        context.new_page().goto(f"{site.address}/lost")
        assert site.posts == ["/saved-200"]


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_once_a_change_is_answered_its_connection_may_close_like_any_other(
    shared_browser: Callable[[], Browser], tls: bool
) -> None:
    """The browser requests the page again by itself: a person in the window sees no error."""
    with at_breaking_site(shared_browser(), tls) as (site, gateway, context):
        network = NetworkMonitor(context, gateway)
        page = context.new_page()
        network.change_begins()
        page.goto(site.address)
        with context.expect_event("response", lambda response: "saved" in response.url):
            assert page.evaluate(SEND, ["fetch", "/saved-200"]) == 200
        network.change_over()
        page.goto(f"{site.address}/lost")
        assert site.lost.is_set()
        assert site.posts == ["/saved-200"]


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_a_change_that_the_page_has_left_unanswered_is_sent_once(
    shared_browser: Callable[[], Browser], tls: bool
) -> None:
    with at_breaking_site(shared_browser(), tls) as (site, gateway, context):
        network = NetworkMonitor(context, gateway)
        page = context.new_page()
        network.change_begins()
        page.goto(site.address)  # its connection is used again
        site.breaks.clear()
        page.evaluate("() => { fetch('/left-reset', { method: 'POST', body: 'x', keepalive: true }); }")
        assert site.received.wait(30)
        page.goto("about:blank")
        network.change_over()
        site.breaks.set()
        context.new_page().goto(site.address)
        page.wait_for_timeout(500)  # the browser would send it again within some milliseconds
        assert site.posts == ["/left-reset"]


HTTP2_SERVER = """
const http2 = require("node:http2"), fs = require("node:fs");
const [key, cert] = process.argv.slice(2).map((file) => fs.readFileSync(file));
let posts = 0;
const server = http2.createSecureServer({ key, cert }, (request, response) => {
  if (request.method !== "POST") return response.end(request.url === "/posts" ? String(posts) : "<title>x</title>");
  posts += 1;
  const { session } = request.stream;
  if (request.url === "/destroy") return session.socket.destroy();
  session.goaway(http2.constants.NGHTTP2_INTERNAL_ERROR, request.stream.id);  // received, and not answered
  setTimeout(() => session.socket.destroy(), 50);
});
server.on("sessionError", () => undefined);
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
"""


@pytest.fixture
def http2_port(tmp_path: Path) -> Iterator[int]:
    """The port of a server that speaks HTTP/2, and ends the connection at each POST."""
    node, _ = compute_driver_executable()
    script, key, certificate = tmp_path / "server.js", tmp_path / "key.pem", tmp_path / "certificate.pem"
    script.write_text(HTTP2_SERVER, "utf-8")
    files = ["-keyout", str(key), "-out", str(certificate), "-subj", "/CN=site.example"]
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    subprocess.run(["openssl", "req", "-x509", "-nodes", *curve, *files], check=True, capture_output=True)
    with subprocess.Popen([node, script, key, certificate], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield int(server.stdout.readline())
        server.kill()


@pytest.mark.parametrize("end", ["destroy", "goaway"])
def test_a_post_over_http2_is_sent_once(shared_browser: Callable[[], Browser], http2_port: int, end: str) -> None:
    with (
        ConnectionGateway(lambda host, port: ("127.0.0.1", http2_port)) as gateway,
        through(shared_browser(), gateway) as context,
    ):
        page = context.new_page()
        page.goto("https://site.example/")
        protocol = "() => performance.getEntriesByType('navigation')[0].nextHopProtocol"
        assert page.evaluate(protocol) == "h2"
        gateway.prevent_resending(())
        with context.expect_event("requestfailed", lambda request: end in request.url):
            page.evaluate(SEND, ["fetch", f"/{end}"])
        gateway.allow_resending()
        page.goto("https://site.example/posts")
        assert page.locator("body").inner_text() == "1"


def test_a_run_sends_the_form_once_and_stops_for_a_person(tmp_path: Path) -> None:
    with breaking_site(tls=False) as site:
        book = f"""name: A key
sites: {{ admin: {{ url: "http://127.0.0.1:{site.server.server_port}" }} }}
sections:
  - name: Make the key
    open: admin /
    ready: button "Create"
    done_when: paragraph "none"
    steps:
      - fill: textbox "Name"
        with: alpha
      - click: button "Create"
        changes: true
"""
        (tmp_path / "book.yaml").write_text(book, "utf-8")
        command = [sys.executable, "-m", "runwright", "run", "book.yaml", "--yes"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=200)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "it is never sent twice" in done.stdout
    assert site.posts == ["/form-reset"]


def test_idle_connections_are_closed_before_a_change(shared_browser: Callable[[], Browser]) -> None:
    """A request on a connection that was open before may be sent again by the browser."""
    with at_breaking_site(shared_browser(), tls=False) as (site, gateway, context):
        page = context.new_page()

        def new_connections(busy: set[str | None]) -> int:
            page.goto(site.address)
            before = site.connections
            gateway.prevent_resending(busy)
            page.evaluate("() => fetch('/')")
            return site.connections - before

        page.goto(site.address)
        page.evaluate("() => fetch('/icon')")  # the browser's own request for an icon may take a connection of its own
        assert new_connections(busy=set()) >= 1
        assert new_connections(busy={"site.example"}) == 0


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("status", [401, 408, 425])
def test_a_post_is_sent_once_whatever_the_answer_is(
    shared_browser: Callable[[], Browser], tls: bool, status: int
) -> None:
    with at_breaking_site(shared_browser(), tls) as (site, gateway, context):
        page = context.new_page()
        for how in ("fetch", "keepalive", "beacon"):
            page.goto(site.address)
            site.posts.clear()
            gateway.allow_resending()
            gateway.prevent_resending(())
            path = f"/{how}-{status}"
            with context.expect_event("response", lambda response, path=path: path in response.url):
                page.evaluate(SEND, [how, path])
            assert site.posts == [path], (how, site.posts)


def test_two_contexts_of_one_browser_reach_different_servers_under_one_name(
    shared_browser: Callable[[], Browser],
) -> None:
    with breaking_site(tls=True) as first, breaking_site(tls=True) as second:
        for site in (first, second):
            there = ("127.0.0.1", site.server.server_port)
            with (
                ConnectionGateway(lambda host, port, there=there: there) as gateway,
                through(shared_browser(), gateway) as context,
            ):
                page = context.new_page()
                page.goto("https://one.example/")
                assert gateway.server_address("https://one.example/a?b#c") == f"127.0.0.1:{there[1]}"
                assert len(page.request.fetch("https://one.example/large").body()) == 3_000_000
                assert page.evaluate("() => fetch('/large').then((r) => r.text()).then((t) => t.length)") == 3_000_000
        assert first.connections and second.connections


def test_the_reason_of_a_failed_connection_is_known(shared_browser: Callable[[], Browser]) -> None:
    with (
        socket.socket() as reserved,
        ConnectionGateway(lambda host, port: ("127.0.0.1", port) if host == "site.example" else None) as gateway,
        through(shared_browser(), gateway) as context,
    ):
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        for address, reason in (
            (f"http://site.example:{port}/", "net::ERR_CONNECTION_REFUSED"),
            (f"https://site.example:{port}/", "net::ERR_CONNECTION_REFUSED"),
            ("https://elsewhere.example/", "net::ERR_NAME_NOT_RESOLVED"),
            (f"http://127.0.0.1:{port}/", "net::ERR_NAME_NOT_RESOLVED"),
            (f"http://localhost:{port}/", "net::ERR_NAME_NOT_RESOLVED"),
        ):
            page = context.new_page()
            with pytest.raises(Error) as failed:
                page.goto(address)
            assert reason in gateway.explain(str(failed.value), address), address


RECORD = b"\x17\x03\x03\x00\xc8" + b"an answer." * 20
"""Bytes that are a record of TLS, too."""


def _received(own: socket.socket, most: int = 1000) -> bytes:
    """What comes over a connection, to its end or up to a number of bytes."""
    data = b""
    while len(data) < most and (more := own.recv(most - len(data))):
        data += more
    return data


def _asked(gateway: ConnectionGateway, port: int) -> socket.socket:
    """A connection through the gateway to a port of this machine, opened as a browser does."""
    own = socket.create_connection(("127.0.0.1", int(gateway.server.rpartition(":")[2])))
    own.settimeout(10)
    own.sendall(b"\x05\x01\x00")
    assert own.recv(2) == b"\x05\x00"
    own.sendall(b"\x05\x01\x00\x03\x09127.0.0.1" + port.to_bytes(2, "big"))
    assert own.recv(10)[:2] == b"\x05\x00"
    return own


@pytest.mark.parametrize(
    ("first", "closed"),
    [
        (b"GET /a HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n", False),
        (b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n", True),
        (b"\x16\x03\x01 http/1.1 alone", False),
        (b"\x16\x03\x01 \x02h2\x08http/1.1", True),
    ],
    ids=["ws", "http", "wss", "https"],
)
def test_websockets_stay_open_before_a_change(first: bytes, closed: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ConnectionGateway() as gateway:
        own = _asked(gateway, server.getsockname()[1])
        there, _ = server.accept()
        with own, there:
            own.sendall(first)
            assert there.recv(100) == first
            gateway.prevent_resending(())
            there.sendall(RECORD)  # a request that is not answered keeps its connection
            assert _received(own, len(RECORD)) == RECORD
            time.sleep(0.01)
            gateway.prevent_resending(())
            if closed:
                assert own.recv(100) == b""
                return
            there.sendall(RECORD)
            assert _received(own, len(RECORD)) == RECORD


def test_a_server_that_answers_and_closes_is_left_alone() -> None:
    """Also one that ends its response by closing, without saying so in TLS."""
    with socket.create_server(("127.0.0.1", 0)) as server, ConnectionGateway() as gateway:
        gateway.prevent_resending(())
        for request in (b"POST / HTTP/1.1\r\n\r\n", b"\x16 a record"):
            with _asked(gateway, server.getsockname()[1]) as own:
                there, _ = server.accept()
                with there:
                    own.sendall(request)
                    assert there.recv(100) == request
                    there.sendall(RECORD)
                assert _received(own) == RECORD


def test_a_client_may_end_its_half_and_still_receives_the_answer() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        ConnectionGateway() as gateway,
        _asked(gateway, server.getsockname()[1]) as own,
    ):
        there, _ = server.accept()
        with there:
            own.sendall(b"all of it")
            own.shutdown(socket.SHUT_WR)
            assert there.recv(100) == b"all of it"
            assert there.recv(100) == b""
            there.sendall(b"an answer")
        assert _received(own) == b"an answer"


def test_another_protocol_is_refused_and_the_gateway_ends_with_its_connections() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        with ConnectionGateway() as gateway:
            port = int(gateway.server.rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port)) as other:
                other.settimeout(10)
                other.sendall(b"GET http://127.0.0.1/ HTTP/1.1\r\n" + b"x" * 200)
                with pytest.raises(OSError, match="reset"):
                    while other.recv(100):
                        pass
                    raise ConnectionResetError("reset")  # closed without an answer
            own = _asked(gateway, server.getsockname()[1])
        with own, pytest.raises(ConnectionResetError):
            assert own.recv(100) == b""
            raise ConnectionResetError
        assert not any(each.name == "gateway" for each in threading.enumerate())
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))


def test_certificates_are_those_of_the_server() -> None:
    authority = Authority()
    context = ssl.create_default_context(cadata=authority.pem)
    with socket.create_server(("127.0.0.1", 0)) as server, ConnectionGateway() as gateway:

        def answer() -> None:
            there, _ = server.accept()
            with authority.server_context(["site.example"]).wrap_socket(there, server_side=True) as secure:
                secure.sendall(b"hello")

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        with context.wrap_socket(_asked(gateway, server.getsockname()[1]), server_hostname="site.example") as own:
            assert own.recv(100) == b"hello"
        thread.join(10)
