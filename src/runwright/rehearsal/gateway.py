"""The layer before every stand-in: the rehearsal's own page with its nonce, and faults that hit any site."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.network_faults import EVERY, FAULTS, Fault
from runwright.rehearsal.simulator import StandIn

PATH = "/.well-known/runwright-rehearsal"
"""Where every stand-in answers with the nonce, and gives the browser the cookies that it starts with."""

SCENARIOS = {
    "slow": "Every answer takes 50 to 400 ms longer.",
    **{name: fault.sentence for name, fault in FAULTS.items()},
}
"""What can go wrong at any site: name, and one sentence for people."""


class Door:
    """An ASGI application around a stand-in's own."""

    def __init__(self, stand_in: StandIn, nonce: str, count: Callable[[], int]) -> None:
        self._stand_in = stand_in
        self._app: ASGIApp = stand_in.app()
        self._nonce = nonce
        self._count = count
        """Numbers the requests over all stand-ins, from 1."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == PATH:
            await self._welcome(Request(scope))(scope, receive, send)
            return
        fault = await self._fault() if scope["type"] == "http" else None
        if fault is not None:
            await fault.play(self._app, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _welcome(self, request: Request) -> Response:
        response = PlainTextResponse(self._nonce)
        for cookie in self._stand_in.cookies():
            domain = cookie.domain if cookie.domain.startswith(".") else None
            secure = request.url.scheme == "https"
            response.set_cookie(cookie.name, cookie.value, domain=domain, secure=secure, samesite="lax", httponly=True)
        return response

    async def _fault(self) -> Fault | None:
        """The fault that is this request's turn; where several are on, they take turns."""
        on = self._stand_in.world.scenarios
        if "slow" in on:
            await asyncio.sleep(random.uniform(0.05, 0.4))
        faults = [fault for name, fault in FAULTS.items() if name in on]
        turn, rest = divmod(self._count(), EVERY) if faults else (0, 1)
        return faults[(turn - 1) % len(faults)] if not rest else None
