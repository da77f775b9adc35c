"""Page functions: scripts that documents are asked again and again. Each is sent to a document once.

A page can neither see nor replace one: it has no name for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from playwright.sync_api import ElementHandle, Error, Frame, JSHandle

Returned = TypeVar("Returned")


class PageFunction:
    """A JavaScript function of one argument, given as an expression; it may keep what it likes for its next call."""

    def __init__(self, source: str) -> None:
        self._source = f"() => ({source})"
        self._sent: WeakKeyDictionary[Frame, JSHandle] = WeakKeyDictionary()

    def call(self, frame: Frame, argument: Any = None) -> Any:
        """What the function returns, by value. Raises Playwright's Error where the document is gone."""
        return self._asked(frame, lambda sent: sent.evaluate("(own, argument) => own(argument)", argument))

    def handle(self, frame: Frame, argument: Any = None) -> JSHandle:
        """What the function returns, as it is in the page. Raises Playwright's Error where the document is gone."""
        return self._asked(frame, lambda sent: sent.evaluate_handle("(own, argument) => own(argument)", argument))

    def element(self, frame: Frame, argument: Any = None) -> ElementHandle | None:
        """The element that the function returns; None for anything else."""
        return self.handle(frame, argument).as_element()

    def _asked(self, frame: Frame, ask: Callable[[JSHandle], Returned]) -> Returned:
        sent = self._sent.get(frame)
        if sent is not None:
            try:
                return ask(sent)
            except Error:  # the document that it was sent to may be gone
                self._sent.pop(frame, None)
        sent = self._sent[frame] = frame.evaluate_handle(self._source)
        return ask(sent)
