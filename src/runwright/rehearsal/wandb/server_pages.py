"""How the server's pages are made: templates, who is signed in, and the store held for the length of a request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from runwright.rehearsal.effects import World
from runwright.rehearsal.page_helpers import static_files, templates
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.wandb_store import Session, Store

HERE = Path(__file__).parent
COOKIE = "wandb"
"""The session of the app. It opens the System Console as well when the person is an admin."""
CONSOLE_COOKIE = "wandb_console"
"""The session of somebody who gave the root password. Both names are guesses."""
SESSION_PAGES = 6
"""After so many pages the session ends, where the scenario says that it does."""


@cache
def _environment() -> Environment:
    environment = templates(HERE / "templates")
    environment.globals |= {"delays": wandb_scenarios, "drift": wandb_scenarios}
    return environment


class Server(Protocol):
    """The server that the pages belong to."""

    store: Store
    origin: str
    host: str
    world: World

    @property
    def surface(self) -> str:
        """The admin pages it has: `console` or `settings`."""

    @property
    def secure(self) -> bool:
        """Whether people use it over https."""

    def restart(self) -> None:
        """Play the restart that a save brings, where a scenario wants one."""

    def send_alert(self, title: str, text: str, level: str = "INFO", run: str = "", wait: float = 0) -> bool:
        """Send an alert to the person's channel; whether Slack took it."""


class Pages:
    """What all pages of the server share."""

    def __init__(self, site: Server) -> None:
        self.site = site
        self.store = site.store

    def on(self, scenario: str) -> bool:
        """Whether a scenario is switched on."""
        return scenario in self.site.world.scenarios

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        shown = _environment().get_template(name)
        text = shown.render(
            person=self.store.person, settings=self.store.settings, site=self.site, on=self.on, **values
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def session(self, request: Request) -> Session | None:
        """The app's session of whoever asks."""
        found = self.store.sessions.get(request.cookies.get(COOKIE, ""))
        return found if found is not None and not found.console else None

    def visit(self, request: Request) -> Session | None:
        """The same for one who opens a page: pages are counted, so that the session can end."""
        session = self.session(request)
        if session is None:
            return None
        session.pages += 1
        if self.on(wandb_scenarios.EXPIRES) and session.pages > SESSION_PAGES:
            token = request.cookies[COOKIE]
            if token == self.store.first_session:  # who comes by the sign-in page keeps the session
                del self.store.sessions[token]
                self.store.begin_session()
                return None
        return session

    def keep(self, request: Request, response: Response, console: bool = False) -> Response:
        """Give the browser a new session."""
        token = self.store.sign_in(console)
        name = CONSOLE_COOKIE if console else COOKIE
        secure = request.url.scheme == "https"
        response.set_cookie(name, token, secure=secure, httponly=True, samesite="lax")
        return response

    def to_sign_in(self, request: Request) -> Response:
        """Off to the sign-in page, and back here afterwards."""
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?redirect_to={quote(here, safe='')}", 302)

    def effect(self, kind: str, **detail: str) -> None:
        """Record a change of state. Values of secrets have no place in the detail."""
        self.site.world.effects.record(self.site.host, kind, **detail)

    def not_found(self) -> Response:
        return self.page("not_found.html", 404)


def held(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler with the store held, and with what was to take effect by now in effect."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request)

    return wrapped


def signed_in(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler of a page for people who are signed in; others see the sign-in page and come back. Held."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request) if self.visit(request) else self.to_sign_in(request)

    return wrapped


def called(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler of a call that a page makes; it is refused when nobody is signed in. Held."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request) if self.session(request) else fault("You are not signed in.", 401)

    return wrapped


def fault(error: str, status: int = 400) -> Response:
    """A call's answer when it fails, with a sentence for the page."""
    return JSONResponse({"ok": False, "error": error}, status)


static = static_files(HERE / "static")
"""Style sheets and scripts."""
