"""The way to Slack's consent page and back, with the exchange of the code over HTTP."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

import httpx
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.wandb.alert_settings import back_to
from runwright.rehearsal.wandb.server_pages import Pages, signed_in
from runwright.rehearsal.wandb.wandb_store import Integration, Leave, Settings

RETURN = "/oauth/slack/callback"
"""Where Slack sends the browser back to. A guess: known is only that registering the host is enough."""
AUTHORIZE = "https://slack.com/oauth/v2/authorize"
ACCESS = "https://slack.com/api/oauth.v2.access"


class Connect(Pages):
    """What the pages say when it fails is a guess throughout."""

    def routes(self) -> list[BaseRoute]:
        return [Route("/oauth/slack", self.leave), Route(RETURN, self.back)]

    @signed_in
    def leave(self, request: Request) -> Response:
        """Off to Slack; `?for=team` connects the team."""
        team = request.query_params.get("for") == "team"
        settings = self.store.settings
        if not settings.slack_ready:
            return self._tell(request, team, "An admin of this server must register a Slack application first.")
        state = secrets.token_urlsafe(24)
        self.store.leaves[state] = Leave(team)
        query = {
            "client_id": settings.slack_client_id,
            "scope": "incoming-webhook",
            "redirect_uri": _redirect(settings),
            "state": state,
        }
        return RedirectResponse(f"{AUTHORIZE}?{urlencode(query)}", 302)

    def back(self, request: Request) -> Response:
        """Exchange the code and keep the webhook. The store is not held while Slack is asked."""
        asked = request.query_params
        with self.store.lock:
            self.store.catch_up()
            if self.session(request) is None:
                return self.to_sign_in(request)
            leave = self.store.leaves.pop(asked.get("state", ""), None)
            settings = self.store.settings
            if leave is None:
                return self._tell(request, False, "Slack was not connected: this was not begun here, or is over.")
            if asked.get("error") == "access_denied":
                return self._tell(request, leave.team, "Slack was not connected: it was cancelled.")
            if asked.get("error") or not asked.get("code"):
                why = asked.get("error", "no code came back")
                return self._tell(request, leave.team, f"Slack was not connected: {why}.")
        answer = self._exchange(settings, asked["code"])
        with self.store.lock:
            hook = answer.get("incoming_webhook")
            if not answer.get("ok") or not isinstance(hook, dict):
                why = answer.get("error", "no channel came with it")
                return self._tell(request, leave.team, f"Slack was not connected: {why}.")
            kept = Integration(str(answer["team"]["name"]), str(hook["channel"]), str(hook["url"]))
            self.effect("connect-slack", channel=kept.channel, workspace=kept.team, team="yes" if leave.team else "no")
            if leave.team:
                self.store.team.append(kept)
            else:
                self.store.person.slack = kept
        return back_to(leave.team)

    def _exchange(self, settings: Settings, code: str) -> dict[str, Any]:
        form = {
            "client_id": settings.slack_client_id,
            "client_secret": settings.slack_secret,
            "code": code,
            "redirect_uri": _redirect(settings),
        }
        try:
            with self.site.world.client() as client:
                answer = client.post(ACCESS, data=form).json()
        except (httpx.HTTPError, ValueError):
            return {"ok": False, "error": "Slack does not answer"}
        return answer if isinstance(answer, dict) else {"ok": False, "error": "Slack gave no answer to read"}

    def _tell(self, request: Request, team: bool, sentence: str) -> Response:
        session = self.session(request)
        if session is not None:
            session.told = sentence
        return back_to(team)


def _redirect(settings: Settings) -> str:
    return f"{settings.frontend_host.rstrip('/')}{RETURN}"
