"""System Settings at /system-admin, the older of the two kinds of admin pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import object_of
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.server_pages import ServerPages, api_call, refusal, signed_in

SWITCHES = (
    ("sso", "Enable SSO"),
    ("storage", "Use an external file storage backend"),
    ("queue", "Receive run notifications on an external queue"),
    ("mysql", "Use an external MySQL instance"),
    ("redis", "Use an external Redis instance"),
    ("slack", "Enable a custom Slack application to dispatch alerts"),
)
METHODS = ("Implicit Form Post", "PKCE")
"""The second choice is a guess."""
OTHER_FIELDS = ("oidc_client_id", "oidc_issuer", "oidc_method", "iap_audience", "redis_address")
"""The fields whose values are stored in `ServerSettings.others`."""


class SystemSettings(ServerPages):
    """The fields of storage, queue and MySQL are not known: their switches reveal nothing."""

    def routes(self) -> list[BaseRoute]:
        return [Route("/system-admin", self.show), Route("/system-admin", self.save, methods=["POST"])]

    @signed_in
    def show(self, request: Request) -> Response:
        if self.site.surface != "settings":
            return self.not_found()
        if not self.store.person.admin:
            return self.page("not_admin.html", 403)
        settings = self.store.settings
        switches = list(SWITCHES)
        if self.on(wandb_scenarios.MOVED):
            switches.insert(0, switches.pop())
        values = {name: settings.others.get(f"system.{name}", "") for name in OTHER_FIELDS}
        values["oidc_method"] = values["oidc_method"] or METHODS[0]
        turned = {**settings.switches, "slack": settings.slack_enabled}
        return self.page("system.html", switches=switches, turned=turned, values=values, methods=METHODS)

    @api_call
    def save(self, request: Request) -> Response:
        """Save all settings at once, as *Update settings* sends them."""
        if self.site.surface != "settings" or not self.store.person.admin:
            return refusal("Only an admin of this server can do this.", 403)
        body = object_of(request)
        length, address = str(body.get("session_length", "")), str(body.get("frontend_host", "")).strip()
        if not length.isdecimal() or int(length) == 0:
            return refusal("The session length must be a whole number of hours.")
        if not address.startswith(("https://", "http://")):
            return refusal("The frontend host must begin with https:// or http://.")
        if self.store.accept(wandb_scenarios.SAVE_TAKES_EFFECT, **self._values(body, length, address)):
            self.effect("update-settings", slack_client_id=self.store.accepted.slack_client_id)
            self.site.restart()
        return JSONResponse({"ok": True})

    def _values(self, body: Mapping[str, Any], length: str, address: str) -> dict[str, Any]:
        slack = body.get("slack") is True
        accepted = self.store.accepted
        others = {name: value for name, value in accepted.others.items() if not name.startswith("system.")}
        for name in OTHER_FIELDS:
            text = str(body.get(name, "")).strip()
            if text and not (name == "oidc_method" and text == METHODS[0]):
                others[f"system.{name}"] = text
        return {
            "slack_enabled": slack,
            "slack_client_id": str(body.get("slack_client_id", "")).strip() if slack else "",
            "slack_secret": str(body.get("slack_secret", "")).strip() if slack else "",
            "frontend_host": address,
            "session_length": length,
            "switches": {name: True for name, _ in SWITCHES if name != "slack" and body.get(name) is True},
            "others": others,
        }
