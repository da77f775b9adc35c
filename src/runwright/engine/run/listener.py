"""Listeners of a run: called inside the step loop, in order, during the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from runwright.evidence.statuses import Status

if TYPE_CHECKING:
    from runwright.engine.run.evidence_writer import StepRecord

Point = Literal["before the intent", "intent", "sent", "answered", "outcome"]
"""How far a step that makes a change has come; at `sent` its request has left the browser."""


class Listener(Protocol):
    """Receives the progress of a run; each call is awaited inside the step."""

    def section_begins(self, number: int, name: str) -> None: ...

    def step_begins(self, number: int, name: str) -> None: ...

    def step_ends(self, record: StepRecord) -> None: ...

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None: ...

    def change_reached(self, point: Point) -> None: ...

    def message(self, sentence: str) -> None: ...


class NullListener:
    """A listener that ignores everything."""

    def section_begins(self, number: int, name: str) -> None:
        return

    def step_begins(self, number: int, name: str) -> None:
        return

    def step_ends(self, record: StepRecord) -> None:
        return

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None:
        return

    def change_reached(self, point: Point) -> None:
        return

    def message(self, sentence: str) -> None:
        return
