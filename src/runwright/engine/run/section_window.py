"""Section window: a browser context of its own for a section with `window: new`, while the first stays open.

It has the settings, the network policy and the redaction of the first, and nothing of what the first has stored: nobody
is signed in. It closes with the section.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from playwright.sync_api import BrowserContext

from runwright.engine.browser.document_guard import DocumentGuard
from runwright.engine.browser.network import NetworkMonitor
from runwright.engine.browser.tabs import Tabs
from runwright.language.runbook_model import Section

NewContext = Callable[[], AbstractContextManager[BrowserContext]]
"""Creates a browser context with the settings of the run's first."""


class SectionWindows:
    """Opens the windows of sections, and returns to the first window after each."""

    def __init__(self, tabs: Tabs, network: NetworkMonitor, guard: DocumentGuard, new_context: NewContext) -> None:
        self._tabs = tabs
        self._network = network
        self._guard = guard
        self._new_context = new_context

    @contextmanager
    def of(self, section: Section) -> Iterator[None]:
        """The section's window while the block runs. Raises EnvironmentFailure if it cannot be opened."""
        if section.fields.window is None:
            yield
            return
        with ExitStack() as opening:
            context = opening.enter_context(self._new_context())
            closing = opening.pop_all()  # what ends the section is not an error of the window
        try:
            self._guard.follow(context)
            self._tabs.open_window(context)
            self._network.follow(context)
            yield
        finally:
            self._tabs.close_window()
            closing.close()
