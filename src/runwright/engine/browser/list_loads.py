"""List loads: whether what a table or list holds has come, entries or none.

An empty list and one that is still loading may look alike. A list has come if nothing on the page says that it is
loading, no request is under way, and what the list holds stands still until the timers that were running are over.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass

from playwright.sync_api import Error, Page

from runwright.engine.browser import locate
from runwright.engine.browser.network import NetworkMonitor
from runwright.language.targets import Target

STILL = 1.0
"""Seconds for which a list must hold the same."""
FAR = 3.0
"""Seconds ahead; what the page has scheduled for later than that is not waited for."""
_POLL = 0.1
_READ = """([elements, far]) => {
  const timers = window[Symbol.for('settling')], now = timers ? timers.now() : 0;
  const soon = timers ? [...timers.due.values()].filter((due) => due > now && due <= now + far) : [];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const works = 'progress:not([value]), [role=progressbar]:not([aria-valuenow])';
  const busy = [...document.querySelectorAll(works)].some(seen)
    || elements.some((one) => one.closest('[aria-busy=true]') || one.querySelector('[aria-busy=true]'));
  const holds = elements.map((one) => [one.querySelectorAll('*').length, one.innerText ?? one.textContent]);
  const left = Math.max(0, ...soon.map((due) => due - now));
  return [busy, left, JSON.stringify([performance.timeOrigin, location.href, holds])];
}"""


@dataclass(frozen=True)
class _Reading:
    """A list at one moment."""

    busy: bool
    """The page says that it is loading: it shows progress without a value, or the list is marked as busy."""
    timers: float
    """Seconds until the last callback is due that the page has scheduled for soon."""
    holds: str
    """What the list holds, and of which document."""


class ListLoads:
    """Observes the lists of one run."""

    def __init__(self, network: NetworkMonitor) -> None:
        self._network = network
        self._last: dict[str, tuple[float, str]] = {}
        """When each target was last seen to have come, and what it held."""

    def loaded(self, page: Page, target: Target) -> bool:
        """Whether a resolved target is there and has come. Takes `STILL` seconds or more, unless it was just so.

        Raises Playwright's Error when the page navigates away or closes.
        """
        first = self._read(page, target)
        if first is None or first.busy or self._network.under_way():
            return False
        name, start = str(target), time.monotonic()
        when, held = self._last.get(name, (0.0, ""))
        while held != first.holds or start - when > STILL:
            if time.monotonic() - start >= max(STILL, first.timers):
                break
            page.wait_for_timeout(_POLL * 1000)
            now = self._read(page, target)
            if now is None or now.busy or now.holds != first.holds:
                return False
        if self._network.under_way():
            return False
        self._last[name] = (time.monotonic(), first.holds)
        return True

    def why_not(self, page: Page, target: Target) -> str:
        """What speaks against it at this moment, in a sentence that begins with a blank; empty if nothing does."""
        with suppress(Error):  # the page is navigating
            now = self._read(page, target)
            if now is None:
                return ""
            if now.busy:
                return " It is there, and the page shows that it is still loading."
            if self._network.under_way():
                return " It is there, and a request of the page is still under way."
            return " It is there, and what it holds goes on changing."
        return ""

    def _read(self, page: Page, target: Target) -> _Reading | None:
        """The lists that a target matches; None if there is none."""
        elements = locate.matches(page, target)
        if not elements:
            return None
        busy, timers, holds = elements[0].evaluate(f"(_, values) => ({_READ})(values)", [elements, FAR * 1000])
        return _Reading(busy, timers / 1000, holds)
