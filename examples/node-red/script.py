"""The task of the runbook as a Playwright script by hand: script.py URL FOLDER."""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from by_script import PASSWORD, Screenshots, perform
from playwright.sync_api import Locator, Page, expect

NODES = """[
  {"id": "convert", "type": "function", "name": "to celsius", "outputs": 1, "x": 200, "y": 200,
   "func": "msg.payload = (msg.payload - 32) * 5 / 9;\\nreturn msg;", "wires": [["show"]]},
  {"id": "show", "type": "debug", "name": "temperature", "active": true, "tosidebar": true,
   "complete": "payload", "x": 400, "y": 200, "wires": []}
]"""


def task(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(url)
    page.get_by_label("Username:").fill("admin")
    screenshot("user name")
    page.get_by_label("Password:").fill(PASSWORD)
    screenshot("password")
    page.get_by_role("button", name="Login").click()
    welcome = page.locator(".red-ui-tourGuide-popover", has_text="Welcome to Node-RED")
    expect(welcome).to_be_visible(timeout=30_000)
    screenshot("signed in")
    welcome.get_by_role("button").first.click()
    expect(welcome).to_be_hidden()
    screenshot("welcome closed")
    _flow(page, screenshot)
    _nodes(page, screenshot)
    _import(page, screenshot)
    _settings(page, screenshot)
    page.get_by_role("link", name="Deploy", exact=True).click()
    expect(page.get_by_text("Successfully deployed")).to_be_visible()
    screenshot("deployed")


def _tray(page: Page, title: str) -> Locator:
    """The tray of that title, once it has come to rest."""
    tray = page.locator(".red-ui-tray").last
    expect(tray.get_by_text(title, exact=True)).to_be_visible()
    tray.locator(".red-ui-tray-toolbar button").last.click(trial=True)
    return tray


def _node(page: Page, name: str) -> Locator:
    return page.locator("g.red-ui-flow-node-group", has_text=re.compile(rf"^{re.escape(name)}"))


def _close(page: Page, tray: Locator, button: str) -> None:
    tray.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".red-ui-tray")).to_have_count(0)


def _flow(page: Page, screenshot: Screenshots) -> None:
    page.get_by_role("link", name="Flow 1", exact=True).dblclick()
    tray = _tray(page, "Edit flow: Flow 1")
    screenshot("flow opened")
    tray.get_by_label("Name").fill("Greenhouse")
    screenshot("flow name")
    _close(page, tray, "Done")
    screenshot("flow renamed")


def _nodes(page: Page, screenshot: Screenshots) -> None:
    chart = page.locator("#red-ui-workspace-chart")
    chart.click(position={"x": 100, "y": 100}, modifiers=["Control"])
    search = page.get_by_placeholder("add a node...")
    search.press_sequentially("inject")
    screenshot("node searched")
    search.press("Enter")
    expect(_node(page, "timestamp")).to_be_visible()
    screenshot("node added")
    _node(page, "timestamp").dblclick()
    tray = _tray(page, "Edit inject node")
    screenshot("node opened")
    tray.get_by_label("Name").fill("every 5 minutes")
    screenshot("node name")
    once = tray.locator(".form-row", has_text="Inject once after")
    once.get_by_role("checkbox").check()
    screenshot("once")
    once.get_by_role("textbox").fill("1")
    screenshot("after one second")
    tray.locator("#inject-time-type-select").select_option("interval")
    screenshot("interval")
    tray.locator("#inject-time-interval-count").fill("5")
    screenshot("five")
    tray.locator("#inject-time-interval-units").select_option("minutes")
    screenshot("minutes")
    _close(page, tray, "Done")
    expect(_node(page, "every 5 minutes")).to_be_visible()
    screenshot("node set up")
    page.locator(".red-ui-palette-node", has_text=re.compile("^debug$")).drag_to(
        chart, target_position={"x": 420, "y": 100}
    )
    expect(_node(page, "debug 1")).to_be_visible()
    screenshot("debug added")
    _node(page, "every 5 minutes").locator(".red-ui-flow-port-output rect").drag_to(
        _node(page, "debug 1").locator(".red-ui-flow-port-input rect")
    )
    expect(page.locator("path.red-ui-flow-link-line")).to_have_count(1)
    screenshot("wired")


def _menu(page: Page, entry: str) -> None:
    page.locator("#red-ui-header-button-sidemenu").click()
    page.get_by_role("link", name=re.compile(f"^{entry} ")).click()


def _import(page: Page, screenshot: Screenshots) -> None:
    _menu(page, "Import")
    dialog = page.get_by_role("dialog", name="Import nodes")
    expect(dialog).to_be_visible()
    screenshot("import opened")
    field = dialog.get_by_role("textbox")
    field.fill(NODES)
    field.press("End")  # the dialog reads the field when a key is released
    expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_enabled()
    screenshot("nodes entered")
    dialog.get_by_role("link", name="current flow").click()
    screenshot("current flow")
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(dialog).to_be_hidden()
    screenshot("imported")
    chart = page.locator("#red-ui-workspace-chart")
    chart.hover(position={"x": 300, "y": 300})
    chart.click(position={"x": 300, "y": 300})
    expect(_node(page, "to celsius")).to_be_visible()
    screenshot("placed")


def _settings(page: Page, screenshot: Screenshots) -> None:
    _menu(page, "Settings")
    tray = _tray(page, "User Settings")
    screenshot("settings opened")
    tray.get_by_label("Grid size").fill("25")
    screenshot("grid size")
    tray.get_by_label("Restore zoom level on load").check()
    screenshot("zoom level")
    _close(page, tray, "Close")
    screenshot("settings closed")


if __name__ == "__main__":
    perform(task)
