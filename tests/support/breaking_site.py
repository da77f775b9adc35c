"""A site that breaks its connections at a POST and at the first GET of `/lost`, over HTTP/1.1 with or without TLS."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from runwright.rehearsal.tls import Authority

FORM = """<!doctype html><title>Keys</title><h1>Keys</h1>
<form method=post action="/form-reset"><input name=name aria-label=Name><button>Create</button></form>"""
SEND = """async ([how, path]) => {
  if (how === "beacon") return navigator.sendBeacon(path, "x");
  try {
    return (await fetch(path, { method: "POST", body: "x", keepalive: how === "keepalive" })).status;
  } catch (error) {
    return error.name;
  }
}"""


class BreakingSite:
    """Keeps connections open, and breaks one when it has received a POST, before any answer."""

    def __init__(self, tls: bool) -> None:
        self.posts: list[str] = []
        self.connections = 0
        self.received = threading.Event()
        self.lost = threading.Event()
        """`/lost` was requested, and the connection closed."""
        self.breaks = threading.Event()
        """Whether it breaks the connection at once, or waits for this."""
        self.breaks.set()
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                site.connections += 1

            def do_GET(self) -> None:
                if self.path == "/lost" and not site.lost.is_set():
                    site.lost.set()
                    self.connection.shutdown(socket.SHUT_RDWR)
                    self.close_connection = True
                    return
                rows = "".join(f"<p>{each}</p>" for each in site.posts)
                body = b"x" * 3_000_000 if self.path == "/large" else f"{FORM}{rows}".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                site.posts.append(self.path)
                site.received.set()
                site.breaks.wait(60)
                answer = self.path.rpartition("-")[2]
                if answer.isdigit():
                    self.send_response(int(answer))
                    if answer == "401":
                        self.send_header("WWW-Authenticate", 'Basic realm="x"')
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                if self.path.endswith("reset"):
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif self.path.endswith("notify") and isinstance(self.connection, ssl.SSLSocket):
                    with suppress(OSError):  # announces the end in TLS, and waits for the browser's own
                        self.connection.unwrap()
                else:
                    self.connection.shutdown(socket.SHUT_RDWR)
                self.connection.close()
                self.close_connection = True

            def log_message(self, *words: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *words: object) -> None:
                return  # connections are broken on purpose

        self.authority = Authority()
        """Signs its certificate."""
        self.server = Server(("127.0.0.1", 0), Handler)
        if tls:
            context = self.authority.server_context(["site.example"])
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.address = f"{'https' if tls else 'http'}://site.example:{self.server.server_port}"

    def route(self, host: str, port: int) -> tuple[str, int] | None:
        return ("127.0.0.1", port) if host == "site.example" else None


@contextmanager
def breaking_site(tls: bool) -> Iterator[BreakingSite]:
    site = BreakingSite(tls)
    threading.Thread(target=site.server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield site
    finally:
        site.server.shutdown()
        site.server.server_close()
