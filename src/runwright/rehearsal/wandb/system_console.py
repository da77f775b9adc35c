"""The System Console, the newer one of the two admin surfaces, at /console."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import form_of, object_of
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.console_catalog import PARTS, Box, Part, Section, moved, without_secret
from runwright.rehearsal.wandb.server_pages import CONSOLE_COOKIE, Pages, fault, held
from runwright.rehearsal.wandb.wandb_store import Settings


class Console(Pages):
    """`/console` is confirmed; the addresses below it are guesses."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/console", self.home),
            Route("/console/", self.home),
            Route("/console/login", self.login, methods=["POST"]),
            Route("/console/monitor", self.home),
            Route("/console/settings", self.settings),
            Route("/console/settings/{part}", self.settings),
            Route("/console/settings/{part}", self.save, methods=["POST"]),
        ]

    @held
    def home(self, request: Request) -> Response:
        if (other := self._refused(request)) is not None:
            return other
        active = "Monitor" if request.url.path.endswith("monitor") else "Dashboard"
        return self.page("console_home.html", active=active)

    @held
    def login(self, request: Request) -> Response:
        if self.site.surface != "console":
            return self.not_found()
        form = form_of(request)
        if form.get("password") != self.store.root_password:
            return self.page("console_login.html", 401, error="This is not the root password.", back=form.get("back"))
        back = str(form.get("back", ""))
        inside = back == "/console" or back.startswith("/console/")
        return self.keep(request, RedirectResponse(back if inside else "/console", 303), console=True)

    @held
    def settings(self, request: Request) -> Response:
        if (other := self._refused(request)) is not None:
            return other
        parts = self._parts()
        path = request.path_params.get("part")
        if path is None:
            return RedirectResponse(f"/console/settings/{parts[0].path}", 302)
        part = next((each for each in parts if each.path == path), None)
        if part is None:
            return self.not_found()
        values = {box.name: _value(self.store.settings, box) for box in part.boxes()}
        return self.page("console_part.html", active="Settings", parts=parts, part=part, values=values)

    @held
    def save(self, request: Request) -> Response:
        """One section of one part. It shows its effect after a moment, as where pods take a new configuration over."""
        if self._refused(request, call=True) is not None:
            return fault("You are not signed in.", 401)
        asked = object_of(request)
        section = self._section(request.path_params["part"], asked.get("section"))
        given = asked.get("values")
        if section is None or not isinstance(given, dict):
            return fault("There is no such section.")
        values = {box.name: str(given.get(box.name, "")).strip() for box in section.boxes()}
        if section.key == "slack":
            client_id = values["slack.client_id"]
            secret = values.get("slack.secret", self.store.accepted.slack_secret)
            changes: dict[str, Any] = {"slack_client_id": client_id, "slack_secret": secret}
            changes["slack_enabled"] = bool(client_id)
            detail = {"client_id": client_id}
        else:
            others = {name: value for name, value in self.store.accepted.others.items() if name not in values}
            kept = {box.name: values[box.name] for box in section.boxes() if values[box.name] not in ("", box.first)}
            changes, detail = {"others": others | kept}, {}
        if self.store.accept(wandb_scenarios.SAVE_TAKES_EFFECT, **changes):
            self.effect(f"save-{section.key}", **detail)
            self.site.restart()
        return JSONResponse({"ok": True})

    def _refused(self, request: Request, call: bool = False) -> Response | None:
        """What whoever asks gets in place of the console, or None: other servers' pages, or the password page."""
        if self.site.surface != "console":
            return self.not_found()
        by_password = self.store.sessions.get(request.cookies.get(CONSOLE_COOKIE, ""))
        if by_password is not None and by_password.console:
            return None
        session = self.session(request) if call else self.visit(request)
        if session is not None and self.store.person.admin:
            return None
        return self.page("console_login.html", error=None, back=request.url.path)

    def _parts(self) -> Sequence[Part]:
        parts = PARTS
        if self.on(wandb_scenarios.MOVED):
            parts = moved(parts)
        return without_secret(parts) if self.on(wandb_scenarios.REMOVED) else parts

    def _section(self, path: str, key: Any) -> Section | None:
        found = (section for part in self._parts() if part.path == path for section in part.sections)
        return next((section for section in found if section.key == key), None)


def _value(settings: Settings, box: Box) -> str:
    known = {"slack.client_id": settings.slack_client_id, "slack.secret": settings.slack_secret}
    return known[box.name] if box.name in known else settings.others.get(box.name, box.first)
