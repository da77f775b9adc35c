"""The control address of a rehearsal: address mapping, effects, state, reset, and a proxy for real clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Protocol
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.http_server import HttpServer
from runwright.rehearsal.page_helpers import json_of
from runwright.rehearsal.simulator import Simulator


class SimulatorEndpoints(Protocol):
    """A simulator and the local servers that answer for it."""

    @property
    def simulator(self) -> Simulator: ...

    @property
    def secure(self) -> HttpServer: ...

    @property
    def plain(self) -> HttpServer: ...


class ServedRehearsal(Protocol):
    """The rehearsal that the control server belongs to."""

    nonce: str
    context: RehearsalContext

    @property
    def spki(self) -> str: ...

    @property
    def ca_pem(self) -> str: ...

    @property
    def served(self) -> Sequence[SimulatorEndpoints]: ...

    def routes(self) -> list[tuple[str, int, int]]: ...

    def add(self, kind: str, url: str, options: Mapping[str, str]) -> Simulator: ...

    def site_for(self, url: str) -> Simulator: ...

    def local_port(self, host: str, port: int) -> int | None: ...

    def reset(self) -> None: ...


class ControlServer:
    """One port that answers HTTP requests to the control address, and forwards proxy requests to the simulators."""

    def __init__(self, rehearsal: ServedRehearsal) -> None:
        self._rehearsal = rehearsal
        self.port = 0
        self._started = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._inner: HttpServer | None = None
        self._failure: OSError | None = None

    def start(self, port: int) -> None:
        """Listen. Raises OSError if the port is in use."""
        self._inner = HttpServer(self.app())
        self._inner.start()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve(port)), daemon=True)
        self._thread.start()
        self._started.wait(10)
        if self._failure is not None:
            self.close()
            self.join()
            raise self._failure

    def close(self) -> None:
        """Start to stop."""
        if self._loop is not None and self._thread is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._ended.set)
        if self._inner is not None:
            self._inner.close()

    def join(self) -> None:
        """Wait until the port is released."""
        if self._thread is not None:
            self._thread.join(timeout=5)
        if self._inner is not None:
            self._inner.join()

    async def _serve(self, port: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        try:
            server = await asyncio.start_server(self._accept, "127.0.0.1", port)
        except OSError as error:
            self._failure = error
            self._started.set()
            return
        self.port = server.sockets[0].getsockname()[1]
        self._started.set()
        async with server:
            await self._ended.wait()
            for task in list(self._tasks):
                task.cancel()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._connection(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            return  # the client or the simulator closed its connection
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request_line = await reader.readuntil(b"\r\n")
        words = request_line.decode("latin-1").split()
        if len(words) < 3:
            return
        if words[0] == "CONNECT":
            while await reader.readuntil(b"\r\n") != b"\r\n":
                pass  # the headers of CONNECT are not needed
            host, _, port = words[1].rpartition(":")
            local = self._rehearsal.local_port(host, int(port) if port.isdigit() else 0)
            if local is None:
                await self._refuse(writer, f"No simulator answers for {words[1]}.")
                return
            await self._tunnel(reader, writer, local, b"", b"HTTP/1.1 200 Connection established\r\n\r\n")
        elif words[1].startswith("http://"):
            parts = urlsplit(words[1])
            local = self._rehearsal.local_port(parts.hostname or "", parts.port or 80)
            if local is None:
                await self._refuse(writer, f"No simulator answers for {parts.netloc}.")
                return
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            lines = [f"{words[0]} {path} {words[2]}\r\n".encode("latin-1")]
            while (line := await reader.readuntil(b"\r\n")) != b"\r\n":
                if not line.lower().startswith((b"connection:", b"proxy-connection:")):
                    lines.append(line)
            # one request per connection: the next one may go to another site
            await self._tunnel(reader, writer, local, b"".join([*lines, b"Connection: close\r\n\r\n"]), b"")
        elif self._inner is not None:
            await self._tunnel(reader, writer, self._inner.port, request_line, b"")

    async def _refuse(self, writer: asyncio.StreamWriter, reason: str) -> None:
        body = reason.encode()
        headers = f"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(headers.encode() + body)
        await writer.drain()

    async def _tunnel(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, request: bytes, answer: bytes
    ) -> None:
        try:
            downstream, upstream = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await self._refuse(writer, "The simulator does not answer.")
            return
        upstream.write(request)
        writer.write(answer)
        try:
            await asyncio.gather(_pump(reader, upstream), _pump(downstream, writer))
        finally:
            upstream.close()

    def app(self) -> Starlette:
        """The control address as an ASGI application."""
        return Starlette(
            routes=[
                Route("/", self._mapping),
                Route("/sites", self._sites, methods=["POST"]),
                Route("/effects", self._effects),
                Route("/state", self._state),
                Route("/reset", self._reset, methods=["POST"]),
                Route("/ca.pem", self._ca),
            ]
        )

    def _mapping(self, request: Request) -> Response:
        rehearsal = self._rehearsal
        sites = [
            {"kind": s.simulator.kind, "origin": s.simulator.origin, "tls_port": s.secure.port, "port": s.plain.port}
            for s in rehearsal.served
        ]
        return JSONResponse(
            {
                "routes": rehearsal.routes(),
                "spki": rehearsal.spki,
                "nonce": rehearsal.nonce,
                "sites": sites,
                "scenarios": sorted(rehearsal.context.scenarios),
            }
        )

    def _sites(self, request: Request) -> Response:
        """Serve the simulator of a site: `{kind, url, options}`; without a kind, one must claim the host."""
        try:
            body = json_of(request)
            kind, url = body.get("kind"), str(body.get("url", ""))
        except (ValueError, AttributeError):
            return PlainTextResponse("Invalid request body: send a JSON object {kind, url, options}.", 400)
        try:
            if kind is None:
                self._rehearsal.site_for(url)
            else:
                self._rehearsal.add(kind, url, body.get("options") or {})
        except KeyError:
            own = 'simulator: { kind: local, url: "http://127.0.0.1:8765" }'
            message = (
                f"No simulator answers for {url}. Name one that ships with `simulator`, or use your own server: {own}"
            )
            return PlainTextResponse(message, 404)
        except ValueError as error:
            return PlainTextResponse(str(error), 404)
        return JSONResponse({"ok": True})

    def _effects(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        effects = self._rehearsal.context.effects.since(int(since) if since.isdigit() else 0)
        return JSONResponse([asdict(effect) for effect in effects])

    def _state(self, request: Request) -> Response:
        return JSONResponse({each.simulator.origin: each.simulator.state() for each in self._rehearsal.served})

    def _reset(self, request: Request) -> Response:
        self._rehearsal.reset()
        return JSONResponse({"ok": True})

    def _ca(self, request: Request) -> Response:
        return PlainTextResponse(self._rehearsal.ca_pem, media_type="application/x-pem-file")


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
