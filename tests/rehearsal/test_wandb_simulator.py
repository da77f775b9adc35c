"""The W&B simulator: its pages in a browser, saves, the connection to Slack, alerts, scenarios."""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from support.simulated_browser import simulated_context

from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.simulator import Cookie, Simulator
from runwright.rehearsal.wandb import WandbSimulator, wandb_scenarios

SITE = "https://wandb.acme.example"
NONCE_PATH = "/.well-known/runwright-rehearsal"
CLIENT_ID, SECRET = "1234567890.0987654321", "0123456789abcdef0123456789abcdef"
HOOK = "https://hooks.slack.com/services/T1/B1/abc"


class SmallSlack(Simulator):
    """The parts of Slack that the W&B server uses: it accepts every code and every message."""

    kind: ClassVar[str] = "slack"
    claims: ClassVar[tuple[str, ...]] = ("slack.com", "*.slack.com")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.exchanges: list[dict[str, str]] = []
        self.messages: list[Any] = []
        self.answer: dict[str, Any] = {
            "ok": True,
            "team": {"id": "T1", "name": "Acme"},
            "incoming_webhook": {"channel": "#alerts", "channel_id": "C1", "url": HOOK},
        }

    def app(self) -> Any:
        async def access(request: Request) -> Response:
            self.exchanges.append({name: str(value) for name, value in (await request.form()).items()})
            return JSONResponse(self.answer)

        async def hook(request: Request) -> Response:
            self.messages.append(await request.json())
            return PlainTextResponse("ok")

        def authorize(request: Request) -> Response:
            return PlainTextResponse("Allow?")

        return Starlette(
            routes=[
                Route("/oauth/v2/authorize", authorize),
                Route("/api/oauth.v2.access", access, methods=["POST"]),
                Route("/services/{rest:path}", hook, methods=["POST"]),
            ]
        )

    def cookies(self) -> list[Cookie]:
        return []

    def state(self) -> dict[str, Any]:
        return {}

    def reset(self) -> None:
        self.messages.clear()


