"""app.slack.com and hooks.slack.com: the channel that people see, and the webhooks that post into it.

The look of the channel is a guess: no picture of it was at hand.
"""

from __future__ import annotations

import json
from typing import Any

import anyio.from_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.slackb.pages import Pages, form_of, held, sign_in_first
from runwright.rehearsal.slackb.store import App, Message, Webhook, now_text


class Client(Pages):
    """The routes of app.slack.com and hooks.slack.com."""

    def routes(self) -> list[BaseRoute]:
        """Those of app.slack.com."""
        return [
            Route("/", lambda request: RedirectResponse("/client", 302)),
            Route("/client", self.begin),
            Route("/client/{team}", self.begin),
            Route("/client/{team}/{channel}", self.channel),
            Route("/client/{team}/{channel}/messages", self.messages),
        ]

    def hook_routes(self) -> list[BaseRoute]:
        """Those of hooks.slack.com."""
        return [Route("/services/{team}/{bot}/{token}", self.post, methods=["POST"])]

    @held
    @sign_in_first
    def begin(self, request: Request) -> Response:
        return RedirectResponse(f"/client/{self.store.workspace.id}/{self.store.channels[0].id}", 302)

    @held
    @sign_in_first
    def channel(self, request: Request) -> Response:
        channel = self.store.channel(request.path_params["channel"])
        if channel is None:
            return self.page("not_found.html", 404)
        return self.page("channel.html", channel=channel, channels=self.store.channels)

    @held
    def messages(self, request: Request) -> Response:
        channel = self.store.channel(request.path_params["channel"])
        if channel is None or not self.signed_in(request):
            return PlainTextResponse("", 404)
        return self.page("messages.html", channel=channel)

    @held
    def post(self, request: Request) -> Response:
        """A message through a webhook; the errors are those that Slack documents."""
        found = self._webhook(request.url.path)
        if found is None:
            return PlainTextResponse("no_service", 404)
        app, webhook = found
        channel = self.store.channel(webhook.channel)
        if channel is None:
            return PlainTextResponse("channel_not_found", 404)
        if channel.archived:
            return PlainTextResponse("channel_is_archived", 410)
        asked = _payload(request)
        if asked is None:
            return PlainTextResponse("invalid_payload", 400)
        attachments = [item for item in asked.get("attachments") or [] if isinstance(item, dict)]
        text = str(asked.get("text") or "")
        if not text and not attachments and not asked.get("blocks"):
            return PlainTextResponse("no_text", 400)
        self.effect(request, "post-message", app=app.id, channel=channel.name)
        channel.messages.append(Message(app.name, text, now_text(), "bot_message", True, attachments))
        return PlainTextResponse("ok")

    def _webhook(self, path: str) -> tuple[App, Webhook] | None:
        for app in self.store.apps.values():
            for webhook in app.webhooks:
                if webhook.path == path:
                    return app, webhook
        return None


def _payload(request: Request) -> dict[str, Any] | None:
    """The JSON of a webhook's body, or of its `payload` field."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raw: str | bytes = form_of(request).get("payload", [""])[0]
    else:
        raw = anyio.from_thread.run(request.body)
    try:
        data = json.loads(raw)
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
