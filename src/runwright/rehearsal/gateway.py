"""The layer in front of every simulator: the nonce that proves a rehearsal, and the scenarios that affect any site."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.network_faults import FAULTS, NTH_REQUEST, NetworkFault
from runwright.rehearsal.simulator import Simulator

NONCE_PATH = "/.well-known/runwright-rehearsal"
"""Where every simulator answers with the nonce, and sets the cookies that the browser starts with."""

SCENARIOS = {
    "slow": "Every response takes 50 to 400 ms longer.",
    **{name: fault.sentence for name, fault in FAULTS.items()},
}
"""The scenarios that affect any site: name and a one-sentence description."""


def matches(host: str, pattern: str) -> bool:
    """Whether a host has a name, or a name below a `*.` pattern."""
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


class SimulatorGateway:
    """An ASGI application that wraps the application of a simulator."""

    def __init__(self, simulator: Simulator, nonce: str, count: Callable[[], int]) -> None:
        self._simulator = simulator
        self._app: ASGIApp = simulator.app()
        self._nonce = nonce
        self._count = count
        """Numbers the requests over all simulators, from 1."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == NONCE_PATH:
            response = await run_in_threadpool(self._nonce_response, Request(scope))  # cookies may wait for a store
            await response(scope, receive, send)
            return
        fault = await self._next_fault() if scope["type"] == "http" else None
        if fault is not None:
            await fault.play(self._app, scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _nonce_response(self, request: Request) -> Response:
        response = PlainTextResponse(self._nonce)
        for cookie in self._simulator.cookies():
            domain = cookie.domain if cookie.domain.startswith(".") else None
            secure = request.url.scheme == "https"
            response.set_cookie(cookie.name, cookie.value, domain=domain, secure=secure, samesite="lax", httponly=True)
        return response

    async def _next_fault(self) -> NetworkFault | None:
        """The fault for this request, or None. Several active faults take turns."""
        active = self._simulator.context.scenarios
        if "slow" in active:
            await asyncio.sleep(random.uniform(0.05, 0.4))
        faults = [fault for name, fault in FAULTS.items() if name in active]
        turn, rest = divmod(self._count(), NTH_REQUEST) if faults else (0, 1)
        return faults[(turn - 1) % len(faults)] if not rest else None
