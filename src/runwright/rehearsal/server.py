"""An ASGI application on one port of this machine, in a thread of its own."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp


class Server(uvicorn.Server):
    """An ASGI application on one port, in a thread of its own."""

    def __init__(self, app: ASGIApp, context: ssl.SSLContext | None = None, port: int = 0) -> None:
        config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none")
        config.load()
        config.ssl = context
        super().__init__(config)
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(128)  # so that nobody is refused while the thread starts
        self.port: int = self.socket.getsockname()[1]
        self._thread = threading.Thread(target=self.run, kwargs={"sockets": [self.socket]}, daemon=True)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave Ctrl-C to the run."""
        yield

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.should_exit = self.force_exit = True
        self._thread.join(timeout=5)
        self.socket.close()
