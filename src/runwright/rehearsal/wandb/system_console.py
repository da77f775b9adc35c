"""The System Console at /console, the newer of the two kinds of admin pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import form_of, object_of
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.console_catalog import (
    CONSOLE_PAGES,
    ConsoleField,
    ConsolePage,
    ConsoleSection,
    with_slack_moved,
    without_slack_secret,
)
from runwright.rehearsal.wandb.server_pages import CONSOLE_COOKIE, ServerPages, locked, refusal
from runwright.rehearsal.wandb.wandb_store import ServerSettings


class SystemConsole(ServerPages):
    """`/console` is confirmed; the addresses below it are guesses."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/console", self.home),
            Route("/console/", self.home),
            Route("/console/login", self.login, methods=["POST"]),
            Route("/console/monitor", self.home),
            Route("/console/settings", self.settings),
            Route("/console/settings/{page}", self.settings),
            Route("/console/settings/{page}", self.save, methods=["POST"]),
        ]

    @locked
    def home(self, request: Request) -> Response:
        if (other := self._refused(request)) is not None:
            return other
        active = "Monitor" if request.url.path.endswith("monitor") else "Dashboard"
        return self.page("console_home.html", active=active)

    @locked
    def login(self, request: Request) -> Response:
        if self.site.surface != "console":
            return self.not_found()
        form = form_of(request)
        if form.get("password") != self.store.root_password:
            error = "The root password is not correct."
            return self.page("console_login.html", 401, error=error, back=form.get("back"))
        back = str(form.get("back", ""))
        inside = back == "/console" or back.startswith("/console/")
        return self.start_session(request, RedirectResponse(back if inside else "/console", 303), console=True)

    @locked
    def settings(self, request: Request) -> Response:
        if (other := self._refused(request)) is not None:
            return other
        pages = self._pages()
        path = request.path_params.get("page")
        if path is None:
            return RedirectResponse(f"/console/settings/{pages[0].path}", 302)
        page = next((each for each in pages if each.path == path), None)
        if page is None:
            return self.not_found()
        values = {field.name: _value(self.store.settings, field) for field in page.fields()}
        return self.page("console_section.html", active="Settings", pages=pages, page=page, values=values)

    @locked
    def save(self, request: Request) -> Response:
        """Save one section of one page. It takes effect after a moment, as when pods load a new configuration."""
        if self._refused(request, call=True) is not None:
            return refusal("You are not signed in.", 401)
        body = object_of(request)
        section = self._section(request.path_params["page"], body.get("section"))
        texts = body.get("values")
        if section is None or not isinstance(texts, dict):
            return refusal("Unknown section.")
        values = {field.name: str(texts.get(field.name, "")).strip() for field in section.fields()}
        if section.key == "slack":
            client_id = values["slack.client_id"]
            secret = values.get("slack.secret", self.store.accepted.slack_secret)
            changes: dict[str, Any] = {"slack_client_id": client_id, "slack_secret": secret}
            changes["slack_enabled"] = bool(client_id)
            detail = {"client_id": client_id}
        else:
            others = {name: value for name, value in self.store.accepted.others.items() if name not in values}
            changed = {
                field.name: values[field.name]
                for field in section.fields()
                if values[field.name] not in ("", field.default)
            }
            changes, detail = {"others": others | changed}, {}
        if self.store.accept(wandb_scenarios.SAVE_TAKES_EFFECT, **changes):
            self.effect(f"save-{section.key}", **detail)
            self.site.restart()
        return JSONResponse({"ok": True})

    def _refused(self, request: Request, call: bool = False) -> Response | None:
        """The answer in place of the console, or None if the request may see it: a 404, or the password page."""
        if self.site.surface != "console":
            return self.not_found()
        by_password = self.store.sessions.get(request.cookies.get(CONSOLE_COOKIE, ""))
        if by_password is not None and by_password.console:
            return None
        session = self.session(request) if call else self.visit(request)
        if session is not None and self.store.person.admin:
            return None
        return self.page("console_login.html", error=None, back=request.url.path)

    def _pages(self) -> Sequence[ConsolePage]:
        pages = CONSOLE_PAGES
        if self.on(wandb_scenarios.MOVED):
            pages = with_slack_moved(pages)
        return without_slack_secret(pages) if self.on(wandb_scenarios.REMOVED) else pages

    def _section(self, path: str, key: Any) -> ConsoleSection | None:
        found = (section for page in self._pages() if page.path == path for section in page.sections)
        return next((section for section in found if section.key == key), None)


def _value(settings: ServerSettings, field: ConsoleField) -> str:
    known = {"slack.client_id": settings.slack_client_id, "slack.secret": settings.slack_secret}
    return known[field.name] if field.name in known else settings.others.get(field.name, field.default)
