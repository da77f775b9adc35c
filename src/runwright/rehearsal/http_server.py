"""One ASGI application on one port of this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any, ClassVar

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class Server(uvicorn.Server):
    """Listens as soon as it is made, so that nobody is refused while its thread starts. Raises OSError."""

    def __init__(self, app: ASGIApp, context: ssl.SSLContext | None = None, held: socket.socket | None = None) -> None:
        config = uvicorn.Config(
            _Breaking(app),
            http=_Wire,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
        )
        config.load()
        config.ssl = context
        super().__init__(config)
        self.socket = held or hold()
        self.socket.listen(128)
        self.port: int = self.socket.getsockname()[1]
        self._thread = threading.Thread(target=self.run, kwargs={"sockets": [self.socket]}, daemon=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave Ctrl-C to the run."""
        yield

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """Begin to stop: open connections are cut."""
        self.should_exit = self.force_exit = True

    def join(self) -> None:
        """Wait until the thread and the port are gone."""
        self._thread.join(timeout=5)
        self.socket.close()


def hold(port: int = 0) -> socket.socket:
    """A port that is kept and refuses every connection. Raises OSError when it is taken."""
    held = socket.socket(proto=socket.IPPROTO_TCP)  # named, so that asyncio sends small answers at once
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        held.bind(("127.0.0.1", port))
    except OSError:
        held.close()
        raise
    return held


class _Wire(H11Protocol):
    """A connection that can be broken off by the address of its other end."""

    open: ClassVar[dict[tuple[str, int] | None, asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.pop(self.client, None)
        super().connection_lost(exc)


_CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2"
"""All that comes of an answer that is broken off.

A connection that is closed before any byte of an answer would not do: where browsers have used it before, they send the
request again by themselves, a POST too, and no page hears of it.
"""


class _Breaking:
    """Breaks a connection off within its answer, where the application raises ConnectionResetError."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        except ConnectionResetError:
            client: Any = scope.get("client")
            wire = _Wire.open.get(client)
            if wire is None:
                return  # the other end was faster
            wire.write(_CUT)
            wire.close()
            while (await receive())["type"] != "http.disconnect":
                pass
