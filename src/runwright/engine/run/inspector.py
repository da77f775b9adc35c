"""Inspects the page of a browser, once or for as long as somebody watches it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from playwright.sync_api import Error, Page

from runwright.engine.browser.inspection import Inspection, inspect_page
from runwright.engine.browser.launch import launched
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.browser.settle import WATCH
from runwright.engine.errors import EnvironmentFailure, StepFailed, first_line
from runwright.engine.run.kept_sessions import SignIns, combined
from runwright.engine.run.listener import Listener
from runwright.engine.run.options import RunResult
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.shipped_credentials import with_shipped
from runwright.evidence.statuses import FailureClass

INTERVAL = 500
"""Milliseconds between two inspections of a page that is watched."""
_AT_REST = 10_000
_LONGEST = 60


class Inspector:
    """Takes inspections of one page, and keeps the last one."""

    def __init__(self, watch: Callable[[Inspection], bool] | None, secrets: Mapping[str, str] | None = None) -> None:
        """``watch`` receives each inspection after the first, until it returns False or the window closes.

        ``secrets`` are values that no inspection shows, by name.
        """
        self._watch = watch
        self._scrubber = Scrubber(with_shipped(), secrets)
        self._clean = self._scrubber.text
        self._last: Inspection | None = None

    def open(self, url: str, headed: bool, sign_ins: SignIns | None, listener: Listener) -> None:
        """Open an address in a browser of its own and inspect it, with a kept sign-in. Raises EnvironmentFailure."""
        with driver() as playwright, launched(playwright, headed) as browser:
            state = combined(sign_ins.sessions).storage_state() if sign_ins is not None else None
            context = browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}, storage_state=state)
            context.add_init_script(WATCH)
            if sign_ins is not None:
                sign_ins.register(self._scrubber.register)
                sign_ins.follow(context)
                for sentence in sign_ins.sentences():
                    listener.message(sentence)
            page = context.new_page()
            if sign_ins is not None:
                sign_ins.prepare(page)
            try:
                page.goto(url)
            except Error as error:
                message = f"{url} cannot be opened: {first_line(error)}"
                raise EnvironmentFailure(message, "", failure_class=FailureClass.NETWORK) from None
            with suppress(Error):  # a page that never stops loading is inspected as it is
                page.wait_for_load_state("networkidle", timeout=_AT_REST)
            self.show(page)
            if sign_ins is not None:
                sign_ins.look(page, {})
                sign_ins.keep(context, page)

    def show(self, page: Page) -> None:
        """Inspect a page now, and again while it is watched."""
        self._last = self._inspected(page)
        while self._watch is not None and self._last is not None and self._watch(self._last):
            try:
                page.wait_for_timeout(INTERVAL)
                self._last = inspect_page(page, self._clean)
            except Error:  # the page navigates
                browser = page.context.browser
                if page.is_closed() or browser is None or not browser.is_connected():
                    return

    def check(self, result: RunResult) -> None:
        """Raises StepFailed or EnvironmentFailure if a run ended before it had inspected its page."""
        if self._last is None:
            if result.failure is not None:
                raise result.failure
            raise EnvironmentFailure(result.reason or "The page was not reached.", result.remedy)

    def result(self) -> Inspection:
        """The last inspection."""
        assert self._last is not None, "the page was inspected, or an error was raised"
        return self._last

    def _inspected(self, page: Page) -> Inspection:
        for _ in range(_LONGEST):
            try:
                return inspect_page(page, self._clean)
            except Error:
                if page.is_closed():
                    break
                page.wait_for_timeout(INTERVAL)
        raise StepFailed("The page could not be read: it navigates or closes again and again.")
