"""Accessibility of the Slack and W&B simulators: the whole task by keyboard, and axe-core on every page."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.simulator_walk import PAGE_STATES, SERVER, SLACK, PageState, Visit, visit_page

import runwright.rehearsal

AXE = "axe-core@4.10.3"
KNOWN_FINDINGS = {
    # Buttons with only an icon, and a list box without a label: the real names are not known.
    "button-name": ".close, .icon, .round, .bare, #avatar, [id='upgrades.version']",
    "link-name": "a.mark",
    # Switches without names, as in the real table; fields whose labels are not known.
    "label": ".alerts [role=switch], #after, [data-qa=app_unfurl_domain]",
    # Colours taken from screenshots of the real pages.
    "color-contrast": "button.green, .licence *, summary, .foot a",
    # Links in running text that differ only by colour, as on the real pages.
    "link-in-text-block": "p > a, .terms > a, .banner > a, .foot > a",
}
"""Serious findings of axe-core that are known from the real pages: the rule, and the elements that may break it."""


@pytest.fixture(scope="module")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, installed with npm."""
    unavailable = pytest.fail if os.environ.get("CI") else pytest.skip  # in CI, a missing tool is a failure
    npm = shutil.which("npm")
    if npm is None:
        unavailable("npm is not installed; axe-core requires it")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), AXE]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if done.returncode:
        unavailable(f"npm cannot install axe-core: {done.stderr.strip()[-200:]}")
    return (folder / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


RUN_AXE = """async (known) => {
  const found = await axe.run({ resultTypes: ['violations'] });
  return found.violations.filter((rule) => ['serious', 'critical'].includes(rule.impact)).flatMap((rule) => rule.nodes
    .filter((node) => !(rule.id in known) || !document.querySelector(node.target[0]).matches(known[rule.id]))
    .map((node) => `${rule.id}: ${node.html}`));
}"""


@pytest.mark.quick(2)
@pytest.mark.parametrize("state", PAGE_STATES, ids=[state.name for state in PAGE_STATES])
def test_axe_finds_no_serious_problem_beyond_those_of_the_real_pages(
    shared_browser: Callable[[], Browser], axe: str, state: PageState
) -> None:
    with visit_page(shared_browser(), state) as visit:
        assert f"{state.name.partition('-')[0]}/{state.template}" in visit.rendered
        visit.page.evaluate(axe)
        assert visit.page.evaluate(RUN_AXE, KNOWN_FINDINGS) == []


def tab_to(page: Page, control: Locator) -> None:
    """Press Tab until the control has the focus."""
    control.wait_for()
    for _ in range(120):
        if control.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{control} cannot be reached with Tab")


def press(page: Page, control: Locator, *keys: str) -> None:
    tab_to(page, control)
    for key in keys or ("Enter",):
        page.keyboard.press(key)


def write(page: Page, control: Locator, text: str) -> None:
    tab_to(page, control)
    page.keyboard.type(text)


def create_app(page: Page) -> None:
    page.goto(f"{SLACK}/apps")
    press(page, page.get_by_role("button", name="Create an App", exact=True))
    press(page, page.get_by_role("button", name="From scratch"))
    write(page, page.get_by_role("textbox", name="App Name", exact=True), "W&B alerts")
    picker = page.get_by_role("combobox", name="Select a team")
    press(page, picker)
    expect(page.get_by_role("option").first).to_be_visible()
    press(page, picker, "ArrowDown", "Enter")
    press(page, page.get_by_role("button", name="Create App", exact=True))
    expect(page.get_by_role("heading", name="Basic Information")).to_be_visible()


def add_scope_url_and_address(page: Page) -> None:
    press(page, page.get_by_role("link", name="OAuth & Permissions", exact=True))
    expect(page.get_by_role("heading", name="Bot Token Scopes")).to_be_visible()
    press(page, page.get_by_role("button", name="Add an OAuth Scope").first)
    write(page, page.get_by_role("combobox", name="Select Scopes"), "incoming-webhook")
    expect(page.get_by_role("option", name="incoming-webhook Post messages")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="incoming-webhook", exact=True)).to_be_visible()
    press(page, page.get_by_role("button", name="Add New Redirect URL"))
    write(page, page.locator("[data-qa=app_unfurl_domain]"), SERVER)
    press(page, page.get_by_role("button", name="Add", exact=True))
    press(page, page.get_by_role("button", name="Save URLs"))
    expect(page.get_by_text("Success!")).to_be_visible()
    press(page, page.get_by_role("button", name="Add a new IP address range"))
    page.keyboard.type("203.0.113.10")
    press(page, page.get_by_role("button", name="Add", exact=True))
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        press(page, page.get_by_role("button", name="Save IP address ranges"))


