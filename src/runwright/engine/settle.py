"""Waiting until a page is at rest: loaded, fonts there, no requests under way, no changes, no finite animation.

Bounded, and never a fixed sleep: where nothing is under way it costs one question to the page.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Error, Page

from runwright.engine.traffic import Traffic

WATCH = Path(__file__).with_name("watch.js").read_text("utf-8")
"""Put into every page before its own scripts."""
_SETTLE = Path(__file__).with_name("settle.js").read_text("utf-8")

QUIET = 0.06
"""Seconds without a change of the DOM, after one was seen, that count as rest."""
MOST = 5.0
"""Seconds after which a page that never rests is taken as it is."""


def settle(page: Page, traffic: Traffic, most: float = MOST, watch: Callable[[], None] | None = None) -> bool:
    """Wait until the page rests; False when it had not come to rest after ``most`` seconds.

    Meanwhile ``watch`` is called, several times a second.
    """
    at_once = 0.5 if watch is None else 0.2
    deadline = time.monotonic() + most
    while not page.is_closed():
        left = deadline - time.monotonic()
        if left <= 0:
            return False
        try:
            if watch is not None:
                watch()
            rests = page.evaluate(_SETTLE, [QUIET * 1000, min(left, at_once) * 1000])
        except Error:  # the page went elsewhere while it was asked
            page.wait_for_timeout(10)
            continue
        if rests and not traffic.under_way():
            return True
        if rests:
            page.wait_for_timeout(10)
    return True
