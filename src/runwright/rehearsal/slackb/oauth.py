"""The way of an OAuth installation: the request at slack.com, the consent page, the exchange of the code."""

from __future__ import annotations

import base64
import binascii
import secrets
import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.slackb.pages import Pages, form_of, held, sign_in_first
from runwright.rehearsal.slackb.store import CODE_LIFE, App, Code


class OAuth(Pages):
    """The routes of slack.com and of the workspace's domain that belong to OAuth."""

    def routes(self) -> list[BaseRoute]:
        """Those of slack.com."""
        return [
            Route("/oauth/v2/authorize", self.authorize),
            Route("/api/oauth.v2.access", self.access, methods=["GET", "POST"]),
        ]

    def workspace_routes(self) -> list[BaseRoute]:
        """Those of the workspace's own domain."""
        return [Route("/oauth", self.consent), Route("/oauth", self.decide, methods=["POST"])]

    def authorize(self, request: Request) -> Response:
        asked = request.query_params
        query = {
            "client_id": asked.get("client_id", ""),
            "scope": asked.get("scope", ""),
            "user_scope": asked.get("user_scope", ""),
            "redirect_uri": asked.get("redirect_uri", ""),
            "state": asked.get("state", ""),
            "granular_bot_scope": "1",
            "single_channel": "0",
            "install_redirect": "",
            "tracked": "1",
            "user_default": "0",
            "team": "",
        }
        return RedirectResponse(f"https://{self.store.workspace.domain}.slack.com/oauth?{urlencode(query)}", 302)

    @held
    @sign_in_first
    def consent(self, request: Request) -> Response:
        asked = dict(request.query_params)
        app = self.store.app_of(asked.get("client_id", ""))
        error = self._error(app, asked)
        if error is not None or app is None:
            return self.page("oauth_error.html", error=error, passed=asked.get("redirect_uri", ""))
        scopes = [scope for scope in asked.get("scope", "").split(",") if scope]
        channels = [channel for channel in self.store.channels if not channel.archived]
        return self.page("consent.html", app=app, scopes=scopes, channels=channels, asked=asked)

    def _error(self, app: App | None, asked: dict[str, str]) -> str | None:
        if app is None:
            return "Invalid client_id parameter"
        wanted = [scope for scope in asked.get("scope", "").split(",") if scope]
        if not wanted:
            return "No scopes requested"
        for scope in wanted:
            if scope not in app.bot_scopes:
                return f"Invalid permissions requested: {scope}"
        redirect = asked.get("redirect_uri", "")
        if not app.redirect_urls:
            return "redirect_uri did not match any configured URIs." if redirect else "redirect_uri is not configured"
        if redirect and not any(matches(redirect, configured) for configured in app.redirect_urls):
            return "redirect_uri did not match any configured URIs."
        return None

    @held
    @sign_in_first
    def decide(self, request: Request) -> Response:
        """Allow or Cancel."""
        form = {name: values[0] for name, values in form_of(request).items()}
        app = self.store.app_of(form.get("client_id", ""))
        error = self._error(app, form)
        if error is not None or app is None or form.get("crumb") != self.store.crumb:
            return self.page("oauth_error.html", error=error or "Your session is over", passed="")
        redirect = form.get("redirect_uri") or app.redirect_urls[0]
        state = form.get("state", "")
        if form.get("decision") != "allow":
            return RedirectResponse(_with(redirect, error="access_denied", state=state), 302)
        channel = self.store.channel(form.get("channel", ""))
        if "incoming-webhook" in form.get("scope", "").split(",") and channel is None:
            return self.page("oauth_error.html", error="Choose a channel", passed="")
        self.effect(request, "allow-app", app=app.id, channel=channel.name if channel else "")
        webhook = self.store.install(app, channel)
        code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
        self.store.codes[code] = Code(app.id, redirect, bool(form.get("redirect_uri")), webhook, time.monotonic())
        return RedirectResponse(_with(redirect, code=code, state=state), 302)

    @held
    def access(self, request: Request) -> Response:
        """`oauth.v2.access`: exchange a code. The answers' shape and errors are those that Slack documents."""
        form = {name: values[0] for name, values in form_of(request).items()} | dict(request.query_params)
        client_id, client_secret = _basic(request) or (form.get("client_id", ""), form.get("client_secret", ""))
        app = self.store.app_of(client_id)
        if form.get("grant_type", "authorization_code") != "authorization_code":
            return _no("invalid_grant_type")
        if app is None:
            return _no("invalid_client_id")
        if client_secret != app.client_secret:
            return _no("bad_client_secret")
        code = self.store.codes.get(form.get("code", ""))
        if code is None or code.used or code.app != app.id or time.monotonic() - code.made > CODE_LIFE:
            return _no("invalid_code")
        if (code.given or form.get("redirect_uri")) and form.get("redirect_uri", "") != code.redirect_uri:
            return _no("bad_redirect_uri")
        code.used = True
        self.effect(request, "exchange-code", app=app.id)
        return JSONResponse(self._granted(app, code))

    def _granted(self, app: App, code: Code) -> dict[str, Any]:
        store = self.store
        answer: dict[str, Any] = {
            "ok": True,
            "app_id": app.id,
            "authed_user": {"id": store.person.id},
            "scope": ",".join(app.bot_scopes),
            "token_type": "bot",
            "access_token": app.bot_token,
            "bot_user_id": "U0" + app.id[1:9],
            "team": {"id": store.workspace.id, "name": store.workspace.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if code.webhook is not None:
            channel = store.channel(code.webhook.channel)
            bot = code.webhook.path.split("/")[3]
            answer["incoming_webhook"] = {
                "channel": f"#{channel.name}" if channel else "",
                "channel_id": code.webhook.channel,
                "configuration_url": f"https://{store.workspace.domain}.slack.com/services/{bot}",
                "url": f"https://hooks.slack.com{code.webhook.path}",
            }
        return answer


def matches(redirect: str, configured: str) -> bool:
    """A redirect URI matches a configured one partially: same scheme and host, and its path lies below it."""
    asked, known = urlsplit(redirect), urlsplit(configured)
    if (asked.scheme, asked.netloc) != (known.scheme, known.netloc):
        return False
    return asked.path.startswith(known.path.rstrip("/") or "")


def _with(address: str, **query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query, quote_via=quote)}"


def _no(error: str) -> Response:
    return JSONResponse({"ok": False, "error": error})


def _basic(request: Request) -> tuple[str, str] | None:
    kind, _, coded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        name, _, word = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return name, word
