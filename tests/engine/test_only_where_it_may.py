"""What the browser fetches ahead by itself is blocked; with `requests: own`, so is all that pages request elsewhere."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.http_site import listening

import runwright
from runwright.evidence.journal import read_verified

RULES = {
    "prefetch": '{"prefetch":[{"source":"list","urls":["FOREIGN/ahead"],"eagerness":"immediate"}]}',
    "prerender": '{"prerender":[{"source":"list","urls":["FOREIGN/ahead"],"eagerness":"immediate"}]}',
    "document rules": '{"prefetch":[{"source":"document","eagerness":"immediate"}]}',
}
INLINE = "<a href=FOREIGN/ahead>there</a><script type=speculationrules>{}</script>"
ADDED = """<script>
  const rules = document.createElement('script');
  rules.type = 'speculationrules';
  rules.textContent = '{}';
  document.head.append(rules);
</script>"""
OWN_LINK = """<script type=speculationrules>
{"prefetch":[{"source":"list","urls":["/delete"],"eagerness":"immediate"}]}
</script>"""
ELSEWHERE = """<img src=FOREIGN/image><link rel=stylesheet href=FOREIGN/style><script src=FOREIGN/script></script>
<link rel=prefetch href=FOREIGN/link><link rel=preconnect href=FOREIGN>
<script>
  fetch('FOREIGN/fetch', { mode: 'no-cors', method: 'POST', body: 'x' }).catch(() => {});
  navigator.sendBeacon('FOREIGN/beacon', 'x');
  new WebSocket('FOREIGN/socket'.replace('http', 'ws'));
  const worker = `fetch('FOREIGN/worker', { mode: 'no-cors' }).catch(() => {})`;
  new Worker(URL.createObjectURL(new Blob([worker], { type: 'text/javascript' })));
