"""What every page of the stand-in works with: store, effects, scenarios, templates, who is signed in."""

from __future__ import annotations

import hashlib
import secrets
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from jinja2 import Environment
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from runwright.rehearsal.effects import World
from runwright.rehearsal.page_helpers import static_files, templates
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.slack_store import Session, Store, User

HERE = Path(__file__).parent
COOKIE = "d"
"""The session's cookie, on ``.slack.com``."""
SESSION_PAGES = 9
"""After so many pages the session ends, where the scenario says that it does."""


@cache
def _environment() -> Environment:
    environment = templates(HERE / "templates")
    environment.globals["delays"] = slack_scenarios
    return environment


class Site:
    """The stand-in behind its pages. One for as long as the stand-in is there; a reset replaces its store."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.first_session = secrets.token_hex(16)
        """The session of browsers that start signed in."""
        self.reset()

    def reset(self) -> None:
        """Start again with a new account."""
        self.store = Store(others=self.on("apps"))
        self.sessions = {self.first_session: Session(self.store.user.id, lasts=not self.on("slack-session-expires"))}

    def on(self, scenario: str) -> bool:
        """Whether a scenario is switched on."""
        return scenario in self.world.scenarios

    def record(self, request: Request, kind: str, **detail: str) -> None:
        """Write down a change of state that a request asks for."""
        self.world.effects.record(request.url.hostname or "", kind, **detail)

    def sign_in(self, response: Response) -> None:
        """Give the browser a session."""
        session = secrets.token_hex(16)
        self.sessions[session] = Session(self.store.user.id)
        response.set_cookie(COOKIE, session, domain=".slack.com", secure=True, httponly=True, samesite="lax")

    def user(self, request: Request) -> User | None:
        """Who is signed in."""
        session = self.sessions.get(request.cookies.get(COOKIE, ""))
        return self.store.user if session is not None else None

    def visit(self, request: Request) -> User | None:
        """Who is signed in and opens a page; counts the page, so that the session can end."""
        found = request.cookies.get(COOKIE, "")
        session = self.sessions.get(found)
        if session is None:
            return None
        session.pages += 1
        if not session.lasts and session.pages > SESSION_PAGES:
            del self.sessions[found]
            return None
        return self.store.user

    def crumb(self, request: Request) -> str:
        """What a form must bring back, so that it comes from one of our own pages."""
        return hashlib.sha256(f"crumb {request.cookies.get(COOKIE, '')}".encode()).hexdigest()[:16]

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page from a template."""
        shown = _environment().get_template(template)
        text = shown.render(
            site=self,
            request=request,
            crumb=self.crumb(request),
            cookie_banner=self.on("cookie-banner") and "OptanonAlertBoxClosed" not in request.cookies,
            **values,
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def to_sign_in(self, request: Request) -> Response:
        """Off to the sign-in page, and back here afterwards."""
        return RedirectResponse(f"https://slack.com/signin?redir={quote(str(request.url), safe='')}", 302)

    def refusal(self, request: Request, form: FormData) -> Response | None:
        """The answer to a call that comes from nobody, or not from one of our pages."""
        if self.user(request) is None:
            return fault("not_authed")
        if form.get("crumb") != self.crumb(request):
            return fault("invalid_crumb")
        return None


def text_of(form: FormData, name: str) -> str:
    """A field's text, or an empty one."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """All texts of a field that may come several times."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def fault(error: str, message: str = "") -> Response:
    """A call's answer when it fails: an error code, with a sentence for the page where there is one."""
    return JSONResponse({"ok": False, "error": error} | ({"message": message} if message else {}))


def inside(url: str) -> str:
    """An address to go back to, when it is one of ours; else the client."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    ours = parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
    return url if ours else "https://app.slack.com/client"


static = static_files(HERE / "static")
"""Style sheets and scripts."""
