"""api.slack.com: Your Apps, the dialogs that create an app, and the pages of an app's settings."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.slackb.pages import LIST_LATE, SAVE_LATE, Pages, form_of, held, json_of
from runwright.rehearsal.slackb.scopes import BOT_SCOPES, USER_SCOPES
from runwright.rehearsal.slackb.store import App

MOST_RANGES = 10
MOST_NAME = 35
# the documentation ranges of RFC 5737 are no private addresses, whatever `is_private` says
_DOCUMENTATION = [ipaddress.ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")]


class Console(Pages):
    """The routes of api.slack.com."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.home),
            Route("/apps", self.apps),
            Route("/apps/new", lambda request: RedirectResponse("/apps?new_app=1")),
            Route("/apps/list", self.app_list),
            Route("/apps/create", self.create, methods=["POST"]),
            Route("/apps/{app}", self.general),
            Route("/apps/{app}/general", self.general),
            Route("/apps/{app}/secret", self.reveal),
            Route("/apps/{app}/oauth", self.oauth),
            Route("/apps/{app}/oauth", self.save_urls, methods=["POST"]),
            Route("/apps/{app}/scopes", self.save_scopes, methods=["POST"]),
            Route("/apps/{app}/ranges", self.save_ranges, methods=["POST"]),
            Route("/apps/{app}/incoming-webhooks", self.webhooks),
            Route("/apps/{app}/install-on-team", self.install),
        ]

    def home(self, request: Request) -> Response:
        return RedirectResponse("/apps", 302)

    @held
    def apps(self, request: Request) -> Response:
        if not self.signed_in(request):
            return self.page("signed_out.html", back=str(request.url))
        late = int(LIST_LATE * 1000)
        return self.page("apps.html", late=late, new_app=request.query_params.get("new_app") == "1")

    @held
    def app_list(self, request: Request) -> Response:
        if not self.signed_in(request):
            return PlainTextResponse("not_authed", 401)
        apps = sorted(self.store.apps.values(), key=lambda app: app.name.lower())
        return self.page("app_list.html", apps=apps)

    @held
    def create(self, request: Request) -> Response:
        if not self.signed_in(request):
            return JSONResponse({"ok": False, "error": "You are signed out."}, 401)
        asked = json_of(request)
        name = str(asked.get("name", "")).strip()
        if not name or len(name) > MOST_NAME:
            # the wording is a guess: only the limit is known
            error = f"App names must be {MOST_NAME} characters or fewer" if name else "Give the app a name"
            return JSONResponse({"ok": False, "error": error})
        if asked.get("team") != self.store.workspace.id:
            return JSONResponse({"ok": False, "error": "Pick a workspace"})
        app = self.store.create_app(name, self.store.next_secret())
        self.effect(request, "create-app", app=app.id, name=name)
        return JSONResponse({"ok": True, "url": f"/apps/{app.id}"})

    def _app(self, request: Request) -> App | None:
        return self.store.apps.get(request.path_params["app"])

    def _app_page(self, request: Request, template: str, active: str, **values: Any) -> Response:
        """A page of the app's settings, inside their frame."""
        if not self.signed_in(request):
            return self.page("signed_out.html", back=str(request.url))
        app = self._app(request)
        if app is None:
            return self.page("not_found.html", 404)
        return self.page(template, app=app, active=active, **values)

    @held
    def general(self, request: Request) -> Response:
        return self._app_page(request, "general.html", "Basic Information")

    @held
    def reveal(self, request: Request) -> Response:
        """The value behind a *Show*."""
        app = self._app(request)
        if not self.signed_in(request) or app is None:
            return PlainTextResponse("not_authed", 401)
        values = {"client_secret": app.client_secret, "signing_secret": app.signing_secret}
        value = values.get(request.query_params.get("name", ""))
        return PlainTextResponse(value, headers={"Cache-Control": "no-store"}) if value else PlainTextResponse("", 404)

    @held
    def oauth(self, request: Request) -> Response:
        return self._app_page(
            request,
            "oauth.html",
            "OAuth & Permissions",
            bot_scopes=BOT_SCOPES,
            user_scopes=USER_SCOPES,
            most_ranges=MOST_RANGES,
        )

    @held
    def save_urls(self, request: Request) -> Response:
        app = self._app(request)
        form = form_of(request)
        if not self.signed_in(request) or app is None or form.get("crumb") != [self.store.crumb]:
            return JSONResponse({"ok": False, "error": "Your session is over: load the page again."}, 403)
        urls = form.get("redirect_uri", [])
        for url in urls:
            error = url_error(url)
            if error is not None:
                return JSONResponse({"ok": False, "error": error})
        if urls != app.redirect_urls:
            self.effect(request, "save-redirect-urls", app=app.id, urls=" ".join(urls))
            self.store.later(SAVE_LATE, lambda: setattr(app, "redirect_urls", urls))
        return JSONResponse({"ok": True})

    @held
    def save_scopes(self, request: Request) -> Response:
        app = self._app(request)
        if not self.signed_in(request) or app is None:
            return JSONResponse({"ok": False, "error": "Your session is over: load the page again."}, 403)
        asked = json_of(request)
        known, field = (BOT_SCOPES, "bot_scopes") if asked.get("kind") == "bot" else (USER_SCOPES, "user_scopes")
        scopes = sorted(str(scope) for scope in asked.get("scopes", []))
        if not all(scope in known for scope in scopes):
            return JSONResponse({"ok": False, "error": "invalid_scope"})
        if scopes != getattr(app, field):
            self.effect(request, "save-scopes", app=app.id, of=str(asked.get("kind")), scopes=" ".join(scopes))
            setattr(app, field, scopes)
            app.changed_since_install = app.installed
        return JSONResponse({"ok": True, "reinstall": app.changed_since_install})

    @held
    def save_ranges(self, request: Request) -> Response:
        app = self._app(request)
        if not self.signed_in(request) or app is None:
            return JSONResponse({"ok": False, "error": "Your session is over: load the page again."}, 403)
        ranges = [str(text) for text in json_of(request).get("ranges", [])]
        error = ranges_error(ranges)
        if error is not None:
            return JSONResponse({"ok": False, "error": error})
        if ranges != app.allowed_ips:
            self.effect(request, "save-address-ranges", app=app.id, ranges=" ".join(ranges))
            self.store.later(SAVE_LATE, lambda: setattr(app, "allowed_ips", ranges))
        return JSONResponse({"ok": True})

    @held
    def webhooks(self, request: Request) -> Response:
        names = {channel.id: channel.name for channel in self.store.channels}
        return self._app_page(request, "webhooks.html", "Incoming Webhooks", names=names)

    @held
    def install(self, request: Request) -> Response:
        return self._app_page(request, "install.html", "Install App")


def url_error(url: str) -> str | None:
    """What is wrong with a redirect URL."""
    parts = urlsplit(url)
    if parts.scheme == "http":
        return "Please use https (for security)"
    if parts.scheme != "https" or not parts.hostname:
        return "This is no valid URL"
    return None


def ranges_error(ranges: list[str]) -> str | None:
    """What is wrong with a list of address ranges. The rules are known, their wordings are guesses."""
    if len(ranges) > MOST_RANGES:
        return f"You can add up to {MOST_RANGES} IP address ranges"
    for text in ranges:
        try:
            network = ipaddress.ip_network(text)
        except ValueError:
            return f"{text} is not an IPv4 address or CIDR range"
        if network.version == 6:
            return "IPv6 addresses are not supported"
        documented = any(network.subnet_of(each) for each in _DOCUMENTATION)  # type: ignore[arg-type]
        if (network.is_private or network.is_loopback or network.is_link_local) and not documented:
            return "Local addresses cannot be used"
    return None
