"""OAuth consent: from an app's request at slack.com to Allow on the workspace's page, and back to the app."""

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
from runwright.rehearsal.slack.page_context import SlackSite, refusal, text_of
from runwright.rehearsal.slack.slack_store import OAuthGrant, SlackApp, SlackWorkspace
from runwright.rehearsal.slack.texts import ENGLISH, KOREAN
from runwright.rehearsal.slack.validation_rules import redirect_matches

RETURN_PAGES = ("general", "oauth", "incoming-webhooks", "install-on-team")
"""Pages of the app settings to which an installation that started there returns."""


@dataclass(frozen=True)
class ConsentRequest:
    """The parameters of a consent request."""

    client_id: str
    scopes: list[str]
    user_scopes: list[str]
    redirect_uri: str
    state: str
    install_redirect: str
    granular: bool = True
    """The request began at the current address (`/oauth/v2/authorize`), not at the older one."""

    @classmethod
    def read(cls, values: QueryParams | FormData) -> ConsentRequest:
        """Read the parameters from a query or from the form of the consent page."""

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
        """The query of the workspace's consent page, in the order of the real page."""
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


class ConsentPages:
    """The pages on which a person installs an app in a workspace."""

    def __init__(self, site: SlackSite) -> None:
        self.site = site
        self.texts = KOREAN if site.on("consent-korean") else ENGLISH

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
        """The address to which apps send people: redirects to the app's workspace."""
        if self.site.user(request) is None:
            return self.site.to_sign_in(request)
        consent = replace(ConsentRequest.read(request.query_params), granular="/v2/" in request.url.path)
        with self.site.store as store:
            app = store.client(consent.client_id)
            domain = (store.home(app) if app is not None else store.workspaces[0]).domain
        return RedirectResponse(f"https://{domain}.slack.com/oauth?{consent.query()}", 302)

    def show(self, request: Request) -> Response:
        """The consent page, an error, or the approval page."""
        if self.site.visit(request) is None:
            return self.site.to_sign_in(request)
        consent = ConsentRequest.read(request.query_params)
        with self.site.store as store:
            app = store.client(consent.client_id)
            home = store.workspace_at(request.path_params["domain"])
            error = self._error_in(app, home, consent)
            if app is None or home is None or error:
                return self._error(request, app, consent, error)
            approval = self._approval(app)
            if approval:
                return self.site.page(
                    request, "approval.html", app=app, workspace=home, approval=approval, consent=consent
                )
            return self._consent(request, app, home, consent)

    def decide(self, request: Request) -> Response:
        """Handle *Allow* or *Cancel*."""
        form = form_of(request)
        consent = ConsentRequest.read(form)
        if self.site.refusal(request, form) is not None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            app = store.client(consent.client_id)
            home = store.workspace_at(request.path_params["domain"])
            error = self._error_in(app, home, consent)
            if app is None or home is None or error or self._approval(app):
                return self._error(request, app, consent, error or "access_denied")
            back = consent.redirect_uri or next(iter(app.redirect_urls.now()), "")
            if text_of(form, "decision") != "allow":
                return self._return(app, consent, back, {"error": "access_denied"})
            channel = home.channel(text_of(form, "channel"))
            if WEBHOOK in consent.scopes and (channel is None or channel.archived):
                return self._consent(request, app, home, consent)
            hook_channel = channel if WEBHOOK in consent.scopes else None
            hook = store.install(app, consent.scopes, hook_channel.id if hook_channel is not None else "")
            self.site.record(
                request,
                "install-app",
                app=app.name,
                workspace=home.name,
                scopes=",".join(consent.scopes),
                channel=hook_channel.name if hook_channel is not None else "",
            )
            if self.site.on("secret-regenerated") and not consent.install_redirect and not store.regenerated:
                store.regenerated = True  # by another person, so it is not an effect of this request
                app.client_secret = secrets.token_hex(16)
            code = f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**13)}.{secrets.token_hex(32)}"
            hook_id = hook.id if hook is not None else ""
            store.grants.append(
                OAuthGrant(
                    code,
                    app.id,
                    back,
                    bool(consent.redirect_uri),
                    consent.scopes,
                    hook_id,
                    store.user.id,
                    time.monotonic(),
                    consent.granular,
                )
            )
            return self._return(app, consent, back, {"code": code})

    def channels(self, request: Request) -> Response:
        """The channels on offer, which the list box fetches."""
        time.sleep(slack_scenarios.CHANNEL_LIST)
        if self.site.user(request) is None:
            return refusal("not_authed")
        with self.site.store as store:
            home = store.workspace_at(request.path_params["domain"])
            found = [each for each in home.channels if not each.archived] if home is not None else []
            rows = [{"id": each.id, "name": each.name, "kind": each.kind} for each in found]
        return JSONResponse({"ok": True, "channels": rows})

    def request_approval(self, request: Request) -> Response:
        """Ask an admin to approve the app."""
        form = form_of(request)
        consent = ConsentRequest.read(form)
        if self.site.refusal(request, form) is not None:
            return self.site.to_sign_in(request)
        with self.site.store as store:
            app = store.client(consent.client_id)
            if app is not None and not app.approval:
                app.approval, app.asked_at = "asked", time.monotonic()
                self.site.record(request, "request-approval", app=app.name)
        return RedirectResponse(f"/oauth?{consent.query()}", 303)

    def _consent(self, request: Request, app: SlackApp, home: SlackWorkspace, consent: ConsentRequest) -> Response:
        known = {kind: {each.name: each for each in offered(kind)} for kind in ("bot", "user")}
        rights = [known["bot"][name] for name in consent.scopes if name != WEBHOOK]
        rights += [known["user"][name] for name in consent.user_scopes]
        view = [each.description.format(app=app.name) for each in rights if each.name.endswith((":read", ":history"))]
        do = [each.description.format(app=app.name) for each in rights if not each.name.endswith((":read", ":history"))]
        return self.site.page(
            request,
            "consent.html",
            app=app,
            workspace=home,
            consent=consent,
            texts=self.texts,
            redesigned=self.site.on("consent-2026"),
            to_channel=WEBHOOK in consent.scopes,
            view=view,
            do=do,
        )

    def _error_in(self, app: SlackApp | None, home: SlackWorkspace | None, consent: ConsentRequest) -> str:
        """The error in a request; empty if there is none."""
        if app is None:
            return "invalid_client_id"
        if home is None or home.id != app.workspace_id:
            return "invalid_team_for_non_distributed_app"
        urls = app.redirect_urls.now()
        if not consent.install_redirect and not (
            redirect_matches(consent.redirect_uri, urls) if consent.redirect_uri else urls
        ):
            return "redirect_uri did not match any configured URIs."
        if not consent.scopes and not consent.user_scopes:
            return "invalid_scope"
        if consent.scopes and not app.bot_scopes:
            return self.texts.text("no_bot", app.name, home.name)
        # A guess: how Slack treats requested scopes that the app has not configured is not known.
        if not {*consent.scopes} <= {*app.bot_scopes} or not {*consent.user_scopes} <= {*app.user_scopes}:
            return "invalid_scope"
        return ""

    def _error(self, request: Request, app: SlackApp | None, consent: ConsentRequest, error: str) -> Response:
        mismatch = error.startswith("redirect_uri")
        return self.site.page(
            request,
            "oauth_error.html",
            error=error,
            passed=consent.redirect_uri if mismatch else "",
            allowed=app.redirect_urls.now() if mismatch and app is not None else [],
        )

    def _approval(self, app: SlackApp) -> str:
        """The state of an app's approval: ``ask``, ``waiting``, ``refused``, or empty if the app may be installed."""
        later, refused = self.site.on("approval-later"), self.site.on("approval-refused")
        if not (later or refused or self.site.on("approval-needed")) or app.installed:
            return ""
        if not app.approval:
            return "ask"
        if time.monotonic() - app.asked_at < slack_scenarios.DECISION or not (later or refused):
            return "waiting"
        return "refused" if refused else ""

    def _return(self, app: SlackApp, consent: ConsentRequest, back: str, values: dict[str, str]) -> Response:
        if consent.install_redirect or not back:
            page = consent.install_redirect if consent.install_redirect in RETURN_PAGES else "oauth"
            return RedirectResponse(f"https://api.slack.com/apps/{app.id}/{page}", 302)
        if consent.state or "state" in values:
            values = values | {"state": consent.state}
        sign = "&" if urlsplit(back).query else "?"
        return RedirectResponse(f"{back}{sign}{urlencode(values)}", 302)
