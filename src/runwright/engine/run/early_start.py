"""Starts the driver, and for real sites the browser, while the runbook is still being read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import Browser, Error, Playwright

from runwright.engine.browser.launch import driver, launch


@dataclass(frozen=True)
class EarlyBrowser:
    """A driver that is running, and a browser that it has started."""

    playwright: Playwright
    browser: Browser | None
    """None where the run's own arguments are not known yet, as in a rehearsal."""


@contextmanager
def started_early(headed: bool, rehearsal: bool) -> Iterator[EarlyBrowser | None]:
    """A driver and a browser, both closed afterwards; None if they do not start, which the run itself then reports."""
    with ExitStack() as closing:
        early = None
        try:
            playwright = closing.enter_context(driver())
            browser = None if rehearsal else launch(playwright, headed)
            if browser is not None:
                closing.callback(_close, browser)
            early = EarlyBrowser(playwright, browser)
        except Exception:  # the run starts them once more, and classifies and reports what fails
            closing.close()
        yield early


def _close(browser: Browser) -> None:
    with suppress(Error):  # it may be gone
        browser.close()
