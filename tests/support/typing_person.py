"""A person who signs in at the simulators, in a window that a run opened: `typing_person.py PORT CONTROL_URL [mail]`.

With `mail` they sign in at Slack with a code by e-mail, which it offers first; else with workspace and password.
"""

from __future__ import annotations

import sys
import time

from playwright.sync_api import Error, Page, sync_playwright

from runwright.rehearsal.rehearsal_client import RehearsalClient

PASSWORD, ROOT, FACTOR, MAIL = "rehearsal-password", "rehearsal-root", "314159", "morgan@acme.example"


def step(page: Page, client: RehearsalClient, by_mail: bool) -> bool:
    """Do what the current page asks for; whether it asked for anything."""
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
    else:
        return False
    return True


def main(port: str, control_url: str, way: str = "") -> int:
    """Act until the page has asked for nothing for two seconds; 1 if it still does after a minute."""
    client = RehearsalClient(control_url)
    started = quiet = time.monotonic()
    with sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        while time.monotonic() - started < 60:
            page = browser.contexts[-1].pages[-1]
            page.set_default_timeout(5000)
            try:
                acted = step(page, client, way == "mail")
            except Error:  # the page navigated meanwhile
                acted = True
            if acted:
                quiet = time.monotonic()
            elif time.monotonic() - quiet > 2:
                return 0
            time.sleep(0.2)
    return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
