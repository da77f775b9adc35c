"""Starts the driver, and for real sites the browser, while the runbook is still being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import Generic, TypeVar

from playwright.sync_api import Browser, Playwright

from runwright.engine.browser.playwright_driver import driver
from runwright.engine.run.interrupts import interrupts

Returned = TypeVar("Returned")


@dataclass(frozen=True)
class EarlyBrowser:
    """A driver that is running, and a browser that it has started."""

    playwright: Playwright
    browser: Browser | None
    """None where the run's own arguments are not known yet, as in a rehearsal."""


@dataclass(frozen=True)
class EarlyStart(Generic[Returned]):
    """What was read while the browser started, and that browser."""

    browser: EarlyBrowser | None
    """None if it did not start, which the run itself then reports."""
    _reading: Future[Returned]
    _interrupted: bool

    def result(self) -> Returned:
        """What was read. Raises what the reading raised, and KeyboardInterrupt if a signal came meanwhile."""
        if self._interrupted:
            raise KeyboardInterrupt
        return self._reading.result()


@contextmanager
def starting(
    read: Callable[[], Returned], then: Callable[[], None], headed: bool, rehearsal: bool
) -> Iterator[EarlyStart[Returned]]:
    """Call ``read`` and ``then`` in a thread of their own, while the browser starts in this one.

    The browser ends with the block, which begins when it has started and ``read`` has ended.
    """
    with ThreadPoolExecutor(1, "runwright-read") as threads, ExitStack() as stack:
        with interrupts() as interrupt:
            reading = threads.submit(copy_context().run, read)
            threads.submit(then)
            browser = stack.enter_context(_started(headed, rehearsal))
            wait([reading])
        yield EarlyStart(browser, reading, interrupt.is_set())


@contextmanager
def _started(headed: bool, rehearsal: bool) -> Iterator[EarlyBrowser | None]:
    """A driver and a browser, both closed afterwards; None if they do not start."""
    with ExitStack() as closing:
        early = None
        try:
            playwright = closing.enter_context(driver())
            from runwright.engine.browser.launch import launched  # imported while the driver starts

            browser = None if rehearsal else closing.enter_context(launched(playwright, headed))
            early = EarlyBrowser(playwright, browser)
        except Exception:  # the run starts them once more, and classifies and reports what fails
            closing.close()
        yield early
