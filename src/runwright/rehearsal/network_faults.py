"""Network faults that can hit one request at any site: the scenario's sentence, and how the fault is played."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NTH_REQUEST = 25
"""A fault hits every request whose number, counted over all sites, is a multiple of this."""


@dataclass(frozen=True)
class NetworkFault:
    """One kind of network fault."""

    sentence: str
    """The description that `runwright simulator --list` prints."""
    play: Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]
    """Replaces the application for one request.

    ConnectionResetError closes the connection in the middle of its response.
    """


def _status(status: int) -> Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]:
    async def play(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Something went wrong.", status)(scope, receive, send)

    return play


async def _drop_request(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass  # closing a connection with unread data in it resets it, and discards what was written
    raise ConnectionResetError("this request is dropped: it had no effect")


async def _lose_response(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def discard(message: Message) -> None:
        pass

    await app(scope, receive, discard)
    raise ConnectionResetError("the response to this request is lost: the request took effect")


FAULTS: Mapping[str, NetworkFault] = {
    "errors-500": NetworkFault(f"Every {NTH_REQUEST}th request returns status 500.", _status(500)),
    "errors-429": NetworkFault(f"Every {NTH_REQUEST}th request returns status 429.", _status(429)),
    "errors-reset": NetworkFault(
        f"Every {NTH_REQUEST}th request is dropped without a response, and has no effect.", _drop_request
    ),
    "answers-lost": NetworkFault(
        f"Every {NTH_REQUEST}th request takes effect, but its response is lost.", _lose_response
    ),
}
"""By the name of the scenario that plays them."""
