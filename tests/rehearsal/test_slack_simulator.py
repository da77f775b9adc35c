"""The Slack simulator compared with what is known of the real pages: a real browser, slack-sdk, real sockets."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient
from support.simulated_browser import simulated_context

from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.slack import SlackSimulator, slack_scenarios
from runwright.rehearsal.slack.slack_store import PASSWORD, SECOND_FACTOR, SlackApp
from runwright.rehearsal.slack.validation_rules import (
    name_error,
    range_error,
    ranges_error,
    redirect_matches,
    url_error,
)

SERVER = "https://wandb.acme.example"
PICKER = "Select Scopes"


class Slack:
    """A rehearsal with only the Slack simulator."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        simulator = rehearsal.site_for("https://slack.com")
        assert isinstance(simulator, SlackSimulator)
        self.site = simulator.site
        self._simulator = simulator

    @property
    def state(self) -> dict[str, Any]:
        return self._simulator.state()

    @property
    def effects(self) -> list[str]:
        return [effect.kind for effect in self.rehearsal.context.effects.since(0)]

    @property
    def messages(self) -> list[tuple[str, dict[str, Any]]]:
        """All messages, each with the name of its channel."""
        return [(each["name"], message) for each in self.state["channels"] for message in each["messages"]]

    def app(self, name: str = "W&B alerts", ready: bool = True) -> SlackApp:
        """An app as the pages create it. With ``ready`` it has the scope and a redirect URL."""
        app = self.site.store.create_app(name, self.site.store.workspaces[0].id)
        if ready:
            app.bot_scopes = ["incoming-webhook"]
            app.redirect_urls.value = [SERVER]
        return app

    def client(self) -> httpx.Client:
        """An HTTP client that is signed in."""
        client = self.rehearsal.context.client()
        client.cookies.set("d", self.site.first_session, domain=".slack.com")
        return client

    def allow(self, app: SlackApp, **more: str) -> str:
        """Get an OAuth code through the form of the consent page."""
        with self.client() as client:
            query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb"} | more
            page = client.get(f"https://acme.slack.com/oauth?{urlencode(query)}").text
            crumb = page.split('data-crumb="')[1].split('"')[0]
            form = query | {"crumb": crumb, "channel": "C0ALERTS01", "decision": "allow", "state": "s1"}
            back = client.post("https://acme.slack.com/oauth", data=form).headers["location"]
        assert back.startswith(f"{SERVER}/cb?")
        assert parse_qs(urlsplit(back).query)["state"] == ["s1"]
        return parse_qs(urlsplit(back).query)["code"][0]

    def sdk(self) -> dict[str, Any]:
        """The arguments with which slack-sdk reaches the simulator under its real names."""
        context = ssl.create_default_context(cadata=self.rehearsal.ca_pem)
        return {"proxy": self.rehearsal.control_url, "ssl": context}


class Servers:
    """One rehearsal per set of scenarios, shared by all tests of this file."""

    def __init__(self) -> None:
        self._rehearsals: dict[frozenset[str], Rehearsal] = {}

    def rehearsal(self, scenarios: frozenset[str]) -> Rehearsal:
        if scenarios not in self._rehearsals:
            self._rehearsals[scenarios] = Rehearsal(scenarios, kinds={"slack": SlackSimulator}).__enter__()
        self._rehearsals[scenarios].reset()
        return self._rehearsals[scenarios]

    def stop(self) -> None:
        for rehearsal in self._rehearsals.values():
            rehearsal.__exit__(None, None, None)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    shared = Servers()
    yield shared
    shared.stop()


@pytest.fixture
def slack(servers: Servers) -> Callable[..., Slack]:
    """`slack("apps", …)` is the simulator with these scenarios, in its initial state."""
    return lambda *scenarios: Slack(servers.rehearsal(frozenset(scenarios)))


@pytest.fixture
def browse(shared_browser: Callable[[], Browser]) -> Iterator[Callable[[Slack], Page]]:
    """`browse(slack)` is a page of a new browser context that starts with the simulator's cookies."""
    with ExitStack() as contexts:

        def start(served: Slack) -> Page:
            context = contexts.enter_context(simulated_context(shared_browser(), served.rehearsal))
            page = context.new_page()
            page.set_default_timeout(5000)
            page.goto("https://slack.com/.well-known/runwright-rehearsal")
            return page

        yield start


def heading(page: Page, name: str) -> Any:
    return page.get_by_role("heading", name=name, exact=True)


