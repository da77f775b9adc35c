"""The stand-in itself: one W&B server, with the admin pages of one of the two kinds."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope
from starlette.types import Send as SendMessage

from runwright.rehearsal.effects import World
from runwright.rehearsal.simulator import Cookie, StandIn
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.alert_delivery import Send, attachment
from runwright.rehearsal.wandb.alert_settings import Alerts
from runwright.rehearsal.wandb.app_shell import App
from runwright.rehearsal.wandb.server_pages import COOKIE, static
from runwright.rehearsal.wandb.slack_connection import Connect
from runwright.rehearsal.wandb.system_console import Console
from runwright.rehearsal.wandb.system_settings import System
from runwright.rehearsal.wandb.wandb_store import Kept, Store


class WandbStandIn(StandIn):
    """A server, and Morgan Lee, who is its admin and signed in.

    The option ``admin_pages`` says which admin pages it has: ``console`` (when nothing is said) or ``settings``.
    """

    kind: ClassVar[str] = "wandb"
    scenarios: ClassVar[Mapping[str, str]] = wandb_scenarios.SCENARIOS
    keeps = Kept

    def __init__(self, world: World, origin: str, options: Mapping[str, str]) -> None:
        super().__init__(world, origin, options)
        address = origin if self.secure else origin.replace("https://", "http://", 1)
        self.store = Store(address, admin=wandb_scenarios.NOT_ADMIN not in world.scenarios)

    @property
    def surface(self) -> str:
        """Which admin pages the server has. Any other text than ``settings`` means ``console``."""
        return "settings" if self.options.get("admin_pages") == "settings" else "console"

    @property
    def secure(self) -> bool:
        """Whether people use it over https."""
        return self.origin.startswith("https://") and wandb_scenarios.PLAIN not in self.world.scenarios

    def app(self) -> ASGIApp:
        pages = App(self)

        async def not_found(request: Request, error: Exception) -> Response:
            return pages.not_found()

        rooms = (pages, Alerts(self), Connect(self), Send(self), Console(self), System(self))
        routes = [route for room in rooms for route in room.routes()]
        inner = Starlette(
            routes=[
                Route("/static/{name}", static),
                Route("/favicon.ico", lambda request: Response(status_code=204)),
                *routes,
            ],
            exception_handlers={404: not_found, HTTPException: not_found},
        )
        return _Gate(self, inner)

    def cookies(self) -> list[Cookie]:
        if wandb_scenarios.SIGNED_OUT in self.world.scenarios:
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

    def kept(self) -> Kept:
        with self.store.lock:
            return self.store.kept()

    def take_up(self, kept: Kept) -> None:
        with self.store.lock:
            self.store.take_up(kept)

    def restart(self) -> None:
        """Play the restart that a save brings, where a scenario wants one. The store is held."""
        on = self.world.scenarios
        if wandb_scenarios.RESTARTS_SIGNED_OUT in on:
            self.store.later(wandb_scenarios.SAVE_TAKES_EFFECT, self.store.sign_out_everybody)
        if wandb_scenarios.RESTARTS_502 in on:
            self.store.later(wandb_scenarios.RESTART_BEGINS, self._go_down)
        if wandb_scenarios.RESTARTS_REFUSED in on:
            self.world.pause(self.host, wandb_scenarios.RESTART_BEGINS, wandb_scenarios.RESTART)

    def _go_down(self) -> None:
        self.store.down_until = time.monotonic() + wandb_scenarios.RESTART

    def send_alert(self, title: str, text: str, level: str = "INFO", run: str = "", wait: float = 0) -> bool:
        """Send an alert to the person's channel, as the server does when a run asks for it; whether Slack took it.

        It is sent only where *Scriptable run alerts* is on for Slack, and not again for the same run and title
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
            with self.world.client() as client:
                taken = client.post(address, json=body).text == "ok"
        except httpx.HTTPError:
            return False
        if taken:
            with self.store.lock:
                self.store.sent[key] = now
        return taken


class _Gate:
    """What stands before the server: TLS or not, and the proxy that answers while the server is down."""

    def __init__(self, site: WandbStandIn, app: ASGIApp) -> None:
        self._site = site
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: SendMessage) -> None:
        if scope["type"] == "http":
            answer = self._answer(Request(scope))
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _answer(self, request: Request) -> Response | None:
        store = self._site.store
        with store.lock:
            store.catch_up()
            if time.monotonic() < store.down_until:
                return HTMLResponse("<title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>", 502)
        wanted = "https" if self._site.secure else "http"
        if request.url.scheme != wanted and request.url.port is None:
            return RedirectResponse(request.url.replace(scheme=wanted), 307)
        return None
