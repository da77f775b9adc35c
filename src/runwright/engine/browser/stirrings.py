"""Stirrings: whether anything was heard of an act since it began, whatever has caused it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import BrowserContext, Error

from runwright.engine.browser.network import NetworkMonitor

_STATE = "() => [performance.timeOrigin, location.href, window[Symbol.for('settling')]?.count ?? -1]"
"""Which document a frame has, its address, and how often it has changed."""


class Stirrings:
    """The state of all pages of a context and of their traffic at the moment of an act."""

    def __init__(self, context: BrowserContext, network: NetworkMonitor, dialogs: int) -> None:
        """``dialogs`` is how many dialogs the step has had."""
        self._before = _state(context, network, dialogs)

    def heard(self, context: BrowserContext, network: NetworkMonitor, dialogs: int) -> bool:
        """Whether a request, a message, a navigation, a dialog or a change of a page was seen since."""
        return self._before is None or _state(context, network, dialogs) != self._before


def _state(context: BrowserContext, network: NetworkMonitor, dialogs: int) -> list[Any] | None:
    """None for a page that is navigating."""
    try:
        frames = [frame.evaluate(_STATE) for page in context.pages for frame in page.frames]
    except Error:
        return None
    return [network.sent, dialogs, *frames]
