"""The task of the runbook as a Playwright script by hand: script.py URL FOLDER."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from by_script import PASSWORD, Screenshots, perform
from playwright.sync_api import Locator, Page, expect

SLOW = 60_000
"""Milliseconds that signing in may take on a busy machine."""


def task(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/settings/project")
    page.locator("input[type=email]").fill("admin@example.org", timeout=SLOW)
    screenshot("address")
    page.locator("input[type=password]").fill(PASSWORD)
    screenshot("password")
    page.get_by_role("button", name="Sign In").click()
    expect(page.get_by_text("Auth Password Policy")).to_be_visible(timeout=SLOW)
    screenshot("signed in")
    _settings(page, screenshot)
    _collection(page, url, screenshot)
    _role(page, url, screenshot)


def _save(page: Page) -> None:
    save = page.locator("header").get_by_role("button", name="check", exact=True)
    save.click()
    expect(save).to_be_disabled(timeout=SLOW)


def _settings(page: Page, screenshot: Screenshots) -> None:
    def field(name: str, control: str = "input") -> Locator:
        label = page.get_by_text(name, exact=True)
        return page.locator(".field").filter(has=label).filter(has=page.locator(control)).last.locator(control).first

    field("Project Name").fill("Harbour Festival")
    screenshot("project name")
    row = page.get_by_role("listitem").filter(has_text="/insights")
    row.get_by_role("button").click()
    screenshot("no insights")
    field("Auth Password Policy", ".input").click()  # the drawn list lies over its own field
    screenshot("policies")
    page.get_by_text("Weak – Minimum 8 Characters", exact=True).click()
    screenshot("policy")
    field("Auth Login Attempts").fill("10")
    screenshot("attempts")
    field("User Registration", "[role=checkbox]").click()
    screenshot("registration")
    _save(page)
    screenshot("settings saved")


def _collection(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/settings/data-model")
    page.get_by_role("link", name="add", exact=True).click(timeout=SLOW)
    drawer = page.get_by_role("article").last
    expect(drawer.get_by_role("heading", name="Creating New Collection")).to_be_visible()
    screenshot("new collection")
    drawer.get_by_placeholder("A unique table name...").fill("venues")
    screenshot("collection name")
    drawer.get_by_role("button", name="arrow_forward").click()
    expect(drawer.get_by_text("Created On")).to_be_visible()
    screenshot("optional fields")
    drawer.locator(".field", has_text="Created On").get_by_role("checkbox").click()
    screenshot("created on")
    drawer.get_by_role("button", name="check", exact=True).click()
    expect(page.get_by_role("heading", name="Venues")).to_be_visible(timeout=SLOW)
    screenshot("collection made")
    page.get_by_role("link", name="Create Field").click()
    drawer = page.get_by_role("article").last
    screenshot("new field")
    drawer.get_by_role("button", name="Input", exact=True).click()
    screenshot("input")
    drawer.get_by_placeholder("A unique column name...").fill("name")
    screenshot("key")
    drawer.get_by_role("checkbox", name="Require value").click()
    screenshot("required")
    drawer.get_by_role("button", name="Save", exact=True).click()
    expect(drawer).to_be_hidden(timeout=SLOW)
    expect(page.locator("main").get_by_text("name", exact=True).first).to_be_visible()
    screenshot("field made")


def _role(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/settings/roles")
    page.get_by_role("link", name="add", exact=True).click(timeout=SLOW)
    page.get_by_placeholder("Role Name...").fill("Box office")
    screenshot("role name")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name=re.compile("^Box office"))).to_be_visible(timeout=SLOW)
    screenshot("role made")
    row = page.locator(".permissions-overview-row", has_text="venues")
    row.get_by_text("All", exact=True).click()
    expect(row.get_by_role("button", name="check", exact=True)).to_have_count(5)
    screenshot("permissions")


if __name__ == "__main__":
    perform(task)