</script>"""


@dataclass
class Pair:
    """A site, and another one that the runbook does not name."""

    url: str = ""
    foreign: str = ""
    page: str = ""
    header: str = ""
    own: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    """What the other one was asked."""


@contextmanager
def pair(page: str, header: str = "", hint: str = "", link: str = "") -> Iterator[Pair]:
    both = Pair(page=page, header=header)

    class Own(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            both.own.append(self.path)
            rules = self.path == "/rules.json"
            text = both.header if rules else f"<!doctype html><title>T</title><h1>Ready</h1>{both.page}"
            body = text.replace("FOREIGN", both.foreign).encode()
            if hint and self.path == "/":
                early = hint.replace("FOREIGN", both.foreign)
                self.wfile.write(f"HTTP/1.1 103 Early Hints\r\nLink: {early}\r\n\r\n".encode())
                self.wfile.flush()
            self.send_response(200)
            self.send_header("Content-Type", "application/speculationrules+json" if rules else "text/html")
            self.send_header("Content-Length", str(len(body)))
            if both.header and not rules:
                self.send_header("Speculation-Rules", '"/rules.json"')
            if link and self.path == "/":
                self.send_header("Link", link.replace("FOREIGN", both.foreign))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: object) -> None:
            return

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            both.asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            return

    with listening(Own) as port, listening(Foreign) as other:
        both.url, both.foreign = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{other}"
        yield both


Look = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def look(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Look:
    """Looks at the site; what the journal says was blocked: kinds and addresses."""

    def run(both: Pair, requests: str = "any") -> list[tuple[str, str]]:
        path = tmp_path / "look.yaml"
        steps = 'steps:\n      - expect: heading "Ready"\n      - wait: url /never\n        timeout: 1500ms\n'
        path.write_text(
            f'name: Look\nsites: {{ s: {{ url: "{both.url}", requests: {requests} }} }}\n'
            f"sections:\n  - name: Look\n    open: s /\n    {steps}",
            "utf-8",
        )
        options = runwright.RunOptions(tmp_path / f"out{time.monotonic_ns()}", browser=shared_browser())
        result = runwright.run(path, options=options)
        _, events = read_verified(result.folder / "events.jsonl")
        if requests == "own":
            report = (result.folder / "report.html").read_text("utf-8")
            assert f"{both.foreign}/" in report
        return [(each.kind, each.address) for each in events if each.event == "blocked"]  # type: ignore[attr-defined]

    return run


@pytest.mark.quick(3)
@pytest.mark.parametrize("how", [INLINE, ADDED], ids=["inline", "added"])
@pytest.mark.parametrize("rules", RULES)
def test_documents_are_not_fetched_ahead(look: Look, rules: str, how: str) -> None:
    with pair(how.replace("{}", RULES[rules])) as both:
        blocked = look(both)
        assert both.asked == []
        named = f"{both.url}/" if rules == "document rules" else f"{both.foreign}/ahead"
        assert ("speculation", named) in blocked


def test_rules_of_a_header_are_not_followed(look: Look) -> None:
    with pair("", header=RULES["prefetch"]) as both:
        blocked = look(both)
        assert "/rules.json" in both.own, "the browser knows the header"
        assert both.asked == []
        assert blocked == [("speculation", f"{both.url}/rules.json")]


def test_a_page_of_the_site_is_not_fetched_ahead_either(look: Look) -> None:
    """Its loading may be a change."""
    with pair(OWN_LINK) as both:
        assert look(both) == [] and "/delete" not in both.own


def test_early_hints_fetch_no_document(look: Look) -> None:
    with pair("", hint="<FOREIGN/ahead>; rel=preload; as=document, <FOREIGN/next>; rel=prefetch") as both:
        look(both)
        assert both.asked == []


LINKS = {
    "markup": "<link rel=REL href=FOREIGN/ahead>",
    "script": "<script>document.head.append(Object.assign(document.createElement('link'),"
    " { rel: 'REL', href: 'FOREIGN/ahead' }))</script>",
    "case and other words": "<link rel='ALTERNATE REL' href=FOREIGN/ahead crossorigin>",
    "as a document": "<link rel=REL as=document href=FOREIGN/ahead>",
}


@pytest.mark.parametrize(
    "rel",
    [
        pytest.param(
            "prefetch",
            marks=pytest.mark.xfail(strict=True, reason="no interception of the browser's sees it apart from scripts"),
        ),
        "prerender",
    ],
)
def test_links_fetch_no_document_ahead(look: Look, rel: str) -> None:
    pages = "".join(text.replace("REL", rel).replace("/ahead", f"/{n}") for n, text in enumerate(LINKS.values()))
    with pair(pages, link=f"<FOREIGN/header>; rel={rel}") as both:
        look(both)
        assert both.asked == []


def test_with_requests_own_links_fetch_nothing_ahead(look: Look) -> None:
    with pair("".join(LINKS.values()).replace("REL", "prefetch"), link="<FOREIGN/header>; rel=prefetch") as both:
        blocked = look(both, "own")
        assert both.asked == []
        assert {address.partition("//")[2].partition("/")[0] for _, address in blocked} == {both.foreign[7:]}


STUN = """<script>
  const connection = new (window.RTCPeerConnection || window.webkitRTCPeerConnection)(
    { iceServers: [{ urls: 'stun:127.0.0.1:PORT' }, { urls: 'turn:127.0.0.1:PORT', username: 'a', credential: 'b' }] });
  connection.createDataChannel('x');
  connection.createOffer().then((offer) => connection.setLocalDescription(offer));
</script>"""


def test_pages_send_no_datagrams(look: Look) -> None:
    """Those of WebRTC pass through no gateway."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stun:
        stun.bind(("127.0.0.1", 0))
        stun.setblocking(False)
        with pair(STUN.replace("PORT", str(stun.getsockname()[1]))) as both:
            look(both)
        with pytest.raises(BlockingIOError):
            raise AssertionError(f"received {stun.recv(2000)!r}")


def test_parts_of_a_page_are_loaded_ahead_as_parts_are(look: Look) -> None:
    """A script, style, font or image of a content delivery network, as with `src`; the connection for it, too."""
    page = (
        "<link rel=preconnect href=FOREIGN><link rel=dns-prefetch href=FOREIGN>"
        "<link rel=preload as=script href=FOREIGN/script><link rel=modulepreload href=FOREIGN/module>"
    )
    with pair(page, link="<FOREIGN/style>; rel=preload; as=style") as both:
        assert look(both) == []
        assert {"/script", "/module", "/style"} <= {*both.asked}
        both.asked.clear()
        look(both, "own")
        assert both.asked == []


def test_with_requests_own_nothing_is_requested_elsewhere(look: Look) -> None:
    with pair(ELSEWHERE) as both:
        look(both)
        everywhere = {"/image", "/script", "/fetch", "/beacon", "/worker"}
        assert everywhere <= {*both.asked}, "without it, scripts send anywhere"
        both.asked.clear()
        blocked = look(both, "own")
        assert both.asked == []
        listed = {address.removeprefix(both.foreign) for kind, address in blocked if kind == "request"}
        assert {"/image", "/style", "/script", "/fetch", "/beacon", "/worker"} <= listed
        assert any(address.startswith("ws://") for _, address in blocked)
