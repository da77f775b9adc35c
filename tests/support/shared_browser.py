"""One browser for all tests of a worker that run in its main thread: each run has a browser context of its own."""

from __future__ import annotations

from contextlib import ExitStack, suppress

from playwright.sync_api import Browser, Error, Playwright

from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver


class SharedBrowser:
    """Starts the browser when it is first needed, and again if a test has ended it."""

    def __init__(self) -> None:
        self._opened = ExitStack()
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None

    def get(self) -> Browser:
        """The browser, which no test closes."""
        if self._playwright is None:
            self._playwright = self._opened.enter_context(driver())
        if self._browser is None or not self._browser.is_connected():
            self._browser = launch(self._playwright)
        return self._browser

    def stop(self) -> None:
        """End browser and driver: a thread has one driver at a time, and the next run starts its own."""
        if self._browser is not None:
            with suppress(Error):  # a test has ended it
                self._browser.close()
        self._opened.close()
        self._playwright = self._browser = None


SHARED = SharedBrowser()
