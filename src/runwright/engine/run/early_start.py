"""Starts the driver, and for real sites the browser, while the runbook is still being read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass
from typing import TypeVar

from playwright.sync_api import Browser, Playwright

from runwright.engine.browser.launch import driver, launched
from runwright.engine.run.interrupts import interrupts

Returned = TypeVar("Returned")


@dataclass(frozen=True)
class EarlyBrowser:
    """A driver that is running, and a browser that it has started."""

    playwright: Playwright
    browser: Browser | None
    """None where the run's own arguments are not known yet, as in a rehearsal."""


@contextmanager
def starting(
    read: Callable[[], Returned], headed: bool, rehearsal: bool
) -> Iterator[tuple[Returned, EarlyBrowser | None]]:
    """What ``read`` returns in a thread of its own, while the browser starts in this one and ends with the block.

    Raises what ``read`` raises, and KeyboardInterrupt if a signal came meanwhile.
    """
    with ThreadPoolExecutor(1, "runwright-read") as threads, ExitStack() as stack:
        with interrupts() as interrupt:
            reading = threads.submit(copy_context().run, read)
            early = stack.enter_context(_started(headed, rehearsal))
            found = reading.result()
        if interrupt.is_set():
            raise KeyboardInterrupt
        yield found, early


@contextmanager
def _started(headed: bool, rehearsal: bool) -> Iterator[EarlyBrowser | None]:
    """A driver and a browser, both closed afterwards; None if they do not start, which the run itself then reports."""
    with ExitStack() as closing:
        early = None
        try:
            playwright = closing.enter_context(driver())
            browser = None if rehearsal else closing.enter_context(launched(playwright, headed))
            early = EarlyBrowser(playwright, browser)
        except Exception:  # the run starts them once more, and classifies and reports what fails
            closing.close()
        yield early
