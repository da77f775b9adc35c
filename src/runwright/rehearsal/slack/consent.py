"""Consent: from an app's request at slack.com to Allow on the workspace's own page, and back to the app."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, replace
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from runwright.rehearsal.page_helpers import form_of
from runwright.rehearsal.slack import slack_scenarios
from runwright.rehearsal.slack.oauth_scopes import WEBHOOK, offered
from runwright.rehearsal.slack.page_context import Site, fault, text_of
from runwright.rehearsal.slack.slack_store import App, Grant, Workspace
from runwright.rehearsal.slack.texts import ENGLISH, KOREAN
from runwright.rehearsal.slack.validation_rules import redirect_matches

BACK = ("general", "oauth", "incoming-webhooks", "install-on-team")
"""Pages of the console that an installation started there returns to."""


@dataclass(frozen=True)
class Asked:
    """What a request for consent says."""

    client_id: str
    scopes: list[str]
    user_scopes: list[str]
    redirect_uri: str
    state: str
    install_redirect: str
    granular: bool = True
    """It began at the address for apps of today, not at the one before."""

    @classmethod
    def read(cls, values: QueryParams | FormData) -> Asked:
        """From a query or from the consent page's form."""

        def one(name: str) -> str:
            value = values.get(name)
            return value if isinstance(value, str) else ""

        def several(name: str) -> list[str]:
            return [part for part in one(name).replace(" ", ",").split(",") if part]

        return cls(
            one("client_id"),
            several("scope"),
            several("user_scope"),
            one("redirect_uri"),
            one("state"),
            one("install_redirect"),
            one("granular_bot_scope") != "0",
        )

    def query(self) -> str:
        """The query of the workspace's own page, in the order that it has there."""
        return urlencode(
            {
                "client_id": self.client_id,
                "scope": ",".join(self.scopes),
                "user_scope": ",".join(self.user_scopes),
                "redirect_uri": self.redirect_uri,
                "state": self.state,
                "granular_bot_scope": "1" if self.granular else "0",
                "single_channel": "0",
                "install_redirect": self.install_redirect,
                "tracked": "1",
                "user_default": "0",
                "team": "",
            }
        )


