"""A stand-in that somebody else wrote: whatever answers on this machine is served under the site's real address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

import anyio.from_thread
import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from runwright.rehearsal.effects import World
from runwright.rehearsal.simulator import Cookie, StandIn

_HERE = ("127.0.0.1", "localhost", "::1")
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_NOT_PASSED_ON = {
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
}


class LocalStandIn(StandIn):
    """Passes every request on to a server of this machine: `stand_in: { kind: local, url: "http://127.0.0.1:8765" }`.

    The server has its own state, which no rehearsal resets; what changes in it is not known, so nothing is recorded.
    """

    kind: ClassVar[str] = "local"

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        """Raises ValueError when the address is none of this machine: a rehearsal reaches no real site."""
        super().__init__(world, origin, options)
        url = urlsplit(options.get("url", ""))
        if url.scheme not in ("http", "https") or url.hostname not in _HERE:
            raise ValueError(
                f"The stand-in `local` of {origin} needs the url of a server on this machine: "
                'stand_in: { kind: local, url: "http://127.0.0.1:8765" }'
            )
        self._there = f"{url.scheme}://{url.netloc}"
        self._client = httpx.Client(trust_env=False, timeout=60, verify=False)

    def app(self) -> ASGIApp:
        return Starlette(routes=[Route("/{path:path}", self._pass_on, methods=_METHODS)])

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        return

    def _pass_on(self, request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        headers = [
            (name, value.replace(self.origin, self._there) if name in ("origin", "referer") else value)
            for name, value in request.headers.items()
            if name not in _NOT_PASSED_ON
        ]
        content = anyio.from_thread.run(request.body)
        try:
            answer = self._client.request(request.method, self._there + path, headers=headers, content=content)
        except httpx.HTTPError as error:
            return PlainTextResponse(f"The server at {self._there} does not answer: {error}", 502)
        response = Response(answer.content, answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in _NOT_PASSED_ON:
                text = value.replace(self._there, self.origin) if name == "location" else value
                response.headers.append(name, text)
        return response
