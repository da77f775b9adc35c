"""The pages of the W&B app around the settings: signing in and out, home."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.wandb.server_pages import COOKIE, Pages, held, signed_in

PLAIN = {
    "/new-project": "Create a new project",
    "/registry/model": "Model registry",
    "/launch": "Launch",
    "/docs/slack": "Slack",
    "/organizations/acme": "Organization dashboard",
    "/teams/acme": "acme",
    "/morgan": "Profile",
}
"""Pages that links lead to and that are not rebuilt, with their headings. The addresses are guesses."""
FOR_ADMINS = {"/admin/users": "User Management", "/admin/usage": "Activity dashboard"}


class App(Pages):
    """The sign-in page is a guess throughout: none was found."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.root),
            Route("/login", self.login_page),
            Route("/login", self.login, methods=["POST"]),
            Route("/logout", self.logout),
            Route("/home", self.home),
            *(Route(path, self.plain) for path in (*PLAIN, *FOR_ADMINS)),
        ]

    def root(self, request: Request) -> Response:
        return RedirectResponse("/home", 302)

    @held
    def login_page(self, request: Request) -> Response:
        return self.page("login.html", back=request.query_params.get("redirect_to", "/home"), email="", error=None)

    @held
    def login(self, request: Request) -> Response:
        form = form_of(request)
        person = self.store.person
        email, back = str(form.get("email", "")), str(form.get("redirect_to", ""))
        if (email, form.get("password")) != (person.email, person.password):
            return self.page(
                "login.html", 401, back=back, email=email, error="Email address and password do not match."
            )
        inside = back.startswith("/") and not back.startswith(("//", "/\\"))
        return self.keep(request, RedirectResponse(back if inside else "/home", 303))

    @held
    def logout(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        if token and token != self.store.first_session:  # other browsers may start with that one
            self.store.sessions.pop(token, None)
        response = RedirectResponse("/login", 302)
        response.delete_cookie(COOKIE)
        return response

    @signed_in
    def home(self, request: Request) -> Response:
        return self.page("home.html")

    @signed_in
    def plain(self, request: Request) -> Response:
        """A page of which its heading alone is there; the team's leads to its settings."""
        path = request.url.path
        if path in FOR_ADMINS and not self.store.person.admin:
            return self.page("not_admin.html", 403)
        title = PLAIN.get(path) or FOR_ADMINS[path]
        return self.page("plain.html", title=title, team=path == "/teams/acme")
