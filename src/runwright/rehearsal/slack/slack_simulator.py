"""The stand-in itself: which host shows which pages, its scenarios, the cookie of a person who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Host, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.effects import World
from runwright.rehearsal.simulator import Cookie, StandIn
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.app_pages import Console
from runwright.rehearsal.slack.channel_view import Client
from runwright.rehearsal.slack.consent import Consent
from runwright.rehearsal.slack.page_context import COOKIE, Site, static
from runwright.rehearsal.slack.settings_routes import Saves
from runwright.rehearsal.slack.slack_sign_in import SignIn
from runwright.rehearsal.slack.slack_store import Kept
from runwright.rehearsal.slack.web_api import Api
from runwright.rehearsal.slack.webhooks import Hooks


class SlackStandIn(StandIn):
    """Slack: api.slack.com, slack.com, each workspace's own address, app.slack.com and hooks.slack.com."""

    kind: ClassVar[str] = "slack"
    claims: ClassVar[tuple[str, ...]] = ("slack.com", "*.slack.com")
    keeps = Kept
    scenarios: ClassVar[Mapping[str, str]] = slack_scenarios.SCENARIOS

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(world, origin, options)
        self.site = Site(world)

    def app(self) -> ASGIApp:
        site = self.site
        console, saves, consent = Console(site), Saves(site), Consent(site)
        entry, sign_in, client, hooks = Api(site), SignIn(site), Client(site), Hooks(site)
        shared = [Route("/static/{name}", static), Route("/favicon.ico", lambda request: Response(status_code=204))]
        hosts = Router(
            [
                Host("api.slack.com", Router([*shared, *saves.routes(), *console.routes()], default=self._nothing)),
                Host(
                    "app.slack.com",
                    Router(
                        [*shared, *saves.routes(), *console.moved_routes(), *client.routes()], default=self._nothing
                    ),
                ),
                Host("hooks.slack.com", Router(hooks.routes(), default=self._nothing)),
                Host(
                    "slack.com",
                    Router(
                        [*shared, *entry.routes(), *consent.start_routes(), *sign_in.routes()], default=self._nothing
                    ),
                ),
                Host(
                    "{domain}.slack.com",
                    Router([*shared, *consent.routes(), *sign_in.workspace_routes()], default=self._nothing),
                ),
            ],
            default=self._nothing,
        )
        return _Secure(hosts)

    def cookies(self) -> list[Cookie]:
        if any(self.site.on(name) for name in ("signed-out", "signed-out-code", "signed-out-factor")):
            return []
        return [Cookie(COOKIE, self.site.first_session, ".slack.com")]

    def state(self) -> dict[str, Any]:
        with self.site.store as store:
            return store.as_json()

    def reset(self) -> None:
        self.site.reset()

    def kept(self) -> Kept:
        with self.site.store as store:
            return store.kept()

    def take_up(self, kept: Kept) -> None:
        with self.site.store as store:
            store.take_up(kept)

    async def _nothing(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            await self.site.page(request, "not_found.html", 404)(scope, receive, send)


class _Secure:
    """Sends people who come without TLS to the same address with it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["scheme"] == "http":
            url = Request(scope).url.replace(scheme="https")
            response: Response = RedirectResponse(url, 301)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)
