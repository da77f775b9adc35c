"""The task of the runbook as a Playwright script by hand: script.py URL FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from by_script import PASSWORD, Screenshots, perform
from playwright.sync_api import Page, expect

PHOTO = Path(__file__).resolve().parent / "runbooks" / "harbour.png"


def task(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/")
    page.get_by_label("Username").fill("admin")
    screenshot("user name")
    page.get_by_label("Password").fill(PASSWORD)
    screenshot("password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Toggle sidebar")).to_be_visible()
    screenshot("signed in")
    _language(page, url, screenshot)
    _collection(page, url, screenshot)
    _photo(page, url, screenshot)
    _news(page, url, screenshot)
    _site(page, url, screenshot)


def _saved(page: Page, button: str, message: str) -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".messages")).to_contain_text(message)


def _language(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/locales/")
    page.get_by_role("link", name="Add a locale").click()
    screenshot("add a locale")
    page.get_by_label("Language").select_option("French")
    screenshot("language")
    _saved(page, "Create", "created")
    screenshot("locale")


def _collection(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/collections/")
    page.get_by_role("link", name="Add a collection").click()
    screenshot("add a collection")
    page.get_by_label("Name").fill("Harbour photos")
    screenshot("name")
    page.get_by_label("Parent").select_option(label="Root")
    screenshot("parent")
    _saved(page, "Create", "created")
    screenshot("collection")


def _photo(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/images/")
    page.get_by_role("link", name="Add an image").click()
    screenshot("add an image")
    page.get_by_label("Add to collection:").select_option(index=1)
    screenshot("collection chosen")
    page.locator("input[type=file]").set_input_files(PHOTO)
    title = page.get_by_role("textbox", name="Title")
    expect(title).to_be_visible()
    screenshot("uploaded")
    title.fill("The red boat")
    screenshot("title")
    page.get_by_role("button", name="Update").click()
    expect(title).to_be_hidden()
    screenshot("image")


def _news(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/pages/2/")
    page.get_by_role("link", name="Add child page").first.click()
    screenshot("add child page")
    page.locator("#id_title").fill("Boats are back")
    screenshot("title of the news")
    page.locator("#id_introduction").fill("The harbour opens again on Saturday.")
    screenshot("introduction")
    page.locator("#panel-child-content-body-content [contenteditable=true]").fill("All boats are back in the water.")
    screenshot("body")
    page.get_by_role("button", name="Choose an image").click()
    dialog = page.locator(".modal-dialog")
    expect(dialog.get_by_role("heading", name="Choose an image")).to_be_visible()
    screenshot("images")
    dialog.get_by_role("link", name="The red boat").click()
    expect(page.locator("#panel-child-content-photo-content")).to_contain_text("The red boat")
    screenshot("photo")
    page.get_by_role("button", name="Choose a page").click()
    expect(dialog.get_by_role("heading", name="Choose a page")).to_be_visible()
    screenshot("pages")
    dialog.get_by_label("Search term").press_sequentially("Visit us")
    link = dialog.get_by_role("link", name="Visit us", exact=True)
    expect(link).to_be_visible()
    screenshot("found")
    link.click()
    expect(page.locator("#panel-child-content-read_next-content")).to_contain_text("Visit us")
    screenshot("read next")
    page.get_by_role("tab", name="Promote").click()
    screenshot("promote")
    page.get_by_label("Slug").fill("boats")
    screenshot("slug")
    page.get_by_role("button", name="More actions").click()
    screenshot("more actions")
    _saved(page, "Publish", "published")
    screenshot("news")


def _site(page: Page, url: str, screenshot: Screenshots) -> None:
    page.goto(f"{url}/admin/sites/")
    page.get_by_role("link", name="localhost", exact=True).click()
    screenshot("localhost")
    page.get_by_label("Site name").fill("Harbour museum of Namur")
    screenshot("site name")
    _saved(page, "Save", "updated")
    screenshot("site")


perform(task)
