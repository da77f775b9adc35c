"""Incoming webhooks at hooks.slack.com: a message posted to a webhook's address appears in its channel."""

from __future__ import annotations

import json
from typing import Any

import anyio.from_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack.page_context import SlackSite, text_of


class WebhookRoutes:
    """Handles posts of clients. Texts and status codes follow the API; `no_service`, 403 and 410 are inferred."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """At hooks.slack.com."""
        return [Route("/services/{team}/{hook}/{token}", self.post, methods=["POST"])]

    def post(self, request: Request) -> Response:
        """Post a message to the webhook's channel."""
        payload = _payload(request)
        with self.site.store as store:
            hook = store.webhook(request.path_params["hook"])
            workspace = store.workspace(request.path_params["team"])
            if hook is None or workspace is None or hook.workspace_id != workspace.id:
                return PlainTextResponse("no_service", 404)
            if hook.token != request.path_params["token"]:
                return PlainTextResponse("no_service", 404)
            app = store.app(hook.app_id)
            channel = workspace.channel(hook.channel_id)
            if app is None:
                return PlainTextResponse("no_service", 404)
            if channel is None:
                return PlainTextResponse("channel_not_found", 404)
            if channel.archived:
                return PlainTextResponse("channel_is_archived", 410)
            if channel.admins_only:
                return PlainTextResponse("action_prohibited", 403)
            if payload is None:
                return PlainTextResponse("invalid_payload", 400)
            text, attachments, blocks = payload.get("text", ""), payload.get("attachments"), payload.get("blocks")
            if not isinstance(text, str) or not _optional_dicts(attachments) or not _optional_dicts(blocks):
                return PlainTextResponse("invalid_payload", 400)
            if not text and not attachments and not blocks:
                return PlainTextResponse("no_text", 400)
            store.post(channel.id, app.name, text, "bot_message", attachments or (), blocks or ())
            self.site.record(request, "post-message", app=app.name, channel=channel.name)
        return PlainTextResponse("ok")


def _payload(request: Request) -> dict[str, Any] | None:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raw: str | bytes = text_of(form_of(request), "payload")
    else:
        raw = anyio.from_thread.run(request.body)
    try:
        payload = json.loads(raw)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


def _optional_dicts(value: object) -> bool:
    return value is None or (isinstance(value, list) and all(isinstance(each, dict) for each in value))
