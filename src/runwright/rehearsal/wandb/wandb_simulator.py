"""The W&B simulator: one server, with one of the two kinds of admin pages."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.simulator import Cookie, Simulator
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.alert_delivery import AlertDelivery, attachment
from runwright.rehearsal.wandb.alert_settings import AlertSettings
from runwright.rehearsal.wandb.app_shell import AppShell
from runwright.rehearsal.wandb.server_pages import COOKIE, static
from runwright.rehearsal.wandb.slack_connection import SlackConnection
from runwright.rehearsal.wandb.system_console import SystemConsole
from runwright.rehearsal.wandb.system_settings import SystemSettings
from runwright.rehearsal.wandb.wandb_store import SavedWandbState, WandbStore


class WandbSimulator(Simulator):
    """A W&B server whose admin, Morgan Lee, is signed in.

    The option ``admin_pages`` selects the admin pages: ``console`` (the default) or ``settings``.
    """

    kind: ClassVar[str] = "wandb"
    scenarios: ClassVar[Mapping[str, str]] = wandb_scenarios.SCENARIOS
    saved_state_type = SavedWandbState

    def __init__(self, context: RehearsalContext, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(context, origin, options)
        address = origin if self.secure else origin.replace("https://", "http://", 1)
        self.store = WandbStore(address, admin=wandb_scenarios.NOT_ADMIN not in context.scenarios)

    @property
    def surface(self) -> str:
        """The kind of admin pages: ``settings``, or ``console`` for any other value of the option."""
        return "settings" if self.options.get("admin_pages") == "settings" else "console"

    @property
    def secure(self) -> bool:
        """Whether the server uses https."""
        return self.origin.startswith("https://") and wandb_scenarios.HTTP_ONLY not in self.context.scenarios

    def app(self) -> ASGIApp:
        pages = AppShell(self)

        async def not_found(request: Request, error: Exception) -> Response:
            return pages.not_found()

        page_groups = (
            pages,
            AlertSettings(self),
            SlackConnection(self),
            AlertDelivery(self),
            SystemConsole(self),
            SystemSettings(self),
        )
        routes = [route for group in page_groups for route in group.routes()]
        inner = Starlette(
            routes=[
                Route("/static/{name}", static),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
                *routes,
            ],
            exception_handlers={404: not_found, HTTPException: not_found},
        )
        return _ServerGate(self, inner)

    def cookies(self) -> list[Cookie]:
        if wandb_scenarios.SIGNED_OUT in self.context.scenarios:
            return []
        with self.store.lock:
            self.store.catch_up()
            return [Cookie(COOKIE, self.store.first_session, self.host)]

    def state(self) -> dict[str, Any]:
        with self.store.lock:
            self.store.catch_up()
            return {
                "settings": asdict(self.store.settings),
                "person": asdict(self.store.person),
                "team": [asdict(each) for each in self.store.team],
            }

    def reset(self) -> None:
        with self.store.lock:
            self.store.clear()

    def saved_state(self) -> SavedWandbState:
        with self.store.lock:
            return self.store.saved_state()

    def restore(self, saved: SavedWandbState) -> None:
        with self.store.lock:
            self.store.restore(saved)

    def restart(self) -> None:
        """Play the restart after a save, if a scenario requires one. The caller holds the lock of the store."""
        active = self.context.scenarios
        if wandb_scenarios.RESTARTS_SIGNED_OUT in active:
            self.store.later(wandb_scenarios.SAVE_TAKES_EFFECT, self.store.sign_out_everybody)
        if wandb_scenarios.RESTARTS_502 in active:
            self.store.later(wandb_scenarios.RESTART_BEGINS, self._go_down)
        if wandb_scenarios.RESTARTS_REFUSED in active:
            self.context.pause(self.host, wandb_scenarios.RESTART_BEGINS, wandb_scenarios.RESTART)

    def _go_down(self) -> None:
        self.store.down_until = time.monotonic() + wandb_scenarios.RESTART

    def send_alert(self, title: str, text: str, level: str = "INFO", run: str = "", wait: float = 0) -> bool:
        """Send an alert to the person's channel, as the server does for a run. Returns whether Slack accepted it.

        The server sends only if *Scriptable run alerts* is on for Slack, and not again for the same run and title
        within ``wait`` seconds.
        """
        with self.store.lock:
            self.store.catch_up()
            person = self.store.person
            now, key = time.monotonic(), (run, title)
            if person.slack is None or not person.slack_alerts["scriptable"]:
                return False
            if key in self.store.sent and now - self.store.sent[key] < wait:
                return False
            address, username = person.slack.webhook, person.username
            server = self.store.settings.frontend_host.rstrip("/")
        body = {"attachments": [attachment(server, username, title, text, level, run)]}
        try:
            with self.context.client() as client:
                accepted = client.post(address, json=body).text == "ok"
        except httpx.HTTPError:
            return False
        if accepted:
            with self.store.lock:
                self.store.sent[key] = now
        return accepted


class _ServerGate:
    """The layer in front of the server: the redirect between http and https, and status 502 while it is down."""

    def __init__(self, site: WandbSimulator, app: ASGIApp) -> None:
        self._site = site
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            answer = await run_in_threadpool(self._answer, Request(scope))
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        """The answer of this layer, or None. It waits for the store, which a handler holds while its form arrives."""
        store = self._site.store
        with store.lock:
            store.catch_up()
            if time.monotonic() < store.down_until:
                return HTMLResponse("<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>", 502)
        scheme = "https" if self._site.secure else "http"
        if request.url.scheme != scheme and request.url.port is None:
            return RedirectResponse(request.url.replace(scheme=scheme), 307)
        return None
