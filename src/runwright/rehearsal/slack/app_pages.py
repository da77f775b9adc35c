"""The pages for app developers at api.slack.com; `settings_routes` handles what they send."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack import oauth_scopes, slack_scenarios
from runwright.rehearsal.slack.page_context import SlackSite, refusal, texts_of
from runwright.rehearsal.slack.slack_store import SlackApp
from runwright.rehearsal.slack.validation_rules import urls_error

SETTINGS = (
    ("Basic Information", "general"),
    ("Collaborators", "collaborators"),
    ("Socket Mode", "socket-mode"),
    ("Install App", "install-on-team"),
    ("Manage Distribution", "distribute"),
)
FEATURES = (
    ("App Home", "app-home"),
    ("Org Level Apps", "org-level-apps"),
    ("Incoming Webhooks", "incoming-webhooks"),
    ("Interactivity & Shortcuts", "interactive-messages"),
    ("Slash Commands", "slash-commands"),
    ("Workflow Steps", "workflow-steps"),
    ("OAuth & Permissions", "oauth"),
    ("Event Subscriptions", "event-subscriptions"),
    ("User ID Translation", "user-id-translation"),
    ("App Manifest", "app-manifest"),
    ("Beta Features", "beta-features"),
)
DIRECTORY = (("Review & Submit", "submit"),)
_PAGES = {page: title for title, page in (*SETTINGS, *FEATURES, *DIRECTORY)}

Page = Callable[[Request, SlackApp], Response]


class AppPages:
    """Your Apps, and the settings of each app."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site
        self._pages: dict[str, Page] = {
            "general": self._general,
            "oauth": self._oauth,
            "incoming-webhooks": self._webhooks,
            "install-on-team": self._install,
        }

    def routes(self) -> list[Route]:
        """At api.slack.com."""
        return [
            Route("/", lambda request: RedirectResponse("/apps", 302)),
            Route("/apps", self.apps),
            Route("/apps/new", lambda request: RedirectResponse("/apps?new_app=1", 302)),
            Route("/apps/list", self.apps_list),
            Route("/apps/{app}", self.app),
            Route("/apps/{app}/oauth", self.save_urls, methods=["POST"]),
            Route("/apps/{app}/{page}", self.app),
            *self.fetch_routes(),
        ]

    def moved_routes(self) -> list[Route]:
        """At app.slack.com, to which some pages have moved."""
        return [
            Route("/app-settings/{team}/{app}/{page}", self.moved),
            Route("/app-settings/{team}/{app}/{page}/view", self.moved_view),
            *self.fetch_routes(),
        ]

    def fetch_routes(self) -> list[Route]:
        """What the pages of both hosts fetch."""
        return [
            Route("/api/developer.apps.scope.list", self.scope_list),
            Route("/api/developer.apps.credentials", self.credential),
        ]

    def apps(self, request: Request) -> Response:
        """Your Apps; a script fetches its list."""
        if self.site.visit(request) is None:
            return self.site.page(request, "signed_out.html")
        with self.site.store as store:
            opened = request.query_params.get("new_app") == "1"
            return self.site.page(request, "apps.html", workspaces=store.workspaces, opened=opened)

    def apps_list(self, request: Request) -> Response:
        """The list of Your Apps, which arrives late."""
        time.sleep(slack_scenarios.APPS_LIST)
        if self.site.user(request) is None:
            return Response(status_code=403)
        with self.site.store as store:
            rows = [(app, store.home(app)) for app in sorted(store.apps, key=lambda each: each.name.lower())]
            return self.site.page(request, "apps_list.html", rows=rows)

    def app(self, request: Request) -> Response:
        """One page of an app's settings."""
        if self.site.visit(request) is None:
            return self.site.page(request, "signed_out.html")
        name = request.path_params.get("page", "general")
        with self.site.store as store:
            app = store.app(request.path_params["app"])
            if app is None or name not in _PAGES:
                return self.site.page(request, "not_found.html", 404)
            if name == "oauth" and self.site.on("console-moved"):
                return RedirectResponse(f"https://app.slack.com/app-settings/{app.workspace_id}/{app.id}/oauth", 302)
            return self._pages.get(name, self._placeholder)(request, app)

    def save_urls(self, request: Request) -> Response:
        """Save the form of the redirect URLs; the change takes effect a moment later."""
        form = form_of(request)
        if self.site.refusal(request, form) is not None:
            return self.site.page(request, "signed_out.html", 403)
        with self.site.store as store:
            app = store.app(request.path_params["app"])
            if app is None:
                return self.site.page(request, "not_found.html", 404)
            requested = texts_of(form, "redirect_uri")
            problem = urls_error(requested)
            if problem is None:
                accept_urls(self.site, request, app, requested)
            return self._oauth(request, app, urls=requested, problem=problem)

    def scope_list(self, request: Request) -> Response:
        """The scopes that the picker offers."""
        time.sleep(slack_scenarios.SCOPE_LIST)
        if self.site.user(request) is None:
            return refusal("not_authed")
        with self.site.store as store:
            app = store.app(request.query_params.get("id", ""))
            if app is None:
                return refusal("app_not_found")
            kind = "bot" if request.query_params.get("kind") == "bot" else "user"
            granted = app.bot_scopes if kind == "bot" else app.user_scopes
            rows = [
                {"name": each.name, "description": each.description.format(app=app.name), "methods": each.methods}
                for each in oauth_scopes.offered(kind)
                if each.name not in granted
            ]
            return JSONResponse({"ok": True, "scopes": rows})

    def credential(self, request: Request) -> Response:
        """The value that a *Show* button reveals."""
        time.sleep(slack_scenarios.SECRET)
        if self.site.user(request) is None:
            return refusal("not_authed")
        with self.site.store as store:
            app = store.app(request.query_params.get("id", ""))
            if app is None:
                return refusal("app_not_found")
            values = {"client_secret": app.client_secret, "signing_secret": app.signing_secret}
            value = values.get(request.query_params.get("which", ""))
            return refusal("invalid_arguments") if value is None else JSONResponse({"ok": True, "value": value})

    def moved(self, request: Request) -> Response:
        """A page that has moved: a shell that stays empty until its script has fetched the page."""
        if self.site.visit(request) is None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            if store.app(request.path_params["app"]) is None or request.path_params["page"] != "oauth":
                return self.site.page(request, "not_found.html", 404)
        return self.site.page(request, "moved.html")

    def moved_view(self, request: Request) -> Response:
        """The content that the shell fetches."""
        if self.site.user(request) is None:
            return Response(status_code=403)
        with self.site.store as store:
            app = store.app(request.path_params["app"])
            return Response(status_code=404) if app is None else self._oauth(request, app, moved=True)

    def _frame(self, request: Request, app: SlackApp, template: str, page: str, **values: Any) -> Response:
        groups = [("Settings", SETTINGS), ("Features", FEATURES), ("Submit to App Directory", DIRECTORY)]
        store = self.site.store
        return self.site.page(
            request,
            template,
            app=app,
            workspace=store.home(app),
            others=[each for each in store.apps if each is not app],
            groups=groups,
            current=page,
            title=_PAGES[page],
            **values,
        )

    def _general(self, request: Request, app: SlackApp) -> Response:
        return self._frame(request, app, "general.html", "general")

    def _oauth(
        self,
        request: Request,
        app: SlackApp,
        urls: list[str] | None = None,
        problem: str | None = None,
        moved: bool = False,
    ) -> Response:
        known = {kind: {each.name: each for each in oauth_scopes.offered(kind)} for kind in ("bot", "user")}
        return self._frame(
            request,
            app,
            "moved_oauth.html" if moved else "oauth.html",
            "oauth",
            urls=app.redirect_urls.now() if urls is None else urls,
            saved=urls is not None and problem is None,
            problem=problem,
            ranges=app.allowed_ips.now(),
            bot=[(name, known["bot"][name].description.format(app=app.name)) for name in app.bot_scopes],
            user=[(name, known["user"][name].description) for name in app.user_scopes],
        )

    def _webhooks(self, request: Request, app: SlackApp) -> Response:
        store = self.site.store
        home = store.home(app)
        hooks = [(each, home.channel(each.channel_id)) for each in store.webhooks if each.app_id == app.id]
        return self._frame(request, app, "webhooks.html", "incoming-webhooks", hooks=hooks)

    def _install(self, request: Request, app: SlackApp) -> Response:
        return self._frame(request, app, "install.html", "install-on-team")

    def _placeholder(self, request: Request, app: SlackApp) -> Response:
        return self._frame(request, app, "placeholder.html", request.path_params["page"])


def accept_urls(site: SlackSite, request: Request, app: SlackApp, requested: list[str]) -> None:
    """Accept new redirect URLs, which take effect a moment later. The same URLs again change nothing."""
    if requested != app.redirect_urls.latest():
        app.redirect_urls.accept(requested, slack_scenarios.SAVE_TAKES_EFFECT)
        site.record(request, "save-redirect-urls", app=app.name, urls=" ".join(requested))
