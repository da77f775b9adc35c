"""How the server's pages are made: templates, sign-in, and the store held for the length of a request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from runwright.rehearsal.pages import templates
from runwright.rehearsal.wandb.store import Store
from runwright.rehearsal.world import World

SAVE_LATE = 0.5
"""Seconds after which an accepted save of the admin pages takes effect."""
SWITCH_LATE = 0.15
"""Seconds after a click at which a switch of the user's settings is saved."""

_TEMPLATES = templates(Path(__file__).with_name("templates"))


class Server(Protocol):
    """The server that the pages belong to."""

    store: Store
    origin: str
    host: str
    world: World

    @property
    def surface(self) -> str: ...

    def send_alert(self, title: str, text: str, level: str = "INFO") -> bool: ...


class Pages:
    """What all pages of the server share."""

    def __init__(self, site: Server) -> None:
        self.site = site
        self.store = site.store

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        known = {"person": self.store.person, "settings": self.store.settings, "surface": self.site.surface}
        return HTMLResponse(_TEMPLATES.get_template(name).render(**{**known, **values}), status)

    def signed_in(self, request: Request) -> bool:
        return request.cookies.get("wandb") == self.store.session

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


def sign_in_first(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler for people who are signed in; others see the sign-in page and come back."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        if not self.signed_in(request):
            return RedirectResponse(f"/login?back={quote(request.url.path)}", 302)
        return handler(self, request)

    return wrapped
