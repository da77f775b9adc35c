"""The channel view at app.slack.com. A guess in all its labels: no picture of the client was at hand."""

from __future__ import annotations

import time
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.page_context import Site, fault, text_of


class Client:
    """Channels and what was written in them; new messages come by themselves."""

    def __init__(self, site: Site) -> None:
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
        """On to the first channel."""
        if self.site.user(request) is None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            found = store.workspace(request.path_params.get("team", "")) or store.workspaces[0]
        return RedirectResponse(f"/client/{found.id}/{found.channels[0].id}", 302)

    def channel(self, request: Request) -> Response:
        """One channel; its messages come later."""
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
        """A channel's messages above a number; the first batch takes its time."""
        if self.site.user(request) is None:
            return fault("not_authed")
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
        """Write as the person who is signed in."""
        form = form_of(request)
        refused = self.site.refusal(request, form)
        if refused is not None:
            return refused
        text = text_of(form, "text").strip()
        if not text:
            return fault("no_text")
        with self.site.store as store:
            workspace = store.workspace(request.path_params["team"])
            channel = workspace.channel(request.path_params["channel"]) if workspace is not None else None
            if channel is None:
                return fault("channel_not_found")
            store.post(channel.id, store.user.name, text)
            self.site.record(request, "post-message", channel=channel.name, author=store.user.name)
        return JSONResponse({"ok": True})
