"""How the stand-in's pages are made: templates, sign-in, and the store held for the length of a request."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import anyio.from_thread
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

if TYPE_CHECKING:
    from runwright.rehearsal.slackb.site import SlackStandIn

LIST_LATE = 0.7
"""Seconds after which Your Apps shows its list."""
SAVE_LATE = 0.3
"""Seconds after which an accepted save of the console takes effect."""

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)

Handler = Callable[[Request], Response]


class Pages:
    """What all pages of the site share."""

    def __init__(self, site: SlackStandIn) -> None:
        self.site = site
        self.store = site.store

    def page(self, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from its template."""
        store = self.store
        known: dict[str, Any] = {"workspace": store.workspace, "person": store.person, "crumb": store.crumb}
        known["scenarios"] = self.site.world.scenarios
        return HTMLResponse(_TEMPLATES.get_template(name).render(**{**known, **values}), status)

    def signed_in(self, request: Request) -> bool:
        return request.cookies.get("d") == self.store.session

    def effect(self, request: Request, kind: str, **detail: str) -> None:
        """Record a change of state under the host that was asked."""
        self.site.world.effects.record(request.url.hostname or "", kind, **detail)


def held(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler with the store held, and with what was to take effect by now in effect."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        with self.store.lock:
            self.store.catch_up()
            return handler(self, request)

    return wrapped


def sign_in_first(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The handler for people who are signed in; others are sent to the sign-in page and come back."""

    @functools.wraps(handler)
    def wrapped(self: Pages, request: Request) -> Response:
        if not self.signed_in(request):
            return RedirectResponse(f"https://slack.com/signin?redir={quote(str(request.url), safe='')}", 302)
        return handler(self, request)

    return wrapped


def form_of(request: Request) -> dict[str, list[str]]:
    """The form of a request, each field with all its values."""

    async def read() -> FormData:
        return await request.form()

    form = anyio.from_thread.run(read)
    values: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        values.setdefault(name, []).append(str(value))
    return values


def json_of(request: Request) -> Any:
    return anyio.from_thread.run(request.json)
