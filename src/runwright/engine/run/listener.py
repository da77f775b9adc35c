"""Listeners of a run: called one at a time and in order, with events that are complete and do not change.

A listener cannot influence the run: an exception in one is logged and ignored.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Literal, Protocol

from runwright.evidence.events import EndEvent, StepEvent
from runwright.evidence.statuses import Status

Point = Literal["before the intent", "intent", "sent", "answered", "outcome"]
"""How far a step that makes a change has come; at `sent` its request has left the browser."""

_log = logging.getLogger("runwright.listener")


class Listener(Protocol):
    """Receives the progress of a run.

    The calls come in order and never two at a time, but not all in the same thread: `change_reached`, `message` and
    `run_ends` come from the run, which waits for them; the others from the thread that writes the evidence, so that
    a slow listener delays no step before the next change, question or end.
    """

    def section_begins(self, number: int, name: str) -> None: ...

    def step_begins(self, number: int, name: str) -> None: ...

    def step_ends(self, event: StepEvent) -> None:
        """A step is in the journal, its screenshots are on disk. The event is without `offered`."""

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None: ...

    def change_reached(self, point: Point) -> None: ...

    def message(self, sentence: str) -> None: ...

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        """The run is over, and its folder is sealed."""


class NullListener:
    """A listener that ignores everything. Derive from it to override some of the calls."""

    def section_begins(self, number: int, name: str) -> None:
        return

    def step_begins(self, number: int, name: str) -> None:
        return

    def step_ends(self, event: StepEvent) -> None:
        return

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None:
        return

    def change_reached(self, point: Point) -> None:
        return

    def message(self, sentence: str) -> None:
        return

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        return


class Listeners:
    """Calls several listeners in their order. What one of them raises is logged; the others and the run go on."""

    def __init__(self, *listeners: Listener) -> None:
        self._listeners = listeners

    def section_begins(self, number: int, name: str) -> None:
        self._each("section_begins", lambda each: each.section_begins(number, name))

    def step_begins(self, number: int, name: str) -> None:
        self._each("step_begins", lambda each: each.step_begins(number, name))

    def step_ends(self, event: StepEvent) -> None:
        self._each("step_ends", lambda each: each.step_ends(event))

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None:
        self._each("section_ends", lambda each: each.section_ends(number, name, status, reason))

    def change_reached(self, point: Point) -> None:
        self._each("change_reached", lambda each: each.change_reached(point))

    def message(self, sentence: str) -> None:
        self._each("message", lambda each: each.message(sentence))

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        self._each("run_ends", lambda each: each.run_ends(event, folder))

    def _each(self, name: str, call: Callable[[Listener], None]) -> None:
        for listener in self._listeners:
            try:
                call(listener)
            except Exception:
                _log.exception("%s.%s raised an exception; the run continues.", type(listener).__name__, name)


class QueuedListener:
    """Passes the calls of a run on in order: through the queue of the evidence, or, where the run waits, after it."""

    def __init__(
        self, listener: Listener, later: Callable[[Callable[[], None]], None], wait: Callable[[], None]
    ) -> None:
        """``later`` appends a call to the queue of the evidence, and ``wait`` waits until it has made them all."""
        self._listener = Listeners(listener)
        self._later = later
        self._wait = wait

    def section_begins(self, number: int, name: str) -> None:
        self._later(lambda: self._listener.section_begins(number, name))

    def step_begins(self, number: int, name: str) -> None:
        self._later(lambda: self._listener.step_begins(number, name))

    def step_ends(self, event: StepEvent) -> None:
        """Comes from the queue itself."""
        self._listener.step_ends(event)

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None:
        self._later(lambda: self._listener.section_ends(number, name, status, reason))

    def change_reached(self, point: Point) -> None:
        self._wait()
        self._listener.change_reached(point)

    def message(self, sentence: str) -> None:
        self._wait()
        self._listener.message(sentence)

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        self._wait()
        self._listener.run_ends(event, folder)
