"""What the hand-written scripts share: the browser, and a screenshot after each action. They are the yardstick.

A script is called as `script.py URL FOLDER` and saves its screenshots in the folder. `BENCHMARK_BROWSER` is the path of
the browser, `EXAMPLE_PASSWORD` the administrator's password.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

PASSWORD = os.environ.get("EXAMPLE_PASSWORD", "example-admin-password")
PATIENCE = 60_000
"""Milliseconds that an application may take to answer or to show something, on a busy machine."""


class Screenshots:
    """Saves a screenshot of a page at each call, numbered."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page, self._folder, self._count = page, folder, 0

    def __call__(self, name: str, page: Page | None = None) -> None:
        self._count += 1
        (page or self._page).screenshot(path=self._folder / f"{self._count:02}-{name}.png")


def perform(task: Callable[[Page, str, Screenshots], None]) -> None:
    """Perform a task at the address and with the folder of the command line. Raises what the task raises."""
    url, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ.get("BENCHMARK_BROWSER"), args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 800}, locale="en-US")
        page.set_default_timeout(PATIENCE)
        task(page, url, Screenshots(page, folder))
        browser.close()
