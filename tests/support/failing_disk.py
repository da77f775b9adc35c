"""A simulator that fails the first request of a method and a path."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.network_faults import FAULTS
from runwright.rehearsal.simulator import Simulator


@dataclass
class Failing:
    """Plays a network fault at the first matching request, and counts all matching ones, retries of the browser too."""

    fault: str
    """The name of the fault's scenario."""
    method: str
    path: str
    """A regular expression for the full path."""
    sent: list[str] = field(default_factory=list)
    """The paths of the matching requests."""

    def before(self, app: ASGIApp) -> ASGIApp:
        """The application behind the fault."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["method"] == self.method and re.fullmatch(self.path, scope["path"]):
                self.sent.append(scope["path"])
                if len(self.sent) == 1:
                    await FAULTS[self.fault].play(app, scope, receive, send)
                    return
            await app(scope, receive, send)

        return answer

    def kind(self, kind: type[Simulator]) -> type[Simulator]:
        """The same kind of simulator, with the failing request."""
        app = kind.app

        def failing(simulator: Any) -> ASGIApp:
            return self.before(app(simulator))

        return type(f"Failing{kind.__name__}", (kind,), {"app": failing})
