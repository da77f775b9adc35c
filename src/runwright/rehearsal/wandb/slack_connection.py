"""The connection to Slack: to the consent page and back, with the exchange of the code over HTTP."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.wandb.alert_settings import back_to
from runwright.rehearsal.wandb.server_pages import ServerPages, signed_in
from runwright.rehearsal.wandb.wandb_store import PendingConsent, ServerSettings, SlackIntegration

CALLBACK = "/oauth/slack/callback"
"""The address to which Slack returns the browser. A guess: it is only known that registering the host is enough."""
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
ACCESS = "https://slack.com/api/oauth.v2.access"


class SlackConnection(ServerPages):
    """The OAuth flow of *Connect Slack*. All error messages are guesses."""

    def routes(self) -> list[BaseRoute]:
        return [Route("/oauth/slack", self.start), Route(CALLBACK, self.callback)]

    @signed_in
    def start(self, request: Request) -> Response:
        """Redirect to Slack; `?for=team` connects the team."""
        team = request.query_params.get("for") == "team"
        settings = self.store.settings
        if not settings.slack_ready:
            return self._with_notice(request, team, "An admin of this server must register a Slack application first.")
        state = secrets.token_urlsafe(24)
        self.store.pending_consents[state] = PendingConsent(team)
        query = {
            "client_id": settings.slack_client_id,
            "scope": "incoming-webhook",
            "redirect_uri": _redirect(settings),
            "state": state,
        }
        return RedirectResponse(f"{AUTHORIZE}?{urlencode(query)}", 302)

    def callback(self, request: Request) -> Response:
        """Exchange the code and store the webhook. The store is not locked during the request to Slack."""
        query = request.query_params
        with self.store.lock:
            self.store.catch_up()
            if self.session(request) is None:
                return self.to_sign_in(request)
            pending = self.store.pending_consents.pop(query.get("state", ""), None)
            settings = self.store.settings
            if pending is None:
                sentence = "Slack was not connected: the request did not start here, or has expired."
                return self._with_notice(request, False, sentence)
            if query.get("error") == "access_denied":
                return self._with_notice(request, pending.team, "Slack was not connected: the request was cancelled.")
            if query.get("error") or not query.get("code"):
                reason = query.get("error", "Slack returned no code")
                return self._with_notice(request, pending.team, f"Slack was not connected: {reason}.")
        answer = self._exchange(settings, query["code"])
        with self.store.lock:
            hook = answer.get("incoming_webhook")
            if not answer.get("ok") or not isinstance(hook, dict):
                reason = answer.get("error", "Slack returned no channel")
                return self._with_notice(request, pending.team, f"Slack was not connected: {reason}.")
            integration = SlackIntegration(str(answer["team"]["name"]), str(hook["channel"]), str(hook["url"]))
            self.effect(
                "connect-slack",
                channel=integration.channel,
                workspace=integration.team,
                team="yes" if pending.team else "no",
            )
            if pending.team:
                self.store.team.append(integration)
            else:
                self.store.person.slack = integration
        return back_to(pending.team)

    def _exchange(self, settings: ServerSettings, code: str) -> dict[str, Any]:
        form = {
            "client_id": settings.slack_client_id,
            "client_secret": settings.slack_secret,
            "code": code,
            "redirect_uri": _redirect(settings),
        }
        try:
            with self.site.context.client() as client:
                answer = client.post(ACCESS, data=form).json()
        except (httpx.HTTPError, ValueError):
            return {"ok": False, "error": "Slack does not answer"}
        return answer if isinstance(answer, dict) else {"ok": False, "error": "Slack returned an invalid answer"}

    def _with_notice(self, request: Request, team: bool, sentence: str) -> Response:
        session = self.session(request)
        if session is not None:
            session.notice = sentence
        return back_to(team)


def _redirect(settings: ServerSettings) -> str:
    return f"{settings.frontend_host.rstrip('/')}{CALLBACK}"
