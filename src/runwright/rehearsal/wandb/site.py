"""The W&B stand-in: one server, whose admin pages are of one of the two kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp

from runwright.rehearsal.standin import Cookie, StandIn
from runwright.rehearsal.wandb.admin import Admin
from runwright.rehearsal.wandb.app import App, attachment
from runwright.rehearsal.wandb.store import Store
from runwright.rehearsal.world import World


class WandbStandIn(StandIn):
    """A server, and Morgan Lee, who is its admin and signed in.

    The option `admin_pages` says which admin surface it has: `console` or `settings`.
    """

    kind: ClassVar[str] = "wandb"
    scenarios: ClassVar[Mapping[str, str]] = {
        "wandb-signed-out": "Nobody is signed in at W&B; a password is asked for.",
    }

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(world, origin, options)
        self.store = Store(self.origin)

    @property
    def surface(self) -> str:
        return self.options.get("admin_pages", "console")

    def app(self) -> ASGIApp:
        pages = App(self)

        async def not_found(request: Request, error: Exception) -> Response:
            return pages.not_found()

        return Starlette(
            routes=[*pages.routes(), *Admin(self).routes()],
            exception_handlers={404: not_found, HTTPException: not_found},
        )

    def cookies(self) -> list[Cookie]:
        if "wandb-signed-out" in self.world.scenarios:
            return []
        return [Cookie("wandb", self.store.session, self.host)]

    def state(self) -> dict[str, Any]:
        with self.store.lock:
            self.store.catch_up()
            return {
                "settings": asdict(self.store.settings),
                "person": asdict(self.store.person),
                "team": [asdict(each) for each in self.store.team],
            }

    def reset(self) -> None:
        with self.store.lock:
            self.store.clear()

    def send_alert(self, title: str, text: str, level: str = "INFO") -> bool:
        """Send an alert as the server does when a run asks for it; whether Slack took it."""
        with self.store.lock:
            self.store.catch_up()
            person = self.store.person
            if person.slack is None or not person.slack_alerts["scriptable"]:
                return False
            address = person.slack.webhook
        try:
            with self.world.client() as client:
                return (
                    client.post(address, json={"attachments": [attachment(self.origin, title, text, level)]}).text
                    == "ok"
                )
        except httpx.HTTPError:
            return False
