"""Every page and dialog of both stand-ins, by name: how a browser gets there, and in which state it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from jinja2 import Environment, Template
from playwright.sync_api import Browser, Page, Playwright, expect

from runwright.engine.browser.launch import launch
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient
from runwright.rehearsal.slack import SlackStandIn, slack_scenarios
from runwright.rehearsal.slack.slack_store import App
from runwright.rehearsal.wandb import WandbStandIn
from runwright.rehearsal.wandb.wandb_store import Integration

SERVER = "https://wandb.acme.example"
WELCOME = "/.well-known/runwright-rehearsal"


class Scene:
    """A rehearsal with both stand-ins, and a browser's page in it."""

    def __init__(self, rehearsal: Rehearsal, page: Page) -> None:
        self.rehearsal = rehearsal
        self.page = page
        self.rendered: set[str] = set()
        """The templates that its pages were made from, each with its site: `slack/apps.html`."""

    def app(self, ready: bool = True) -> App:
        """The app as the runbook makes it; with ``ready`` it has its scope, redirect URL and addresses."""
        store = self.slack.site.store
        app = store.create_app("W&B alerts", store.workspaces[0].id)
        if ready:
            app.bot_scopes = ["incoming-webhook"]
            app.webhooks_on = True
            app.redirect_urls.value = [SERVER]
            app.allowed_ips.value = ["203.0.113.10", "198.51.100.0/24"]
        return app

    @property
    def slack(self) -> SlackStandIn:
        found = self.rehearsal.site_for("https://slack.com")
        assert isinstance(found, SlackStandIn)
        return found

    @property
    def server(self) -> WandbStandIn:
        found = self.rehearsal.site_for(SERVER)
        assert isinstance(found, WandbStandIn)
        return found

    def register(self) -> None:
        """Register a Slack application at the server."""
        settings = {"slack_enabled": True, "slack_client_id": "1234.5678", "slack_secret": "0" * 32}
        self.server.store.accept(0, **settings)

    def connect(self, team: bool = False) -> None:
        kept = Integration("Acme", "#alerts", "https://hooks.slack.com/services/T/B/x")
        if team:
            self.server.store.team.append(kept)
        else:
            self.server.store.person.slack = kept

    def goto(self, address: str, heading: str = "") -> None:
        self.page.goto(address)
        if heading:
            expect(self.page.get_by_role("heading", name=heading).first).to_be_visible()

    def click(self, name: str) -> None:
        self.page.get_by_role("button", name=name).first.click()


@dataclass(frozen=True)
class Sight:
    """A page in one state."""

    name: str
    template: str
    """The template that its page is made from, below its site's folder."""
    go: Callable[[Scene], None]
    scenarios: tuple[str, ...] = ()
    admin_pages: str = "console"
    whole: bool = False
    """Its picture shows more than the window does."""


SLACK = "https://api.slack.com"


def _sign_in(scene: Scene, how: str) -> None:
    scene.goto("https://slack.com/signin")
    scene.page.get_by_role("link", name="sign in manually instead").click()
    if how == "workspace":
        return
    scene.page.locator("[name=domain]").fill("acme")
    scene.click("Continue")
    if how == "mail":
        return
    scene.page.get_by_role("link", name="sign in with a password instead").click()
    expect(scene.page.locator("[name=password]")).to_be_visible()
    if how == "password":
        return
    scene.page.locator("[name=email]").fill("morgan@acme.example")
    scene.page.locator("[name=password]").fill("rehearsal-password")
    scene.click("Sign In")
    expect(scene.page.get_by_role("heading").first).to_be_visible()


def _cookies(scene: Scene, settings: bool = False) -> None:
    scene.goto(f"{SLACK}/apps", "Build something amazing.")
    expect(scene.page.get_by_role("button", name="Accept All")).to_be_visible()
    if settings:
        scene.click("Manage Settings")
        expect(scene.page.get_by_role("button", name="Allow All")).to_be_visible()


def _dialog(scene: Scene, second: bool, row: str = "From scratch") -> None:
    scene.goto(f"{SLACK}/apps")
    scene.click("Create an App")
    if second or row != "From scratch":
        scene.page.get_by_role("button", name=row).click()
    if second:
        scene.page.get_by_role("textbox", name="App Name").fill("W&B alerts")


