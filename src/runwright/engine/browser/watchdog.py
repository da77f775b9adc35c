"""Watchdog: close a page that no longer responds, since an endless script would block every query to it forever.

Playwright has no time limit for a query, nor for a call of the browser: both limits are set here, in its event loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from greenlet import greenlet
from playwright.sync_api import Error, Frame

from runwright.engine.browser.navigation import READY
from runwright.engine.browser.tabs import Tabs

UNRESPONSIVE_AFTER = READY + 5.0
"""Seconds without a response, and without other progress of the run, after which a page is closed."""
INTERRUPTED_AFTER = 3.0
"""The same after an interrupt."""
_TICK = 1.0
"""Seconds between two checks."""


@contextmanager
def time_limit(seconds: float, end: Callable[[], None]) -> Iterator[None]:
    """Call ``end`` if the block takes longer: it ends the call of the browser that the block waits for."""
    limit = asyncio.get_running_loop().call_later(seconds, lambda: greenlet(end).switch())
    try:
        yield
    finally:
        limit.cancel()


class Watchdog:
    """Monitors the current page while the run waits for a response from it.

    Playwright has no time limit for a query to a page. It waits in an asyncio event loop, in which the watchdog checks
    every second whether the page's documents still answer a query of its own; each query runs in a greenlet, as
    Playwright's event handlers do. Time is counted in checks, so that the sleep of a machine does not count.
    """

    def __init__(self, tabs: Tabs, patience: Callable[[], float]) -> None:
        """``patience`` returns the seconds that a page has to respond now."""
        self._tabs = tabs
        self._patience = patience
        self._pending: dict[Frame, float] = {}
        """The documents with a pending query, and the seconds since it was sent."""
        self._idle = 0.0
        """Seconds since the run last made progress."""
        self._loop = asyncio.get_running_loop()
        self._next = self._loop.call_later(_TICK, self._check)

    def stop(self) -> None:
        """End the checks."""
        self._next.cancel()

    def progress(self) -> None:
        """Record that the run made progress."""
        self._idle = 0.0

    def _check(self) -> None:
        self._next = self._loop.call_later(_TICK, self._check)
        self._idle += _TICK
        page = self._tabs.current()
        frames = page.frames if page is not None else []
        self._pending = {frame: seconds + _TICK for frame, seconds in self._pending.items() if frame in frames}
        patience = self._patience()
        if self._idle >= patience and max(self._pending.values(), default=0.0) >= patience:
            self._pending.clear()
            greenlet(lambda: self._tabs.give_up(patience)).switch()
            return
        for frame in frames:
            if frame not in self._pending:
                self._pending[frame] = 0.0
                greenlet(self._ask).switch(frame)

    def _ask(self, frame: Frame) -> None:
        with suppress(Error):  # the frame navigated: that is a response, too
            frame.evaluate("0")
        self._pending.pop(frame, None)
