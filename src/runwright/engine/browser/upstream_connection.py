"""Connections through a company's proxy: CONNECT, SOCKS, and plain HTTP requests with the whole address.

Sources: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.6, https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2,
https://www.rfc-editor.org/rfc/rfc1928, https://www.rfc-editor.org/rfc/rfc1929
"""

from __future__ import annotations

import asyncio
import errno
import re
import socket
import ssl
from ipaddress import ip_address

from runwright.engine.browser.connection_tunnel import BLOCK
from runwright.engine.browser.environment_proxies import UpstreamProxy

CONNECT_LIMIT = 10.0
"""Seconds in which a proxy must accept a connection."""
ANSWER_LIMIT = 20.0
"""Seconds in which it must have connected to the server."""
UNREACHABLE = "net::ERR_PROXY_CONNECTION_FAILED"
UNAUTHORIZED = "net::ERR_PROXY_AUTH_REQUESTED"
REFUSED = "net::ERR_TUNNEL_CONNECTION_FAILED"
_ERRORS = {
    errno.ECONNREFUSED: "net::ERR_CONNECTION_REFUSED",
    errno.ECONNRESET: "net::ERR_CONNECTION_RESET",
    errno.ETIMEDOUT: "net::ERR_CONNECTION_TIMED_OUT",
    errno.EHOSTUNREACH: "net::ERR_ADDRESS_UNREACHABLE",
    errno.ENETUNREACH: "net::ERR_ADDRESS_UNREACHABLE",
    errno.EADDRNOTAVAIL: "net::ERR_ADDRESS_INVALID",
}
NO_NAME = "net::ERR_NAME_NOT_RESOLVED"
_CERTIFICATE = "net::ERR_PROXY_CERTIFICATE_INVALID"
_STATUS = re.compile(rb"HTTP/1\.[01] (\d{3})\b")
_LENGTH = re.compile(rb"^content-length:\s*(\d+)\s*$", re.IGNORECASE | re.MULTILINE)
_CHUNKED = re.compile(rb"^transfer-encoding:", re.IGNORECASE | re.MULTILINE)
_CONNECTION = re.compile(rb"^connection:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
_MOST_HEAD = 1_000_000

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class UpstreamError(Exception):
    """A proxy does not lead to the server. The message is a reason in the browser's words: `net::ERR_…`."""


async def connected(proxy: UpstreamProxy) -> Streams:
    """A connection to the proxy itself. Raises UpstreamError."""
    secure = ssl.create_default_context() if proxy.scheme == "https" else None
    try:
        async with asyncio.timeout(CONNECT_LIMIT):
            return await asyncio.open_connection(
                proxy.host, proxy.port, limit=BLOCK, happy_eyeballs_delay=0.25, ssl=secure
            )
    except ssl.SSLCertVerificationError:
        raise UpstreamError(_CERTIFICATE) from None
    except (OSError, UnicodeError):  # a timeout, too
        raise UpstreamError(UNREACHABLE) from None


async def tunnelled(proxy: UpstreamProxy, host: str, port: int) -> Streams:
    """A connection through the proxy to a host and port, on which only their bytes pass. Raises UpstreamError."""
    response, server = await connected(proxy)
    ask = {"socks5": _socks5, "socks4": _socks4}.get(proxy.scheme, _connect)
    try:
        async with asyncio.timeout(ANSWER_LIMIT):
            await ask(proxy, host, port, response, server)
    except BaseException as error:
        server.transport.abort()
        if isinstance(error, TimeoutError):
            raise UpstreamError(f"{REFUSED}, no answer within {ANSWER_LIMIT:g} s") from None
        if isinstance(error, (OSError, EOFError, ValueError, asyncio.LimitOverrunError)):
            raise UpstreamError(f"{REFUSED}, no valid answer") from None
        raise
    return response, server


async def _connect(
    proxy: UpstreamProxy, host: str, port: int, response: asyncio.StreamReader, server: asyncio.StreamWriter
) -> None:
    there = f"{_bracketed(host)}:{port}"
    server.write(f"CONNECT {there} HTTP/1.1\r\nHost: {there}\r\n".encode() + _authorization(proxy) + b"\r\n")
    head = await response.readuntil(b"\r\n\r\n")
    status = status_of(head)
    if status == 407:
        raise UpstreamError(UNAUTHORIZED)
    if status is None or not 200 <= status < 300:
        raise UpstreamError(f"{REFUSED}, HTTP {status or 'none'}")


async def _socks5(
    proxy: UpstreamProxy, host: str, port: int, response: asyncio.StreamReader, server: asyncio.StreamWriter
) -> None:
    server.write(b"\x05\x02\x00\x02" if proxy.user else b"\x05\x01\x00")
    _, method = await response.readexactly(2)
    if method == 2 and proxy.user:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        server.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        _, refused = await response.readexactly(2)
        method = 0xFF if refused else 0
    if method != 0:
        raise UpstreamError(UNAUTHORIZED)
    try:
        address = ip_address(host)
        where = bytes([1 if address.version == 4 else 4]) + address.packed
    except ValueError:
        name = host.encode("ascii")
        where = bytes([3, len(name)]) + name
    server.write(b"\x05\x01\x00" + where + port.to_bytes(2, "big"))
    _, code, _, kind = await response.readexactly(4)
    length = {1: 4, 4: 16}.get(kind) or (await response.readexactly(1))[0]
    await response.readexactly(length + 2)
    if code:
        raise UpstreamError(f"{REFUSED}, SOCKS {code}")


async def _socks4(
    proxy: UpstreamProxy, host: str, port: int, response: asyncio.StreamReader, server: asyncio.StreamWriter
) -> None:
    user = proxy.user.encode().replace(b"\0", b"")
    server.write(b"\x04\x01" + port.to_bytes(2, "big") + b"\0\0\0\1" + user + b"\0" + host.encode("ascii") + b"\0")
    answer = await response.readexactly(8)
    if answer[1] != 0x5A:
        raise UpstreamError(f"{REFUSED}, SOCKS {answer[1]}")


class AbsoluteRequests:
    """Rewrites the plain HTTP requests of one connection, so that a proxy knows where they go and who sends them."""

    def __init__(self, proxy: UpstreamProxy, host: str, port: int) -> None:
        self._origin = f"http://{_bracketed(host)}{'' if port == 80 else f':{port}'}".encode()
        self._authorization = _authorization(proxy)
        self._rest = b""
        self._body = 0
        """Bytes of the request's body that are to come."""
        self._last = False
        """The length of this request is not known: it is the last one of its connection."""

    def rewritten(self, data: bytes) -> bytes:
        """What to send for the next bytes of the browser; a head only once it is complete. Raises ValueError."""
        out, self._rest = b"", self._rest + data
        while self._rest:
            if self._last or self._body:
                part = self._rest if self._last else self._rest[: self._body]
                self._body = max(self._body - len(part), 0)
                out, self._rest = out + part, self._rest[len(part) :]
                continue
            head, end, rest = self._rest.partition(b"\r\n\r\n")
            if not end:
                if len(head) > _MOST_HEAD:
                    raise ValueError("a request without an end")
                break
            out, self._rest = out + self._head(head + b"\r\n"), rest
        return out

    def _head(self, head: bytes) -> bytes:
        line, _, fields = head.partition(b"\r\n")
        method, _, target = line.partition(b" ")
        if target.startswith(b"/"):
            target = self._origin + target
        length = _LENGTH.search(fields.replace(b"\r\n", b"\n"))
        self._body = int(length[1]) if length is not None else 0
        self._last = _CHUNKED.search(fields) is not None
        if self._last:
            fields = _CONNECTION.sub(b"", fields) + b"Connection: close\r\n"
        return method + b" " + target + b"\r\n" + fields + self._authorization + b"\r\n"


def status_of(head: bytes) -> int | None:
    """The status of a response that begins with these bytes; None for anything else."""
    found = _STATUS.match(head)
    return int(found[1]) if found is not None else None


def _authorization(proxy: UpstreamProxy) -> bytes:
    value = proxy.authorization
    return f"Proxy-Authorization: {value}\r\n".encode() if value is not None else b""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def connect_error(error: OSError | UnicodeError) -> str:
    """Why a server could not be connected to, in the browser's words."""
    if isinstance(error, (socket.gaierror, UnicodeError)):
        return NO_NAME
    return _ERRORS.get(_number(error), "net::ERR_FAILED")


def _number(error: OSError | UnicodeError) -> int:
    """The error number; of several attempts, which asyncio reports in one message, that of the first."""
    found = re.search(r"\[Errno (\d+)\]", str(error))
    return getattr(error, "errno", None) or (int(found[1]) if found else 0)
