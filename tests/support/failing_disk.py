"""A stand-in one of whose requests fails: the first of a method and a path, whoever sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.network_faults import FAULTS
from runwright.rehearsal.simulator import StandIn


@dataclass
class Failing:
    """Plays a fault at the first request that fits, and counts all that fit: those that a browser sends again too."""

    fault: str
    """The name of its scenario."""
    method: str
    path: str
    """A pattern for the whole path."""
    sent: list[str] = field(default_factory=list)
    """The paths of the requests that fitted."""

    def before(self, app: ASGIApp) -> ASGIApp:
        """The application with this before it."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == self.method and re.fullmatch(self.path, scope["path"]):
                self.sent.append(scope["path"])
                if len(self.sent) == 1:
                    await FAULTS[self.fault].play(app, scope, receive, send)
                    return
            await app(scope, receive, send)

        return answer

    def kind(self, kind: type[StandIn]) -> type[StandIn]:
        """The same stand-in, of which a request fails."""
        app = kind.app

        def failing(stand_in: Any) -> ASGIApp:
            return self.before(app(stand_in))

        return type(f"Failing{kind.__name__}", (kind,), {"app": failing})
