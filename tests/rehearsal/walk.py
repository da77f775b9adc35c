"""Every page and dialog of both stand-ins, by name: how a browser gets there, and in which state it is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Browser, Page, Playwright, expect

from runwright.engine.browser import launch
from runwright.rehearsal.client import RehearsalClient
from runwright.rehearsal.serve import Rehearsal
from runwright.rehearsal.slack import SlackStandIn
from runwright.rehearsal.slack.store import App
from runwright.rehearsal.wandb import WandbStandIn
from runwright.rehearsal.wandb.store import Integration

SERVER = "https://wandb.acme.example"
WELCOME = "/.well-known/runwright-rehearsal"


class Scene:
    """A rehearsal with both stand-ins, and a browser's page in it."""

    def __init__(self, rehearsal: Rehearsal, page: Page) -> None:
        self.rehearsal = rehearsal
        self.page = page

    def app(self, ready: bool = True) -> App:
        """The app as the runbook makes it; with ``ready`` it has its scope, redirect URL and addresses."""
        slack = self.rehearsal.site_for("https://slack.com")
        assert isinstance(slack, SlackStandIn)
        store = slack.site.store
        app = store.create_app("W&B alerts", store.workspaces[0].id)
        if ready:
            app.bot_scopes = ["incoming-webhook"]
            app.webhooks_on = True
            app.redirect_urls.value = [SERVER]
            app.allowed_ips.value = ["203.0.113.10", "198.51.100.0/24"]
        return app

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
    go: Callable[[Scene], None]
    scenarios: tuple[str, ...] = ()
    admin_pages: str = "console"
    whole: bool = False
    """Its picture shows more than the window does."""


SLACK = "https://api.slack.com"


def _sign_in(scene: Scene, how: str) -> None:
    scene.goto("https://slack.com/signin")
    scene.page.get_by_role("link", name="sign in manually instead").click()
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


def _cookies(scene: Scene) -> None:
    scene.goto(f"{SLACK}/apps", "Build something amazing.")
    expect(scene.page.get_by_role("button", name="Accept All")).to_be_visible()


def _dialog(scene: Scene, second: bool) -> None:
    scene.goto(f"{SLACK}/apps")
    scene.click("Create an App")
    if second:
        scene.page.get_by_role("button", name="From scratch").click()
        scene.page.get_by_role("textbox", name="App Name").fill("W&B alerts")


def _app_page(path: str, heading: str, ready: bool = True) -> Callable[[Scene], None]:
    return lambda scene: scene.goto(f"{SLACK}/apps/{scene.app(ready).id}{path}", heading)


def _picker(scene: Scene) -> None:
    scene.goto(f"{SLACK}/apps/{scene.app(ready=False).id}/oauth", "Bot Token Scopes")
    scene.click("Add an OAuth Scope")
    picker = scene.page.get_by_role("combobox", name="Select Scopes")
    picker.click()
    picker.press_sequentially("incoming")
    expect(scene.page.get_by_role("option").first).to_be_visible()


def _url(scene: Scene) -> None:
    scene.goto(f"{SLACK}/apps/{scene.app().id}/oauth", "Redirect URLs")
    scene.click("Add New Redirect URL")
    scene.page.locator("[data-qa=app_unfurl_domain]").fill("http://wandb.acme.example")


def _consent(scene: Scene, heading: str = "", opened: bool = False, redirect: str = SERVER) -> None:
    asked = {"scope": "incoming-webhook", "redirect_uri": f"{redirect}/cb", "state": "s"}
    query = urlencode({"client_id": scene.app().client_id, **asked})
    scene.goto(f"https://slack.com/oauth/v2/authorize?{query}", heading)
    if opened:
        scene.page.get_by_role("combobox").click()
        expect(scene.page.get_by_role("option").first).to_be_visible()


def _asked(scene: Scene) -> None:
    _consent(scene)
    scene.click("Request to Install")
    expect(scene.page.get_by_role("heading", name="waiting for an admin")).to_be_visible()


def _channel(scene: Scene) -> None:
    slack = scene.rehearsal.site_for("https://slack.com")
    assert isinstance(slack, SlackStandIn)
    with slack.site.store as store:
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


