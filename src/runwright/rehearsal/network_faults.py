"""What can go wrong with one request at any site: the sentence of each such scenario, and how it is played."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

EVERY = 25
"""A fault hits every so many requests, counted over all sites."""


@dataclass(frozen=True)
class Fault:
    """One thing that can go wrong."""

    sentence: str
    """For people."""
    play: Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]
    """Stands in the application's place for one request.

    ConnectionResetError breaks the connection off within its answer.
    """


def _answered(status: int) -> Callable[[ASGIApp, Scope, Receive, Send], Awaitable[None]]:
    async def play(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Something went wrong.", status)(scope, receive, send)

    return play


async def _broken_off(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass  # a connection that is closed with something unread in it is reset, and takes back what was written
    raise ConnectionResetError("this request breaks off: nothing was done")


async def _answer_lost(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    async def lose(message: Message) -> None:
        pass

    await app(scope, receive, lose)
    raise ConnectionResetError("this request breaks off: it was done")


FAULTS: Mapping[str, Fault] = {
    "errors-500": Fault(f"Every {EVERY}th request is answered with status 500.", _answered(500)),
    "errors-429": Fault(f"Every {EVERY}th request is answered with status 429.", _answered(429)),
    "errors-reset": Fault(f"Every {EVERY}th request breaks off without an answer, and nothing is done.", _broken_off),
    "answers-lost": Fault(f"Every {EVERY}th request is done, and breaks off without an answer.", _answer_lost),
}
"""By the name of the scenario in which it happens."""
