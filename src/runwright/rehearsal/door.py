"""The layer before every stand-in: the rehearsal's own page with its nonce, and faults that hit any site."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.standin import StandIn

PATH = "/.well-known/runwright-rehearsal"
"""Where every stand-in answers with the nonce, and gives the browser the cookies that it starts with."""

SCENARIOS = {
    "slow": "Every answer takes 50 to 400 ms longer.",
    "errors-500": "Every 25th request is answered with status 500.",
    "errors-429": "Every 25th request is answered with status 429.",
    "errors-reset": "Every 25th request breaks off without an answer.",
}
"""What can go wrong at any site: name, and one sentence for people."""

_EVERY = 25


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
        if scope["type"] == "http" and await self._fault(scope, receive, send):
            return
        await self._app(scope, receive, send)

    def _welcome(self, request: Request) -> Response:
        response = PlainTextResponse(self._nonce)
        for cookie in self._stand_in.cookies():
            domain = cookie.domain if cookie.domain.startswith(".") else None
            secure = request.url.scheme == "https"
            response.set_cookie(cookie.name, cookie.value, domain=domain, secure=secure, samesite="lax", httponly=True)
        return response

    async def _fault(self, scope: Scope, receive: Receive, send: Send) -> bool:
        """Play the fault that is this request's turn; whether there was one."""
        on = self._stand_in.world.scenarios
        if "slow" in on:
            await asyncio.sleep(random.uniform(0.05, 0.4))
        kinds = [name for name in ("errors-500", "errors-429", "errors-reset") if name in on]
        if not kinds or self._count() % _EVERY:
            return False
        if kinds[0] == "errors-reset":
            raise ConnectionResetError("this request breaks off: the scenario errors-reset is on")
        status = int(kinds[0].removeprefix("errors-"))
        await PlainTextResponse("Something went wrong.", status)(scope, receive, send)
        return True
