"""One ASGI application on one port of this machine, in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from email.utils import formatdate
from typing import Any, ClassVar

import uvicorn
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol


class HttpServer(uvicorn.Server):
    """Listens as soon as it is created, so no client is refused while its thread starts. Raises OSError."""

    def __init__(
        self, app: ASGIApp, context: ssl.SSLContext | None = None, reserved: socket.socket | None = None
    ) -> None:
        config = uvicorn.Config(
            _ConnectionBreaker(app),
            http=_BreakableConnection,
            log_level="critical",
            access_log=False,
            lifespan="off",
            ws="none",
            proxy_headers=False,
            date_header=False,
            server_header=False,
        )
        config.load()
        config.ssl = context
        super().__init__(config)
        self.socket = reserved or reserve_port()
        self.socket.listen(128)
        self.port: int = self.socket.getsockname()[1]
        self._thread = threading.Thread(target=self.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self._closing: asyncio.Event | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave Ctrl-C to the run: uvicorn installs no signal handlers."""
        yield

    async def main_loop(self) -> None:
        """Wait until it is closed, not for uvicorn's next look, and keep the `Date` of its responses up to date."""
        self._closing = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), 1.0)

    def start(self) -> None:
        """Start to answer, in the server's thread."""
        self._thread.start()

    def close(self) -> None:
        """Start to stop: open connections are closed."""
        self.should_exit = self.force_exit = True
        if self._loop is not None and self._closing is not None:  # otherwise it looks before it waits
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._closing.set)

    def join(self) -> None:
        """Wait until the thread has ended and the port is released."""
        self._thread.join(timeout=5)
        self.socket.close()


def reserve_port(port: int = 0) -> socket.socket:
    """Bind a port without listening on it: it refuses every connection. Raises OSError if the port is in use."""
    reserved = socket.socket(proto=socket.IPPROTO_TCP)  # with the protocol named, asyncio sends small answers at once
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        reserved.bind(("127.0.0.1", port))
    except OSError:
        reserved.close()
        raise
    return reserved


class _BreakableConnection(H11Protocol):
    """A connection that can be found, and broken, by the address of its client."""

    open: ClassVar[dict[tuple[str, int] | None, asyncio.Transport]] = {}

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.open[self.client] = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self.open.pop(self.client, None)
        super().connection_lost(exc)


_INCOMPLETE_RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2"
"""All that a client receives of a broken response.

Closing the connection before the first byte of a response is not enough: on a reused connection, browsers then send the
request again on their own, even a POST, and the page does not see it.
"""


class _ConnectionBreaker:
    """Closes a connection in the middle of its response when the application raises ConnectionResetError."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def dated(message: Message) -> None:
            """Add `Date` to a response without one, as servers do; the one of a server behind this one stays."""
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                if not any(name.lower() == b"date" for name, _ in headers):
                    headers.append((b"date", formatdate(usegmt=True).encode()))
                message = {**message, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, dated)
        except ConnectionResetError:
            client: Any = scope.get("client")
            connection = _BreakableConnection.open.get(client)
            if connection is None:
                return  # the client has already closed it
            connection.write(_INCOMPLETE_RESPONSE)
            connection.close()
            while (await receive())["type"] != "http.disconnect":
                pass
