"""The Web API at slack.com/api: the exchange of an OAuth code, and calls that test a token."""

from __future__ import annotations

import base64
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack.page_context import SlackSite, refusal, text_of
from runwright.rehearsal.slack.slack_store import CODE_LIFE, OAuthGrant, SlackApp
from runwright.rehearsal.slack.validation_rules import address_allowed


class WebApi:
    """Calls whose answers have ``ok`` and, if they fail, ``error``."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """At slack.com."""
        return [
            Route("/api/oauth.v2.access", self.access, methods=["POST"]),
            Route("/api/auth.test", self.auth_test, methods=["GET", "POST"]),
            Route("/api/api.test", lambda request: JSONResponse({"ok": True}), methods=["GET", "POST"]),
            Route("/api/{method}", lambda request: refusal("unknown_method"), methods=["GET", "POST"]),
        ]

    def access(self, request: Request) -> Response:
        """Exchange a code for a token. A code is valid once and for ten minutes (both inferred)."""
        form = form_of(request)
        client_id, secret = _basic(request) or (text_of(form, "client_id"), text_of(form, "client_secret"))
        if text_of(form, "grant_type") not in ("", "authorization_code"):
            return refusal("invalid_grant_type")
        with self.site.store as store:
            app = store.client(client_id)
            if app is None:
                return refusal("invalid_client_id")
            if secret != app.client_secret:
                return refusal("bad_client_secret")
            code = text_of(form, "code")
            grant = next((each for each in store.grants if each.code == code and each.app_id == app.id), None)
            if grant is None or grant.used or time.monotonic() - grant.created > CODE_LIFE:
                return refusal("invalid_code")
            if not grant.granular:
                return refusal("oauth_authorization_url_mismatch")
            passed = text_of(form, "redirect_uri")
            if passed != grant.redirect_uri and (passed or grant.passed_uri):
                return refusal("bad_redirect_uri")
            grant.used = True
            self.site.record(request, "exchange-code", app=app.name)
            return JSONResponse(self._token_answer(app, grant))

    def _token_answer(self, app: SlackApp, grant: OAuthGrant) -> dict[str, Any]:
        store = self.site.store
        home = store.home(app)
        answer: dict[str, Any] = {
            "ok": True,
            "app_id": app.id,
            "authed_user": {"id": grant.user_id},
            "scope": ",".join(grant.scopes),
            "token_type": "bot",
            "access_token": app.bot_token,
            "bot_user_id": app.bot_user_id,
            "team": {"id": home.id, "name": home.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        hook = store.webhook(grant.webhook_id)
        channel = home.channel(hook.channel_id) if hook is not None else None
        if hook is not None and channel is not None:
            answer["incoming_webhook"] = {
                "channel": channel.shown,
                "channel_id": channel.id,
                "configuration_url": f"https://{home.domain}.slack.com/services/{hook.id}",
                "url": hook.url,
            }
        return answer

    def auth_test(self, request: Request) -> Response:
        """The owner of a token. Refused from an address that the app does not allow."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        token = value if kind.lower() == "bearer" else ""
        if not token and request.method == "POST":
            token = text_of(form_of(request), "token")
        if not token:
            return refusal("not_authed")
        caller = request.client.host if request.client is not None else ""
        with self.site.store as store:
            app = next((each for each in store.apps if each.bot_token == token), None)
            if app is None or not address_allowed(caller, app.allowed_ips.now()):
                return refusal("invalid_auth")
            home = store.home(app)
            return JSONResponse(
                {
                    "ok": True,
                    "url": f"https://{home.domain}.slack.com/",
                    "team": home.name,
                    "user": app.name.lower().replace(" ", ""),
                    "team_id": home.id,
                    "user_id": app.bot_user_id,
                    "is_enterprise_install": False,
                }
            )


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, value = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return client_id, secret
