"""Waiting until a page is at rest: loaded, fonts there, no requests under way, no changes, no finite animation.

Bounded, and never a fixed sleep: where nothing is under way it costs one question to the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import ElementHandle, Error, Page

from runwright.engine.browser import observation
from runwright.engine.browser.network import Traffic

WATCH = Path(__file__).with_name("watch.js").read_text("utf-8")
"""Put into every page before its own scripts."""
_SETTLE = Path(__file__).with_name("settle.js").read_text("utf-8")
_ALONE = _SETTLE.replace("LOOK]", "null]")
_AND_LOOK = _SETTLE.replace("LOOK]", f"({observation.SCRIPT})(control)]")

QUIET = 0.06
"""Seconds without a change of the DOM, after one was seen, that count as rest."""
MOST = 5.0
"""Seconds after which a page that never rests is taken as it is."""


@dataclass(frozen=True)
class Rest:
    """How a page was when it had been waited for."""

    came: bool
    """It came to rest, or it is closed."""
    told: observation.Told | None = None
    """What its document told at that moment, where a control of it was to be looked at."""


def settle(
    page: Page,
    traffic: Traffic,
    most: float = MOST,
    watch: Callable[[], None] | None = None,
    control: ElementHandle | None = None,
) -> Rest:
    """Wait until the page rests, for ``most`` seconds.

    Meanwhile ``watch`` is called, several times a second. With a ``control`` of the page's own document the page is
    looked at in the same question, as `glance` does.
    """
    at_once = 0.5 if watch is None else 0.2
    deadline = time.monotonic() + most
    while not page.is_closed():
        left = deadline - time.monotonic()
        if left <= 0:
            return Rest(False)
        script = _ALONE if control is None else _AND_LOOK
        rests: bool
        told: Any
        try:
            if watch is not None:
                watch()
            rests, told = page.evaluate(script, [QUIET * 1000, min(left, at_once) * 1000, control])
        except Error:  # the page went elsewhere while it was asked, or the control stands in a frame
            if control is None:
                _moment(page)
            control = None
            continue
        if rests and not traffic.under_way():
            return Rest(True, told)
        if rests:
            _moment(page)
    return Rest(True)


def _moment(page: Page) -> None:
    """Let the browser's events come in; one of them may be that the page closed."""
    with suppress(Error):
        page.wait_for_timeout(10)