class Consent:
    """The pages on which a person lets an app into a workspace."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.words = KOREAN if site.on("consent-korean") else ENGLISH

    def start_routes(self) -> list[Route]:
        """At slack.com."""
        return [Route("/oauth/v2/authorize", self.start), Route("/oauth/authorize", self.start)]

    def routes(self) -> list[Route]:
        """At the workspace's own address."""
        return [
            Route("/oauth", self.show, methods=["GET"]),
            Route("/oauth", self.decide, methods=["POST"]),
            Route("/oauth/channels", self.channels),
            Route("/oauth/request", self.request_approval, methods=["POST"]),
        ]

    def start(self, request: Request) -> Response:
        """Where apps send people: on to the workspace of the app."""
        if self.site.user(request) is None:
            return self.site.to_sign_in(request)
        asked = replace(Asked.read(request.query_params), granular="/v2/" in request.url.path)
        with self.site.store as store:
            app = store.client(asked.client_id)
            domain = (store.home(app) if app is not None else store.workspaces[0]).domain
        return RedirectResponse(f"https://{domain}.slack.com/oauth?{asked.query()}", 302)

    def show(self, request: Request) -> Response:
        """The consent page, or what stands in its place."""
        if self.site.visit(request) is None:
            return self.site.to_sign_in(request)
        asked = Asked.read(request.query_params)
        with self.site.store as store:
            app = store.client(asked.client_id)
            home = store.workspace_at(request.path_params["domain"])
            wrong = self._wrong(app, home, asked)
            if app is None or home is None or wrong:
                return self._error(request, app, asked, wrong)
            approval = self._approval(app)
            if approval:
                return self.site.page(request, "approval.html", app=app, workspace=home, approval=approval, asked=asked)
            return self._consent(request, app, home, asked)

    def decide(self, request: Request) -> Response:
        """Allow or Cancel."""
        form = form_of(request)
        asked = Asked.read(form)
        if self.site.refusal(request, form) is not None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            app = store.client(asked.client_id)
            home = store.workspace_at(request.path_params["domain"])
            wrong = self._wrong(app, home, asked)
            if app is None or home is None or wrong or self._approval(app):
                return self._error(request, app, asked, wrong or "access_denied")
            back = asked.redirect_uri or next(iter(app.redirect_urls.now()), "")
            if text_of(form, "decision") != "allow":
                return self._return(app, asked, back, {"error": "access_denied"})
            channel = home.channel(text_of(form, "channel"))
            if WEBHOOK in asked.scopes and (channel is None or channel.archived):
                return self._consent(request, app, home, asked)
            place = channel if WEBHOOK in asked.scopes else None
            hook = store.install(app, asked.scopes, place.id if place is not None else "")
            self.site.record(
                request,
                "install-app",
                app=app.name,
                workspace=home.name,
                scopes=",".join(asked.scopes),
                channel=place.name if place is not None else "",
            )
            if self.site.on("secret-regenerated") and not asked.install_redirect and not store.regenerated:
                store.regenerated = True  # by somebody else, so it is no effect of this request
                app.client_secret = secrets.token_hex(16)
            code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
            hook_id = hook.id if hook is not None else ""
            store.grants.append(
                Grant(
                    code,
                    app.id,
                    back,
                    bool(asked.redirect_uri),
                    asked.scopes,
                    hook_id,
                    store.user.id,
                    time.monotonic(),
                    asked.granular,
                )
            )
            return self._return(app, asked, back, {"code": code})

    def channels(self, request: Request) -> Response:
        """The places to post to, as the list box asks for them."""
        time.sleep(slack_scenarios.CHANNEL_LIST)
        if self.site.user(request) is None:
            return fault("not_authed")
        with self.site.store as store:
            home = store.workspace_at(request.path_params["domain"])
            found = [each for each in home.channels if not each.archived] if home is not None else []
            rows = [{"id": each.id, "name": each.name, "kind": each.kind} for each in found]
        return JSONResponse({"ok": True, "channels": rows})

    def request_approval(self, request: Request) -> Response:
        """Ask an admin to approve the app."""
        form = form_of(request)
        asked = Asked.read(form)
        if self.site.refusal(request, form) is not None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            app = store.client(asked.client_id)
            if app is not None and not app.approval:
                app.approval, app.asked_at = "asked", time.monotonic()
                self.site.record(request, "request-approval", app=app.name)
        return RedirectResponse(f"/oauth?{asked.query()}", 303)

    def _consent(self, request: Request, app: App, home: Workspace, asked: Asked) -> Response:
        known = {kind: {each.name: each for each in offered(kind)} for kind in ("bot", "user")}
        rights = [known["bot"][name] for name in asked.scopes if name != WEBHOOK]
        rights += [known["user"][name] for name in asked.user_scopes]
        view = [each.description.format(app=app.name) for each in rights if each.name.endswith((":read", ":history"))]
        do = [each.description.format(app=app.name) for each in rights if not each.name.endswith((":read", ":history"))]
        return self.site.page(
            request,
            "consent.html",
            app=app,
            workspace=home,
            asked=asked,
            words=self.words,
            redesigned=self.site.on("consent-2026"),
            to_channel=WEBHOOK in asked.scopes,
            view=view,
            do=do,
        )

    def _wrong(self, app: App | None, home: Workspace | None, asked: Asked) -> str:
        """The error that the request leads to, or nothing."""
        if app is None:
            return "invalid_client_id"
        if home is None or home.id != app.workspace_id:
            return "invalid_team_for_non_distributed_app"
        urls = app.redirect_urls.now()
        if not asked.install_redirect and not (
            redirect_matches(asked.redirect_uri, urls) if asked.redirect_uri else urls
        ):
            return "redirect_uri did not match any configured URIs."
        if not asked.scopes and not asked.user_scopes:
            return "invalid_scope"
        if asked.scopes and not app.bot_scopes:
            return self.words.say("no_bot", app.name, home.name)
        # A guess: which scopes may be asked for that the app has not configured is not known.
        if not {*asked.scopes} <= {*app.bot_scopes} or not {*asked.user_scopes} <= {*app.user_scopes}:
            return "invalid_scope"
        return ""

    def _error(self, request: Request, app: App | None, asked: Asked, wrong: str) -> Response:
        mismatch = wrong.startswith("redirect_uri")
        return self.site.page(
            request,
            "oauth_error.html",
            wrong=wrong,
            passed=asked.redirect_uri if mismatch else "",
            allowed=app.redirect_urls.now() if mismatch and app is not None else [],
        )

    def _approval(self, app: App) -> str:
        """Where an app's approval stands: ``ask``, ``waiting``, ``refused``, or nothing when it may be installed."""
        later, refused = self.site.on("approval-later"), self.site.on("approval-refused")
        if not (later or refused or self.site.on("approval-needed")) or app.installed:
            return ""
        if not app.approval:
            return "ask"
        if time.monotonic() - app.asked_at < slack_scenarios.DECISION or not (later or refused):
            return "waiting"
        return "refused" if refused else ""

    def _return(self, app: App, asked: Asked, back: str, values: dict[str, str]) -> Response:
        if asked.install_redirect or not back:
            page = asked.install_redirect if asked.install_redirect in BACK else "oauth"
            return RedirectResponse(f"https://api.slack.com/apps/{app.id}/{page}", 302)
        if asked.state or "state" in values:
            values = values | {"state": asked.state}
        sign = "&" if urlsplit(back).query else "?"
        return RedirectResponse(f"{back}{sign}{urlencode(values)}", 302)
