"""Settling: wait until a page is at rest, with no loading, requests, DOM changes or finite animations in progress.

The wait is bounded and never a fixed sleep: where nothing is in progress it costs one query to the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, ElementHandle, Error, Page

from runwright.engine.browser.dom import PageObservation
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.page_scripts import OBSERVE
from runwright.engine.spans import timed

WATCH = Path(__file__).with_name("pending_timers.js").read_text("utf-8")
"""The script that every document runs before its own scripts."""
_SETTLE = Path(__file__).with_name("settle.js").read_text("utf-8")
_NOTHING_DUE = Path(__file__).with_name("nothing_due.js").read_text("utf-8")
_ALONE = _SETTLE.replace("OBSERVE]", "null]")
_AND_OBSERVE = _SETTLE.replace("OBSERVE]", f"({OBSERVE})(control)]")

QUIET = 0.06
"""Seconds without a DOM change, after a change, that count as rest."""
TIMEOUT = 5.0
"""Seconds after which the run continues on a page that is never at rest."""


@dataclass(frozen=True)
class SettleResult:
    """The state of a page after the wait."""

    at_rest: bool
    """The page is at rest or closed."""
    observation: PageObservation | None = None
    """The observation of its document at that moment, if a control was passed."""


@timed("settling")
def settle(
    page: Page,
    network: NetworkMonitor,
    timeout: float | None = None,
    watch: Callable[[], None] | None = None,
    control: ElementHandle | None = None,
) -> SettleResult:
    """Wait until the page is at rest, for at most ``timeout`` seconds, calling ``watch`` several times a second.

    Without a ``timeout`` the limit is `TIMEOUT`. With a ``control`` of the main document the result holds an
    observation from the same round trip.
    """
    query_time = 0.5 if watch is None else 0.2
    deadline = time.monotonic() + (TIMEOUT if timeout is None else timeout)
    while not page.is_closed():
        left = deadline - time.monotonic()
        if left <= 0:
            return SettleResult(False)
        script = _ALONE if control is None else _AND_OBSERVE
        at_rest: bool
        observed: Any
        try:
            if watch is not None:
                watch()
            at_rest, observed = page.evaluate(script, [QUIET * 1000, min(left, query_time) * 1000, control])
        except Error:  # the page navigated during the query, or the control is in a frame
            if control is None:
                _process_events(page)
            control = None
            continue
        if at_rest and not network.under_way():
            return SettleResult(True, observed)
        if at_rest:
            _process_events(page)
    return SettleResult(True)


def nothing_due(context: BrowserContext, seconds: float) -> bool:
    """Whether no page of a context has a script that is due to run within some seconds, frames included."""
    try:
        frames = [frame for page in context.pages for frame in page.frames]
        return all(frame.evaluate(_NOTHING_DUE, seconds * 1000) for frame in frames)
    except Error:  # a page or a frame of it is gone, or new: what comes next is not known
        return False


def _process_events(page: Page) -> None:
    """Process the browser's events for 10 ms; one of them may be that the page closed."""
    with suppress(Error):
        page.wait_for_timeout(10)
