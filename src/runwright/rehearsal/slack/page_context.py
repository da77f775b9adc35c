"""What every page of the Slack simulator uses: store, effects, scenarios, templates, the signed-in person."""

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

from runwright.rehearsal.effects import RehearsalContext
from runwright.rehearsal.page_helpers import static_files, templates
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.slack_store import SlackSession, SlackStore, SlackUser

FOLDER = Path(__file__).parent
COOKIE = "d"
"""The name of the session cookie, on ``.slack.com``."""
SESSION_PAGES = 9
"""The number of pages after which the session expires in the scenario `slack-session-expires`."""


@cache
def _environment() -> Environment:
    environment = templates(FOLDER / "templates")
    environment.globals["delays"] = slack_scenarios
    return environment


class SlackSite:
    """What the pages share. It lives as long as the simulator; a reset replaces its store."""

    def __init__(self, context: RehearsalContext) -> None:
        self.context = context
        self.first_session = secrets.token_hex(16)
        """The session of browsers that start signed in."""
        self.reset()

    def reset(self) -> None:
        """Return to a new account."""
        self.store = SlackStore(existing_apps=self.on("apps"))
        self.sessions = {
            self.first_session: SlackSession(self.store.user.id, permanent=not self.on("slack-session-expires"))
        }

    def on(self, scenario: str) -> bool:
        """Whether a scenario is active."""
        return scenario in self.context.scenarios

    def record(self, request: Request, kind: str, **detail: str) -> None:
        """Record a change of state as an effect of a request."""
        self.context.effects.record(request.url.hostname or "", kind, **detail)

    def sign_in(self, response: Response) -> None:
        """Start a session for the browser."""
        session = secrets.token_hex(16)
        self.sessions[session] = SlackSession(self.store.user.id)
        response.set_cookie(COOKIE, session, domain=".slack.com", secure=True, httponly=True, samesite="lax")

    def user(self, request: Request) -> SlackUser | None:
        """The signed-in person, or None."""
        session = self.sessions.get(request.cookies.get(COOKIE, ""))
        return self.store.user if session is not None else None

    def visit(self, request: Request) -> SlackUser | None:
        """The signed-in person who opens a page, or None. Counts the page, so that the session can expire."""
        found = request.cookies.get(COOKIE, "")
        session = self.sessions.get(found)
        if session is None:
            return None
        session.pages += 1
        if not session.permanent and session.pages > SESSION_PAGES:
            del self.sessions[found]
            return None
        return self.store.user

    def crumb(self, request: Request) -> str:
        """The token that a form must send back, as proof that it comes from a page of this simulator."""
        return hashlib.sha256(f"crumb {request.cookies.get(COOKIE, '')}".encode()).hexdigest()[:16]

    def page(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page from a template."""
        page_template = _environment().get_template(template)
        text = page_template.render(
            site=self,
            request=request,
            crumb=self.crumb(request),
            cookie_banner=self.on("cookie-banner") and "OptanonAlertBoxClosed" not in request.cookies,
            **values,
        )
        return HTMLResponse(text, status, {"Cache-Control": "no-store"})

    def to_sign_in(self, request: Request) -> Response:
        """Redirect to the sign-in page, which returns to this address."""
        return RedirectResponse(f"https://slack.com/signin?redir={quote(str(request.url), safe='')}", 302)

    def refusal(self, request: Request, form: FormData) -> Response | None:
        """The answer to a call without a session or without the token of a page; None if the call is allowed."""
        if self.user(request) is None:
            return refusal("not_authed")
        if form.get("crumb") != self.crumb(request):
            return refusal("invalid_crumb")
        return None


def text_of(form: FormData, name: str) -> str:
    """The text of a form field; empty if the form does not have it."""
    value = form.get(name)
    return value if isinstance(value, str) else ""


def texts_of(form: FormData, name: str) -> list[str]:
    """All texts of a form field that may occur several times."""
    return [value for value in form.getlist(name) if isinstance(value, str)]


def refusal(error: str, message: str = "") -> Response:
    """The answer to a failed call: an error code, and a message for the page if there is one."""
    return JSONResponse({"ok": False, "error": error} | ({"message": message} if message else {}))


def inside(url: str) -> str:
    """The address to return to, if it is on slack.com; otherwise the client."""
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    host = parts.hostname or ""
    ours = parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))
    return url if ours else "https://app.slack.com/client"


static = static_files(FOLDER / "static")
"""The handler for style sheets and scripts."""
