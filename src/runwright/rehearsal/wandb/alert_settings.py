"""The alert and Slack settings of the person and of the team."""

from __future__ import annotations

import time

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import object_of
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.server_pages import ServerPages, api_call, locked, refusal, signed_in
from runwright.rehearsal.wandb.wandb_store import EVENTS, UNITS

TEAM = "/teams/acme/settings"
"""The settings of the only team. The address is a guess."""


class AlertSettings(ServerPages):
    """`/settings` is confirmed; the addresses below it, which only scripts request, are guesses."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/settings", self.settings),
            Route("/settings/alerts", self.card),
            Route("/settings/alerts", self.save, methods=["POST"]),
            Route("/settings/disconnect-slack", self.disconnect, methods=["POST"]),
            Route(TEAM, self.team),
            Route(TEAM + "/slack/{id}", self.remove, methods=["DELETE"]),
        ]

    @signed_in
    def settings(self, request: Request) -> Response:
        return self.page("settings.html", notice=self._notice(request))

    def card(self, request: Request) -> Response:
        """The content of the card Alerts, which a script fetches."""
        time.sleep(wandb_scenarios.ALERTS_CARD)
        return self._card_page(request)

    @locked
    def _card_page(self, request: Request) -> Response:
        if self.session(request) is None:
            return refusal("You are not signed in.", 401)
        return self.page("alerts.html", units=UNITS)

    @api_call
    def save(self, request: Request) -> Response:
        """Save a switch of the card, or the time after which a run counts as crashed. The page saves at once."""
        body, person = object_of(request), self.store.person
        if "after" in body:
            after, unit = str(body["after"]), str(body.get("unit"))
            if not after.isdecimal() or int(after) == 0 or unit not in UNITS:
                return refusal("The time must be a whole number above 0.")
            if (person.crashed_after, person.crashed_unit) != (after, unit):
                self.effect("set-crashed-after", after=f"{after} {unit}")
                person.crashed_after, person.crashed_unit = after, unit
            return JSONResponse({"ok": True})
        event, by, on = body.get("event"), body.get("by"), body.get("on")
        if event not in EVENTS or by not in ("email", "slack") or not isinstance(on, bool):
            return refusal("Unknown alert.")
        if by == "slack" and person.slack is None:
            return refusal("Connect Slack first.")
        alerts = person.slack_alerts if by == "slack" else person.email_alerts
        if alerts[event] != on:
            self.effect("switch-alert", event=event, by=by, on="yes" if on else "no")
            alerts[event] = on
        return JSONResponse({"ok": True})

    @api_call
    def disconnect(self, request: Request) -> Response:
        person = self.store.person
        if person.slack is not None:
            self.effect("disconnect-slack", channel=person.slack.channel)
            person.slack = None
            person.slack_alerts = dict.fromkeys(EVENTS, False)
        return JSONResponse({"ok": True})

    @signed_in
    def team(self, request: Request) -> Response:
        return self.page("team.html", team=self.store.team, notice=self._notice(request))

    @api_call
    def remove(self, request: Request) -> Response:
        removed = [each for each in self.store.team if each.id == request.path_params["id"]]
        for each in removed:
            self.effect("remove-integration", channel=each.channel)
            self.store.team.remove(each)
        return JSONResponse({"ok": True})

    def _notice(self, request: Request) -> str | None:
        session = self.session(request)
        if session is None:
            return None
        notice, session.notice = session.notice, None
        return notice


def back_to(team: bool) -> Response:
    """Redirect a person who returns from Slack to the settings."""
    return RedirectResponse(TEAM if team else "/settings", 302)
