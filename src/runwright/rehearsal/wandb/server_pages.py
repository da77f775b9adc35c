"""What all pages of the W&B simulator share: templates, sessions, and the lock of the store during a request."""

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

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.page_helpers import static_files, templates
from runwright.rehearsal.wandb import wandb_scenarios
from runwright.rehearsal.wandb.wandb_store import WandbSession, WandbStore

FOLDER = Path(__file__).parent
COOKIE = "wandb"
"""The name of the app's session cookie. The session of an admin also opens the System Console."""
CONSOLE_COOKIE = "wandb_console"
"""The name of the session cookie after sign-in with the root password. Both names are guesses."""
SESSION_PAGES = 6
"""The number of pages after which the session expires in the scenario `wandb-session-expires`."""


@cache
def _environment() -> Environment:
    environment = templates(FOLDER / "templates")
    environment.globals |= {"delays": wandb_scenarios, "drift": wandb_scenarios}
    return environment


class WandbServer(Protocol):
    """The server that the pages belong to."""

    store: WandbStore
    origin: str
    host: str
    context: RehearsalContext

    @property
    def surface(self) -> str:
        """The admin pages of the server: `console` or `settings`."""

    @property
    def secure(self) -> bool:
        """Whether the server uses https."""

    def restart(self) -> None:
        """Play the restart after a save, if a scenario requires one."""

    def send_alert(self, title: str, text: str, level: str = "INFO", run: str = "", wait: float = 0) -> bool:
        """Send an alert to the person's channel. Returns whether Slack accepted it."""


class ServerPages:
    """The base class of groups of pages."""

    def __init__(self, site: WandbServer) -> None:
        self.site = site
        self.store = site.store

    def on(self, scenario: str) -> bool:
        """Whether a scenario is active."""
        return scenario in self.site.context.scenarios

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        page_template = _environment().get_template(name)
        text = page_template.render(
            person=self.store.person, settings=self.store.settings, site=self.site, on=self.on, **values
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def session(self, request: Request) -> WandbSession | None:
        """The app session of a request, or None."""
        found = self.store.sessions.get(request.cookies.get(COOKIE, ""))
        return found if found is not None and not found.console else None

    def visit(self, request: Request) -> WandbSession | None:
        """The app session of a request for a page, or None. Counts the page, so that the session can expire."""
        session = self.session(request)
        if session is None:
            return None
        session.pages += 1
        if self.on(wandb_scenarios.EXPIRES) and session.pages > SESSION_PAGES:
            token = request.cookies[COOKIE]
            if token == self.store.first_session:  # sessions from the sign-in page do not expire
                del self.store.sessions[token]
                self.store.begin_session()
                return None
        return session

    def start_session(self, request: Request, response: Response, console: bool = False) -> Response:
        """Start a session for the browser."""
        token = self.store.sign_in(console)
        name = CONSOLE_COOKIE if console else COOKIE
        secure = request.url.scheme == "https"
        response.set_cookie(name, token, secure=secure, httponly=True, samesite="lax")
        return response

    def to_sign_in(self, request: Request) -> Response:
        """Redirect to the sign-in page, which returns to this address."""
        here = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?redirect_to={quote(here, safe='')}", 302)

    def effect(self, kind: str, **detail: str) -> None:
        """Record a change of state. The detail must not contain secrets."""
        self.site.context.effects.record(self.site.host, kind, **detail)

    def not_found(self) -> Response:
        return self.page("not_found.html", 404)


def locked(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run a handler with the store locked, after pending changes that are due have taken effect."""

    @functools.wraps(handler)
    def wrapped(self: ServerPages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request)

    return wrapped


def signed_in(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run a page's handler with the store locked. Without a session, redirect to the sign-in page instead."""

    @functools.wraps(handler)
    def wrapped(self: ServerPages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request) if self.visit(request) else self.to_sign_in(request)

    return wrapped


def api_call(handler: Callable[..., Response]) -> Callable[..., Response]:
    """Run the handler of a call from a page with the store locked. Without a session, refuse the call."""

    @functools.wraps(handler)
    def wrapped(self: ServerPages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request) if self.session(request) else refusal("You are not signed in.", 401)

    return wrapped


def refusal(error: str, status: int = 400) -> Response:
    """The answer to a failed call, with a message for the page."""
    return JSONResponse({"ok": False, "error": error}, status)


static = static_files(FOLDER / "static")
"""The handler for style sheets and scripts."""
