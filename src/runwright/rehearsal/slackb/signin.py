"""Signing in: slack.com finds the workspace, the workspace's own domain asks for the password."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.slackb.pages import Pages, form_of, held

HOME = "https://api.slack.com/apps"


class SignIn(Pages):
    """The routes of slack.com and of the workspace's domain that belong to signing in."""

    def routes(self) -> list[BaseRoute]:
        """Those of slack.com."""
        return [
            Route("/", lambda request: RedirectResponse("https://slack.com/signin", 302)),
            Route("/signin", self.begin),
            Route("/workspace-signin", self.workspace),
            Route("/workspace-signin", self.to_workspace, methods=["POST"]),
        ]

    def workspace_routes(self) -> list[BaseRoute]:
        """Those of the workspace's own domain."""
        return [
            Route("/", self.mail),
            Route("/sign_in_with_password", self.password),
            Route("/sign_in_with_password", self.check, methods=["POST"]),
            Route("/code", self.code),
            Route("/code", self.check_code, methods=["POST"]),
        ]

    def begin(self, request: Request) -> Response:
        return self.page("signin.html", back=_back(request))

    def workspace(self, request: Request) -> Response:
        return self.page("signin_workspace.html", back=_back(request), error=None)

    def to_workspace(self, request: Request) -> Response:
        form = form_of(request)
        domain = form.get("domain", [""])[0].strip().lower()
        back = form.get("redir", [HOME])[0]
        if domain != self.store.workspace.domain:
            return self.page("signin_workspace.html", back=back, error="We couldn’t find your workspace.")
        return RedirectResponse(f"https://{domain}.slack.com/?redir={quote(back, safe='')}", 303)

    def mail(self, request: Request) -> Response:
        if self.signed_in(request):
            return RedirectResponse("https://app.slack.com/client", 302)
        return self.page("signin_mail.html", back=_back(request))

    def password(self, request: Request) -> Response:
        return self.page("signin_password.html", back=_back(request), error=None)

    @held
    def check(self, request: Request) -> Response:
        form = {name: values[0] for name, values in form_of(request).items()}
        person = self.store.person
        back = form.get("redir", HOME)
        if (form.get("email"), form.get("password")) != (person.email, person.password):
            error = "Sorry, you entered an incorrect email address or password."
            return self.page("signin_password.html", back=back, error=error)
        if "second-factor" in self.site.world.scenarios:
            return RedirectResponse(f"/code?kind=factor&redir={quote(back, safe='')}", 303)
        return self._enter(back)

    def code(self, request: Request) -> Response:
        kind = request.query_params.get("kind", "mail")
        return self.page("signin_code.html", back=_back(request), kind=kind, error=None)

    @held
    def check_code(self, request: Request) -> Response:
        form = {name: values[0] for name, values in form_of(request).items()}
        back, kind = form.get("redir", HOME), form.get("kind", "mail")
        if form.get("code", "").replace("-", "").upper() not in ("ABC123", "246810"):
            return self.page(
                "signin_code.html", back=back, kind=kind, error="That code wasn’t valid. Give it another go!"
            )
        return self._enter(back)

    def _enter(self, back: str) -> Response:
        host = urlsplit(back).hostname or ""
        if host != "slack.com" and not host.endswith(".slack.com"):
            back = HOME
        response = RedirectResponse(back, 303)
        session = self.store.session
        response.set_cookie("d", session, domain=".slack.com", secure=True, httponly=True, samesite="lax")
        return response


def _back(request: Request) -> str:
    return request.query_params.get("redir", HOME)
