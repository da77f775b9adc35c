"""Alerts on their way to Slack: the call that W&B's client makes, and what the server posts."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.pages import object_of
from runwright.rehearsal.wandb.pages import Pages

COLOURS = {"INFO": "#36a64f", "WARN": "#daa038", "ERROR": "#a30200"}
"""The bar beside an alert, by level."""
CALL = "notifyScriptableRunAlert"
TITLE_MOST = 64
"""A title has fewer characters than this."""


class Send(Pages):
    """`/graphql` knows one call, the one that an alert needs."""

    def routes(self) -> list[BaseRoute]:
        return [Route("/graphql", self.graphql, methods=["POST"])]

    def graphql(self, request: Request) -> Response:
        """`notifyScriptableRunAlert`, with the API key as the password of HTTP Basic, or from a signed-in browser."""
        with self.store.lock:
            self.store.catch_up()
            known = _key(request) == self.store.person.api_key or self.session(request) is not None
        if not known:
            return JSONResponse({"errors": [{"message": "user is not logged in"}]}, 401)
        asked = object_of(request)
        if CALL not in str(asked.get("query", "")):
            return JSONResponse({"errors": [{"message": f"this server knows {CALL} alone"}]}, 400)
        values = asked.get("variables")
        values = values if isinstance(values, dict) else {}
        title, text, level = (str(values.get(name) or "") for name in ("title", "text", "severity"))
        if not title or len(title) >= TITLE_MOST:
            return JSONResponse({"errors": [{"message": f"title must have 1 to {TITLE_MOST - 1} characters"}]}, 400)
        if level not in ("", *COLOURS):
            return JSONResponse({"errors": [{"message": f"severity must be one of {', '.join(COLOURS)}"}]}, 400)
        wait = values.get("waitDuration")
        seconds = float(wait) / 1e9 if isinstance(wait, int | float) else 0.0  # nanoseconds, as the client counts
        sent = self.site.send_alert(title, text, level or "INFO", str(values.get("runName") or ""), seconds)
        return JSONResponse({"data": {CALL: {"success": sent}}})


def attachment(server: str, username: str, title: str, text: str, level: str, run: str) -> dict[str, Any]:
    """An alert as Slack shows it: a coloured bar, a linked title, the text, who and in which state."""
    return {
        "fallback": f"Triggered: {title}",
        "color": COLOURS.get(level, COLOURS["INFO"]),
        "title": f"Triggered: {title}" + (f" ({run})" if run else ""),
        "title_link": f"{server}/{username}/runs/{run}" if run else f"{server}/home",
        "text": text,
        "fields": [
            {"title": "User", "value": username, "short": True},
            {"title": "State", "value": "running", "short": True},
        ],
    }


def _key(request: Request) -> str | None:
    kind, _, coded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(coded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None
