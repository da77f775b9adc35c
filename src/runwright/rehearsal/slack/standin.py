"""The stand-in itself: which host shows which pages, its scenarios, the cookie of a person who is signed in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Host, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.slack.api import Api
from runwright.rehearsal.slack.client import Client
from runwright.rehearsal.slack.console import Console
from runwright.rehearsal.slack.hooks import Hooks
from runwright.rehearsal.slack.oauth import Consent
from runwright.rehearsal.slack.saves import Saves
from runwright.rehearsal.slack.signin import SignIn
from runwright.rehearsal.slack.store import Kept
from runwright.rehearsal.slack.web import COOKIE, Site, static
from runwright.rehearsal.standin import Cookie, StandIn
from runwright.rehearsal.world import World


class SlackStandIn(StandIn):
    """Slack: api.slack.com, slack.com, each workspace's own address, app.slack.com and hooks.slack.com."""

    kind: ClassVar[str] = "slack"
    claims: ClassVar[tuple[str, ...]] = ("slack.com", "*.slack.com")
    keeps = Kept
    scenarios: ClassVar[Mapping[str, str]] = {
        "apps": "The Slack account has three apps already, two of them with names like the usual one.",
        "signed-out": "Nobody is signed in to Slack; it wants the password.",
        "signed-out-code": "Nobody is signed in to Slack; after the password it wants a code that it sends by e-mail.",
        "signed-out-factor": "Nobody is signed in to Slack; after the password it wants an authentication code.",
        "slack-session-expires": "The Slack session ends after nine pages.",
        "cookie-banner": "A cookie banner lies over Slack’s pages until it is answered.",
        "console-moved": "The page OAuth & Permissions has moved to app.slack.com, and shows nothing for 30 seconds.",
        "consent-2026": "Slack’s consent page looks as it has done since 2026.",
        "consent-korean": "Slack’s consent page is in Korean.",
        "approval-needed": "An admin must approve the Slack app, and does not answer.",
        "approval-later": "An admin must approve the Slack app, and does so a moment after being asked.",
        "approval-refused": "An admin must approve the Slack app, and refuses.",
        "secret-regenerated": "Somebody regenerates the app’s Client Secret, once, after it was read.",
        "slack-drift-renamed": "The button Save URLs is called Save Redirect URLs.",
        "slack-drift-moved": "The redirect URLs have moved below the scopes.",
        "slack-drift-removed": "The button Add New Redirect URL is gone.",
        "slack-drift-doubled": "There are two buttons Save URLs.",
    }

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
