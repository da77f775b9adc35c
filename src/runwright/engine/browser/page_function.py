"""Page functions: scripts that documents are asked again and again. All of them are sent to a document once, together.

A page can neither see nor replace them: it has no name for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from weakref import WeakKeyDictionary

from playwright.sync_api import ElementHandle, Error, Frame, JSHandle

Returned = TypeVar("Returned")

_CALL = "(all, [at, argument]) => all[at](argument)"


class PageFunction:
    """A JavaScript function of one argument, given as an expression; it may keep what it likes for its next call."""

    _sources: ClassVar[list[str]] = []
    _sent: ClassVar[WeakKeyDictionary[Frame, tuple[int, JSHandle]]] = WeakKeyDictionary()
    """For each frame, how many functions its document was sent, and the array of them."""

    def __init__(self, source: str) -> None:
        self._at = len(self._sources)
        self._sources.append(source)

    def call(self, frame: Frame, argument: Any = None) -> Any:
        """What the function returns, by value. Raises Playwright's Error where the document is gone."""
        return self._asked(frame, lambda sent: sent.evaluate(_CALL, [self._at, argument]))

    def handle(self, frame: Frame, argument: Any = None) -> JSHandle:
        """What the function returns, as it is in the page. Raises Playwright's Error where the document is gone."""
        return self._asked(frame, lambda sent: sent.evaluate_handle(_CALL, [self._at, argument]))

    def element(self, frame: Frame, argument: Any = None) -> ElementHandle | None:
        """The element that the function returns; None for anything else."""
        return self.handle(frame, argument).as_element()

    def _asked(self, frame: Frame, ask: Callable[[JSHandle], Returned]) -> Returned:
        number, sent = self._sent.get(frame, (0, None))
        if sent is not None and self._at < number:
            try:
                return ask(sent)
            except Error:  # the document that it was sent to may be gone
                self._sent.pop(frame, None)
        sources = list(self._sources)
        sent = frame.evaluate_handle(f"() => [{', '.join(f'({each})' for each in sources)}]")
        self._sent[frame] = len(sources), sent
        return ask(sent)
