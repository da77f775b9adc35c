"""The gateway between browser and servers: all connections of a run pass through a SOCKS proxy in this process.

It decides where a host's connections lead, knows why one failed and which address answered, and keeps the browser from
sending a request twice. It passes TLS on as it is: certificates and HTTP/2 are between the browser and the server. Only
where a site names whom to trust, or has a client certificate, it verifies the server itself.
Where the environment names a proxy, it connects through that.

Source: https://www.rfc-editor.org/rfc/rfc1928
"""

from __future__ import annotations

import asyncio
import re
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Collection
from contextlib import suppress
from types import TracebackType
from urllib.parse import urlsplit

from runwright.engine.browser.connection_tunnel import BLOCK, Tunnel, any_bytes, ends, is_alert, tls_record
from runwright.engine.browser.environment_proxies import EnvironmentProxies
from runwright.engine.browser.local_peer import of_another_account
from runwright.engine.browser.tls_relays import RefusedServer, TlsRelay, TlsRelays
from runwright.engine.browser.upstream_connection import (
    NO_NAME,
    UNAUTHORIZED,
    AbsoluteRequests,
    UpstreamError,
    connect_error,
    connected,
    status_of,
    tunnelled,
)

Route = Callable[[str, int], tuple[str, int] | None]
"""Where the connections to a host and port lead; None refuses them, as if the name did not exist."""

_DONE, _REFUSED, _UNREACHABLE = 0, 5, 4
_UNUSABLE_TLS = b"\0" * 16
"""No TLS record begins like this."""
_UNUSABLE_HTTP = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
"""A response that no browser accepts."""
_UNUSABLE_ERRORS = ("net::ERR_SSL_PROTOCOL_ERROR", "net::ERR_RESPONSE_HEADERS_MULTIPLE_CONTENT_LENGTH")
"""What the browser says of these bytes."""
_CLOSED = "net::ERR_CONNECTION_CLOSED"
_NET_ERROR = re.compile(r"net::ERR_\w+")