class WandbRehearsal:
    """A rehearsal with one W&B server, a browser page, and an HTTP client that is signed in."""

    def __init__(self, rehearsal: Rehearsal, open_page: Callable[[Rehearsal], Page]) -> None:
        self.rehearsal = rehearsal
        self._open_page = open_page
        self._page: Page | None = None
        self.http = rehearsal.context.client()
        self.http.get(SITE + NONCE_PATH)

    @property
    def page(self) -> Page:
        if self._page is None:
            self._page = self._open_page(self.rehearsal)
        return self._page

    @property
    def server(self) -> WandbSimulator:
        found = self.rehearsal.site_for(SITE)
        assert isinstance(found, WandbSimulator)
        return found

    @property
    def slack(self) -> SmallSlack:
        found = self.rehearsal.site_for("https://slack.com")
        assert isinstance(found, SmallSlack)
        return found

    @property
    def settings(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.state()["settings"]
        return found

    @property
    def person(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.state()["person"]
        return found

    def effects(self) -> list[str]:
        return [effect.kind for effect in self.rehearsal.context.effects.since()]

    def open(self, path: str, heading: str | None = None) -> Page:
        self.page.goto(SITE + path)
        if heading is not None:
            expect(self.page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
        return self.page

    def register(self) -> None:
        """Register a Slack application, as the System Console does."""
        values = {"slack.client_id": CLIENT_ID, "slack.secret": SECRET}
        body = {"section": "slack", "values": values}
        assert self.http.post(f"{SITE}/console/settings/notifications", json=body).status_code == 200
        until(lambda: self.settings["slack_client_id"] == CLIENT_ID)

    def start_consent(self, query: str = "for=user") -> dict[str, str]:
        """Start the connection; returns the query of the redirect to Slack."""
        location = self.http.get(f"{SITE}/oauth/slack?{query}").headers["location"]
        assert location.startswith("https://slack.com/oauth/v2/authorize?")
        return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}

    def connect(self, query: str = "for=user") -> httpx.Response:
        """Start the connection and return from Slack with a code."""
        consent = self.start_consent(query)
        return self.http.get(consent["redirect_uri"], params={"code": "the-code", "state": consent["state"]})


@pytest.fixture
def rehearse(shared_browser: Callable[[], Browser]) -> Iterator[Callable[..., WandbRehearsal]]:
    """`rehearse(*scenarios, admin_pages="console")` starts a rehearsal."""
    with ExitStack() as opened:

        def open_page(rehearsal: Rehearsal) -> Page:
            page = opened.enter_context(simulated_context(shared_browser(), rehearsal)).new_page()
            page.goto(SITE + NONCE_PATH)
            return page

        def start(*scenarios: str, admin_pages: str = "console") -> WandbRehearsal:
            rehearsal = opened.enter_context(Rehearsal(scenarios, kinds={"slack": SmallSlack, "wandb": WandbSimulator}))
            rehearsal.add("wandb", SITE, {"admin_pages": admin_pages})
            return WandbRehearsal(rehearsal, open_page)

        yield start


def until(condition: Callable[[], bool], seconds: float = 100) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "timed out"
        time.sleep(0.01)


def is_held(lock: Any) -> bool:
    """Whether another thread holds a lock at this moment."""
    if lock.acquire(blocking=False):
        lock.release()
        return False
    return True


def switch(page: Page, row: str, column: int) -> Locator:
    """A switch of the card Alerts, by the text of its row and its column: it has no name."""
    return page.get_by_role("row").filter(has_text=row).get_by_role("cell").nth(column).get_by_role("switch")


# The app around the settings


@pytest.mark.parametrize(
    ("admin_pages", "items"),
    [
        (
            "console",
            "Profile, User settings, Organization dashboard, Auto-refresh, W&B admin tools, System console, "
            "Activity dashboard, Log out",
        ),
        (
            "settings",
            "Profile, User settings, Auto-refresh, W&B admin tools, System settings, Users, Activity dashboard, "
            "Log out",
        ),
    ],
)
def test_the_avatar_menu_depends_on_the_admin_pages(
    rehearse: Callable[..., WandbRehearsal], admin_pages: str, items: str
) -> None:
    page = rehearse(admin_pages=admin_pages).open("/home")
    menu = page.locator(".menu")
    expect(menu).to_be_hidden()
    page.locator("#avatar").click()
    lines = [line.strip() for line in menu.inner_text().splitlines() if line.strip()]
    assert ", ".join(lines) == items
    expect(menu.get_by_role("switch", name="Auto-refresh")).to_be_checked()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator("#avatar").click()
    link = "System console" if admin_pages == "console" else "System settings"
    page.get_by_role("link", name=link).click()
    expect(page).to_have_url(re.compile(r"/console$|/system-admin$"))


def test_sign_in_returns_to_the_requested_page(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse("wandb-signed-out")
    page = here.open("/settings")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    page.get_by_role("textbox", name="Email address").fill("morgan@acme.example")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill("rehearsal-password")
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(f"{SITE}/settings")
    assert here.effects() == []
    for elsewhere in ("https://evil.example", "//evil.example", "/\\evil.example"):
        form = {"email": "morgan@acme.example", "password": "rehearsal-password", "redirect_to": elsewhere}
        assert here.http.post(f"{SITE}/login", data=form).headers["location"] == "/home"


def test_a_form_that_arrives_slowly_does_not_stop_the_server(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    host, port = urlsplit(SITE).hostname, here.rehearsal.local_port(urlsplit(SITE).hostname or "", 443)
    assert host is not None and port is not None
    trusted = ssl.create_default_context(cadata=here.rehearsal.ca_pem)
    form = b"email=morgan@acme.example&password=rehearsal-password"
    head = f"POST /login HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    with (
        ThreadPoolExecutor() as beside,
        socket.create_connection(("127.0.0.1", port), timeout=100) as plain,
        trusted.wrap_socket(plain, server_hostname=host) as slow,
    ):
        slow.sendall(f"{head}Content-Length: {len(form)}\r\n\r\n".encode() + form[:5])
        until(lambda: is_held(here.server.store.lock))
        other = beside.submit(here.http.get, f"{SITE}/login")
        until(lambda: other.running() or other.done())
        with pytest.raises(TimeoutError):
            other.result(timeout=0.5)
        slow.sendall(form[5:])
        assert slow.recv(64).startswith(b"HTTP/1.1 303")
        assert other.result(timeout=100).status_code == 200


@pytest.mark.parametrize("admin_pages", ["console", "settings"])
def test_only_one_kind_of_admin_pages_exists(rehearse: Callable[..., WandbRehearsal], admin_pages: str) -> None:
    here = rehearse(admin_pages=admin_pages)
    answers = {path: here.http.get(SITE + path).status_code for path in ("/console", "/system-admin", "/nothing")}
    present, absent = ("/console", "/system-admin") if admin_pages == "console" else ("/system-admin", "/console")
    assert answers == {present: 200, absent: 404, "/nothing": 404}
    here.rehearsal.add("wandb", SITE, {"admin_pages": "settings" if admin_pages == "console" else "console"})
    assert (here.http.get(SITE + present).status_code, here.http.get(SITE + absent).status_code) == (404, 200)


# System Console


def test_the_console_requires_the_root_password(rehearse: Callable[..., WandbRehearsal]) -> None:
    page = rehearse("wandb-signed-out").open("/console/settings/notifications", "Admin Console")
    page.get_by_placeholder("Enter password").fill("wrong")
    page.get_by_role("button", name="Login", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_placeholder("Enter password").fill("rehearsal-root")
    page.get_by_role("button", name="Login", exact=True).click()
    expect(page.get_by_role("heading", name="Email Server")).to_be_visible()


def test_the_console_settings_have_seven_pages_and_notifications_two_save_buttons(
    rehearse: Callable[..., WandbRehearsal],
) -> None:
    here = rehearse()
    page = here.open("/console")
    page.get_by_role("link", name="Settings", exact=True).click()
    links = page.locator(".parts a")
    expect(links).to_have_text(
        ["Authentication", "Security", "System Connections", "Ingress", "Notifications", "License", "Advanced"]
    )
    page.get_by_role("link", name="Notifications", exact=True).click()
    expect(page.get_by_role("heading")).to_have_text(["Email Server", "Slack"])
    assert [box.get_attribute("id") for box in page.locator(".boxes").get_by_role("textbox").all()] == [
        "email.host",
        "email.port",
        "email.username",
        "email.password",
        "slack.client_id",
        "slack.secret",
    ]
    saves = page.get_by_role("button", name="Save", exact=True)
    expect(saves).to_have_count(2)
    expect(saves.first).to_be_enabled()
    expect(saves.last).to_be_enabled()


@pytest.mark.parametrize("part", ["authentication", "system-connections", "notifications", "advanced"])
def test_saving_without_changes_has_no_effect_and_disables_the_button(
    rehearse: Callable[..., WandbRehearsal], part: str
) -> None:
    here = rehearse()
    here.register()
    until(lambda: here.settings["slack_client_id"] == CLIENT_ID)
    before, settings = here.effects(), here.settings
    page = here.open(f"/console/settings/{part}")
    for save in page.get_by_role("button", name="Save").all():
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            save.click()
        expect(save).to_be_disabled()
    page.wait_for_timeout(1000 * wandb_scenarios.SAVE_TAKES_EFFECT + 100)
    assert (here.effects(), here.settings) == (before, settings)


def test_a_save_takes_effect_a_moment_later_and_shows_the_secret_again(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    page = here.open("/console/settings/notifications", "Slack")
    save = page.get_by_role("button", name="Save").last
    expect(save).to_be_enabled()
    page.get_by_role("textbox", name="Slack Client ID").fill(CLIENT_ID)
    page.get_by_role("textbox", name="Slack Secret").fill(SECRET)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        save.click()
    assert here.effects() == ["save-slack"]
    assert here.settings["slack_client_id"] == "", "the save took effect at once"
    expect(save).to_be_disabled()
    page.get_by_role("textbox", name="Slack Client ID").fill("")
    expect(save).to_be_enabled()
    page.get_by_role("textbox", name="Slack Client ID").fill(CLIENT_ID)
    expect(save).to_be_disabled()
    until(lambda: here.settings["slack_client_id"] == CLIENT_ID)
    page.reload()
    expect(page.get_by_role("textbox", name="Slack Client ID")).to_have_value(CLIENT_ID)
    expect(page.get_by_role("textbox", name="Slack Secret")).to_have_value(SECRET)
    assert page.get_by_role("textbox", name="Slack Secret").get_attribute("type") == "text"
    assert SECRET not in str(here.rehearsal.context.effects.since())
    here.register()
    assert here.effects() == ["save-slack"], "saving the same values must not be a change"


def test_saving_twice_before_the_first_save_takes_effect_is_one_change(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    body = {"section": "email", "values": {"email.host": "mail.acme.example", "email.port": "25"}}
    for _ in range(2):
        here.http.post(f"{SITE}/console/settings/notifications", json=body)
    here.register()  # saving the other section must not undo the first save
    assert here.effects() == ["save-email", "save-slack"]
    assert here.settings["others"] == {"email.host": "mail.acme.example", "email.port": "25"}


def test_list_boxes_of_the_console_work_with_the_keyboard(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    page = here.open("/console/settings/system-connections", "Bucket Storage")
    box = page.get_by_role("combobox", name="Provider")
    box.focus()
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(box).to_have_text("Google Cloud")
    box.click()
    page.get_by_role("option", name="Azure").click()
    page.get_by_role("button", name="Save").click()
    until(lambda: here.settings["others"] == {"bucket.provider": "Azure"})


def test_saving_requires_a_session(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    with here.rehearsal.context.client() as stranger:
        body: dict[str, Any] = {"section": "slack", "values": {"slack.client_id": "1.2"}}
        assert stranger.post(f"{SITE}/console/settings/notifications", json=body).status_code == 401
        assert stranger.post(f"{SITE}/settings/alerts", json={}).status_code == 401
        assert stranger.get(f"{SITE}/settings/alerts").status_code == 401
        assert stranger.post(f"{SITE}/settings/disconnect-slack").status_code == 401
        assert stranger.post(f"{SITE}/graphql", json={}).status_code == 401
        assert stranger.get(f"{SITE}/settings").headers["location"] == "/login?redirect_to=%2Fsettings"
    for body_bytes in (b"{", b"[]", b'{"section": "nothing", "values": {}}', b'{"section": "slack", "values": 1}'):
        assert here.http.post(f"{SITE}/console/settings/notifications", content=body_bytes).status_code == 400
    assert here.effects() == []


@pytest.mark.parametrize("admin_pages", ["console", "settings"])
def test_every_link_of_the_menu_works_and_the_team_settings_are_reachable(
    rehearse: Callable[..., WandbRehearsal], admin_pages: str
) -> None:
    here = rehearse(admin_pages=admin_pages)
    page = here.open("/home")
    links = [str(link.get_attribute("href")) for link in page.locator("#menu a, .side a").all()]
    assert {"/morgan", "/admin/usage", "/teams/acme"} < {*links}
    for link in links:
        if link != "/logout":
            assert here.http.get(f"{SITE}{link}").status_code in (200, 302), link
    page.get_by_role("link", name="acme", exact=True).click()
    page.get_by_role("link", name="Team settings", exact=True).click()
    expect(page.get_by_role("heading", name="Slack channel integrations")).to_be_visible()
    if admin_pages == "settings":
        page.goto(f"{SITE}/system-admin")
        page.get_by_role("link", name="User Management", exact=True).click()
        expect(page.get_by_role("heading", name="User Management")).to_be_visible()


# System Settings


def test_the_sixth_switch_reveals_the_fields_for_slack(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse(admin_pages="settings")
    page = here.open("/system-admin")
    expect(page.locator(".turn label")).to_have_text(
        [
            "Enable SSO",
            "Use an external file storage backend",
            "Receive run notifications on an external queue",
            "Use an external MySQL instance",
            "Use an external Redis instance",
            "Enable a custom Slack application to dispatch alerts",
        ]
    )
    client_id = page.get_by_role("textbox", name="Slack client ID", exact=True)
    secret = page.get_by_role("textbox", name="Slack secret", exact=True)
    expect(client_id).to_be_hidden()
    page.get_by_role("switch", name="Enable a custom Slack application to dispatch alerts").click()
    assert client_id.get_attribute("placeholder") == "123456789.123456789"
    assert secret.get_attribute("placeholder") == "abc123"
    client_id.fill(CLIENT_ID)
    secret.fill(SECRET)
    assert page.get_by_role("button", name="Save").count() == 0
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Update settings", exact=True).click()
    assert here.effects() == ["update-settings"]
    assert here.settings["slack_enabled"] is False, "the save took effect at once"
    until(lambda: bool(here.settings["slack_enabled"]))
    page.reload()
    expect(client_id).to_have_value(CLIENT_ID)
    expect(secret).to_have_value(SECRET)
    expect(page.get_by_role("textbox", name="Frontend Host")).to_have_value(SITE)
    expect(page.get_by_role("spinbutton", name="Session length")).to_have_value("720")
    before = here.settings
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Update settings").click()
    assert here.effects() == ["update-settings"] and here.settings == before


def test_system_settings_refuse_an_invalid_session_length(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse(admin_pages="settings")
    page = here.open("/system-admin")
    page.get_by_role("spinbutton", name="Session length").fill("-1")
    page.get_by_role("button", name="Update settings").click()
    expect(page.get_by_role("alert")).to_contain_text("whole number")
    page.get_by_role("switch", name="Enable SSO").click()
    expect(page.get_by_role("textbox", name="OIDC Client ID")).to_be_visible()
    expect(page.get_by_text("HTTPS is required for SSO")).to_be_hidden()
    page.get_by_role("switch", name="Use an external Redis instance").click()
    expect(page.get_by_role("textbox", name="Redis connection string")).to_be_visible()
    assert here.effects() == []


# Alerts and Slack


def test_slack_switches_have_no_names_and_are_disabled_without_slack(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    page = here.open("/settings", "Alerts")
    expect(page.get_by_role("columnheader")).to_have_text(["Events", "Email", "Slack"])
    expect(page.get_by_role("button", name="Connect Slack", exact=True)).to_be_disabled()
    for row, on in (("Run finished", True), ("Run crashed after", False), ("Scriptable run alerts", False)):
        expect(switch(page, row, 1)).to_be_checked(checked=on)
        expect(switch(page, row, 2)).to_be_disabled()
    names = re.findall(r'switch ?("[^"]*")?', page.locator(".alerts").aria_snapshot())
    assert len(names) == 6 and set(names) == {""}
    switch(page, "Scriptable", 1).click()
    until(lambda: bool(here.person["email_alerts"]["scriptable"]))
    assert here.effects() == ["switch-alert"]


def test_the_card_arrives_after_its_page(
    rehearse: Callable[..., WandbRehearsal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wandb_scenarios, "ALERTS_CARD", 1.0)
    page = rehearse().open("/settings", "Alerts")
    assert page.get_by_role("switch").count() == 0
    expect(page.get_by_role("button", name="Connect Slack", exact=True)).to_be_visible()


def test_slack_is_connected_by_a_real_exchange(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    here.register()
    page = here.open("/settings")
    page.get_by_role("button", name="Connect Slack", exact=True).click()
    expect(page).to_have_url(re.compile(r"^https://slack\.com/oauth/v2/authorize\?"))
    query = parse_qs(urlsplit(page.url).query)
    assert query["client_id"] == [CLIENT_ID] and query["scope"] == ["incoming-webhook"]
    assert query["redirect_uri"] == [f"{SITE}/oauth/slack/callback"]
    page.goto(f"{query['redirect_uri'][0]}?code=the-code&state={query['state'][0]}")
    expect(page.get_by_role("button", name="Disconnect Slack")).to_be_visible()
    expect(page).to_have_url(f"{SITE}/settings")
    assert here.slack.exchanges == [
        {
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
            "code": "the-code",
            "redirect_uri": f"{SITE}/oauth/slack/callback",
        }
    ]
    expect(page.get_by_role("row").filter(has_text="Channel")).to_have_text(re.compile("#alerts"))
    assert here.person["slack"]["webhook"] == HOOK
    switch(page, "Scriptable", 2).click()
    until(lambda: bool(here.person["slack_alerts"]["scriptable"]))
    page.get_by_role("button", name="Disconnect Slack").click()
    expect(page.get_by_role("button", name="Connect Slack", exact=True)).to_be_visible()
    assert here.person["slack"] is None and not any(here.person["slack_alerts"].values())
    assert here.effects() == ["save-slack", "connect-slack", "switch-alert", "disconnect-slack"]


def test_a_failed_connection_to_slack_is_reported_and_stores_nothing(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    assert here.http.get(f"{SITE}/oauth/slack").headers["location"] == "/settings"
    assert "register a Slack application" in here.http.get(f"{SITE}/settings").text
    here.register()

    def notice(params: dict[str, str]) -> str:
        answer = here.http.get(f"{SITE}/oauth/slack/callback", params=params)
        assert answer.headers["location"] == "/settings"
        alerts = re.findall(r'role="alert">([^<]*)<', here.http.get(f"{SITE}/settings").text)
        assert 'role="alert"' not in here.http.get(f"{SITE}/settings").text, "the notice is shown once"
        return str(alerts[0])

    assert "did not start here" in notice({"code": "the-code", "state": "made-up"})
    assert "cancelled" in notice({"error": "access_denied", "state": here.start_consent()["state"]})
    here.slack.answer = {"ok": False, "error": "bad_client_secret"}
    assert "bad_client_secret" in notice({"code": "the-code", "state": here.start_consent()["state"]})
    used_state = here.start_consent()["state"]
    here.rehearsal.stop_site("slack.com")
    assert "Slack does not answer" in notice({"code": "the-code", "state": used_state})
    assert "did not start here" in notice({"code": "the-code", "state": used_state})
    assert here.person["slack"] is None and here.effects() == ["save-slack"]


def test_the_team_has_its_own_channels(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    here.register()
    assert here.connect("for=team").headers["location"] == "/teams/acme/settings"
    page = here.open("/teams/acme/settings", "Slack channel integrations")
    expect(page.get_by_text("1 Slack integration", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="New integration")).to_be_enabled()
    row = page.get_by_role("row").filter(has_text="#alerts")
    expect(row.get_by_role("cell").nth(1)).to_have_text("Acme")
    row.get_by_role("button").click()
    expect(page.get_by_role("button", name="Connect Slack", exact=True)).to_be_visible()
    assert here.server.state()["team"] == [] and here.person["slack"] is None
    assert here.effects() == ["save-slack", "connect-slack", "remove-integration"]


def test_the_time_until_a_run_counts_as_crashed_can_be_set(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    page = here.open("/settings")
    row = page.get_by_role("row").filter(has_text="Run crashed after")
    row.get_by_role("button", name="minutes").click()
    row.get_by_role("option", name="hours").click()
    until(lambda: here.person["crashed_unit"] == "hours")
    row.get_by_role("textbox").fill("none")
    row.get_by_role("textbox").press("Tab")
    expect(page.get_by_role("alert")).to_contain_text("whole number")
    assert here.effects() == ["set-crashed-after"] and here.person["crashed_after"] == "45"


ALERT = "mutation NotifyScriptableRunAlert { notifyScriptableRunAlert(input: {}) { success } }"


def test_the_clients_call_sends_an_alert_to_the_channel(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    here.register()
    here.connect()
    key = here.person["api_key"]

    def alert(**variables: Any) -> httpx.Response:
        values = {"entityName": "morgan", "projectName": "tests", "runName": "quiet-hill-7", **variables}
        with here.rehearsal.context.client() as client:
            body = {"query": ALERT, "variables": values}
            return client.post(f"{SITE}/graphql", json=body, auth=("api", key))

    def success(answer: httpx.Response) -> Any:
        return answer.json()["data"]["notifyScriptableRunAlert"]["success"]

    low = {"title": "Low accuracy", "text": "0.81 is below 0.9", "severity": "WARN"}
    assert success(alert(**low)) is False, "the switch is off"
    here.http.post(f"{SITE}/settings/alerts", json={"event": "scriptable", "by": "slack", "on": True})
    assert success(alert(**low, waitDuration=60_000)) is True
    assert success(alert(**low, waitDuration=60_000)) is False, "the same title was sent again within the wait"
    assert success(alert(**low)) is True
    assert alert(title="x" * 64, text="").status_code == 400
    assert alert(title="A", text="", severity="LOUD").status_code == 400
    (message, _) = here.slack.messages
    (attached,) = message["attachments"]
    assert attached["title"] == "Triggered: Low accuracy (quiet-hill-7)" and attached["text"] == low["text"]
    assert [field["title"] for field in attached["fields"]] == ["User", "State"]
    with here.rehearsal.context.client() as stranger:
        refused = stranger.post(f"{SITE}/graphql", json={"query": ALERT}, auth=("api", "wrong"))
        assert refused.status_code == 401
    here.rehearsal.stop_site("slack.com")
    assert here.server.send_alert("Low accuracy", "again") is False


def test_a_reset_creates_a_new_server_and_keeps_browsers_signed_in(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    initial = {name: here.settings[name] for name in ("slack_client_id", "others", "slack_enabled")}
    here.register()
    here.connect()
    here.rehearsal.reset()
    assert {name: here.settings[name] for name in initial} == initial and here.person["slack"] is None
    assert here.effects() == []
    assert here.http.get(f"{SITE}/settings").status_code == 200


# Scenarios


def test_the_session_expires_after_six_pages_and_a_new_one_does_not(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse("wandb-session-expires")
    statuses = [here.http.get(f"{SITE}/home").status_code for _ in range(8)]
    assert statuses == [200] * 6 + [302] * 2
    form = {"email": "morgan@acme.example", "password": "rehearsal-password", "redirect_to": "/settings"}
    assert here.http.post(f"{SITE}/login", data=form).status_code == 303
    assert {here.http.get(f"{SITE}/home").status_code for _ in range(8)} == {200}


def test_a_person_who_is_not_an_admin_is_rejected(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse("not-admin", admin_pages="settings")
    page = here.open("/system-admin", "Only admins can open the system settings")
    page.locator("#avatar").click()
    expect(page.get_by_role("link", name="Log out")).to_be_visible()
    expect(page.get_by_text("W&B admin tools")).to_be_hidden()
    assert here.http.post(f"{SITE}/system-admin", json={}).status_code == 403
    here.rehearsal.add("wandb", SITE, {"admin_pages": "console"})
    here.open("/console", "Admin Console")


def test_a_server_on_http_redirects_to_http(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse("wandb-http")
    assert here.http.get(f"{SITE}/home").headers["location"] == "http://wandb.acme.example/home"
    assert here.settings["frontend_host"] == "http://wandb.acme.example"
    with_https = rehearse()
    assert with_https.http.get("http://wandb.acme.example/home").headers["location"] == f"{SITE}/home"


def test_a_save_restarts_the_server(rehearse: Callable[..., WandbRehearsal], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wandb_scenarios, "RESTART", 0.5)
    for scenario in ("wandb-restarts-502", "wandb-restarts-refused"):
        here = rehearse(scenario)

        def down(here: WandbRehearsal = here) -> bool:
            try:
                return here.http.get(f"{SITE}/home").status_code == 502
            except httpx.HTTPError:
                return True

        here.register()
        until(down)
        until(lambda down=down: not down())  # type: ignore[misc]
        assert here.settings["slack_client_id"] == CLIENT_ID
    here = rehearse("wandb-restarts-signed-out")
    here.register()
    until(lambda: here.http.get(f"{SITE}/home").status_code == 302)
    here.http.get(SITE + NONCE_PATH)
    assert here.http.get(f"{SITE}/home").status_code == 200, "browsers that start afterwards must be signed in"


def test_each_drift_scenario_changes_one_thing(rehearse: Callable[..., WandbRehearsal]) -> None:
    def html(scenario: str, path: str, admin_pages: str = "console") -> str:
        return rehearse(scenario, admin_pages=admin_pages).http.get(SITE + path).text

    notifications, connections = "/console/settings/notifications", "/console/settings/system-connections"
    card = html("wandb-drift-renamed", "/settings/alerts")
    assert "Link Slack" in card and "Connect Slack" not in card
    assert html("wandb-drift-doubled", "/settings/alerts").count(">Connect Slack<") == 2
    assert "Slack Client ID" not in html("wandb-drift-moved", notifications)
    assert "Slack Client ID" in html("wandb-drift-moved", connections)
    moved = html("wandb-drift-moved", "/system-admin", "settings")
    assert moved.index("custom Slack application") < moved.index("Enable SSO")
    removed = html("wandb-drift-removed", notifications)
    assert "Slack Client ID" in removed and "Slack Secret" not in removed
    removed = html("wandb-drift-removed", "/system-admin", "settings")
    assert "Slack client ID" in removed and "Slack secret" not in removed


def test_two_servers_are_independent(rehearse: Callable[..., WandbRehearsal]) -> None:
    here = rehearse()
    other = here.rehearsal.add("wandb", "https://wandb-b.acme.example", {"admin_pages": "settings"})
    before = other.state()
    here.register()
    here.connect()
    assert other.state() == before
    with here.rehearsal.context.client() as client:
        client.cookies = here.http.cookies
        assert client.get("https://wandb-b.acme.example/home").status_code == 302
