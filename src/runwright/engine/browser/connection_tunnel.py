"""One connection through the gateway: who spoke last, and whether its end may lose a request; records of TLS."""

from __future__ import annotations

import asyncio
import time
from math import inf

BLOCK = 65536
"""Bytes that are read at once."""
_TLS_ALERT, _TLS_HANDSHAKE, _TLS_DATA = 21, 22, 23
_TLS_HEADER = 5
_ENCRYPTED_ALERT = 2 + 1 + 16
"""The length of an alert in TLS 1.3, where it looks like data: the alert, its type, and the authentication tag.

Source: https://www.rfc-editor.org/rfc/rfc8446#section-5.2
"""
_SHORT = 128
"""Bytes: no response with its headers is shorter, encrypted."""
_ANSWER_WAIT = 60.0
"""Seconds in which the answer to a request may still come, or the connection end without one."""
_ALERT_WAIT = 0.5
"""Seconds in which the end of a connection follows the alert that announces it."""
_OFFERS_HTTP2 = b"\x02h2"
"""Part of the first TLS message of every connection but those for WebSockets, which HTTP/2 cannot carry."""


class Tunnel:
    """One connection of the browser, and the one to the server that it leads to."""

    def __init__(self, host: str, port: int, browser: asyncio.StreamWriter) -> None:
        self.host = host
        self.port = port
        self.browser = browser
        self.last = time.monotonic()
        """When something was sent in either direction."""
        self.unanswered = False
        """The browser has sent something since the server last did."""
        self.answer = 0
        """How many bytes the server has sent since the browser last did."""
        self.turns = 0
        """How often the browser spoke after the server did."""
        self.tls = False
        self.websocket = False
        self._once = -inf
        """When something was last sent that must not be sent twice."""

    def sent(self, data: bytes, once: bool = False) -> None:
        """Note what the browser has sent; ``once`` if it must not be sent twice."""
        if once:
            self._once = time.monotonic()
        elif not (self.unanswered or self.tls):
            self._once = -inf  # the answer has come, and this is the next request
        if self.turns == 0:
            self.tls = data[0] == _TLS_HANDSHAKE
            self.websocket = _OFFERS_HTTP2 not in data if self.tls else b"upgrade: websocket" in data.lower()
        self.turns += not self.unanswered
        self.unanswered, self.answer, self.last = True, 0, time.monotonic()

    def received(self, data: bytes) -> None:
        """Note what the server has sent."""
        self.unanswered, self.last = False, time.monotonic()
        self.answer += len(data)

    def all_answered(self) -> None:
        """Note that the browser has all answers, unless it has sent something since the server last did."""
        if not self.unanswered:
            self._once = -inf

    def protected(self) -> bool:
        """Whether the connection may carry a request that was sent once and has no answer yet.

        Over TLS nobody knows which request an answer is for.
        """
        return time.monotonic() - self._once < _ANSWER_WAIT

    def request_lost(self) -> bool:
        """Whether a request may have been lost, if the connection ends now, that the browser would send again.

        Over TLS a server may speak without answering: HTTP/2 has frames of its own, which are short. A connection that
        is used again (the handshake takes two or three turns, with the first request) has responses with a stated end,
        and nothing behind them matters.
        """
        return self.unanswered or (self.tls and (self.answer < _SHORT or self.turns > 3))


async def any_bytes(response: asyncio.StreamReader, begun: bytes) -> bytes:
    """What has begun, or else what comes next; nothing at the end."""
    return begun or await response.read(BLOCK)


async def tls_record(response: asyncio.StreamReader, begun: bytes) -> bytes:
    """The record of TLS that has begun, or the next one; at the end, what there is of it."""
    record = begun
    try:
        record += await response.readexactly(_TLS_HEADER - len(begun))
        return record + await response.readexactly(int.from_bytes(record[3:], "big"))
    except asyncio.IncompleteReadError as end:
        return record + end.partial


def is_alert(record: bytes) -> bool:
    """Whether a record may be an alert: encrypted ones can be told by their length only."""
    return record[0] == _TLS_ALERT or (record[0] == _TLS_DATA and len(record) == _TLS_HEADER + _ENCRYPTED_ALERT)


async def ends(response: asyncio.StreamReader) -> bool:
    """Whether a connection ends now."""
    deadline = time.monotonic() + _ALERT_WAIT
    while not response.at_eof() and time.monotonic() < deadline:
        await asyncio.sleep(0.01)
    return response.at_eof()
