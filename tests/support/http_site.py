"""Serves pages over plain HTTP on this machine, for real runs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextmanager
def served(pages: Mapping[str, str | Callable[[], str]]) -> Iterator[str]:
    """Serve pages by their paths; the server's address. A page may be a function that makes it on each request.

    Any other path is answered with an HTML page and status 404.
    """

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = pages.get(self.path)
            page = found() if callable(found) else found
            self.send_response(404 if page is None else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write((page or "<!doctype html><title>Not here</title>").encode())

        do_POST = do_GET

        def log_message(self, *words: object) -> None:
            return

    with listening(Answer) as port:
        yield f"http://127.0.0.1:{port}"


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler]) -> Iterator[int]:
    """The port of a server on this machine that answers with a handler."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
