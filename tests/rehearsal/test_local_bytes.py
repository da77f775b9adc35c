"""The simulator `local` passes requests and answers on byte for byte, and a command resets its server."""

from __future__ import annotations

import gzip
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runwright import api
from runwright.engine.run.options import RunOptions
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal import reset_command
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient, RehearsalError

REAL = "https://admin.acme.example"
BODY = gzip.compress(b"\x00\xff packed", mtime=0)
ANSWER = (
    b"HTTP/1.1 200 Fine\r\nDate: Tue, 24 Nov 2026 03:30:02 GMT\r\nServer: acme/7\r\nSet-Cookie: a=1; Path=/\r\n"
    b"Set-Cookie: b=2; Path=/\r\nX-Twice: one\r\nX-Twice: two\r\nContent-Encoding: gzip\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n" % len(BODY)
) + BODY


class RawServer:
    """Answers every connection with the same bytes, and keeps the bytes of each request."""

    def __init__(self, answer: bytes) -> None:
        self.requests: list[bytes] = []
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                got = b""
                while b"\r\n\r\n" not in got:
                    got += connection.recv(65536)
                head, _, body = got.partition(b"\r\n\r\n")
                lengths = [
                    line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
                ]
                while lengths and len(body) < int(lengths[0]):
                    body += connection.recv(65536)
                self.requests.append(head + b"\r\n\r\n" + body)
                connection.sendall(self._answer)

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def raw() -> Iterator[RawServer]:
    server = RawServer(ANSWER)
    yield server
    server.close()


def ask(server: RawServer, request: bytes) -> bytes:
    """The bytes of the simulator's answer to the bytes of a request, under the real address."""
    with Rehearsal() as rehearsal:
        RehearsalClient(rehearsal.control_url).open_sites([("local", REAL, {"url": server.url})])
        served = rehearsal.find(REAL)
        assert served is not None
        plain = socket.create_connection(("127.0.0.1", served.secure.port), timeout=30)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with context.wrap_socket(plain, server_hostname="admin.acme.example") as secure:
            secure.sendall(request)
            got = b""
            while data := secure.recv(65536):
                got += data
        return got


def lines(message: bytes) -> list[bytes]:
    return message.partition(b"\r\n\r\n")[0].split(b"\r\n")


def test_a_request_reaches_the_server_as_it_was_sent(raw: RawServer) -> None:
    path = b"/a%2Fb/%E2%82%AC//c;x=1/..%2f?q=a%20b&q=%2F&e=&[x]='~"
    body = b"n=\x00\xff%2F\r\n--\r\n!"
    ask(
        raw,
        b"PROPFIND " + path + b" HTTP/1.1\r\nHost: admin.acme.example\r\nOrigin: https://admin.acme.example\r\n"
        b"Referer: https://admin.acme.example/x%2Fy\r\nX-Seen: one\r\nX-Seen: two\r\nAccept-Encoding: gzip\r\n"
        b"Cookie: a=1\r\nX-Other: see https://admin.acme.example/\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n"
        b"Content-Length: 14\r\n\r\n" + body,
    )
    (request,) = raw.requests
    assert request.endswith(b"\r\n\r\n" + body)
    first, *headers = lines(request)
    assert first == b"PROPFIND " + path + b" HTTP/1.1"
    got = sorted(line.lower() for line in headers)
    host = urlsplit(raw.url).netloc.encode()
    assert got == sorted(
        [
            b"host: " + host,
            b"origin: http://" + host,
            b"referer: http://" + host + b"/x%2fy",
            b"x-seen: one",
            b"x-seen: two",
            b"accept-encoding: gzip",
            b"cookie: a=1",
            b"x-other: see https://admin.acme.example/",
            b"content-length: 14",
        ]
    ), "a header was added, lost or changed"


def test_an_answer_reaches_the_browser_as_it_was_sent(raw: RawServer) -> None:
    answer = ask(raw, b"GET / HTTP/1.1\r\nHost: admin.acme.example\r\nConnection: close\r\n\r\n")
    assert answer.partition(b"\r\n\r\n")[2] == BODY
    first, *headers = lines(answer)
    assert first.startswith(b"HTTP/1.1 200")
    got = [line.lower() for line in headers if not line.lower().startswith(b"connection")]
    assert sorted(got) == sorted(line.lower() for line in lines(ANSWER)[1:] if not line.startswith(b"Connection"))
    cookies = [line for line in got if line.startswith(b"set-cookie")]
    assert cookies == [b"set-cookie: a=1; path=/", b"set-cookie: b=2; path=/"], "the order of the cookies"