def read_credentials(page: Page) -> tuple[str, str]:
    press(page, page.get_by_role("link", name="Basic Information", exact=True))
    press(page, page.get_by_role("button", name="Show").first)
    secret = page.get_by_role("textbox", name="Client Secret", exact=True)
    expect(secret).not_to_have_value("••••••••••")
    return page.get_by_role("textbox", name="Client ID", exact=True).input_value(), secret.input_value()


def register_app(page: Page, client_id: str, secret: str) -> None:
    page.goto(f"{SERVER}/home")
    press(page, page.locator("#avatar"))
    press(page, page.get_by_role("link", name="System console"))
    press(page, page.get_by_role("link", name="Settings", exact=True))
    press(page, page.get_by_role("link", name="Notifications", exact=True))
    write(page, page.get_by_role("textbox", name="Slack Client ID"), client_id)
    write(page, page.get_by_role("textbox", name="Slack Secret"), secret)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        press(page, page.get_by_role("button", name="Save").last)


def connect_slack_and_turn_on_alerts(page: Page) -> None:
    press(page, page.get_by_role("link", name="Home", exact=True))
    press(page, page.locator("#avatar"))
    press(page, page.get_by_role("link", name="User settings", exact=True))
    press(page, page.get_by_role("button", name="Connect Slack", exact=True))
    channel = page.get_by_role("combobox")
    expect(channel).to_be_visible()
    page.wait_for_load_state()  # the scripts that open the list come after the text
    write(page, channel, "alerts")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("Enter")
    press(page, page.get_by_role("button", name="Allow", exact=True))
    expect(page.get_by_role("button", name="Disconnect Slack")).to_be_visible()
    for row in ("Run finished", "Run crashed after", "Scriptable run alerts"):
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            press(page, page.get_by_role("row").filter(has_text=row).get_by_role("switch").last, "Space")


def open_channel(page: Page) -> None:
    page.goto("https://app.slack.com/client")
    press(page, page.get_by_role("treeitem", name="alerts", exact=True))
    expect(page.get_by_text("added an integration to this channel: W&B alerts")).to_be_visible()
    expect(page.get_by_role("textbox", name="Message to alerts", exact=True)).to_be_visible()


@pytest.mark.slow
def test_the_whole_task_works_with_the_keyboard_only(shared_browser: Callable[[], Browser]) -> None:
    """Each site is opened by its address, because no page of one site links to the next."""
    start = next(state for state in PAGE_STATES if state.name == "slack-apps-none")
    with visit_page(shared_browser(), start) as visit:
        page = visit.page
        create_app(page)
        add_scope_url_and_address(page)
        client_id, secret = read_credentials(page)
        register_app(page, client_id, secret)
        wait_until_registered(visit, client_id)
        connect_slack_and_turn_on_alerts(page)
        open_channel(page)
        person = visit.server.state()["person"]
        assert person["slack"]["channel"] == "#alerts"
        assert all(person["slack_alerts"].values())
        app = visit.rehearsal.site_for("https://slack.com").state()["apps"][0]
        assert (app["redirect_urls"], app["allowed_ips"]) == ([SERVER], ["203.0.113.10"])


def wait_until_registered(visit: Visit, client_id: str) -> None:
    """Wait until the save has taken effect."""
    for _ in range(100):
        if visit.server.state()["settings"]["slack_client_id"] == client_id:
            return
        visit.page.wait_for_timeout(50)
    raise AssertionError("the Client ID did not arrive")


DIALOGS = {
    "slack-create-app": "Create an App",
    "slack-manifest": "Create an App",
    "slack-name-app": "Create an App",
    "slack-cookies-settings": "Manage Settings",
    "slack-regenerate": "Regenerate",
    "slack-delete-app": "Delete App",
    "slack-revoke": "Revoke All OAuth Tokens",
}
"""The page states that show a dialog, and the button that opened it."""


@pytest.mark.quick(3)
@pytest.mark.parametrize("name", DIALOGS)
def test_each_dialog_traps_the_focus_and_returns_it_on_close(shared_browser: Callable[[], Browser], name: str) -> None:
    with visit_page(shared_browser(), next(state for state in PAGE_STATES if state.name == name)) as visit:
        page = visit.page
        dialog = page.get_by_role("dialog")
        for key in ("Tab", "Shift+Tab"):
            for _ in range(12):
                page.keyboard.press(key)
                assert page.evaluate("!!document.activeElement.closest('[role=dialog]')"), (
                    f"{key} moves the focus out of the dialog"
                )
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        assert page.evaluate("document.activeElement.textContent") == DIALOGS[name]


def test_every_dialog_is_in_the_list() -> None:
    folder = Path(runwright.rehearsal.__file__).parent / "slack" / "templates"
    dialogs = sum(
        len(re.findall('role="dialog"|parts[.]confirm[(]', path.read_text("utf-8"))) for path in folder.iterdir()
    )
    assert dialogs - 1 == len(DIALOGS), "parts.html has the dialog that the three confirmations share"
