"""Delivery of alerts to Slack: the calls of W&B's client that send an alert, and the message that the server posts."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import object_of
from runwright.rehearsal.wandb.server_pages import ServerPages

COLOURS = {"INFO": "#36a64f", "WARN": "#daa038", "ERROR": "#a30200"}
"""The colour of the bar beside an alert, by level."""
CALL = "notifyScriptableRunAlert"
TITLE_LIMIT = 64
"""A title has fewer characters than this."""


class AlertDelivery(ServerPages):
    """The calls of the real client when it starts a run, sends an alert and ends the run. Runs are not stored."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/graphql", self.graphql, methods=["POST"]),
            Route("/files/{entity}/{project}/{run}/file_stream", self.stream, methods=["POST"]),
        ]

    def graphql(self, request: Request) -> Response:
        """A GraphQL call, with the API key as the password of HTTP Basic, or from a signed-in browser."""
        if not self._authenticated(request):
            return JSONResponse({"errors": [{"message": "user is not logged in"}]}, 401)
        body = object_of(request)
        query, variables = str(body.get("query", "")), body.get("variables")
        values = variables if isinstance(variables, dict) else {}
        calls = {CALL: self._alert, "upsertBucket": self._run, "viewer": self._viewer}
        for name, call in calls.items():
            if re.search(rf"\b{name}\b", query):
                return call(values)
        return _refused(f"this server supports only {', '.join(calls)}")

    def stream(self, request: Request) -> Response:
        """The log stream of a run. It is accepted and discarded."""
        if not self._authenticated(request):
            return JSONResponse({"error": "user is not logged in"}, 401)
        return JSONResponse({"exitcode": None, "limits": {}})

    def _authenticated(self, request: Request) -> bool:
        with self.store.lock:
            self.store.catch_up()
            return _key(request) == self.store.person.api_key or self.session(request) is not None

    def _viewer(self, values: dict[str, Any]) -> Response:
        person = self.store.person
        viewer = {
            "id": person.username,
            "entity": person.username,
            "username": person.username,
            "email": person.email,
            "flags": "{}",
            "teams": {"edges": []},
        }
        return JSONResponse({"data": {"viewer": viewer}})

    def _run(self, values: dict[str, Any]) -> Response:
        username = self.store.person.username
        name = str(values.get("name") or "run")
        project = {"id": "project", "name": str(values.get("project") or "tests")}
        bucket = {
            "id": f"{username}:{name}",
            "name": name,
            "displayName": name,
            "description": None,
            "config": str(values.get("config") or "{}"),
            "sweepName": None,
            "historyLineCount": 0,
            "project": project | {"entity": {"id": username, "name": username}},
        }
        return JSONResponse({"data": {"upsertBucket": {"bucket": bucket, "inserted": True}}})

    def _alert(self, values: dict[str, Any]) -> Response:
        title, text, level = (str(values.get(name) or "") for name in ("title", "text", "severity"))
        if not title or len(title) >= TITLE_LIMIT:
            return _refused(f"title must have 1 to {TITLE_LIMIT - 1} characters")
        if level not in ("", *COLOURS):
            return _refused(f"severity must be one of {', '.join(COLOURS)}")
        wait = values.get("waitDuration")
        seconds = wait / 1000 if isinstance(wait, int | float) else 0.0  # the client sends milliseconds
        sent = self.site.send_alert(title, text, level or "INFO", str(values.get("runName") or ""), seconds)
        return JSONResponse({"data": {CALL: {"success": sent}}})


def _refused(message: str) -> Response:
    return JSONResponse({"errors": [{"message": message}]}, 400)


def attachment(server: str, username: str, title: str, text: str, level: str, run: str) -> dict[str, Any]:
    """An alert as a Slack attachment: a coloured bar, a linked title, the text, the user and the run's state."""
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
    kind, _, encoded = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None
