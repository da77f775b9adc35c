"""Every page and dialog of the Slack and W&B simulators: how a browser reaches it, and in which state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from jinja2 import Environment, Template
from playwright.sync_api import Browser, Page, expect

from runwright.rehearsal.gateway import NONCE_PATH
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.slack import SlackSimulator, slack_scenarios
from runwright.rehearsal.slack.slack_store import SlackApp
from runwright.rehearsal.wandb import WandbSimulator
from runwright.rehearsal.wandb.wandb_store import SlackIntegration
from support.simulated_browser import simulated_context

SERVER = "https://wandb.acme.example"


class Visit:
    """A rehearsal with both simulators, and a browser page in it."""

    def __init__(self, rehearsal: Rehearsal, page: Page) -> None:
        self.rehearsal = rehearsal
        self.page = page
        self.rendered: set[str] = set()
        """The templates that were rendered, each with its site: `slack/apps.html`."""

    def app(self, ready: bool = True) -> SlackApp:
        """An app as the runbook creates it. With ``ready`` it has its scope, redirect URL and addresses."""
        store = self.slack.site.store
        app = store.create_app("W&B alerts", store.workspaces[0].id)
        if ready:
            app.bot_scopes = ["incoming-webhook"]
            app.webhooks_on = True
            app.redirect_urls.value = [SERVER]
            app.allowed_ips.value = ["203.0.113.10", "198.51.100.0/24"]
        return app

    @property
    def slack(self) -> SlackSimulator:
        found = self.rehearsal.site_for("https://slack.com")
        assert isinstance(found, SlackSimulator)
        return found

    @property
    def server(self) -> WandbSimulator:
        found = self.rehearsal.site_for(SERVER)
        assert isinstance(found, WandbSimulator)
        return found

    def register(self) -> None:
        """Register a Slack application on the W&B server."""
        settings = {"slack_enabled": True, "slack_client_id": "1234.5678", "slack_secret": "0" * 32}
        self.server.store.accept(0, **settings)

    def connect(self, team: bool = False) -> None:
        integration = SlackIntegration("Acme", "#alerts", "https://hooks.slack.com/services/T/B/x")
        if team:
            self.server.store.team.append(integration)
        else:
            self.server.store.person.slack = integration

    def goto(self, address: str, heading: str = "") -> None:
        self.page.goto(address)
        if heading:
            expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()


@dataclass(frozen=True)
class PageState:
    """A page in one state."""

    name: str
    template: str
    """The template of the page, relative to the folder of its site."""
    reach: Callable[[Visit], None]
    scenarios: tuple[str, ...] = ()
    admin_pages: str = "console"
    full_page: bool = False
    """Its screenshot shows more than the window."""


SLACK = "https://api.slack.com"


def _sign_in(visit: Visit, how: str) -> None:
    visit.goto("https://slack.com/signin")
    visit.page.get_by_role("link", name="sign in manually instead").click()
    if how == "workspace":
        return
    visit.page.locator("[name=domain]").fill("acme")
    visit.click("Continue")
    if how == "mail":
        return
    visit.page.get_by_role("link", name="sign in with a password instead").click()
    expect(visit.page.locator("[name=password]")).to_be_visible()
    if how == "password":
        return
    visit.page.locator("[name=email]").fill("morgan@acme.example")
    visit.page.locator("[name=password]").fill("rehearsal-password")
    visit.click("Sign In")
    expect(visit.page.get_by_role("heading").first).to_be_visible()


def _cookies(visit: Visit, settings: bool = False) -> None:
    visit.goto(f"{SLACK}/apps", "Build something amazing.")
    expect(visit.page.get_by_role("button", name="Accept All")).to_be_visible()
    if settings:
        visit.click("Manage Settings")
        expect(visit.page.get_by_role("button", name="Allow All")).to_be_visible()


def _dialog(visit: Visit, second: bool, row: str = "From scratch") -> None:
    visit.goto(f"{SLACK}/apps")
    visit.click("Create an App")
    if second or row != "From scratch":
        visit.page.get_by_role("button", name=row).click()
    if second:
        visit.page.get_by_role("textbox", name="App Name").fill("W&B alerts")


def _app_page(path: str, heading: str, ready: bool = True) -> Callable[[Visit], None]:
    return lambda visit: visit.goto(f"{SLACK}/apps/{visit.app(ready).id}{path}", heading)


def _confirmation(visit: Visit, path: str, control: str) -> None:
    """The dialog before an action that cannot be undone."""
    visit.goto(f"{SLACK}/apps/{visit.app().id}{path}")
    visit.page.get_by_role("link" if control.startswith("Revoke") else "button", name=control).first.click()
    expect(visit.page.get_by_role("dialog")).to_be_visible()


def _installed(visit: Visit, path: str = "/oauth", outdated: bool = False) -> None:
    app = visit.app()
    with visit.slack.site.store as store:
        store.install(app, app.bot_scopes, "C0ALERTS01")
        app.bot_scopes = [*app.bot_scopes, "team:read"] if outdated else app.bot_scopes
    visit.goto(f"{SLACK}/apps/{app.id}{path}", "Webhook URLs" if path != "/oauth" else "Bot Token Scopes")


def _moved(visit: Visit) -> None:
    with patch.object(slack_scenarios, "HYDRATION", 0.2):
        visit.goto(f"{SLACK}/apps/{visit.app().id}/oauth", "Bot Token Scopes")


def _picker(visit: Visit, typed: str = "incoming") -> None:
    visit.goto(f"{SLACK}/apps/{visit.app(ready=False).id}/oauth", "Bot Token Scopes")
    visit.click("Add an OAuth Scope")
    picker = visit.page.get_by_role("combobox", name="Select Scopes")
    picker.click()
    picker.press_sequentially(typed)
    expect(visit.page.get_by_text("No options").or_(visit.page.get_by_role("option").first)).to_be_visible()


def _url(visit: Visit) -> None:
    visit.goto(f"{SLACK}/apps/{visit.app().id}/oauth", "Redirect URLs")
    visit.click("Add New Redirect URL")
    visit.page.locator("[data-qa=app_unfurl_domain]").fill("http://wandb.acme.example")


def _consent(
    visit: Visit, heading: str = "", opened: bool = False, redirect: str = SERVER, scope: str = "incoming-webhook"
) -> None:
    app = visit.app()
    app.bot_scopes = scope.split(",")
    query = urlencode({"client_id": app.client_id, "scope": scope, "redirect_uri": f"{redirect}/cb", "state": "s"})
    visit.goto(f"https://slack.com/oauth/v2/authorize?{query}", heading)
    if opened:
        visit.page.get_by_role("combobox").click()
        expect(visit.page.get_by_role("option").first).to_be_visible()


def _approval_requested(visit: Visit) -> None:
    _consent(visit)
    visit.click("Request to Install")
    expect(visit.page.get_by_role("heading", name="waiting for an admin")).to_be_visible()


def _channel(visit: Visit) -> None:
    with visit.slack.site.store as store:
        hook = store.install(visit.app(), ["incoming-webhook"], "C0ALERTS01")
        assert hook is not None
    visit.connect()
    visit.server.store.person.slack_alerts["scriptable"] = True
    visit.server.store.person.slack = SlackIntegration("Acme", "#alerts", hook.url)
    visit.server.send_alert("Low accuracy", "Accuracy 0.81 is below the acceptable 0.9", "WARN", "quiet-hill-7")
    visit.goto("https://app.slack.com/client")
    visit.page.get_by_role("treeitem", name="alerts", exact=True).click()
    expect(visit.page.get_by_text("Triggered: Low accuracy")).to_be_visible()


def _menu(visit: Visit) -> None:
    visit.goto(f"{SERVER}/home")
    visit.page.locator("#avatar").click()


def _custom_slack(visit: Visit) -> None:
    visit.goto(f"{SERVER}/system-admin")
    visit.page.get_by_role("switch", name="Enable a custom Slack application").click()
    visit.page.get_by_role("switch", name="Enable SSO").click()


def _alerts(visit: Visit, connected: bool) -> None:
    visit.register()
    if connected:
        visit.connect()
    visit.goto(f"{SERVER}/settings", "Alerts")
    expect(visit.page.get_by_role("switch").first).to_be_visible()


def _team(visit: Visit, connected: bool) -> None:
    visit.register()
    if connected:
        visit.connect(team=True)
    visit.goto(f"{SERVER}/teams/acme/settings", "Slack channel integrations")


def _console_page(path: str, heading: str) -> Callable[[Visit], None]:
    return lambda visit: visit.goto(f"{SERVER}/console/settings/{path}", heading)


def _spec(visit: Visit) -> None:
    _console_page("advanced", "Disable Auto Upgrades")(visit)
    visit.click("User Spec")
    expect(visit.page.get_by_role("heading", name="User Spec")).to_be_visible()


PAGE_STATES: Sequence[PageState] = (
    PageState("slack-signed-out", "signed_out.html", lambda s: s.goto(f"{SLACK}/apps"), ("signed-out",)),
    PageState("slack-signin", "signin_mail.html", lambda s: s.goto("https://slack.com/signin"), ("signed-out",)),
    PageState("slack-signin-mail", "signin_mail.html", lambda s: _sign_in(s, "mail"), ("signed-out",)),
    PageState("slack-signin-workspace", "signin_workspace.html", lambda s: _sign_in(s, "workspace"), ("signed-out",)),
    PageState("slack-signin-password", "signin_password.html", lambda s: _sign_in(s, "password"), ("signed-out",)),
    PageState("slack-signin-code", "signin_code.html", lambda s: _sign_in(s, "code"), ("signed-out-code",)),
    PageState("slack-signin-factor", "signin_factor.html", lambda s: _sign_in(s, "factor"), ("signed-out-factor",)),
    PageState(
        "slack-signin-google",
        "signin_google.html",
        lambda s: s.goto("https://slack.com/signin/google"),
        ("signed-out",),
    ),
    PageState("slack-apps-none", "apps_list.html", lambda s: s.goto(f"{SLACK}/apps", "Build something amazing.")),
    PageState(
        "slack-apps-some",
        "apps_list.html",
        lambda s: s.goto(f"{SLACK}/apps", "Your App Conf"),
        ("apps",),
    ),
    PageState("slack-create-app", "apps.html", lambda s: _dialog(s, second=False)),
    PageState("slack-name-app", "apps.html", lambda s: _dialog(s, second=True)),
    PageState("slack-manifest", "apps.html", lambda s: _dialog(s, second=False, row="From a manifest")),
    PageState("slack-cookies", "cookies.html", _cookies, ("cookie-banner",)),
    PageState("slack-cookies-settings", "cookies.html", lambda s: _cookies(s, settings=True), ("cookie-banner",)),
    PageState("slack-basic-information", "general.html", _app_page("", "App Credentials", ready=False), full_page=True),
    PageState("slack-basic-information-later", "general.html", _app_page("", "App Credentials"), full_page=True),
    PageState("slack-regenerate", "general.html", lambda s: _confirmation(s, "", "Regenerate")),
    PageState("slack-delete-app", "general.html", lambda s: _confirmation(s, "", "Delete App")),
    PageState("slack-oauth", "oauth.html", _app_page("/oauth", "Restrict API Token Usage"), full_page=True),
    PageState("slack-oauth-installed", "oauth.html", _installed),
    PageState("slack-reinstall", "oauth.html", lambda s: _installed(s, outdated=True)),
    PageState("slack-revoke", "oauth_dialogs.html", lambda s: _confirmation(s, "/oauth", "Revoke All OAuth Tokens")),
    PageState("slack-redirect-url", "oauth.html", _url),
    PageState("slack-scope-picker", "oauth.html", _picker),
    PageState("slack-no-options", "oauth.html", lambda s: _picker(s, "incoming_webhook")),
    PageState("slack-incoming-webhooks", "webhooks.html", _app_page("/incoming-webhooks", "Incoming Webhooks")),
    PageState("slack-incoming-webhooks-some", "webhooks.html", lambda s: _installed(s, "/incoming-webhooks")),
    PageState("slack-install-app", "install.html", _app_page("/install-on-team", "Install App to Your Team")),
    PageState("slack-unbuilt", "placeholder.html", _app_page("/collaborators", "Collaborators")),
    PageState("slack-not-found", "not_found.html", lambda s: s.goto(f"{SLACK}/apps/A0NOTHING00", "")),
    PageState("slack-moved", "moved.html", _app_page("/oauth", ""), ("console-moved",)),
    PageState("slack-moved-later", "moved_oauth.html", _moved, ("console-moved",)),
    PageState("slack-consent", "consent.html", lambda s: _consent(s, "Where should W&B alerts post?", opened=True)),
    PageState("slack-consent-scopes", "consent.html", lambda s: _consent(s, scope="chat:write,channels:read")),
    PageState("slack-consent-2026", "consent.html", lambda s: _consent(s), ("consent-2026",)),
    PageState("slack-consent-korean", "consent.html", lambda s: _consent(s), ("consent-korean",)),
    PageState("slack-approval", "approval.html", lambda s: _consent(s, "needs approval"), ("approval-needed",)),
    PageState("slack-approval-asked", "approval.html", _approval_requested, ("approval-needed",)),
    PageState("slack-oauth-error", "oauth_error.html", lambda s: _consent(s, redirect="https://elsewhere.example")),
    PageState("slack-channel", "client.html", _channel),
    PageState("wandb-login", "login.html", lambda s: s.goto(f"{SERVER}/home", "Log in"), ("wandb-signed-out",)),
    PageState("wandb-menu-console", "home.html", _menu),
    PageState("wandb-menu-settings", "home.html", _menu, admin_pages="settings"),
    PageState("wandb-plain", "plain.html", lambda s: s.goto(f"{SERVER}/organizations/acme", "Organization dashboard")),
    PageState("wandb-team", "plain.html", lambda s: s.goto(f"{SERVER}/teams/acme", "acme")),
    PageState("wandb-not-found", "not_found.html", lambda s: s.goto(f"{SERVER}/nothing/here", "404")),
    PageState(
        "wandb-console-login",
        "console_login.html",
        lambda s: s.goto(f"{SERVER}/console"),
        ("wandb-signed-out",),
    ),
    PageState("wandb-console-dashboard", "console_home.html", lambda s: s.goto(f"{SERVER}/console")),
    PageState(
        "wandb-console-authentication", "console_section.html", _console_page("authentication", "Customer Namespace")
    ),
    PageState("wandb-console-security", "console_section.html", _console_page("security", "Security")),
    PageState(
        "wandb-console-connections", "console_section.html", _console_page("system-connections", "Bucket Storage")
    ),
    PageState("wandb-console-ingress", "console_section.html", _console_page("ingress", "Ingress")),
    PageState("wandb-console-notifications", "console_section.html", _console_page("notifications", "Slack")),
    PageState("wandb-console-license", "console_section.html", _console_page("license", "License")),
    PageState("wandb-console-advanced", "console_section.html", _console_page("advanced", "Disable Auto Upgrades")),
    PageState("wandb-console-user-spec", "console_section.html", _spec),
    PageState("wandb-system-settings", "system.html", _custom_slack, admin_pages="settings", full_page=True),
    PageState(
        "wandb-not-admin", "not_admin.html", lambda s: s.goto(f"{SERVER}/system-admin"), ("not-admin",), "settings"
    ),
    PageState("wandb-user-settings", "settings.html", lambda s: _alerts(s, connected=False)),
    PageState("wandb-user-settings-connected", "alerts.html", lambda s: _alerts(s, connected=True)),
    PageState("wandb-team-settings", "team.html", lambda s: _team(s, connected=False)),
    PageState("wandb-team-settings-connected", "team.html", lambda s: _team(s, connected=True)),
)


@contextmanager
def visit_page(browser: Browser, state: PageState) -> Iterator[Visit]:
    """A new rehearsal and browser context, at this page."""
    rendered: set[str] = set()

    def get_template(environment: Environment, name: str, *more: Any) -> Template:
        found = original(environment, name, *more)
        rendered.add(f"{Path(str(found.filename)).parts[-3]}/{name}")
        return found

    original = Environment.get_template
    with Rehearsal(state.scenarios) as rehearsal, patch.object(Environment, "get_template", get_template):
        rehearsal.add("wandb", SERVER, {"admin_pages": state.admin_pages})
        with simulated_context(browser, rehearsal) as context:
            page = context.new_page()
            for address in (SLACK, SERVER):
                page.goto(address + NONCE_PATH)
            visit = Visit(rehearsal, page)
            visit.rendered = rendered
            state.reach(visit)
            yield visit
