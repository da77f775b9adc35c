"""A page that answers nothing any more is closed: a script that never ends would hold whoever asks it for good."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from greenlet import greenlet
from playwright.sync_api import Error, Frame

from runwright.engine.browser.navigation import READY
from runwright.engine.browser.tabs import Tabs

SILENT = READY + 5.0
"""Seconds without an answer, and without anything else that the run got done, after which a page is closed."""
HURRIED = 3.0
"""The same where the run is to be ended."""
_TICK = 1.0
"""Seconds between two looks."""


class Watchdog:
    """Looks after the current page while the run waits for what it asked of it.

    Playwright has no limit for a question to a page. It waits in an event loop of asyncio, in which this looks every
    second whether the page's documents still answer a question of its own; each is asked in a greenlet, as Playwright
    calls those that listen for events. Time is counted in looks, so that a machine that slept counts none.
    """

    def __init__(self, tabs: Tabs, patience: Callable[[], float]) -> None:
        """``patience`` gives the seconds that a page has at this moment."""
        self._tabs = tabs
        self._patience = patience
        self._asked: dict[Frame, float] = {}
        """The documents that have not answered yet, and the seconds since they were asked."""
        self._idle = 0.0
        """Seconds since the run got something done."""
        self._loop = asyncio.get_running_loop()
        self._loop.call_later(_TICK, self._look)

    def progress(self) -> None:
        """The run got something done."""
        self._idle = 0.0

    def _look(self) -> None:
        self._loop.call_later(_TICK, self._look)
        self._idle += _TICK
        page = self._tabs.current()
        frames = page.frames if page is not None else []
        self._asked = {frame: seconds + _TICK for frame, seconds in self._asked.items() if frame in frames}
        patience = self._patience()
        if self._idle >= patience and max(self._asked.values(), default=0.0) >= patience:
            self._asked.clear()
            greenlet(lambda: self._tabs.give_up(patience)).switch()
            return
        for frame in frames:
            if frame not in self._asked:
                self._asked[frame] = 0.0
                greenlet(self._ask).switch(frame)

    def _ask(self, frame: Frame) -> None:
        with suppress(Error):  # the frame went elsewhere: that is an answer, too
            frame.evaluate("0")
        self._asked.pop(frame, None)
