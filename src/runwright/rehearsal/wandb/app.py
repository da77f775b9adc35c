"""The W&B app: signing in, home, the user's settings with Alerts, the team's, and the way to Slack and back."""

from __future__ import annotations

import base64
import binascii
import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.pages import form_of, json_of
from runwright.rehearsal.wandb.pages import SWITCH_LATE, Pages, held, sign_in_first
from runwright.rehearsal.wandb.store import EVENTS, Integration

RETURN = "/oauth/slack/callback"
"""Where Slack sends the browser back to. A guess: the real path is not known."""
COLOURS = {"INFO": "#2eb886", "WARN": "#daa038", "ERROR": "#a30200"}


class App(Pages):
    """The routes of the app itself."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", lambda request: RedirectResponse("/home", 302)),
            Route("/login", self.login_page),
            Route("/login", self.login, methods=["POST"]),
            Route("/logout", self.logout),
            Route("/home", self.home),
            Route("/settings", self.settings),
            Route("/settings/alerts", self.save_alert, methods=["POST"]),
            Route("/settings/disconnect-slack", self.disconnect, methods=["POST"]),
            Route("/teams/acme/settings", self.team),
            Route("/teams/acme/integrations/{id}", self.remove, methods=["POST"]),
            Route("/oauth/slack", self.connect),
            Route(RETURN, self.back),
            Route("/graphql", self.graphql, methods=["POST"]),
        ]

    def login_page(self, request: Request) -> Response:
        return self.page("login.html", back=request.query_params.get("back", "/home"), error=None)

    @held
    def login(self, request: Request) -> Response:
        form = form_of(request)
        person = self.store.person
        back = str(form.get("back", "/home"))
        if (form.get("email"), form.get("password")) != (person.email, person.password):
            return self.page("login.html", back=back, error="Your email or password is not right.")
        response = RedirectResponse(back if back.startswith("/") else "/home", 303)
        response.set_cookie("wandb", self.store.session, secure=request.url.scheme == "https", httponly=True)
        return response

    def logout(self, request: Request) -> Response:
        response = RedirectResponse("/login", 302)
        response.delete_cookie("wandb")
        return response

    @held
    @sign_in_first
    def home(self, request: Request) -> Response:
        return self.page("home.html")

    @held
    @sign_in_first
    def settings(self, request: Request) -> Response:
        return self.page("settings.html", ready=self.store.slack_ready, late=int(SWITCH_LATE * 1000), told=None)

    @held
    def save_alert(self, request: Request) -> Response:
        """A switch of the Alerts card; the page saves it by itself."""
        if not self.signed_in(request):
            return JSONResponse({"ok": False}, 401)
        asked = json_of(request)
        event, kind, on = asked.get("event"), asked.get("kind"), bool(asked.get("on"))
        person = self.store.person
        if event not in EVENTS or (kind == "slack" and person.slack is None):
            return JSONResponse({"ok": False}, 400)
        alerts = person.slack_alerts if kind == "slack" else person.email_alerts
        if alerts[event] != on:
            self.effect("switch-alert", event=event, by=str(kind), on=str(on).lower())
            alerts[event] = on
        return JSONResponse({"ok": True})

    @held
    @sign_in_first
    def disconnect(self, request: Request) -> Response:
        person = self.store.person
        if person.slack is not None:
            self.effect("disconnect-slack", channel=person.slack.channel)
            person.slack = None
            person.slack_alerts = dict.fromkeys(EVENTS, False)
        return RedirectResponse("/settings", 303)

    @held
    @sign_in_first
    def team(self, request: Request) -> Response:
        return self.page("team.html", team=self.store.team, ready=self.store.slack_ready)

    @held
    @sign_in_first
    def remove(self, request: Request) -> Response:
        gone = request.path_params["id"]
        if any(each.id == gone for each in self.store.team):
            self.effect("remove-integration", id=gone)
            self.store.team = [each for each in self.store.team if each.id != gone]
        return RedirectResponse("/teams/acme/settings", 303)

    @held
    @sign_in_first
    def connect(self, request: Request) -> Response:
        """To Slack's consent page."""
        if not self.store.slack_ready:
            return self.page(
                "settings.html", ready=False, late=0, told="No Slack application is set up on this server."
            )
        state = secrets.token_urlsafe(24)
        self.store.states[state] = request.query_params.get("for", "user")
        query = {
            "client_id": self.store.settings.slack_client_id,
            "scope": "incoming-webhook",
            "redirect_uri": f"{self.site.origin}{RETURN}",
            "state": state,
        }
        return RedirectResponse(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}", 302)

    @sign_in_first
    def back(self, request: Request) -> Response:
        """From Slack's consent page: exchange the code over HTTP, and keep the webhook."""
        asked = request.query_params
        with self.store.lock:
            self.store.catch_up()
            purpose = self.store.states.pop(asked.get("state", ""), None)
            settings = self.store.settings
        if purpose is None:
            return self._told("This sign-in with Slack is not one that was begun here.")
        if asked.get("error"):
            return self._told("Slack was not connected: it was not allowed.")
        form = {
            "client_id": settings.slack_client_id,
            "client_secret": settings.slack_secret,
            "code": asked.get("code", ""),
            "redirect_uri": f"{self.site.origin}{RETURN}",
        }
        try:
            with self.site.world.client() as client:
                answer = client.post("https://slack.com/api/oauth.v2.access", data=form).json()
        except (httpx.HTTPError, ValueError):
            return self._told("Slack could not be reached.")
        if not answer.get("ok"):
            return self._told(f"Slack refused the connection: {answer.get('error')}.")
        hook = answer.get("incoming_webhook")
        if not hook:
            return self._told("Slack gave no channel to post to.")
        integration = Integration(answer["team"]["name"], hook["channel"], hook["url"])
        with self.store.lock:
            self.effect("connect-slack", channel=hook["channel"], purpose=purpose)
            if purpose == "team":
                self.store.team.append(integration)
            else:
                self.store.person.slack = integration
        return RedirectResponse("/teams/acme/settings" if purpose == "team" else "/settings", 302)

    def _told(self, sentence: str) -> Response:
        with self.store.lock:
            return self.page("settings.html", ready=self.store.slack_ready, late=int(SWITCH_LATE * 1000), told=sentence)

    def graphql(self, request: Request) -> Response:
        """The one call of W&B's client that alerts need: `notifyScriptableRunAlert`, with the API key."""
        if _key(request) != self.store.person.api_key and not self.signed_in(request):
            return JSONResponse({"errors": [{"message": "user is not logged in"}]}, 401)
        asked = json_of(request)
        if "notifyScriptableRunAlert" not in str(asked.get("query", "")):
            return JSONResponse({"errors": [{"message": "this stand-in knows notifyScriptableRunAlert only"}]}, 400)
        values: dict[str, Any] = asked.get("variables") or {}
        level = str(values.get("severity") or "INFO")
        sent = self.site.send_alert(str(values.get("title", "")), str(values.get("text", "")), level)
        return JSONResponse({"data": {"notifyScriptableRunAlert": {"success": sent}}})


def attachment(server: str, title: str, text: str, level: str) -> dict[str, Any]:
    """An alert as Slack shows it: a coloured bar, a linked title, the text, who and in which state."""
    return {
        "color": COLOURS.get(level, COLOURS["INFO"]),
        "title": f"Triggered: {title}",
        "title_link": f"{server}/home",
        "text": text,
        "fields": [
            {"title": "User", "value": "morgan", "short": True},
            {"title": "State", "value": "running", "short": True},
        ],
    }


def _key(request: Request) -> str | None:
    kind, _, coded = request.headers.get("authorization", "").partition(" ")
    try:
        return base64.b64decode(coded, validate=True).decode().partition(":")[2] if kind.lower() == "basic" else None
    except (binascii.Error, UnicodeDecodeError):
        return None
