"""The Slack simulator: the pages of each host, the scenarios, and the cookie of the signed-in person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Host, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.simulator import Cookie, Simulator
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.app_pages import AppPages
from runwright.rehearsal.slack.channel_view import ChannelView
from runwright.rehearsal.slack.consent import ConsentPages
from runwright.rehearsal.slack.page_context import COOKIE, SlackSite, static
from runwright.rehearsal.slack.settings_routes import SettingsRoutes
from runwright.rehearsal.slack.slack_sign_in import SignIn
from runwright.rehearsal.slack.slack_store import SavedSlackState
from runwright.rehearsal.slack.web_api import WebApi
from runwright.rehearsal.slack.webhooks import WebhookRoutes


class SlackSimulator(Simulator):
    """Slack: api.slack.com, slack.com, each workspace's own address, app.slack.com and hooks.slack.com."""

    kind: ClassVar[str] = "slack"
    claims: ClassVar[tuple[str, ...]] = ("slack.com", "*.slack.com")
    saved_state_type = SavedSlackState
    scenarios: ClassVar[Mapping[str, str]] = slack_scenarios.SCENARIOS

    def __init__(self, context: RehearsalContext, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(context, origin, options)
        self.site = SlackSite(context)

    def app(self) -> ASGIApp:
        site = self.site
        app_pages, settings, consent = AppPages(site), SettingsRoutes(site), ConsentPages(site)
        api, sign_in, channels, hooks = WebApi(site), SignIn(site), ChannelView(site), WebhookRoutes(site)
        shared = [Route("/static/{name}", static), Route("/favicon.ico", lambda request: Response(status_code=204))]
        hosts = Router(
            [
                Host(
                    "api.slack.com", Router([*shared, *settings.routes(), *app_pages.routes()], default=self._not_found)
                ),
                Host(
                    "app.slack.com",
                    Router(
                        [*shared, *settings.routes(), *app_pages.moved_routes(), *channels.routes()],
                        default=self._not_found,
                    ),
                ),
                Host("hooks.slack.com", Router(hooks.routes(), default=self._not_found)),
                Host(
                    "slack.com",
                    Router(
                        [*shared, *api.routes(), *consent.start_routes(), *sign_in.routes()], default=self._not_found
                    ),
                ),
                Host(
                    "{domain}.slack.com",
                    Router([*shared, *consent.routes(), *sign_in.workspace_routes()], default=self._not_found),
                ),
            ],
            default=self._not_found,
        )
        return _RedirectToTls(hosts)

    def cookies(self) -> list[Cookie]:
        if any(self.site.on(name) for name in ("signed-out", "signed-out-code", "signed-out-factor")):
            return []
        return [Cookie(COOKIE, self.site.first_session, ".slack.com")]

    def state(self) -> dict[str, Any]:
        with self.site.store as store:
            return store.as_json()

    def reset(self) -> None:
        self.site.reset()

    def saved_state(self) -> SavedSlackState:
        with self.site.store as store:
            return store.saved_state()

    def restore(self, saved: SavedSlackState) -> None:
        with self.site.store as store:
            store.restore(saved)

    async def _not_found(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            request = Request(scope, receive)
            await self.site.page(request, "not_found.html", 404)(scope, receive, send)


class _RedirectToTls:
    """Redirects requests without TLS to the same address with TLS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["scheme"] == "http":
            url = Request(scope).url.replace(scheme="https")
            response: Response = RedirectResponse(url, 301)
            await response(scope, receive, send)
            return
        await self._app(scope, receive, send)
