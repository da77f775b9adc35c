"""What pages offer from step to step: a step's event holds what differs from an earlier step.

Pages change little between two steps. A list of controls is written as the number of an earlier step, how many of its
first and last controls are unchanged, and the controls between them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from runwright.evidence.event_parts import Event, OfferedControl
from runwright.evidence.events import StepEvent

_Control = TypeVar("_Control")


class OfferedDifferences(Generic[_Control]):
    """Completes the events of steps, one after the other, with what their pages offered."""

    def __init__(self, record: Callable[[_Control], OfferedControl]) -> None:
        """``record`` makes the journal's record of a control."""
        self._record = record
        self._step = 0
        self._last: Sequence[_Control] = ()

    def complete(self, event: StepEvent, offered: Sequence[_Control]) -> StepEvent:
        """The event with what its page offered, as the difference to the last one that had such a list."""
        first, last = unchanged(self._last, offered)
        new = tuple(self._record(each) for each in offered[first : len(offered) - last])
        since = self._step if first or last else None
        if offered:
            self._step, self._last = event.step, offered
        return replace(event, offered=new, offered_since=since, offered_kept=(first, last))


def unchanged(before: Sequence[object], now: Sequence[object]) -> tuple[int, int]:
    """How many of the first and of the last entries two lists share; at most as many as the shorter one has."""
    least = min(len(before), len(now))
    first = 0
    while first < least and (before[first] is now[first] or before[first] == now[first]):
        first += 1
    last = 0
    while last < least - first and (before[-1 - last] is now[-1 - last] or before[-1 - last] == now[-1 - last]):
        last += 1
    return first, last


def offered_at_steps(events: Iterable[Event]) -> dict[int, tuple[OfferedControl, ...]]:
    """What the page offered before each step, complete, by the number of the step.

    A step whose list starts from one that is not among the events has only what its own event holds.
    """
    found: dict[int, tuple[OfferedControl, ...]] = {}
    for event in events:
        if not isinstance(event, StepEvent):
            continue
        before = found.get(event.offered_since) if event.offered_since is not None else None
        if before is None:
            found[event.step] = event.offered
        elif not event.offered and sum(event.offered_kept) == len(before):
            found[event.step] = before
        else:
            first, last = event.offered_kept
            found[event.step] = (*before[:first], *event.offered, *before[len(before) - last :])
    return found
