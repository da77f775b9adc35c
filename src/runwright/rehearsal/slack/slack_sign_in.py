"""Sign-in pages: by workspace and password, by mailed code, with a second factor. SSO is not replicated."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack.page_context import SlackSite, inside, refusal, text_of
from runwright.rehearsal.slack.slack_store import PASSWORD, SECOND_FACTOR, token

ATTEMPT_COOKIE = "b"
"""The cookie of a sign-in in progress."""


@dataclass
class Attempt:
    """A sign-in in progress: the remaining pages, and the address to return to."""

    redir: str
    code: str = ""
    remaining: list[str] = field(default_factory=list)
    """``code`` and ``factor``, in this order."""


class SignIn:
    """The pages for people who are not signed in. A session is not a setting: nothing here records an effect."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site
        self._attempts: dict[str, Attempt] = {}

    def routes(self) -> list[Route]:
        """At slack.com."""
        return [
            Route("/", self.home),
            Route("/signin", self.by_mail, methods=["GET", "POST"]),
            Route("/workspace-signin", self.by_workspace, methods=["GET", "POST"]),
            *self._steps(),
        ]

    def workspace_routes(self) -> list[Route]:
        """At the workspace's own address."""
        return [Route("/", self.workspace, methods=["GET", "POST"]), *self._steps()]

    def _steps(self) -> list[Route]:
        return [
            Route("/signin/code", self.code, methods=["GET", "POST"]),
            Route("/signin/factor", self.factor, methods=["GET", "POST"]),
            Route("/signin/google", self.google),
        ]

    def home(self, request: Request) -> Response:
        """The root address: redirects to the client."""
        return RedirectResponse("https://app.slack.com/client", 302)

    def by_mail(self, request: Request) -> Response:
        """Sign-in by a mailed code. This form is a guess, except for the link below it."""
        redir = inside(request.query_params.get("redir", ""))
        if request.method == "GET":
            return self.site.page(request, "signin_mail.html", redir=redir, problem="", workspace=None)
        return self._mail(request, redir)

    def by_workspace(self, request: Request) -> Response:
        """Sign-in by the domain of the workspace."""
        redir = inside(request.query_params.get("redir", ""))
        problem = ""
        if request.method == "POST":
            domain = text_of(form_of(request), "domain").strip().lower().removesuffix(".slack.com")
            with self.site.store as store:
                if store.workspace_at(domain) is not None:
                    return RedirectResponse(f"https://{domain}.slack.com/?redir={quote(redir, safe='')}", 303)
            problem = "No workspace has this address."
        return self.site.page(request, "signin_workspace.html", redir=redir, problem=problem)

    def workspace(self, request: Request) -> Response:
        """The sign-in page of a workspace: by a mailed code or the password."""
        redir = inside(request.query_params.get("redir", ""))
        if request.method == "GET" and self.site.user(request) is not None:
            return RedirectResponse(redir, 302)
        with self.site.store as store:
            workspace = store.workspace_at(request.path_params["domain"])
        if workspace is None:
            return self.site.page(request, "not_found.html", 404)
        by_password = request.query_params.get("with_password") == "1"
        problem = ""
        if request.method == "POST":
            if not by_password:
                return self._mail(request, redir)
            form = form_of(request)
            mail, password = text_of(form, "email").strip().lower(), text_of(form, "password")
            if mail == self.site.store.user.email and secrets.compare_digest(password.encode(), PASSWORD.encode()):
                return self._begin(request, redir, code=self.site.on("signed-out-code"))
            problem = "The e-mail address or the password is wrong."
        template = "signin_password.html" if by_password else "signin_mail.html"
        return self.site.page(request, template, redir=redir, problem=problem, workspace=workspace)

    def code(self, request: Request) -> Response:
        """The page for the mailed code: two groups of three characters."""
        attempt = self._attempt(request)
        if attempt is None or "code" not in attempt.remaining:
            return RedirectResponse("https://slack.com/signin", 302)
        problem = ""
        if request.method == "POST":
            code = text_of(form_of(request), "code").strip().upper().replace("-", "")
            if code == attempt.code.replace("-", ""):
                attempt.remaining.remove("code")
                return self._next(request, attempt)
            problem = "The code is not correct."
        return self.site.page(request, "signin_code.html", problem=problem)

    def factor(self, request: Request) -> Response:
        """The page for the second factor. It has no form: a script sends the code."""
        attempt = self._attempt(request)
        if attempt is None or "factor" not in attempt.remaining:
            return RedirectResponse("https://slack.com/signin", 302)
        if request.method == "GET":
            return self.site.page(request, "signin_factor.html")
        if text_of(form_of(request), "code").replace(" ", "") != SECOND_FACTOR:
            return refusal("invalid_pin", "The authentication code is not correct.")
        attempt.remaining.remove("factor")
        response = JSONResponse({"ok": True, "to": attempt.redir})
        self._finish(request, response)
        return response

    def google(self, request: Request) -> Response:
        """A placeholder: single sign-on is not replicated."""
        return self.site.page(request, "signin_google.html")

    def _mail(self, request: Request, redir: str) -> Response:
        mail = text_of(form_of(request), "email").strip().lower()
        if mail != self.site.store.user.email:
            problem = "No account has this e-mail address."
            return self.site.page(request, "signin_mail.html", redir=redir, problem=problem, workspace=None)
        return self._begin(request, redir, code=True)

    def _begin(self, request: Request, redir: str, code: bool) -> Response:
        attempt = Attempt(redir)
        if code:
            letters = token(6)
            attempt.code = f"{letters[:3]}-{letters[3:]}"
            attempt.remaining.append("code")
            with self.site.store as store:
                subject = f"Slack confirmation code: {attempt.code}"
                store.mails.append({"to": store.user.email, "subject": subject})
        if self.site.on("signed-out-factor"):
            attempt.remaining.append("factor")
        key = token(24, string.ascii_letters)
        self._attempts[key] = attempt
        response = self._next(request, attempt)
        response.set_cookie(ATTEMPT_COOKIE, key, domain=".slack.com", secure=True, httponly=True, samesite="lax")
        return response

    def _next(self, request: Request, attempt: Attempt) -> Response:
        if attempt.remaining:
            return RedirectResponse(f"/signin/{attempt.remaining[0]}", 303)
        response = RedirectResponse(attempt.redir, 303)
        self._finish(request, response)
        return response

    def _finish(self, request: Request, response: Response) -> None:
        self._attempts.pop(request.cookies.get(ATTEMPT_COOKIE, ""), None)
        self.site.sign_in(response)

    def _attempt(self, request: Request) -> Attempt | None:
        return self._attempts.get(request.cookies.get(ATTEMPT_COOKIE, ""))