SIGHTS: Sequence[Sight] = (
    Sight("slack-signed-out", lambda s: s.goto(f"{SLACK}/apps"), ("signed-out",)),
    Sight("slack-signin", lambda s: s.goto("https://slack.com/signin"), ("signed-out",)),
    Sight("slack-signin-mail", lambda s: _sign_in(s, "mail"), ("signed-out",)),
    Sight("slack-signin-password", lambda s: _sign_in(s, "password"), ("signed-out",)),
    Sight("slack-signin-code", lambda s: _sign_in(s, "code"), ("signed-out-code",)),
    Sight("slack-signin-factor", lambda s: _sign_in(s, "factor"), ("signed-out-factor",)),
    Sight("slack-apps-none", lambda s: s.goto(f"{SLACK}/apps", "Build something amazing.")),
    Sight("slack-apps-some", lambda s: s.goto(f"{SLACK}/apps", "Your App Configuration Tokens"), ("apps",)),
    Sight("slack-create-app", lambda s: _dialog(s, second=False)),
    Sight("slack-name-app", lambda s: _dialog(s, second=True)),
    Sight("slack-cookies", _cookies, ("cookie-banner",)),
    Sight("slack-basic-information", _app_page("", "App Credentials"), whole=True),
    Sight("slack-oauth", _app_page("/oauth", "Restrict API Token Usage"), whole=True),
    Sight("slack-redirect-url", _url),
    Sight("slack-scope-picker", _picker),
    Sight("slack-incoming-webhooks", _app_page("/incoming-webhooks", "Incoming Webhooks")),
    Sight("slack-install-app", _app_page("/install-on-team", "Install App to Your Team")),
    Sight("slack-moved", _app_page("/oauth", ""), ("console-moved",)),
    Sight("slack-consent", lambda s: _consent(s, "Where should W&B alerts post?", opened=True)),
    Sight("slack-consent-2026", lambda s: _consent(s), ("consent-2026",)),
    Sight("slack-consent-korean", lambda s: _consent(s), ("consent-korean",)),
    Sight("slack-approval", lambda s: _consent(s, "needs approval"), ("approval-needed",)),
    Sight("slack-approval-asked", _asked, ("approval-needed",)),
    Sight("slack-oauth-error", lambda s: _consent(s, redirect="https://elsewhere.example")),
    Sight("slack-channel", _channel),
    Sight("wandb-login", lambda s: s.goto(f"{SERVER}/home", "Log in"), ("wandb-signed-out",)),
    Sight("wandb-menu-console", _menu),
    Sight("wandb-menu-settings", _menu, admin_pages="settings"),
    Sight("wandb-console-login", lambda s: s.goto(f"{SERVER}/console", "Admin Console"), ("wandb-signed-out",)),
    Sight("wandb-console-dashboard", lambda s: s.goto(f"{SERVER}/console")),
    Sight("wandb-console-authentication", _part("authentication", "Customer Namespace")),
    Sight("wandb-console-connections", _part("system-connections", "Bucket Storage")),
    Sight("wandb-console-notifications", _part("notifications", "Slack")),
    Sight("wandb-console-advanced", _part("advanced", "Disable Auto Upgrades")),
    Sight("wandb-system-settings", _custom_slack, admin_pages="settings", whole=True),
    Sight("wandb-not-admin", lambda s: s.goto(f"{SERVER}/system-admin"), ("not-admin",), "settings"),
    Sight("wandb-user-settings", lambda s: _alerts(s, connected=False)),
    Sight("wandb-user-settings-connected", lambda s: _alerts(s, connected=True)),
    Sight("wandb-team-settings", lambda s: _team(s, connected=False)),
    Sight("wandb-team-settings-connected", lambda s: _team(s, connected=True)),
)


@contextmanager
def scene_of(playwright: Playwright, sight: Sight) -> Iterator[Scene]:
    """A fresh rehearsal and browser, at this page."""
    with Rehearsal(sight.scenarios) as rehearsal:
        rehearsal.add("wandb", SERVER, {"admin_pages": sight.admin_pages})
        arguments = RehearsalClient(rehearsal.control_url).browser_args()
        browser: Browser = launch(playwright, arguments=arguments)
        try:
            page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
            for address in (SLACK, SERVER):
                page.goto(address + WELCOME)
            scene = Scene(rehearsal, page)
            sight.go(scene)
            yield scene
        finally:
            browser.close()