def _app_page(path: str, heading: str, ready: bool = True) -> Callable[[Scene], None]:
    return lambda scene: scene.goto(f"{SLACK}/apps/{scene.app(ready).id}{path}", heading)


def _asks(scene: Scene, path: str, control: str) -> None:
    """The dialog that comes up before something that cannot be taken back."""
    scene.goto(f"{SLACK}/apps/{scene.app().id}{path}")
    scene.page.get_by_role("link" if control.startswith("Revoke") else "button", name=control).first.click()
    expect(scene.page.get_by_role("dialog")).to_be_visible()


def _installed(scene: Scene, path: str = "/oauth", outdated: bool = False) -> None:
    app = scene.app()
    with scene.slack.site.store as store:
        store.install(app, app.bot_scopes, "C0ALERTS01")
        app.bot_scopes = [*app.bot_scopes, "team:read"] if outdated else app.bot_scopes
    scene.goto(f"{SLACK}/apps/{app.id}{path}", "Webhook URLs" if path != "/oauth" else "Bot Token Scopes")


def _moved(scene: Scene) -> None:
    with patch.object(slack_scenarios, "HYDRATION", 0.2):
        scene.goto(f"{SLACK}/apps/{scene.app().id}/oauth", "Bot Token Scopes")


def _picker(scene: Scene, typed: str = "incoming") -> None:
    scene.goto(f"{SLACK}/apps/{scene.app(ready=False).id}/oauth", "Bot Token Scopes")
    scene.click("Add an OAuth Scope")
    picker = scene.page.get_by_role("combobox", name="Select Scopes")
    picker.click()
    picker.press_sequentially(typed)
    expect(scene.page.get_by_text("No options").or_(scene.page.get_by_role("option").first)).to_be_visible()


def _url(scene: Scene) -> None:
    scene.goto(f"{SLACK}/apps/{scene.app().id}/oauth", "Redirect URLs")
    scene.click("Add New Redirect URL")
    scene.page.locator("[data-qa=app_unfurl_domain]").fill("http://wandb.acme.example")


def _consent(
    scene: Scene, heading: str = "", opened: bool = False, redirect: str = SERVER, scope: str = "incoming-webhook"
) -> None:
    app = scene.app()
    app.bot_scopes = scope.split(",")
    query = urlencode({"client_id": app.client_id, "scope": scope, "redirect_uri": f"{redirect}/cb", "state": "s"})
    scene.goto(f"https://slack.com/oauth/v2/authorize?{query}", heading)
    if opened:
        scene.page.get_by_role("combobox").click()
        expect(scene.page.get_by_role("option").first).to_be_visible()


def _asked(scene: Scene) -> None:
    _consent(scene)
    scene.click("Request to Install")
    expect(scene.page.get_by_role("heading", name="waiting for an admin")).to_be_visible()


def _channel(scene: Scene) -> None:
    with scene.slack.site.store as store:
        hook = store.install(scene.app(), ["incoming-webhook"], "C0ALERTS01")
        assert hook is not None
    scene.connect()
    scene.server.store.person.slack_alerts["scriptable"] = True
    scene.server.store.person.slack = Integration("Acme", "#alerts", hook.url)
    scene.server.send_alert("Low accuracy", "Accuracy 0.81 is below the acceptable 0.9", "WARN", "quiet-hill-7")
    scene.goto("https://app.slack.com/client")
    scene.page.get_by_role("treeitem", name="alerts", exact=True).click()
    expect(scene.page.get_by_text("Triggered: Low accuracy")).to_be_visible()


def _menu(scene: Scene) -> None:
    scene.goto(f"{SERVER}/home")
    scene.page.locator("#avatar").click()


def _custom_slack(scene: Scene) -> None:
    scene.goto(f"{SERVER}/system-admin")
    scene.page.get_by_role("switch", name="Enable a custom Slack application").click()
    scene.page.get_by_role("switch", name="Enable SSO").click()


def _alerts(scene: Scene, connected: bool) -> None:
    scene.register()
    if connected:
        scene.connect()
    scene.goto(f"{SERVER}/settings", "Alerts")
    expect(scene.page.get_by_role("switch").first).to_be_visible()


