"""The calls that change an app's settings: new apps, scopes, address ranges, switches, regenerated secrets."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack import oauth_scopes, slack_scenarios
from runwright.rehearsal.slack.app_pages import accept_urls
from runwright.rehearsal.slack.page_context import SlackSite, refusal, text_of, texts_of
from runwright.rehearsal.slack.slack_store import SlackApp, token
from runwright.rehearsal.slack.validation_rules import colour_error, name_error, ranges_error, urls_error

Save = Callable[[Request, SlackApp, FormData], Response]


class SettingsRoutes:
    """The calls under ``/api/developer.apps.…`` that change something. All require a session and its crumb."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """The same at both hosts that serve the pages."""
        saves: dict[str, Save] = {
            "scope.update": self.update_scopes,
            "oauth.addRedirectUrls": self.urls,
            "updateIPWhitelist": self.ranges,
            "setIncomingWebhooks": self.webhooks,
            "regenerate": self.regenerate,
            "revokeTokens": self.revoke,
            "updateInfo": self.info,
            "delete": self.delete,
        }
        named = [
            Route(f"/api/developer.apps.{name}", self._for_app(save), methods=["POST"]) for name, save in saves.items()
        ]
        return [Route("/api/developer.apps.create", self.create, methods=["POST"]), *named]

    def _for_app(self, save: Save) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            form = form_of(request)
            refused = self.site.refusal(request, form)
            if refused is not None:
                return refused
            with self.site.store as store:
                app = store.app(text_of(form, "id"))
                response = refusal("app_not_found") if app is None else save(request, app, form)
            time.sleep(slack_scenarios.SCOPE_SAVE)
            return response

        return answer

    def create(self, request: Request) -> Response:
        """Create an app with this name in this workspace."""
        form = form_of(request)
        refused = self.site.refusal(request, form)
        if refused is not None:
            return refused
        name = text_of(form, "name").strip()
        error = name_error(name)
        if error is not None:
            return refusal("invalid_name", error)
        with self.site.store as store:
            workspace = store.workspace(text_of(form, "team"))
            if workspace is None:
                return refusal("team_not_found")
            app = store.create_app(name, workspace.id)
            self.site.record(request, "create-app", app=name, workspace=workspace.name)
        time.sleep(slack_scenarios.CREATE_APP)
        return JSONResponse({"ok": True, "app_id": app.id})

    def update_scopes(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Replace the bot's or the user's scopes: names separated by commas."""
        for kind in ("bot", "user"):
            if f"scope_{kind}" not in form:
                continue
            requested = [name for name in text_of(form, f"scope_{kind}").split(",") if name]
            if not {*requested} <= {each.name for each in oauth_scopes.offered(kind)}:
                return refusal("invalid_scope")
            requested = sorted({*requested})
            before = app.bot_scopes if kind == "bot" else app.user_scopes
            if requested == before:
                continue
            if kind == "bot":
                app.bot_scopes = requested
                app.webhooks_on = oauth_scopes.WEBHOOK in requested
            else:
                app.user_scopes = requested
            for verb, names in (("add-scope", {*requested} - {*before}), ("remove-scope", {*before} - {*requested})):
                for name in sorted(names):
                    self.site.record(request, verb, app=app.name, of=kind, scope=name)
        return JSONResponse({"ok": True, "outdated": app.outdated})

    def urls(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Replace the redirect URLs; takes effect a moment later."""
        requested = texts_of(form, "redirect_uri")
        error = urls_error(requested)
        if error is not None:
            return refusal("invalid_url", error)
        accept_urls(self.site, request, app, requested)
        return JSONResponse({"ok": True})

    def ranges(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Replace the allowed address ranges; takes effect a moment later."""
        requested = texts_of(form, "range")
        error = ranges_error(requested)
        if error is not None:
            return refusal("invalid_ip_ranges", error)
        if requested != app.allowed_ips.latest():
            app.allowed_ips.accept(requested, slack_scenarios.SAVE_TAKES_EFFECT)
            self.site.record(request, "save-ip-ranges", app=app.name, ranges=" ".join(requested))
        return JSONResponse({"ok": True})

    def webhooks(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Turn incoming webhooks on or off; turning them on adds the scope."""
        requested = text_of(form, "on") == "true"
        if requested != app.webhooks_on:
            app.webhooks_on = requested
            if requested and oauth_scopes.WEBHOOK not in app.bot_scopes:
                app.bot_scopes = sorted([*app.bot_scopes, oauth_scopes.WEBHOOK])
            self.site.record(request, "set-incoming-webhooks", app=app.name, to="on" if requested else "off")
        return JSONResponse({"ok": True})

    def regenerate(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Replace a secret of an app; the old one becomes invalid."""
        which = text_of(form, "which")
        if which == "client_secret":
            app.client_secret = secrets.token_hex(16)
        elif which == "signing_secret":
            app.signing_secret = secrets.token_hex(16)
        elif which == "verification_token":
            app.verification_token = token(24, string.ascii_letters + string.digits)
        else:
            return refusal("invalid_arguments")
        self.site.record(request, "regenerate", app=app.name, what=which)
        return JSONResponse({"ok": True})

    def revoke(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Revoke the app's tokens and webhooks."""
        store = self.site.store
        if app.installed:
            app.bot_token, app.installed_scopes = "", []
            store.webhooks = [each for each in store.webhooks if each.app_id != app.id]
            self.site.record(request, "revoke-tokens", app=app.name)
        return JSONResponse({"ok": True})

    def info(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Change an app's name, description and colour."""
        name, description = text_of(form, "name").strip(), text_of(form, "description").strip()
        error = name_error(name)
        if error is not None:
            return refusal("invalid_name", error)
        colour = text_of(form, "colour").strip() or app.colour
        error = colour_error(colour)
        if error is not None:
            return refusal("invalid_colour", error)
        if (name, description, colour) != (app.name, app.description, app.colour):
            app.name, app.description, app.colour = name, description, colour
            self.site.record(request, "update-info", app=name)
        return JSONResponse({"ok": True})

    def delete(self, request: Request, app: SlackApp, form: FormData) -> Response:
        """Delete an app."""
        self.site.store.delete_app(app)
        self.site.record(request, "delete-app", app=app.name)
        return JSONResponse({"ok": True})
