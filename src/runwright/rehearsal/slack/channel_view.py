"""The channel view at app.slack.com. All labels are guesses: no screenshot of the client was available."""

from __future__ import annotations

import time
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.page_context import SlackSite, refusal, text_of


class ChannelView:
    """Channels and their messages; the page polls for new messages."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site

    def routes(self) -> list[Route]:
        """At app.slack.com."""
        return [
            Route("/", self.enter),
            Route("/client", self.enter),
            Route("/client/{team}", self.enter),
            Route("/client/{team}/{channel}", self.channel),
            Route("/client/{team}/{channel}/messages", self.messages, methods=["GET"]),
            Route("/client/{team}/{channel}/messages", self.write, methods=["POST"]),
        ]

    def enter(self, request: Request) -> Response:
        """Redirect to the first channel."""
        if self.site.user(request) is None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            found = store.workspace(request.path_params.get("team", "")) or store.workspaces[0]
        return RedirectResponse(f"/client/{found.id}/{found.channels[0].id}", 302)

    def channel(self, request: Request) -> Response:
        """One channel; a script fetches its messages."""
        if self.site.visit(request) is None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            workspace = store.workspace(request.path_params["team"])
            channel = workspace.channel(request.path_params["channel"]) if workspace is not None else None
            if workspace is None or channel is None:
                return self.site.page(request, "not_found.html", 404)
            return self.site.page(
                request,
                "client.html",
                workspace=workspace,
                channel=channel,
                channels=[each for each in workspace.channels if each.kind != "dm" and not each.archived],
                people=[each for each in workspace.channels if each.kind == "dm"],
            )

    def messages(self, request: Request) -> Response:
        """The messages of a channel above a number; the first batch arrives late."""
        if self.site.user(request) is None:
            return refusal("not_authed")
        after = request.query_params.get("after", "0")
        if after == "0":
            time.sleep(slack_scenarios.MESSAGES)
        with self.site.store as store:
            found = [
                asdict(each)
                for each in store.messages
                if each.channel_id == request.path_params["channel"]
                and each.number > (int(after) if after.isdigit() else 0)
            ]
        return JSONResponse({"ok": True, "messages": found})

    def write(self, request: Request) -> Response:
        """Post a message as the signed-in person."""
        form = form_of(request)
        refused = self.site.refusal(request, form)
        if refused is not None:
            return refused
        text = text_of(form, "text").strip()
        if not text:
            return refusal("no_text")
        with self.site.store as store:
            workspace = store.workspace(request.path_params["team"])
            channel = workspace.channel(request.path_params["channel"]) if workspace is not None else None
            if channel is None:
                return refusal("channel_not_found")
            store.post(channel.id, store.user.name, text)
            self.site.record(request, "post-message", channel=channel.name, author=store.user.name)
        return JSONResponse({"ok": True})
