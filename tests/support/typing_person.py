"""A person who signs in at the simulators, in a window that a run opened: `typing_person.py PORT CONTROL_URL [mail]`.

With `mail` they sign in at Slack with a code by e-mail, which it offers first; else with workspace and password.
They stay until standard input ends.
"""

from __future__ import annotations

import select
import sys
import time
from contextlib import suppress

from playwright.sync_api import Error, Page, sync_playwright

from runwright.rehearsal.rehearsal_client import RehearsalClient

PASSWORD, ROOT, FACTOR, MAIL = "rehearsal-password", "rehearsal-root", "314159", "morgan@acme.example"


def step(page: Page, client: RehearsalClient, by_mail: bool) -> None:
    """Do what the current page asks for."""
    link = page.get_by_role("link", name="sign in to your Slack account")
    manually = page.get_by_role("link", name="sign in manually instead")
    by_password = page.get_by_role("link", name="sign in with a password instead")
    send_code = page.get_by_role("button", name="Sign In With Email")
    if link.is_visible():
        link.click()
    elif by_mail and send_code.is_visible():
        page.locator("[name=email]").fill(MAIL)
        send_code.click()
    elif manually.is_visible():
        manually.click()
    elif page.locator("[name=domain]").is_visible():
        page.locator("[name=domain]").fill("acme")
        page.get_by_role("button", name="Continue").click()
    elif by_password.is_visible():
        by_password.click()
    elif "/signin/code" in page.url:
        subject = client.state()["https://slack.com"]["mails"][-1]["subject"]
        page.get_by_role("textbox").first.click()
        page.keyboard.type(subject.rsplit(" ", 1)[1])
        page.keyboard.press("Enter")
    elif page.locator("#factor").is_visible():
        page.locator("#factor").fill(FACTOR)
        page.get_by_role("button", name="Sign In").click()
    elif page.get_by_placeholder("Enter password").is_visible():
        page.get_by_placeholder("Enter password").fill(ROOT)
        page.get_by_role("button", name="Login").click()
    elif page.locator("[name=password]").is_visible():
        page.locator("[name=email]").fill(MAIL)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")


def main(port: str, control_url: str, way: str = "") -> int:
    """Do what the pages ask for until standard input ends; 1 if it has not after five minutes."""
    client = RehearsalClient(control_url)
    started = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        while not select.select([sys.stdin], [], [], 0.2)[0]:
            if time.monotonic() - started > 300:
                return 1
            with suppress(Error, IndexError):  # the page navigates, or is gone
                page = browser.contexts[-1].pages[-1]
                page.set_default_timeout(5000)
                step(page, client, way == "mail")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
