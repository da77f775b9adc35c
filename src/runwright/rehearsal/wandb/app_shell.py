"""The pages of the W&B app around the settings: sign-in, sign-out, home."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.wandb.server_pages import COOKIE, ServerPages, locked, signed_in

PLACEHOLDERS = {
    "/new-project": "Create a new project",
    "/registry/model": "Model registry",
    "/launch": "Launch",
    "/docs/slack": "Slack",
    "/organizations/acme": "Organization dashboard",
    "/teams/acme": "acme",
    "/morgan": "Profile",
}
"""Pages that are linked but not replicated, with their headings. The addresses are guesses."""
ADMIN_PLACEHOLDERS = {"/admin/users": "User Management", "/admin/usage": "Activity dashboard"}


class AppShell(ServerPages):
    """The home page, sign-in and placeholders. The whole sign-in page is a guess: no screenshot was found."""

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/", self.root),
            Route("/login", self.login_page),
            Route("/login", self.login, methods=["POST"]),
            Route("/logout", self.logout),
            Route("/home", self.home),
            *(Route(path, self.placeholder) for path in (*PLACEHOLDERS, *ADMIN_PLACEHOLDERS)),
        ]

    def root(self, request: Request) -> Response:
        return RedirectResponse("/home", 302)

    @locked
    def login_page(self, request: Request) -> Response:
        return self.page("login.html", back=request.query_params.get("redirect_to", "/home"), email="", error=None)

    @locked
    def login(self, request: Request) -> Response:
        form = form_of(request)
        person = self.store.person
        email, back = str(form.get("email", "")), str(form.get("redirect_to", ""))
        if (email, form.get("password")) != (person.email, person.password):
            return self.page(
                "login.html", 401, back=back, email=email, error="Email address and password do not match."
            )
        inside = back.startswith("/") and not back.startswith(("//", "/\\"))
        return self.start_session(request, RedirectResponse(back if inside else "/home", 303))

    @locked
    def logout(self, request: Request) -> Response:
        token = request.cookies.get(COOKIE, "")
        if token and token != self.store.first_session:  # other browsers may start with that session
            self.store.sessions.pop(token, None)
        response = RedirectResponse("/login", 302)
        response.delete_cookie(COOKIE)
        return response

    @signed_in
    def home(self, request: Request) -> Response:
        return self.page("home.html")

    @signed_in
    def placeholder(self, request: Request) -> Response:
        """A page that has only a heading; the page of the team links to its settings."""
        path = request.url.path
        if path in ADMIN_PLACEHOLDERS and not self.store.person.admin:
            return self.page("not_admin.html", 403)
        title = PLACEHOLDERS.get(path) or ADMIN_PLACEHOLDERS[path]
        return self.page("plain.html", title=title, team=path == "/teams/acme")
