"""The task of the runbook as a Playwright script by hand: script.py URL FOLDER."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from by_script import PASSWORD, Screenshots, perform
from playwright.sync_api import Page, expect


def task(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/")
    page.get_by_label("Username:").fill("admin")
    screenshot("user name")
    page.get_by_label("Password:").fill(PASSWORD)
    screenshot("password")
    page.get_by_role("button", name="Log in").click()
    _heading(page, "Site administration")
    screenshot("logged in")
    _group(page, screenshot)
    _user(page, screenshot)
    _event(page, screenshot)
    _deletion(page, screenshot)


def _heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()


def _add(page: Page, model: str) -> None:
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=model, exact=True))
    row.get_by_role("link", name="Add").click()


def _save(page: Page, message: str) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist")).to_contain_text(message)


def _group(page: Page, screenshot: Screenshots) -> None:
    _add(page, "Groups")
    _heading(page, "Add group")
    screenshot("add group")
    page.get_by_label("Name:").fill("Programme editors")
    screenshot("name")
    page.locator("#id_permissions_input").press_sequentially("Programme")
    expect(page.locator("#id_permissions_from option")).to_have_count(12)
    screenshot("filter")
    page.get_by_role("button", name="Choose all permissions").click()
    expect(page.locator("#id_permissions_to option")).to_have_count(12)
    screenshot("chosen")
    _save(page, "was added successfully")
    screenshot("group")


def _user(page: Page, screenshot: Screenshots) -> None:
    _add(page, "Users")
    _heading(page, "Add user")
    screenshot("add user")
    page.get_by_label("Username:").fill("noor")
    screenshot("user name")
    page.get_by_label("Disabled").check()
    screenshot("no password")
    page.get_by_role("button", name="Save", exact=True).click()
    _heading(page, "Change user")
    screenshot("user")
    page.get_by_label("Staff status").check()
    screenshot("staff")
    page.get_by_label("Email address:").fill("noor@example.org")
    screenshot("address")
    page.locator("#id_groups_from").select_option("Programme editors")
    screenshot("selected")
    page.get_by_role("button", name="Choose selected groups").click()
    expect(page.locator("#id_groups_to option")).to_have_text(["Programme editors"])
    screenshot("chosen")
    _save(page, "was changed successfully")
    screenshot("user changed")


def _event(page: Page, screenshot: Screenshots) -> None:
    _add(page, "Events")
    _heading(page, "Add event")
    screenshot("add event")
    page.get_by_label("Title:").fill("Winter meeting")
    screenshot("title")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Add another venue").click()
    window = opened.value
    _heading(window, "Add venue")
    screenshot("window", window)
    window.get_by_label("Name:").fill("Old mill")
    screenshot("venue", window)
    with window.expect_event("close"):
        window.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Venue:").locator("option:checked")).to_have_text("Old mill")
    screenshot("venue saved")
    page.get_by_role("link", name="Choose a Date").click()
    calendar = page.locator(".calendarbox:visible")
    expect(calendar).to_be_visible()
    screenshot("calendar")
    calendar.get_by_role("link", name="15", exact=True).click()
    expect(page.get_by_label("Date:")).to_have_value(re.compile("-15$"))
    screenshot("date")
    page.get_by_role("button", name="Add another Talk").click()
    screenshot("row")
    page.locator("#id_talk_set-0-title").fill("Opening of the winter meeting")
    screenshot("talk")
    _save(page, "was added successfully")
    screenshot("event")


def _deletion(page: Page, screenshot: Screenshots) -> None:
    page.locator("#changelist-filter").get_by_role("link", name="Cancelled").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(1)
    screenshot("filtered")
    page.get_by_label("Select this object for an action - Harbour tour").check()
    screenshot("selected")
    page.get_by_label("Action:").select_option("Delete selected events")
    screenshot("action")
    page.get_by_role("button", name="Go").click()
    _heading(page, "Delete multiple objects")
    screenshot("question")
    page.get_by_role("button", name="Yes, I’m sure").click()
    expect(page.locator(".messagelist")).to_contain_text("Successfully deleted 1 event")
    screenshot("deleted")


perform(task)
