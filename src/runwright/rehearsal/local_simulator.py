"""The simulator `local`: serves any server on this machine under a site's real address."""

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

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.simulator import Cookie, Simulator

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_NOT_FORWARDED = {
    "connection",
    "content-encoding",
    "content-length",
    "host",
    "keep-alive",
    "transfer-encoding",
    "upgrade",
}


class LocalSimulator(Simulator):
    """Forwards every request to a server on this machine: `simulator: { kind: local, url: "http://127.0.0.1:8765" }`.

    The server has its own state, which a rehearsal neither sees nor resets. No effects are recorded.
    """

    kind: ClassVar[str] = "local"

    def __init__(self, context: RehearsalContext, origin: str, options: Mapping[str, str]) -> None:
        """Raises ValueError if the address is not on this machine: a rehearsal never reaches a real site."""
        super().__init__(context, origin, options)
        url = urlsplit(options.get("url", ""))
        if url.scheme not in ("http", "https") or url.hostname not in _LOCAL_HOSTS:
            raise ValueError(
                f"The simulator `local` of {origin} requires the url of a server on this machine: "
                'simulator: { kind: local, url: "http://127.0.0.1:8765" }'
            )
        self._target = f"{url.scheme}://{url.netloc}"
        self._client = httpx.Client(trust_env=False, timeout=60, verify=False)

    def app(self) -> ASGIApp:
        return Starlette(routes=[Route("/{path:path}", self._forward, methods=_METHODS)])

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        return

    def _forward(self, request: Request) -> Response:
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        headers = [
            (name, value.replace(self.origin, self._target) if name in ("origin", "referer") else value)
            for name, value in request.headers.items()
            if name not in _NOT_FORWARDED
        ]
        content = anyio.from_thread.run(request.body)
        try:
            answer = self._client.request(request.method, self._target + path, headers=headers, content=content)
        except httpx.HTTPError as error:
            return PlainTextResponse(f"The server at {self._target} does not answer: {error}", 502)
        response = Response(answer.content, answer.status_code)
        for name, value in answer.headers.multi_items():
            if name not in _NOT_FORWARDED:
                text = value.replace(self._target, self.origin) if name == "location" else value
                response.headers.append(name, text)
        return response