def button(page: Any, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


# ---------------------------------------------------------------- rules


@pytest.mark.parametrize("text", ["203.0.113.10", "198.51.100.0/24", "192.0.2.1/32", "8.8.8.8"])
def test_addresses_for_documentation_are_allowed(text: str) -> None:
    assert range_error(text) is None


@pytest.mark.parametrize("text", ["10.0.0.1", "192.168.0.0/16", "127.0.0.1", "172.16.9.9", "0.0.0.0/0"])
def test_local_addresses_are_refused(text: str) -> None:
    assert range_error(text) == "Local IP addresses cannot be used."


@pytest.mark.parametrize("text", ["2001:db8::1", "1.2.3", "1.2.3.4/33", "1.2.3.400", "wandb.acme.example", ""])
def test_text_that_is_not_an_ipv4_address_is_refused(text: str) -> None:
    assert range_error(text)


def test_ten_ranges_are_the_limit() -> None:
    ranges = [f"203.0.113.{n}" for n in range(11)]
    assert ranges_error(ranges[:10]) is None
    assert "up to 10" in str(ranges_error(ranges))


def test_names_and_redirect_urls_are_validated() -> None:
    assert name_error("x" * 35) is None
    assert name_error("x" * 36) and name_error("  ")
    assert url_error(SERVER) is None
    assert url_error("http://wandb.acme.example") == "Please use https (for security)"
    assert url_error("http://localhost:8080") == "Please use https (for security)"
    assert url_error("wandb.acme.example") and url_error("https://")


def test_a_redirect_uri_matches_by_its_prefix() -> None:
    assert redirect_matches(f"{SERVER}/oauth/callback", [SERVER])
    assert redirect_matches(SERVER, [f"{SERVER}/"])
    assert not redirect_matches(f"{SERVER}.evil.example/", [SERVER])
    assert not redirect_matches(f"{SERVER}:8443/", [SERVER])
    assert not redirect_matches(f"{SERVER}/other", [f"{SERVER}/oauth"])
    assert not redirect_matches(SERVER, [])


# ---------------------------------------------------------------- pages for app developers


def test_an_app_is_created_from_scratch(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    page = browse(served)
    page.goto("https://api.slack.com/apps")
    expect(heading(page, "Your Apps")).to_be_visible()
    html = page.evaluate("fetch('/apps').then((answer) => answer.text())")
    assert "Your Apps" in html and "Create an App<" not in html, "the list must arrive late"
    button(page, "Create an App").click()
    dialog = page.get_by_role("dialog", name="Create an app", exact=True)
    expect(button(dialog, "From scratch")).to_have_count(0)  # the name of a row is its title and its help text
    full_name = re.compile("^From scratch Add basic info, .* site[.]$")
    dialog.get_by_role("button", name=full_name).click()
    dialog = page.get_by_role("dialog", name="Name app & choose workspace", exact=True)
    create = button(dialog, "Create App")
    name = dialog.get_by_role("textbox", name="App Name", exact=True)
    expect(name).to_have_attribute("placeholder", "e.g. Super Service")
    name.fill("x" * 36)
    expect(dialog.get_by_role("alert")).to_have_text("App names must be 35 characters or fewer.")
    name.fill("W&B alerts")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(create).to_be_disabled()
    expect(dialog.get_by_text("Pick a workspace to develop your app in:", exact=True)).to_be_visible()
    picker = dialog.get_by_role("combobox", name="Select a team", exact=True)
    picker.evaluate("(element) => element.click()")
    expect(picker).to_have_attribute("aria-expanded", "false")
    picker.click()
    page.get_by_role("option", name="Acme", exact=True).click()
    create.click()
    expect(heading(page, "Basic Information")).to_be_visible()
    [app] = served.state["apps"]
    assert page.url == f"https://api.slack.com/apps/{app['id']}"
    assert served.effects == ["create-app"]


def test_an_app_is_created_with_the_keyboard_only(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    page = browse(served)
    page.goto("https://api.slack.com/apps")
    button(page, "Create an App").focus()
    for key in ("Enter", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("textbox", name="App Name", exact=True)).to_be_focused()
    for _ in range(9):
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('[role=dialog]')"), "the focus left the dialog"
    page.get_by_role("textbox", name="App Name", exact=True).focus()
    page.keyboard.type("W&B alerts")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.type("Labs")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Select a team")).to_have_text("Acme Labs")
    for key in ("Tab", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    expect(heading(page, "Basic Information")).to_be_visible()
    assert served.state["apps"][0]["workspace_id"] == "T0ACMELAB1"


def test_existing_apps_are_listed_in_a_table(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    page = browse(slack("apps"))
    page.goto("https://api.slack.com/apps")
    expect(button(page, "Create New App")).to_be_visible()
    expect(button(page, "Create an App")).to_have_count(0)
    names = page.get_by_role("row").get_by_role("link").all_inner_texts()
    assert names == ["My W&B alerts", "Standup helper", "W&B alerts (test)"]
    page.get_by_placeholder("Filter apps by name or workspace").fill("standup")
    expect(page.get_by_role("row").get_by_role("link")).to_have_text(["Standup helper"])


def test_a_hint_to_install_is_shown_until_the_app_is_installed(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app(ready=False)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}")
    hint, check = page.get_by_text("First, install your app", exact=True), page.locator(".achieved")
    expect(hint).to_be_visible()
    expect(check).to_have_count(0)
    page.locator("#coach button").click()
    expect(hint).to_have_count(0)
    app.bot_scopes = ["incoming-webhook"]
    page.reload()
    expect(hint).to_be_visible()
    expect(check).to_be_visible()
    app.redirect_urls.value = [SERVER]
    served.allow(app)
    page.reload()
    expect(page.get_by_role("link", name="Reinstall to Workspace")).to_be_visible()
    expect(hint).to_have_count(0)


def test_name_description_and_colour_are_saved_together(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app()
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}")
    colour, save = page.get_by_role("textbox", name="Background color"), button(page, "Save Changes")
    expect(save).to_be_disabled()
    colour.fill("red")
    save.click()
    expect(page.get_by_role("alert")).to_have_text("Please enter a color such as #2c2d30.")
    colour.fill("#336699")
    page.get_by_role("textbox", name="Short description").fill("Reports on runs")
    with page.expect_navigation():  # the page reloads when the call is answered
        save.click()
    expect(save).to_be_disabled()
    expect(colour).to_have_value("#336699")
    assert (app.colour, app.description, served.effects) == ("#336699", "Reports on runs", ["update-info"])


def test_each_secret_is_shown_only_by_its_own_button(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_REHEARSAL_SECRET", "0123456789abcdef0123456789abcdef")
    served = slack()
    app = served.app()
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}")
    assert app.client_secret not in page.content()
    labels = ["App ID", "Date of App Creation", "Client ID", "Client Secret", "Signing Secret", "Verification Token"]
    boxes = [page.get_by_role("textbox", name=label, exact=True) for label in labels]
    for box in boxes:
        expect(box).not_to_be_editable()
    expect(boxes[2]).to_have_value(app.client_id)
    expect(boxes[3]).to_have_value("••••••••••")
    expect(boxes[5]).to_have_value(app.verification_token)
    expect(button(page, "Show")).to_have_count(2)
    button(page, "Show").first.click()
    expect(boxes[3]).to_have_value("0123456789abcdef0123456789abcdef")
    expect(boxes[4]).to_have_value("••••••••••")
    assert served.effects == []


def test_a_picked_scope_is_saved_at_once(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    app = served.app(ready=False)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/oauth")
    expect(button(page, "Add an OAuth Scope")).to_have_count(2)
    button(page, "Add an OAuth Scope").first.click()
    picker = page.get_by_role("combobox", name=PICKER, exact=True)
    expect(picker).to_have_attribute("placeholder", "Add permission by Scope or API method...")
    picker.evaluate("(element) => element.click()")
    expect(picker).to_have_attribute("aria-expanded", "false")
    picker.click()
    picker.press_sequentially("incoming_webhook")
    expect(page.get_by_text("No options", exact=True)).to_be_visible()
    picker.fill("chat.postMessage")
    expect(page.get_by_role("option")).to_have_count(1)
    picker.fill("incoming-webhook")
    page.get_by_role("option", name="incoming-webhook Post messages to specific channels in Slack").click()
    expect(page.get_by_role("link", name="incoming-webhook", exact=True)).to_be_visible()
    assert app.bot_scopes == ["incoming-webhook"] and app.webhooks_on
    assert served.effects == ["add-scope"]


def test_redirect_urls_take_effect_a_moment_after_the_save(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app(ready=False)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/oauth")
    expect(button(page, "Opt In")).to_be_disabled()
    button(page, "Add New Redirect URL").click()
    field = page.locator("input[data-qa=app_unfurl_domain]")
    field.fill("http://wandb.acme.example")
    expect(page.get_by_text("Please use https (for security)")).to_be_visible()
    expect(button(page, "Add")).to_be_disabled()
    field.fill(SERVER)
    button(page, "Add").click()
    expect(page.get_by_text(SERVER, exact=True)).to_be_visible()
    page.reload()
    expect(page.get_by_text(SERVER, exact=True)).to_have_count(0)
    button(page, "Add New Redirect URL").click()
    field.fill(SERVER)
    button(page, "Add").click()
    button(page, "Save URLs").click()
    expect(page.get_by_text("Success!")).to_be_visible()
    assert served.effects == ["save-redirect-urls"]
    deadline = time.monotonic() + 100
    while served.state["apps"][0]["redirect_urls"] != [SERVER]:
        assert time.monotonic() < deadline
    button(page, "Save URLs").click()
    expect(page.get_by_text("Success!")).to_be_visible()
    assert served.effects == ["save-redirect-urls"], "saving the same URLs again must not be an effect"


def test_a_save_takes_effect_a_moment_after_its_answer(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app(ready=False)
    with served.client() as client:
        page = f"https://api.slack.com/apps/{app.id}/oauth"
        crumb = client.get(page).text.split('data-crumb="')[1].split('"')[0]
        assert SERVER in client.post(page, data={"crumb": crumb, "redirect_uri": SERVER}).text
        assert SERVER not in client.get(page).text
        time.sleep(slack_scenarios.SAVE_TAKES_EFFECT)
        assert SERVER in client.get(page).text
        assert client.post(page, data={"crumb": "no", "redirect_uri": "https://evil.example"}).status_code == 403
    assert served.effects == ["save-redirect-urls"]


def test_an_eleventh_address_is_refused_by_the_page(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app()
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/oauth")
    field = page.locator("#range_entry input")

    def add(text: str) -> None:
        button(page, "Add a new IP address range").click()
        field.fill(text)
        button(page, "Add").click()

    add("192.168.0.1")
    expect(page.get_by_text("Local IP addresses cannot be used.")).to_be_visible()
    for n in range(10):
        add(f"203.0.113.{n}")
        expect(page.get_by_text(f"203.0.113.{n}", exact=True)).to_be_visible()
    add("198.51.100.0/24")
    expect(page.get_by_text("You can allow up to 10 IP address ranges.")).to_be_visible()
    expect(page.get_by_text("198.51.100.0/24", exact=True)).to_have_count(0)
    button(page, "Save IP address ranges").click()
    expect(page.get_by_text("Success!")).to_be_visible()
    assert served.effects == ["save-ip-ranges"]


def test_a_scope_added_after_the_installation_requires_a_reinstallation(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app()
    served.allow(app)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/oauth")
    expect(page.get_by_role("textbox", name="Bot User OAuth Token")).to_have_value(app.bot_token)
    expect(page.get_by_role("link", name="reinstall your app")).to_have_count(0)
    button(page, "Add an OAuth Scope").first.click()
    page.get_by_role("combobox", name=PICKER).click()
    page.get_by_role("option", name="chat:write Write").click()
    expect(page.get_by_role("link", name=re.compile("reinstall", re.I))).to_have_count(2)
    page.get_by_role("link", name="reinstall your app").click()  # stays on the same page
    expect(heading(page, "OAuth & Permissions")).to_be_visible()
    expect(button(page, "Reinstall to Acme")).to_have_count(0)
    page.get_by_role("link", name="Reinstall to Acme", exact=True).click()
    expect(heading(page, "What will W&B alerts be able to do?")).to_be_visible()
    expect(page.get_by_text("Write messages as W&B alerts", exact=True)).to_be_visible()
    page.wait_for_load_state()  # the scripts that open the list come after the text
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="ops-private").click()
    button(page, "Allow").click()
    expect(page).to_have_url(f"https://api.slack.com/apps/{app.id}/oauth")
    expect(page.get_by_role("link", name="reinstall your app")).to_have_count(0)


def test_the_webhook_switch_ignores_an_instant_click(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app(ready=False)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/incoming-webhooks")
    switch = page.get_by_role("switch")
    switch.click()
    expect(switch).not_to_be_checked()
    assert served.effects == []
    switch.click(delay=120)
    expect(page.get_by_text("No webhooks have been added yet.")).to_be_visible()
    expect(switch).to_be_checked()
    assert app.bot_scopes == ["incoming-webhook"]


def test_deleting_an_app_requires_confirmation(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    app = served.app()
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/general")
    button(page, "Delete App").click()
    dialog = page.get_by_role("dialog", name="Delete this app?")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    button(page, "Delete App").click()
    button(dialog, "Yes, I’m sure").click()
    expect(page).to_have_url("https://api.slack.com/apps")
    assert served.state["apps"] == []


# ---------------------------------------------------------------- consent


def test_consent_returns_with_a_code_and_posts_a_notice_to_the_channel(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    served = slack()
    app = served.app()
    page = browse(served)
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb", "state": "s 1"}
    page.goto(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}")
    assert page.url.startswith("https://acme.slack.com/oauth?client_id=")
    expect(heading(page, "W&B alerts is requesting permission to access the Acme Slack workspace")).to_be_visible()
    expect(heading(page, "Where should W&B alerts post?")).to_be_visible()
    expect(button(page, "Allow")).to_be_disabled()
    picker = page.get_by_role("combobox", name="Search for a channel", exact=True)
    picker.click()
    expect(page.get_by_role("option", name="Slackbot")).to_be_visible()
    expect(page.get_by_role("option", name="old-alerts")).to_have_count(0)
    picker.fill("alerts")
    expect(page.get_by_role("option")).to_have_text(["alerts", "alerts-staging"])
    page.get_by_role("option", name="alerts", exact=True).click()
    expect(picker).to_have_value("alerts")
    with page.expect_request(f"{SERVER}/cb?**") as sent:
        button(page, "Allow").click(no_wait_after=True)
    query = parse_qs(urlsplit(sent.value.url).query)
    assert query["state"] == ["s 1"] and query["code"]
    [(channel, message)] = served.messages
    assert (message["subtype"], channel) == ("bot_add", "alerts")
    assert message["text"] == "Morgan Lee added an integration to this channel: W&B alerts"
    assert served.effects == ["install-app"]


def test_cancel_returns_with_an_error(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    app = served.app()
    page = browse(served)
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb", "state": "s1"}
    page.goto(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}")
    with page.expect_request(f"{SERVER}/cb?**") as sent:
        button(page, "Cancel").click(no_wait_after=True)
    assert sent.value.url == f"{SERVER}/cb?error=access_denied&state=s1"
    assert served.effects == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"client_id": "1.2"}, "OAuth Error: invalid_client_id"),
        ({"redirect_uri": "https://evil.example/cb"}, "OAuth Error: redirect_uri did not match any configured URIs."),
        ({"redirect_uri": "https://evil.example/cb"}, "Passed URI : https://evil.example/cb"),
        ({"redirect_uri": "https://evil.example/cb"}, f"Allowed URI : {SERVER}"),
        ({"scope": "chat:write"}, "OAuth Error: invalid_scope"),
        ({"scope": ""}, "OAuth Error: invalid_scope"),
    ],
)
def test_an_invalid_consent_request_shows_its_error(
    slack: Callable[..., Slack], change: dict[str, str], message: str
) -> None:
    served = slack()
    app = served.app()
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb"} | change
    with served.client() as client:
        page = client.get(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}", follow_redirects=True)
    assert message in page.text
    assert served.effects == []


def test_an_app_without_scopes_or_redirect_url_cannot_be_installed(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app(ready=False)
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb"}
    with served.client() as client:
        address = f"https://acme.slack.com/oauth?{urlencode(query)}"
        assert "redirect_uri did not match any configured URIs." in client.get(address).text
        app.redirect_urls.value = [SERVER]
        assert "has no bot user to install" in client.get(address).text


# ---------------------------------------------------------------- real clients


def test_slack_sdk_exchanges_a_code_once(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app()
    code = served.allow(app)
    client = WebClient(**served.sdk())

    def exchange(**change: str) -> Any:
        valid = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
        return client.oauth_v2_access(**(valid | {"redirect_uri": f"{SERVER}/cb"} | change))  # type: ignore[arg-type]

    changes = {
        "invalid_client_id": {"client_id": "1.2"},
        "bad_client_secret": {"client_secret": "no"},
        "invalid_code": {"code": "no"},
        "bad_redirect_uri": {"redirect_uri": SERVER},
        "invalid_grant_type": {"grant_type": "password"},
    }
    for error, change in changes.items():
        with pytest.raises(SlackApiError) as raised:
            exchange(**change)
        assert raised.value.response["error"] == error
    with pytest.raises(SlackApiError) as raised:
        exchange(code=served.allow(app, granular_bot_scope="0"))
    assert raised.value.response["error"] == "oauth_authorization_url_mismatch"
    with served.client() as http:
        older = http.get(f"https://slack.com/oauth/authorize?client_id={app.client_id}&scope=incoming-webhook")
        assert "granular_bot_scope=0" in older.headers["location"]
    answer = exchange().data
    hook = answer["incoming_webhook"]
    assert answer["access_token"].startswith("xoxb-") and answer["token_type"] == "bot"
    assert answer["scope"] == "incoming-webhook" and answer["app_id"] == app.id
    assert answer["team"] == {"id": "T0ACME0001", "name": "Acme"} and answer["enterprise"] is None
    assert (hook["channel"], hook["channel_id"]) == ("#alerts", "C0ALERTS01")
    assert hook["configuration_url"].startswith("https://acme.slack.com/services/B")
    assert hook["url"].startswith("https://hooks.slack.com/services/T0ACME0001/B")
    with pytest.raises(SlackApiError) as raised:
        exchange()
    assert raised.value.response["error"] == "invalid_code"
    assert served.effects == ["install-app", "install-app", "exchange-code"]


def test_a_code_expires_after_ten_minutes(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app()
    old, new = served.allow(app), served.allow(app)
    served.site.store.grants[0].created -= 601
    with served.rehearsal.context.client() as client:
        for code, ok in ((old, False), (new, True)):
            form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
            answer = client.post("https://slack.com/api/oauth.v2.access", data=form | {"redirect_uri": f"{SERVER}/cb"})
            assert answer.json()["ok"] is ok


def test_webhook_messages_appear_in_the_channel(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack()
    served.allow(served.app())
    url = served.state["webhooks"][0]["url"]
    page = browse(served)
    page.goto("https://app.slack.com/client")
    expect(page).to_have_url("https://app.slack.com/client/T0ACME0001/C0GENERAL1")
    page.get_by_role("treeitem", name="alerts", exact=True).click()
    expect(page.get_by_text("Morgan Lee added an integration to this channel: W&B alerts")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message to alerts", exact=True)).to_be_visible()
    hook = WebhookClient(url, **served.sdk())
    bar = {"color": "#a30200", "title": "Triggered: <b>", "text": "Accuracy fell", "title_link": SERVER}
    assert hook.send(text="Good morning").body == "ok"
    assert hook.send(attachments=[bar]).status_code == 200
    expect(page.get_by_text("Good morning")).to_be_visible()
    expect(page.get_by_role("link", name="Triggered: <b>")).to_be_visible()
    expect(page.locator(".attachment")).to_have_css("border-left-color", "rgb(163, 2, 0)")


@pytest.mark.parametrize(
    ("condition", "payload", "status", "body"),
    [
        ("unchanged", {"text": "x"}, 200, "ok"),
        ("unchanged", {"blocks": [{"type": "section"}]}, 200, "ok"),
        ("unchanged", {"text": ""}, 400, "no_text"),
        ("unchanged", {"text": 3}, 400, "invalid_payload"),
        ("unchanged", {"attachments": "x"}, 400, "invalid_payload"),
        ("only for admins", {"text": "x"}, 403, "action_prohibited"),
        ("another token", {"text": "x"}, 404, "no_service"),
        ("without its app", {"text": "x"}, 404, "no_service"),
        ("without its channel", {"text": "x"}, 404, "channel_not_found"),
        ("archived", {"text": "x"}, 410, "channel_is_archived"),
    ],
)
def test_a_webhook_answers_the_sdk_with_each_status_and_text(
    slack: Callable[..., Slack], condition: str, payload: dict[str, Any], status: int, body: str
) -> None:
    served = slack()
    app = served.app()
    served.allow(app)
    url = served.state["webhooks"][0]["url"]
    store = served.site.store
    channel = store.workspaces[0].channel("C0ALERTS01")
    assert channel is not None
    channel.admins_only, channel.archived = condition == "only for admins", condition == "archived"
    if condition == "without its channel":
        store.workspaces[0].channels.remove(channel)
    if condition == "without its app":
        store.delete_app(app)
    before = len(served.messages) if channel in store.workspaces[0].channels else 0
    answer = WebhookClient(url + ("x" if condition == "another token" else ""), **served.sdk()).send_dict(payload)
    assert (answer.status_code, answer.body) == (status, body)
    assert len(served.messages) == before + (status == 200)


def test_webhooks_refuse_invalid_requests(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app()
    served.allow(app)
    url = served.state["webhooks"][0]["url"]
    channel = served.site.store.workspaces[0].channel("C0ALERTS01")
    assert channel is not None
    before = served.effects
    with served.rehearsal.context.client() as client:

        def post(address: str, **body: Any) -> tuple[int, str]:
            answer = client.post(address, **body)
            return answer.status_code, answer.text

        assert post(url, json={}) == (400, "no_text")
        assert post(url, content=b"{") == (400, "invalid_payload")
        assert post(url, json=["x"]) == (400, "invalid_payload")
        assert post(url, json={"text": 3}) == (400, "invalid_payload")
        assert post(f"{url}x", json={"text": "x"}) == (404, "no_service")
        channel.archived = True
        assert post(url, json={"text": "x"}) == (410, "channel_is_archived")
        channel.archived = False
        served.site.store.workspaces[0].channels.remove(channel)
        assert post(url, json={"text": "x"}) == (404, "channel_not_found")
        served.site.store.delete_app(app)
        assert post(url, data={"payload": '{"text": "x"}'}) == (404, "no_service")
    assert served.effects == before


def test_tokens_work_only_from_allowed_addresses(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app()
    served.allow(app)
    client = WebClient(token=app.bot_token, **served.sdk())
    assert client.auth_test()["team"] == "Acme"
    app.allowed_ips.value = ["203.0.113.0/24"]
    with pytest.raises(SlackApiError) as raised:
        client.auth_test()
    assert raised.value.response["error"] == "invalid_auth"
    hook = WebhookClient(served.state["webhooks"][0]["url"], **served.sdk())
    assert hook.send(text="still").body == "ok", "webhooks are not restricted"


# ---------------------------------------------------------------- signed out


def test_sign_in_returns_to_the_requested_page(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    page = browse(slack("signed-out"))
    page.goto("https://api.slack.com/apps")
    expect(button(page, "Create an App")).to_have_count(0)
    page.get_by_role("link", name="sign in to your Slack account", exact=True).click()
    page.get_by_role("link", name="sign in manually instead").click()
    page.locator("input[name=domain]").fill("nowhere")
    button(page, "Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[name=domain]").fill("acme")
    button(page, "Continue").click()
    page.get_by_role("link", name="sign in with a password instead").click()
    page.locator("input[name=email]").fill("morgan@acme.example")
    page.locator("input[name=password]").fill("wrong")
    button(page, "Sign In").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("input[name=email]").fill("morgan@acme.example")
    page.locator("input[name=password]").fill(PASSWORD)
    button(page, "Sign In").click()
    expect(page).to_have_url("https://api.slack.com/apps")
    expect(button(page, "Create an App")).to_be_visible()


def test_a_mailed_code_and_a_second_factor(slack: Callable[..., Slack], browse: Callable[[Slack], Page]) -> None:
    served = slack("signed-out-code", "signed-out-factor")
    page = browse(served)
    page.goto("https://app.slack.com/client")
    page.goto(page.url.replace("https://slack.com/signin?", "https://acme.slack.com/?with_password=1&"))
    page.locator("input[name=email]").fill("morgan@acme.example")
    page.locator("input[name=password]").fill(PASSWORD)
    button(page, "Sign In").click()
    expect(heading(page, "Check your email for a code")).to_be_visible()
    [mail] = served.state["mails"]
    assert mail["subject"].startswith("Slack confirmation code: ")
    page.locator("input[name=code]").fill(mail["subject"].rsplit(" ", 1)[1].lower())
    button(page, "Continue").click()
    expect(heading(page, "Enter your authentication code")).to_be_visible()
    expect(page.locator("form")).to_have_count(0)
    page.locator("#factor").fill("000000")
    button(page, "Sign In").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#factor").fill(SECOND_FACTOR)
    button(page, "Sign In").click()
    expect(page.get_by_role("treeitem", name="general")).to_be_visible()
    assert served.effects == []


def test_sign_in_never_redirects_to_a_foreign_address(slack: Callable[..., Slack]) -> None:
    served = slack()
    with served.client() as client:
        for redir in ("https://evil.example/", "https://slack.com.evil.example/", "//evil.example", "javascript:1"):
            answer = client.get("https://acme.slack.com/", params={"redir": redir})
            assert answer.headers["location"] == "https://app.slack.com/client"


def test_without_a_session_nothing_is_read_or_changed(slack: Callable[..., Slack]) -> None:
    served = slack()
    app = served.app()
    with served.rehearsal.context.client() as client:
        html = client.get(f"https://api.slack.com/apps/{app.id}/oauth").text
        assert "sign in to your Slack account" in html and SERVER not in html
        secret = client.get(f"https://api.slack.com/api/developer.apps.credentials?id={app.id}&which=client_secret")
        assert secret.json() == {"ok": False, "error": "not_authed"}
        for call in ("create", "delete", "scope.update", "updateIPWhitelist", "regenerate"):
            form = {"id": app.id, "name": "x", "team": "T0ACME0001"}
            assert not client.post(f"https://api.slack.com/api/developer.apps.{call}", data=form).json()["ok"]
        assert client.get("https://app.slack.com/client").headers["location"].startswith("https://slack.com/signin?")
        assert client.get("http://api.slack.com/apps").headers["location"] == "https://api.slack.com/apps"
    assert served.effects == []


# ---------------------------------------------------------------- scenarios


def test_the_cookie_banner_intercepts_clicks_until_it_is_answered(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    page = browse(slack("cookie-banner"))
    page.goto("https://api.slack.com/apps")
    accept = button(page, "Accept All")
    expect(accept).to_be_visible()
    box = button(page, "Create an App").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 20, box["y"] + 20)
    expect(page.get_by_role("dialog")).to_have_count(0)
    accept.click()
    button(page, "Create an App").click()
    expect(page.get_by_role("dialog", name="Create an app")).to_be_visible()
    page.reload()
    expect(button(page, "Create an App")).to_be_visible()
    expect(accept).to_have_count(0)


def test_the_settings_of_the_cookie_banner_can_allow_all(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page]
) -> None:
    page = browse(slack("cookie-banner"))
    page.goto("https://api.slack.com/apps")
    button(page, "Manage Settings").click()
    allow = page.locator("#accept-recommended-btn-handler")
    expect(allow).to_have_text("Allow All")
    page.keyboard.press("Escape")
    expect(allow).to_be_hidden()
    button(page, "Manage Settings").click()
    allow.click()
    button(page, "Create an App").click()
    expect(page.get_by_role("dialog", name="Create an app")).to_be_visible()
    page.reload()
    expect(button(page, "Create an App")).to_be_visible()
    page.wait_for_timeout(1000 * slack_scenarios.BANNER + 200)
    expect(button(page, "Manage Settings")).to_have_count(0)


def test_the_moved_page_is_empty_at_first_and_then_works(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert slack_scenarios.HYDRATION == 30
    monkeypatch.setattr(slack_scenarios, "HYDRATION", 0.4)
    served = slack("console-moved")
    app = served.app(ready=False)
    page = browse(served)
    page.goto(f"https://api.slack.com/apps/{app.id}/oauth")
    expect(page).to_have_url(f"https://app.slack.com/app-settings/T0ACME0001/{app.id}/oauth")
    assert page.get_by_role("button").count() == 0
    field = page.locator("input[data-qa=app_unfurl_domain]")
    for _ in range(50):  # a page that is still hydrating ignores clicks
        button(page, "Add New Redirect URL").click()
        if field.is_visible():
            break
        page.wait_for_timeout(100)
    field.fill(SERVER)
    button(page, "Add").click()
    button(page, "Save URLs").click()
    expect(page.get_by_text("Success!")).to_be_visible()
    button(page, "Add an OAuth Scope").first.click()
    page.get_by_role("combobox", name=PICKER).click()
    page.get_by_role("option", name="incoming-webhook").click()
    expect(page.get_by_role("link", name="incoming-webhook", exact=True)).to_be_visible()
    assert served.effects == ["save-redirect-urls", "add-scope"]


@pytest.mark.parametrize(
    ("scenario", "title", "allow"),
    [
        ("consent-2026", "Allow the 'W&B alerts' app to access Slack", "Allow"),
        ("consent-korean", "W&B alerts 앱이 Acme Slack 워크스페이스에 대한 액세스 권한을 요청합니다", "허용"),
    ],
)
def test_variants_of_the_consent_page(
    slack: Callable[..., Slack], browse: Callable[[Slack], Page], scenario: str, title: str, allow: str
) -> None:
    served = slack(scenario)
    app = served.app()
    page = browse(served)
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb"}
    page.goto(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}")
    expect(heading(page, title)).to_be_visible()
    page.get_by_role("combobox").click()
    page.get_by_role("option", name="alerts", exact=True).click()
    with page.expect_request(f"{SERVER}/cb?**"):
        button(page, allow).click(no_wait_after=True)


@pytest.mark.parametrize(
    ("scenario", "then"),
    [
        ("approval-needed", "Your request to install W&B alerts is waiting for an admin"),
        ("approval-later", "W&B alerts is requesting permission to access the Acme Slack workspace"),
        ("approval-refused", "An admin of Acme refused W&B alerts"),
    ],
)
def test_an_admin_decides_later(
    slack: Callable[..., Slack],
    browse: Callable[[Slack], Page],
    monkeypatch: pytest.MonkeyPatch,
    scenario: str,
    then: str,
) -> None:
    monkeypatch.setattr(slack_scenarios, "DECISION", 60.0)
    served = slack(scenario)
    app = served.app()
    page = browse(served)
    query = {"client_id": app.client_id, "scope": "incoming-webhook", "redirect_uri": f"{SERVER}/cb"}
    page.goto(f"https://slack.com/oauth/v2/authorize?{urlencode(query)}")
    expect(heading(page, "W&B alerts needs approval before it can be installed")).to_be_visible()
    button(page, "Request to Install").click()
    expect(heading(page, "Your request to install W&B alerts is waiting for an admin")).to_be_visible()
    assert served.effects == ["request-approval"]
    app.asked_at -= 60
    page.reload()
    expect(heading(page, then)).to_be_visible()


def test_another_person_regenerates_the_secret(slack: Callable[..., Slack]) -> None:
    served = slack("secret-regenerated")
    app = served.app()
    known = app.client_secret
    code = served.allow(app)
    with pytest.raises(SlackApiError) as raised:
        WebClient(**served.sdk()).oauth_v2_access(
            client_id=app.client_id, client_secret=known, code=code, redirect_uri=f"{SERVER}/cb"
        )
    assert raised.value.response["error"] == "bad_client_secret"


def test_the_session_expires_after_nine_pages(slack: Callable[..., Slack]) -> None:
    served = slack("slack-session-expires")
    with served.client() as client:
        seen = ["sign in to your Slack account" in client.get("https://api.slack.com/apps").text for _ in range(11)]
    assert seen == [False] * 9 + [True] * 2


def test_each_drift_scenario_changes_one_thing(slack: Callable[..., Slack]) -> None:
    def page(*scenarios: str) -> str:
        served = slack(*scenarios)
        app = served.app()
        with served.client() as client:
            return client.get(f"https://api.slack.com/apps/{app.id}/oauth").text

    plain = page()
    assert plain.count(">Save URLs<") == 1 and plain.index(">Scopes<") > plain.index(">Save URLs<")
    assert ">Save URLs<" not in page("slack-drift-renamed")
    moved = page("slack-drift-moved")
    assert moved.index(">Scopes<") < moved.index(">Save URLs<")
    assert ">Add New Redirect URL<" not in page("slack-drift-removed")
    assert page("slack-drift-doubled").count(">Save URLs<") == 2


def test_a_reset_creates_a_new_account_and_keeps_browsers_signed_in(slack: Callable[..., Slack]) -> None:
    served = slack("apps")
    served.allow(served.app())
    served.rehearsal.reset()
    state = served.state
    assert len(state["apps"]) == 3 and not served.messages and not state["webhooks"]
    with served.client() as client:
        assert "sign in to your Slack account" not in client.get("https://api.slack.com/apps").text