@pytest.mark.parametrize("method", [b"GET", b"HEAD"])
@pytest.mark.parametrize("location", [b"/next%2Fone", b"http://elsewhere.example/"])
def test_a_redirect_and_an_answer_without_a_body_pass(method: bytes, location: bytes) -> None:
    length = b"Content-Length: 7\r\n" if method == b"HEAD" else b"Content-Length: 0\r\n"
    server = RawServer(b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\n" + length + b"\r\n")
    try:
        answer = ask(server, method + b" / HTTP/1.1\r\nHost: admin.acme.example\r\nConnection: close\r\n\r\n")
    finally:
        server.close()
    got = [line.lower() for line in lines(answer)]
    assert b"location: " + location.lower() in got
    assert length.strip().lower() in got, "the length that the server names"


def test_the_server_s_own_address_becomes_the_real_one() -> None:
    answer: list[bytes] = [b""]
    server = RawServer(b"")
    server._answer = b"HTTP/1.1 303 See\r\nLocation: " + server.url.encode() + b"/a%2Fb\r\nContent-Length: 0\r\n\r\n"
    try:
        answer[0] = ask(
            server, b"POST / HTTP/1.1\r\nHost: admin.acme.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    finally:
        server.close()
    assert b"location: https://admin.acme.example/a%2Fb" in lines(answer[0])
    assert b"content-length: 0" in [line.lower() for line in lines(server.requests[0])]


# Reset

BOOK = """name: A note at Acme
inputs:
  plan: { description: A plan, default: "a; touch hacked $(touch hacked)" }
sites:
  acme:
    url: https://admin.acme.example
    simulator: { kind: local, url: "URL", reset: RESET }
sections:
  - name: Look
    open: acme /
    ready: heading "Hello"
"""
PAGE = b"<title>Hello</title><h1>Hello</h1>"
HELLO = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE
)
LOG = "import sys; open('log', 'a').write(repr(sys.argv[1:]) + chr(10))"


@pytest.fixture
def hello() -> Iterator[RawServer]:
    server = RawServer(HELLO)
    yield server
    server.close()


def book(tmp_path: Path, reset: str, url: str = "http://127.0.0.1:9") -> Path:
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace("RESET", reset).replace("URL", url), "utf-8")
    (tmp_path / "log.py").write_text(LOG, "utf-8")
    return path


def test_the_server_is_reset_before_each_rehearsal(hello: RawServer, tmp_path: Path) -> None:
    path = book(tmp_path, f"\"{sys.executable} log.py to ${{plan}} 'a b'\"", hello.url)
    options = RunOptions(tmp_path / "screenshots")
    assert api.rehearse(load(path, vocabulary()), options=options).status.good
    line = repr(["to", "a; touch hacked $(touch hacked)", "a b"])
    assert (tmp_path / "log").read_text("utf-8").splitlines() == [line]
    assert api.rehearse(load(path, vocabulary()), options=options, mode="check").status.good
    assert (tmp_path / "log").read_text("utf-8").splitlines() == [line, line]
    assert not (tmp_path / "hacked").exists()
    with Rehearsal() as rehearsal:  # what is served keeps its state
        simulator = rehearsal.control_url
        assert api.rehearse(load(path, vocabulary()), options=options, simulator=simulator).status.good
    assert len((tmp_path / "log").read_text("utf-8").splitlines()) == 2


@pytest.mark.parametrize(
    ("reset", "message"),
    [
        ("[./not-here, now]", "`./not-here now` cannot be started: No such file or directory."),
        (
            "[PYTHON, -c, \"print('seeded'); print('no such table'); raise SystemExit(7)\"]",
            "exited with 7. Its last line: no such table",
        ),
        (
            "[PYTHON, -c, \"import time; print('begun', flush=True); time.sleep(60)\"]",
            "did not end within 1 s. Its last line: begun",
        ),
    ],
)
def test_a_reset_that_fails_ends_the_rehearsal_before_it_begins(
    hello: RawServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reset: str, message: str
) -> None:
    monkeypatch.setattr(reset_command, "LIMIT", 1.0 if "sleep" in reset else 60.0)
    path = book(tmp_path, reset.replace("PYTHON", sys.executable), hello.url)
    started = time.monotonic()
    with pytest.raises(RehearsalError) as raised:
        api.rehearse(load(path, vocabulary()), options=RunOptions(tmp_path / "screenshots"))
    assert str(raised.value).startswith("The site `acme` was not reset: `")
    assert message in str(raised.value)
    assert str(path) in raised.value.remedy and raised.value.status.exit_code == 4
    assert time.monotonic() - started < 55, "the command was waited for"
    assert not (tmp_path / "screenshots").exists() and hello.requests == []


@pytest.mark.parametrize(
    ("reset", "offset", "message"),
    [
        ("[]", 0, "`reset` has no command."),
        ('""', 0, "`reset` has no command."),
        ('["", a]', 0, "`reset` has no command."),
        ("[python, [a]]", 9, "An argument in `reset` must be one value."),
        ("{ a: b }", 0, "`reset` must be a command."),
        ("python 'seed.py", 0, "Invalid command in `reset`: a quotation is not closed."),
        ('[python, "${nobody}"]', 10, "`nobody` is not defined here."),
    ],
)
def test_an_invalid_command_is_an_error_with_its_place(tmp_path: Path, reset: str, offset: int, message: str) -> None:
    path = book(tmp_path, reset)
    with pytest.raises(UserError) as raised:
        load(path, vocabulary())
    (error,) = raised.value.diagnostics
    assert error.message == message and error.remedy
    column = path.read_text("utf-8").splitlines()[6].index("reset: ") + len("reset: ") + 1 + offset
    assert error.mark is not None and (error.mark.line, error.mark.column) == (7, column)