def _team(scene: Scene, connected: bool) -> None:
    scene.register()
    if connected:
        scene.connect(team=True)
    scene.goto(f"{SERVER}/teams/acme/settings", "Slack channel integrations")


def _part(path: str, heading: str) -> Callable[[Scene], None]:
    return lambda scene: scene.goto(f"{SERVER}/console/settings/{path}", heading)


def _spec(scene: Scene) -> None:
    _part("advanced", "Disable Auto Upgrades")(scene)
    scene.click("User Spec")
    expect(scene.page.get_by_role("heading", name="User Spec")).to_be_visible()


SIGHTS: Sequence[Sight] = (
    Sight("slack-signed-out", "signed_out.html", lambda s: s.goto(f"{SLACK}/apps"), ("signed-out",)),
    Sight("slack-signin", "signin_mail.html", lambda s: s.goto("https://slack.com/signin"), ("signed-out",)),
    Sight("slack-signin-mail", "signin_mail.html", lambda s: _sign_in(s, "mail"), ("signed-out",)),
    Sight("slack-signin-workspace", "signin_workspace.html", lambda s: _sign_in(s, "workspace"), ("signed-out",)),
    Sight("slack-signin-password", "signin_password.html", lambda s: _sign_in(s, "password"), ("signed-out",)),
    Sight("slack-signin-code", "signin_code.html", lambda s: _sign_in(s, "code"), ("signed-out-code",)),
    Sight("slack-signin-factor", "signin_factor.html", lambda s: _sign_in(s, "factor"), ("signed-out-factor",)),
    Sight(
        "slack-signin-google",
        "signin_google.html",
        lambda s: s.goto("https://slack.com/signin/google"),
        ("signed-out",),
    ),
    Sight("slack-apps-none", "apps_list.html", lambda s: s.goto(f"{SLACK}/apps", "Build something amazing.")),
    Sight(
        "slack-apps-some",
        "apps_list.html",
        lambda s: s.goto(f"{SLACK}/apps", "Your App Conf"),
        ("apps",),
    ),
    Sight("slack-create-app", "apps.html", lambda s: _dialog(s, second=False)),
    Sight("slack-name-app", "apps.html", lambda s: _dialog(s, second=True)),
    Sight("slack-manifest", "apps.html", lambda s: _dialog(s, second=False, row="From a manifest")),
    Sight("slack-cookies", "cookies.html", _cookies, ("cookie-banner",)),
    Sight("slack-cookies-settings", "cookies.html", lambda s: _cookies(s, settings=True), ("cookie-banner",)),
    Sight("slack-basic-information", "general.html", _app_page("", "App Credentials", ready=False), whole=True),
    Sight("slack-basic-information-later", "general.html", _app_page("", "App Credentials"), whole=True),
    Sight("slack-regenerate", "general.html", lambda s: _asks(s, "", "Regenerate")),
    Sight("slack-delete-app", "general.html", lambda s: _asks(s, "", "Delete App")),
    Sight("slack-oauth", "oauth.html", _app_page("/oauth", "Restrict API Token Usage"), whole=True),
    Sight("slack-oauth-installed", "oauth.html", _installed),
    Sight("slack-reinstall", "oauth.html", lambda s: _installed(s, outdated=True)),
    Sight("slack-revoke", "oauth_dialogs.html", lambda s: _asks(s, "/oauth", "Revoke All OAuth Tokens")),
    Sight("slack-redirect-url", "oauth.html", _url),
    Sight("slack-scope-picker", "oauth.html", _picker),
    Sight("slack-no-options", "oauth.html", lambda s: _picker(s, "incoming_webhook")),
    Sight("slack-incoming-webhooks", "webhooks.html", _app_page("/incoming-webhooks", "Incoming Webhooks")),
    Sight("slack-incoming-webhooks-some", "webhooks.html", lambda s: _installed(s, "/incoming-webhooks")),
    Sight("slack-install-app", "install.html", _app_page("/install-on-team", "Install App to Your Team")),
    Sight("slack-unbuilt", "unbuilt.html", _app_page("/collaborators", "Collaborators")),
    Sight("slack-not-found", "not_found.html", lambda s: s.goto(f"{SLACK}/apps/A0NOTHING00", "")),
    Sight("slack-moved", "moved.html", _app_page("/oauth", ""), ("console-moved",)),
    Sight("slack-moved-later", "moved_oauth.html", _moved, ("console-moved",)),
    Sight("slack-consent", "consent.html", lambda s: _consent(s, "Where should W&B alerts post?", opened=True)),
    Sight("slack-consent-scopes", "consent.html", lambda s: _consent(s, scope="chat:write,channels:read")),
    Sight("slack-consent-2026", "consent.html", lambda s: _consent(s), ("consent-2026",)),
    Sight("slack-consent-korean", "consent.html", lambda s: _consent(s), ("consent-korean",)),
    Sight("slack-approval", "approval.html", lambda s: _consent(s, "needs approval"), ("approval-needed",)),
    Sight("slack-approval-asked", "approval.html", _asked, ("approval-needed",)),
    Sight("slack-oauth-error", "oauth_error.html", lambda s: _consent(s, redirect="https://elsewhere.example")),
    Sight("slack-channel", "client.html", _channel),
    Sight("wandb-login", "login.html", lambda s: s.goto(f"{SERVER}/home", "Log in"), ("wandb-signed-out",)),
    Sight("wandb-menu-console", "home.html", _menu),
    Sight("wandb-menu-settings", "home.html", _menu, admin_pages="settings"),
    Sight("wandb-plain", "plain.html", lambda s: s.goto(f"{SERVER}/organizations/acme", "Organization dashboard")),
    Sight("wandb-team", "plain.html", lambda s: s.goto(f"{SERVER}/teams/acme", "acme")),
    Sight("wandb-not-found", "not_found.html", lambda s: s.goto(f"{SERVER}/nothing/here", "404")),
    Sight(
        "wandb-console-login",
        "console_login.html",
        lambda s: s.goto(f"{SERVER}/console"),
        ("wandb-signed-out",),
    ),
    Sight("wandb-console-dashboard", "console_home.html", lambda s: s.goto(f"{SERVER}/console")),
    Sight("wandb-console-authentication", "console_part.html", _part("authentication", "Customer Namespace")),
    Sight("wandb-console-security", "console_part.html", _part("security", "Security")),
    Sight("wandb-console-connections", "console_part.html", _part("system-connections", "Bucket Storage")),
    Sight("wandb-console-ingress", "console_part.html", _part("ingress", "Ingress")),
    Sight("wandb-console-notifications", "console_part.html", _part("notifications", "Slack")),
    Sight("wandb-console-license", "console_part.html", _part("license", "License")),
    Sight("wandb-console-advanced", "console_part.html", _part("advanced", "Disable Auto Upgrades")),
    Sight("wandb-console-user-spec", "console_part.html", _spec),
    Sight("wandb-system-settings", "system.html", _custom_slack, admin_pages="settings", whole=True),
    Sight("wandb-not-admin", "not_admin.html", lambda s: s.goto(f"{SERVER}/system-admin"), ("not-admin",), "settings"),
    Sight("wandb-user-settings", "settings.html", lambda s: _alerts(s, connected=False)),
    Sight("wandb-user-settings-connected", "alerts.html", lambda s: _alerts(s, connected=True)),
    Sight("wandb-team-settings", "team.html", lambda s: _team(s, connected=False)),
    Sight("wandb-team-settings-connected", "team.html", lambda s: _team(s, connected=True)),
)


@contextmanager
def scene_of(playwright: Playwright, sight: Sight) -> Iterator[Scene]:
    """A fresh rehearsal and browser, at this page."""
    rendered: set[str] = set()

    def get_template(environment: Environment, name: str, *more: Any) -> Template:
        found = plainly(environment, name, *more)
        rendered.add(f"{Path(str(found.filename)).parts[-3]}/{name}")
        return found

    plainly = Environment.get_template
    with Rehearsal(sight.scenarios) as rehearsal, patch.object(Environment, "get_template", get_template):
        rehearsal.add("wandb", SERVER, {"admin_pages": sight.admin_pages})
        arguments = RehearsalClient(rehearsal.control_url).browser_args()
        browser: Browser = launch(playwright, arguments=arguments)
        try:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            for address in (SLACK, SERVER):
                page.goto(address + WELCOME)
            scene = Scene(rehearsal, page)
            scene.rendered = rendered
            sight.go(scene)
            yield scene
        finally:
            browser.close()
