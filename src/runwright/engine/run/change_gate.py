"""The change gate: the caller of a run is asked before each change, and notified of its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from runwright.evidence.statuses import FailureClass


@dataclass(frozen=True)
class ChangeIntent:
    """A change that a run is about to make. Its intent is on disk."""

    run: str
    runbook: str
    section: int
    section_name: str
    step: int
    verb: str
    name: str
    """The step's name."""
    file: str
    line: int
    target: str | None
    turn: tuple[str, ...]
    """The current items of the enclosing `for_each` lists, the outermost first."""


@dataclass(frozen=True)
class GateAnswer:
    """The answer to an intent. Anything but ``allowed=True`` ends the run before the step acts."""

    allowed: bool
    reason: str = ""
    """Why not, as a sentence."""
    failure_class: FailureClass = FailureClass.OUTCOME_UNKNOWN
    """`approval` if a person must agree first: the intent is withdrawn. `outcome_unknown` leaves the intent open."""


ALLOWED = GateAnswer(True)


class ChangeOutcome(StrEnum):
    """How a change ended, as far as the run knows."""

    MADE = "made"
    NOT_MADE = "not made"
    UNKNOWN = "unknown"


class ChangeGate(Protocol):
    """Decides about changes. Both calls are made inside the step, which waits for them."""

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        """Whether the change may be made. An exception counts as a no, with the class `outcome_unknown`."""
        ...

    def tell(self, intent: ChangeIntent, outcome: ChangeOutcome) -> None:
        """The outcome of a change, once it is on disk. An exception is logged, and changes nothing."""
        ...


class OpenGate:
    """The gate of a run that nobody else supervises: every change is allowed."""

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        return ALLOWED

    def tell(self, intent: ChangeIntent, outcome: ChangeOutcome) -> None:
        return
