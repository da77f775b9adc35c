"""The Slack stand-in: api.slack.com, slack.com, the workspace's own domain, app.slack.com, hooks.slack.com."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

from starlette.applications import Starlette
from starlette.routing import Host, Router
from starlette.types import ASGIApp

from runwright.rehearsal.slackb.client import Client
from runwright.rehearsal.slackb.console import Console
from runwright.rehearsal.slackb.oauth import OAuth
from runwright.rehearsal.slackb.signin import SignIn
from runwright.rehearsal.slackb.store import Store
from runwright.rehearsal.standin import Cookie, StandIn
from runwright.rehearsal.world import World


class SlackStandIn(StandIn):
    """One workspace, Acme, and Morgan Lee, who is signed in."""

    kind: ClassVar[str] = "slack"
    claims: ClassVar[tuple[str, ...]] = ("slack.com", "*.slack.com")
    scenarios: ClassVar[Mapping[str, str]] = {
        "apps": "The Slack account has apps already, one of them with a name that holds ours.",
        "signed-out": "Nobody is signed in at Slack; a password is asked for.",
        "second-factor": "Signing in at Slack asks for a second factor.",
        "cookie-banner": "A cookie banner lies over Slack's pages and takes every click until it is answered.",
        "consent-2026": "Slack's consent page has the form of 2026.",
        "consent-korean": "Slack's consent page is in Korean.",
    }

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(world, origin, options)
        self.store = Store(with_apps="apps" in world.scenarios)

    def app(self) -> ASGIApp:
        console, oauth, sign_in, client = Console(self), OAuth(self), SignIn(self), Client(self)
        workspace = [*oauth.workspace_routes(), *sign_in.workspace_routes()]
        return Starlette(
            routes=[
                Host("api.slack.com", Router(console.routes())),
                Host("app.slack.com", Router(client.routes())),
                Host("hooks.slack.com", Router(client.hook_routes())),
                Host("slack.com", Router([*oauth.routes(), *sign_in.routes()])),
                Host("{workspace}.slack.com", Router(workspace)),
            ]
        )

    def cookies(self) -> list[Cookie]:
        if self.world.scenarios & {"signed-out", "second-factor"}:
            return []
        return [Cookie("d", self.store.session, ".slack.com")]

    def state(self) -> dict[str, Any]:
        with self.store.lock:
            self.store.catch_up()
            return {
                "workspace": asdict(self.store.workspace),
                "apps": [asdict(app) for app in self.store.apps.values()],
                "channels": [asdict(channel) for channel in self.store.channels],
            }

    def reset(self) -> None:
        with self.store.lock:
            session = self.store.session
            self.store.clear()
            self.store.session = session  # a browser that was signed in stays so
