"""Stirrings: whether anything was heard of an act since it began, whatever has caused it."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Error

from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.tabs import Tabs

_STATE = "() => [performance.timeOrigin, location.href, window[Symbol.for('settling')]?.count ?? -1]"
"""Which document a frame has, its address, and how often it has changed."""


class Stirrings:
    """The state of all pages of a context and of their traffic at the moment of an act."""

    def __init__(self, tabs: Tabs, network: NetworkMonitor) -> None:
        self._tabs = tabs
        self._network = network
        self._before = self._state()

    def heard(self) -> bool:
        """Whether a request, a message, a navigation, a dialog or a change of a page was seen since."""
        return self._before is None or self._state() != self._before

    def _state(self) -> list[Any] | None:
        """What may change; None for a page that is navigating."""
        try:
            pages = self._tabs.page.context.pages
            frames = [frame.evaluate(_STATE) for page in pages for frame in page.frames]
        except Error:
            return None
        return [self._network.sent, len(self._tabs.dialog_messages), *frames]
