"""The simulator `local`: serves any server on this machine under a site's real address, and passes on its bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlsplit

import httpx
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.simulator import Cookie, Simulator

_LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")
_OF_CONNECTION = frozenset(
    (b"connection", b"keep-alive", b"proxy-connection", b"te", b"trailer", b"transfer-encoding", b"upgrade")
)
"""Headers that belong to one connection, of which there are two here (RFC 9110, section 7.6.1)."""
_OWN_OF_REQUEST = frozenset((b"host", b"content-length", b"expect"))
_WITH_ADDRESS = frozenset((b"origin", b"referer"))
_WITHOUT_BODY = frozenset((204, 304))

Headers = list[tuple[bytes, bytes]]


class LocalSimulator(Simulator):
    """Forwards every request to a server on this machine: `simulator: { kind: local, url: "http://127.0.0.1:8765" }`.

    Path, query, headers and bodies pass unchanged in both directions; only the address is exchanged, in `Host`,
    `Origin`, `Referer` and `Location`. The server has its own state, which a rehearsal does not see. No effects are
    recorded.
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
        return self._forward

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        return

    async def _forward(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        content = await Request(scope, receive).body()
        try:
            status, headers, body = await run_in_threadpool(self._answer, scope, content)
        except httpx.HTTPError as error:
            refusal = PlainTextResponse(f"The server at {self._target} does not answer: {error}", 502)
            await refusal(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, scope: Scope, content: bytes) -> tuple[int, Headers, bytes]:
        """Status, headers and body of the server's answer, as it sent them. Raises httpx.HTTPError."""
        target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        request = httpx.Request(
            scope["method"],
            self._target,
            headers=self._passed(scope["headers"], _OWN_OF_REQUEST, _WITH_ADDRESS, self.origin, self._target),
            content=content or None,
            extensions={**self._timeout(), "target": target},  # as it is: the client would normalize an address
        )
        if scope["method"] in ("POST", "PUT", "PATCH") and not content:
            request.headers["content-length"] = "0"
        answer = self._client.send(request, stream=True)
        try:
            body = b"".join(answer.iter_raw())  # not decoded: `Content-Encoding` passes as well
        finally:
            answer.close()
        location = frozenset((b"location",))
        headers = self._passed(answer.headers.raw, frozenset(), location, self._target, self.origin)
        if scope["method"] != "HEAD" and answer.status_code not in _WITHOUT_BODY:
            headers = [each for each in headers if each[0] != b"content-length"]
            headers.append((b"content-length", str(len(body)).encode()))
        return answer.status_code, headers, body

    def _timeout(self) -> dict[str, Any]:
        return {"timeout": self._client.timeout.as_dict()}

    @staticmethod
    def _passed(headers: Headers, own: frozenset[bytes], address: frozenset[bytes], old: str, new: str) -> Headers:
        """The headers to pass on, in their order, repeated ones too; in some the one address replaces the other."""
        names = [(name.lower(), value) for name, value in headers]
        listed = b",".join(value for name, value in names if name == b"connection")
        dropped = _OF_CONNECTION | own | {word.strip().lower() for word in listed.split(b",")}
        return [
            (name, _moved(value, old.encode(), new.encode()) if name in address else value)
            for name, value in names
            if name not in dropped
        ]


def _moved(value: bytes, old: bytes, new: bytes) -> bytes:
    """An address below another origin, if it lies below the old one."""
    rest = value.removeprefix(old)
    return new + rest if value.startswith(old) and rest[:1] in (b"", b"/", b"?", b"#") else value
