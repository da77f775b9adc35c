"""The two admin surfaces, of which a server has one: System Console at /console, System Settings at /system-admin."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.pages import form_of, json_of
from runwright.rehearsal.wandb.pages import SAVE_LATE, Pages, held

SETTINGS = (
    ("Authentication", "authentication"),
    ("Security", "security"),
    ("System Connections", "connections"),
    ("Ingress", "ingress"),
    ("Notifications", "notifications"),
    ("License", "license"),
    ("Advanced", "advanced"),
)
SWITCHES = (
    ("sso", "Enable SSO"),
    ("storage", "Use an external file storage backend"),
    ("queue", "Receive run notifications on an external queue"),
    ("mysql", "Use an external MySQL instance"),
    ("redis", "Use an external Redis instance"),
    ("slack", "Enable a custom Slack application to dispatch alerts"),
)


class Admin(Pages):
    """The routes of both surfaces."""

    def routes(self) -> list[BaseRoute]:
        if self.site.surface == "settings":
            return [Route("/system-admin", self.system), Route("/system-admin", self.save_system, methods=["POST"])]
        return [
            Route("/console", self.console),
            Route("/console/login", self.login, methods=["POST"]),
            Route("/console/settings/notifications", self.save_console, methods=["POST"]),
            Route("/console/settings", self.settings),
            Route("/console/settings/{part}", self.settings),
        ]

    @held
    def console(self, request: Request) -> Response:
        if not self.signed_in(request):
            return self.page("console_login.html", error=None)
        return self.page("console_home.html", active="Home")

    @held
    def login(self, request: Request) -> Response:
        if form_of(request).get("password") != self.store.person.root_password:
            return self.page("console_login.html", error="That password is not right.")
        response = RedirectResponse("/console", 303)
        response.set_cookie("wandb", self.store.session, secure=request.url.scheme == "https", httponly=True)
        return response

    @held
    def settings(self, request: Request) -> Response:
        if not self.signed_in(request):
            return self.page("console_login.html", error=None)
        part = request.path_params.get("part", "authentication")
        names = {path: name for name, path in SETTINGS}
        if part not in names:
            return self.not_found()
        template = "console_notifications.html" if part == "notifications" else "console_part.html"
        return self.page(template, active="Settings", parts=SETTINGS, part=part, part_name=names[part])

    @held
    def save_console(self, request: Request) -> Response:
        """One of the two sections of Notifications. Where the effect shows after a moment, as pods reconcile."""
        if not self.signed_in(request):
            return JSONResponse({"ok": False}, 401)
        asked = json_of(request)
        if asked.get("section") == "slack":
            values = {"slack_client_id": str(asked.get("id", "")), "slack_secret": str(asked.get("secret", ""))}
            enabled = bool(values["slack_client_id"])
            self._change("save-slack", {**values, "slack_enabled": enabled}, values["slack_client_id"])
        else:
            names = ("email_host", "email_port", "email_username", "email_password")
            self._change("save-email", {name: str(asked.get(name, "")) for name in names}, "")
        return JSONResponse({"ok": True})

    @held
    def system(self, request: Request) -> Response:
        if not self.signed_in(request):
            return RedirectResponse("/login?back=/system-admin", 302)
        settings = self.store.settings
        on = {**settings.switches, "slack": settings.slack_enabled}
        return self.page("system_settings.html", switches=SWITCHES, on=on)

    @held
    def save_system(self, request: Request) -> Response:
        if not self.signed_in(request):
            return JSONResponse({"ok": False}, 401)
        asked = json_of(request)
        switches = {name: bool(asked.get(name)) for name, _ in SWITCHES if name != "slack"}
        values = {
            "switches": switches,
            "slack_enabled": bool(asked.get("slack")),
            "slack_client_id": str(asked.get("slack_client_id", "")) if asked.get("slack") else "",
            "slack_secret": str(asked.get("slack_secret", "")) if asked.get("slack") else "",
            "frontend_host": str(asked.get("frontend_host", "")),
            "session_length": str(asked.get("session_length", "")),
        }
        if not str(values["session_length"]).isdigit():
            return JSONResponse({"ok": False, "error": "Session length must be a number of hours"})
        self._change("update-settings", values, str(values["slack_client_id"]))
        return JSONResponse({"ok": True})

    def _change(self, kind: str, values: dict[str, object], client_id: str) -> None:
        """Take over changed settings after a moment; what changes nothing is no effect."""
        settings = self.store.settings
        known = {name: getattr(settings, name) for name in values}
        if all(
            known[name] == value or (name == "switches" and not any(values[name].values()) and not known[name])  # type: ignore[attr-defined]
            for name, value in values.items()
        ):
            return
        self.effect(kind, client_id=client_id)

        def take_over() -> None:
            self.store.settings = replace(self.store.settings, **values)  # type: ignore[arg-type]

        self.store.later(SAVE_LATE, take_over)
