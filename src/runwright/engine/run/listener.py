"""What hangs on a run while it goes on: whoever listens is told inside the step, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from runwright.engine.run.evidence_writer import StepRecord

Point = Literal["before the intent", "intent", "sent", "answered", "outcome"]
"""How far a commit step has come; at `sent` its request is on its way."""


class Listener(Protocol):
    """Hears of a run while it goes on; awaited inside the step."""

    def section_begins(self, number: int, title: str) -> None: ...

    def step_begins(self, number: int, say: str) -> None: ...

    def step_ends(self, record: StepRecord) -> None: ...

    def section_ends(self, number: int, title: str, status: str, reason: str | None) -> None: ...

    def commit_is_at(self, point: Point) -> None: ...

    def says(self, sentence: str) -> None: ...


class Silent:
    """A listener for runs whose progress nobody watches."""

    def section_begins(self, number: int, title: str) -> None:
        return

    def step_begins(self, number: int, say: str) -> None:
        return

    def step_ends(self, record: StepRecord) -> None:
        return

    def section_ends(self, number: int, title: str, status: str, reason: str | None) -> None:
        return

    def commit_is_at(self, point: Point) -> None:
        return

    def says(self, sentence: str) -> None:
        return