class ConnectionGateway:
    """A SOCKS proxy for one browser context, for as long as its `with` block runs. Raises OSError without a port."""

    def __init__(
        self,
        route: Route | None = None,
        allows: Callable[[str, int], bool] | None = None,
        proxies: EnvironmentProxies | None = None,
        relays: TlsRelays | None = None,
    ) -> None:
        """``allows`` is whether there may be connections to a host and port; None for all.

        ``proxies`` lead to the hosts to which they apply; the others are connected to directly. ``relays`` verify the
        servers of some sites in the browser's place.
        """
        self._route = route
        self._allows = allows
        self._proxies = proxies
        self._relays = relays
        self.refused: deque[tuple[str, int]] = deque(maxlen=100)
        """Hosts and ports that were not allowed, as they came."""
        self._tunnels: set[Tunnel] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._failures: dict[tuple[str, int], str] = {}
        self._broken_off: set[tuple[str, int]] = set()
        """Endpoints for which the browser got the unusable bytes."""
        self._peers: dict[tuple[str, int], str] = {}
        self._resend = True
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, name="gateway", daemon=True)

    def __enter__(self) -> ConnectionGateway:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(timeout=5)

    @property
    def server(self) -> str:
        """The proxy's address, for the browser."""
        return f"socks5://127.0.0.1:{self._socket.getsockname()[1]}"

    def explain(self, message: str, address: str) -> str:
        """A message of the browser, with the reason for which this gateway could not connect to the address.

        Where the server closed the connection, and the browser got unusable bytes for it, it says that.
        """
        endpoint = _endpoint(address)
        unusable = endpoint in self._broken_off and any(error in message for error in _UNUSABLE_ERRORS)
        reason = _CLOSED if unusable else self._failures.get(endpoint)
        return _NET_ERROR.sub(reason, message) if reason is not None else message

    def server_address(self, address: str) -> str | None:
        """IP address and port of the server that answers for an address; of several, the last that was connected."""
        return self._peers.get(_endpoint(address))

    def certificate(self, address: str) -> str | None:
        """The SHA-256 of the certificate of a server that this gateway has verified itself; None for other servers."""
        relay = self._relays.at(*_endpoint(address)) if self._relays is not None else None
        return relay.certificate if relay is not None else None

    def allow_resending(self, busy: Collection[str | None] | None = None) -> None:
        """Leave it to the browser to send a request again when a connection ends, which it does for any method.

        Not one that was sent before and has no answer yet, such as a beacon, for which nobody waits. ``busy`` hosts may
        have such requests; None for all. Other connections may end as servers end idle ones, and the next request goes
        through a new one: otherwise it would fail.
        """
        self._resend = True
        if busy is not None:
            self._loop.call_soon_threadsafe(self._release, busy)

    def _release(self, busy: Collection[str | None]) -> None:
        for tunnel in self._tunnels:
            if tunnel.host not in busy:
                tunnel.all_answered()

    def _protects(self, tunnel: Tunnel) -> bool:
        return not self._resend or tunnel.protected()

    def prevent_resending(self, busy: Collection[str | None]) -> None:
        """From now on, a request whose connection ends before the answer fails, and is sent once.

        Chromium sends a request again if a connection that was open before breaks without an answer, or brings the
        answer 408. So the idle connections are closed beforehand, and the request has one of its own; not those of
        ``busy`` hosts, which have requests under way. Instead of a break the browser gets bytes that are no answer.
        """
        closed = threading.Event()

        def close_idle() -> None:
            for tunnel in [each for each in self._tunnels if not (each.websocket or each.unanswered)]:
                if tunnel.host not in busy:
                    tunnel.browser.transport.abort()
            closed.set()

        self._resend = False
        self._loop.call_soon_threadsafe(close_idle)
        closed.wait(1)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._accept_all())
        finally:
            self._loop.close()

    async def _accept_all(self) -> None:
        async with await asyncio.start_server(self._accept, sock=self._socket):
            await self._ended.wait()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self._loop.shutdown_default_executor()

    async def _accept(self, reader: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            host, port = await _requested(reader, browser)
            await self._connect(host, port, reader, browser)
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            browser.transport.abort()  # the browser has gone, spoke another protocol, or the run is over
        finally:
            self._tasks.discard(task)

    async def _connect(self, host: str, port: int, reader: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        target = self._route(host, port) if self._route is not None else (host, port)
        if self._allows is not None and not self._allows(host, port):
            self.refused.append((host, port))
            target = None
        tunnel = Tunnel(host, port, browser)
        self._tunnels.add(tunnel)  # also while it waits for a proxy: the browser may have opened it ahead
        relay = self._relays.at(host, port) if self._relays is not None and target is not None else None
        try:
            if relay is not None and target is not None:
                await self._relayed((host, port), target, relay, reader, tunnel)
            elif target is not None and self._proxies is not None and self._proxies.apply_to(host, port):
                await self._through_proxy((host, port), self._proxies, reader, tunnel)
            else:
                await self._directly((host, port), target, reader, tunnel)
        finally:
            self._tunnels.discard(tunnel)

    async def _directly(
        self,
        endpoint: tuple[str, int],
        target: tuple[str, int] | None,
        reader: asyncio.StreamReader,
        tunnel: Tunnel,
        begun: bytes = b"",
    ) -> None:
        """Connect to where an endpoint leads. ``begun`` is what the browser has sent, if it was answered already."""
        try:
            if target is None:
                raise socket.gaierror
            response, server = await asyncio.open_connection(*target, limit=BLOCK, happy_eyeballs_delay=0.25)
        except (OSError, UnicodeError) as error:
            self._failures[endpoint] = connect_error(error)
            if not begun:
                tunnel.browser.write(_reply(_UNREACHABLE if self._failures[endpoint] == NO_NAME else _REFUSED))
            tunnel.browser.close()
            return
        self._failures.pop(endpoint, None)
        self._peers[endpoint] = _peer(server)
        if begun:
            server.write(begun)
        else:
            tunnel.browser.write(_reply(_DONE))
        await self._join(reader, server, response, tunnel)

    async def _relayed(
        self,
        endpoint: tuple[str, int],
        target: tuple[str, int],
        relay: TlsRelay,
        reader: asyncio.StreamReader,
        tunnel: Tunnel,
    ) -> None:
        """Connect to a server and verify it, before the browser may send anything; then answer in its place."""
        proxy = self._proxies.https if self._proxies is not None and self._proxies.apply_to(*endpoint) else None
        server = None
        try:
            if of_another_account(tunnel.browser):
                raise RefusedServer("net::ERR_ACCESS_DENIED")  # it would act with this run's certificate
            if proxy is not None:
                response, server = await tunnelled(proxy, *endpoint)
            else:
                response, server = await asyncio.open_connection(*target, limit=BLOCK, happy_eyeballs_delay=0.25)
            peer = _peer(server) if proxy is None else None
            await relay.verified(server)
        except (UpstreamError, RefusedServer, OSError, UnicodeError) as error:
            if server is not None:
                server.transport.abort()
            reason = str(error) if isinstance(error, (UpstreamError, RefusedServer)) else connect_error(error)
            self._failures[endpoint] = reason
            tunnel.browser.write(_reply(_REFUSED))
            tunnel.browser.close()
            return
        self._failures.pop(endpoint, None)
        if peer is not None:
            self._peers[endpoint] = peer
        failures = self._failures
        (inner, inside), task = await relay.answering(response, server, lambda why: failures.update({endpoint: why}))
        tunnel.browser.write(_reply(_DONE))
        try:
            await self._join(reader, inside, inner, tunnel)
        finally:
            await task

    async def _through_proxy(
        self, endpoint: tuple[str, int], proxies: EnvironmentProxies, reader: asyncio.StreamReader, tunnel: Tunnel
    ) -> None:
        """Connect through a proxy. Which one, and how, depends on what the browser sends first."""
        host, port = endpoint
        tunnel.browser.write(_reply(_DONE))
        begun = await reader.read(BLOCK)
        if not begun:
            tunnel.browser.close()  # opened ahead, and not needed
            return
        tunnel.sent(begun, once=not self._resend)
        proxy = proxies.https if tunnel.tls else proxies.http
        if proxy is None:
            await self._directly(endpoint, endpoint, reader, tunnel, begun)
            return
        plain = not (tunnel.tls or tunnel.websocket or proxy.scheme.startswith("socks"))
        requests = AbsoluteRequests(proxy, host, port) if plain else None
        try:
            response, server = await (connected(proxy) if plain else tunnelled(proxy, host, port))
        except UpstreamError as error:
            self._failures[endpoint] = str(error)
            tunnel.browser.close()
            return
        self._failures.pop(endpoint, None)
        self._peers.pop(endpoint, None)  # only the proxy knows it
        server.write(requests.rewritten(begun) if requests is not None else begun)
        await self._join(reader, server, response, tunnel, requests, endpoint)

    async def _join(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        response: asyncio.StreamReader,
        tunnel: Tunnel,
        requests: AbsoluteRequests | None = None,
        endpoint: tuple[str, int] | None = None,
    ) -> None:
        """Pass on what browser and server send, until both have ended."""
        try:
            await asyncio.gather(
                self._to_server(reader, server, tunnel, requests),
                self._to_browser(response, tunnel, endpoint if requests is not None else None),
            )
        finally:
            server.transport.abort()
            tunnel.browser.close()

    async def _to_server(
        self,
        reader: asyncio.StreamReader,
        server: asyncio.StreamWriter,
        tunnel: Tunnel,
        requests: AbsoluteRequests | None,
    ) -> None:
        with suppress(OSError):  # the other direction reports how the server has ended the connection
            while data := await reader.read(BLOCK):
                tunnel.sent(data, once=not self._resend)
                server.write(data if requests is None else requests.rewritten(data))
                await server.drain()
            if server.can_write_eof():
                server.write_eof()
            return
        if reader.at_eof() or reader.exception() is not None:
            server.transport.abort()  # the browser has broken it

    async def _to_browser(
        self, response: asyncio.StreamReader, tunnel: Tunnel, behind_proxy: tuple[str, int] | None
    ) -> None:
        """Pass on what the server sends; of ``behind_proxy``, note where the proxy wants another name and password."""
        broken, browser = False, tunnel.browser
        try:
            begun = await response.read(1)  # a server speaks second: then it is known whether this is TLS
            while data := await (tls_record(response, begun) if tunnel.tls else any_bytes(response, begun)):
                if begun and behind_proxy is not None:
                    data += await response.read(BLOCK)
                    if status_of(data) == 407:
                        self._failures[behind_proxy] = UNAUTHORIZED
                begun = b""
                lost = self._protects(tunnel) and tunnel.request_lost() and tunnel.tls and is_alert(data)
                if lost and (tunnel.unanswered or await ends(response)):
                    break  # the browser would take the alert as the end, and would not read the unusable bytes
                tunnel.received(data)
                browser.write(data)
                await browser.drain()
        except OSError:
            broken = True
        if self._protects(tunnel) and tunnel.request_lost():
            self._broken_off.add((tunnel.host, tunnel.port))
            browser.write(_UNUSABLE_TLS if tunnel.tls else _UNUSABLE_HTTP)
        elif broken:
            _reset(browser)
            return
        browser.close()


async def _requested(reader: asyncio.StreamReader, browser: asyncio.StreamWriter) -> tuple[str, int]:
    """Host and port that the browser asks for. Raises ValueError for anything but a SOCKS5 connection request."""
    version, methods = await reader.readexactly(2)
    await reader.readexactly(methods)
    browser.write(b"\x05\x00")
    asked, command, _, kind = await reader.readexactly(4)
    if (version, asked, command) != (5, 5, 1):
        raise ValueError("not a SOCKS5 connection request")
    if kind == 3:
        (length,) = await reader.readexactly(1)
        host = (await reader.readexactly(length)).decode("ascii")
    elif kind == 4:
        host = socket.inet_ntop(socket.AF_INET6, await reader.readexactly(16))
    else:
        host = socket.inet_ntop(socket.AF_INET, await reader.readexactly(4))
    return host.strip("[]").lower(), int.from_bytes(await reader.readexactly(2), "big")


def _reply(code: int) -> bytes:
    return bytes([5, code, 0, 1, 0, 0, 0, 0, 0, 0])


def _reset(writer: asyncio.StreamWriter) -> None:
    """Break a connection as the server broke its own, so that the browser reports the same."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def _peer(server: asyncio.StreamWriter) -> str:
    address, port = server.get_extra_info("peername")[:2]
    return f"{address}:{port}"


def _endpoint(address: str) -> tuple[str, int]:
    parts = urlsplit(address)
    return parts.hostname or "", parts.port or (80 if parts.scheme in ("http", "ws") else 443)
