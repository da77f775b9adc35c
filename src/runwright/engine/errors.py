"""Exceptions that end a step or a run, each with its status, its failure class and what the user must do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runwright.engine.next_actions import NextAction
from runwright.evidence.event_parts import CandidateRecord, FailureRecord, OfferedControl, OfferedOptions
from runwright.evidence.statuses import FailureClass, Status
from runwright.language.accessible_names import plain
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.targets import named


class InvalidCall(UserError):
    """A call that cannot be carried out as it is. Exit code 2, nothing was touched."""

    def __init__(self, diagnostics: Diagnostic | list[Diagnostic], next_actions: tuple[NextAction, ...] = ()) -> None:
        super().__init__(diagnostics)
        self.next_actions = next_actions


class RunEnded(Exception):
    """Ends a section and the run: `status`, with the exception's text as the reason."""

    status: Status = Status.FAILED
    failure_class: FailureClass | None = None
    remedy = ""
    next_actions: tuple[NextAction, ...] = ()


class EnvironmentFailure(RunEnded):
    """A precondition of the run is missing: no browser, an unreachable site, a full disk. Exit code 4."""

    status = Status.UNKNOWN

    def __init__(
        self,
        message: str,
        remedy: str = "",
        folder: Path | None = None,
        failure_class: FailureClass = FailureClass.ENVIRONMENT,
        next_actions: tuple[NextAction, ...] = (),
    ) -> None:
        super().__init__(message)
        self.next_actions = next_actions
        self.failure_class = failure_class
        self.remedy = remedy
        self.folder = folder
        """The run folder, if the run had created one."""


class InternalError(RunEnded):
    """A bug of runwright. The log has the traceback. Exit code 1."""

    failure_class = FailureClass.INTERNAL


class Stopped(RunEnded):
    """A person must act before the run can continue. Exit code 3."""

    failure_class = FailureClass.PERSON

    def __init__(
        self,
        sentence: str,
        status: Status = Status.STOPPED,
        redo: str | None = None,
        failure_class: FailureClass | None = None,
        next_actions: tuple[NextAction, ...] = (),
    ) -> None:
        super().__init__(sentence)
        self.next_actions = next_actions
        self.failure_class = failure_class or type(self).failure_class
        self.status = status
        """`stopped`, or `waiting` if somebody else must act first."""
        self.redo = redo
        """The name of a section to run again, whatever its page shows."""


class OutcomeUnknown(Stopped):
    """A change was started and may have been made; only a person can find out."""

    failure_class = FailureClass.OUTCOME_UNKNOWN


class SignedOut(Stopped):
    """The page of a site shows that no user is signed in."""

    failure_class = FailureClass.SIGN_IN

    def __init__(self, site: str, address: str) -> None:
        super().__init__(f"Not signed in at {site} ({address}).")
        self.site = site


class Interrupted(RunEnded):
    """The user pressed Ctrl-C, or the process received SIGTERM. Exit code 130."""

    status = Status.STOPPED

    def __str__(self) -> str:
        return "Interrupted."


@dataclass(frozen=True)
class Candidate:
    """A control that was on the page, as a line to paste into a runbook."""

    role: str
    name: str
    states: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height in CSS pixels from the viewport's top left corner."""
    frame: int | None = None
    """The index, from 0, of the page's own frame that contains it; None outside of frames."""
    label: str = ""
    """What a person reads instead of a name, where there is none; else the placeholder or question."""
    options: OfferedOptions | None = None
    """The options of a list."""

    @property
    def line(self) -> str:
        name = plain(self.name)
        return str(named(self.role, name)) if name else self.role

    def as_offered(self) -> OfferedControl:
        """The control as the journal records what a page offered."""
        return OfferedControl(self.role, self.name, self.states, self.label or None, self.options)

    def data(self) -> dict[str, Any]:
        return {"role": self.role, "name": self.name, "box": list(self.box) if self.box else None}


@dataclass(eq=False)
class StepFailed(RunEnded):
    """A step could not be performed, or its expectation was not met. Exit code 1."""

    message: str
    looked_for: str | None = None
    nearest: list[str] = field(default_factory=list)
    """Lines to paste: what the page has that is most similar to ``looked_for``."""
    page_messages: list[str] = field(default_factory=list)
    """Texts of alerts and errors that the page shows, and requests that it was refused."""
    candidates: list[Candidate] = field(default_factory=list)
    failure_class: FailureClass = FailureClass.PAGE_CHANGED
    step: int | None = None
    """The number of the step that failed, once it is in the journal."""
    found: str = ""
    """What was expected and what was found, in a sentence, if the page lacks what a condition expects."""
    appeared: list[str] = field(default_factory=list)
    """Lines to paste: what is new on the page since the last act."""

    def __str__(self) -> str:
        return self.message

    def clean(self, text: Callable[[str], str]) -> None:
        """Remove secrets from every text. Call this before the failure is shown or stored."""
        self.message = text(self.message)
        self.looked_for = text(self.looked_for) if self.looked_for is not None else None
        self.nearest = [text(line) for line in self.nearest]
        self.page_messages = [text(message) for message in self.page_messages]
        self.appeared = [text(line) for line in self.appeared]
        self.candidates = [replace(each, name=text(each.name)) for each in self.candidates]

    def data(self) -> dict[str, Any]:
        return {
            "class": self.failure_class,
            "message": self.message,
            "looked_for": self.looked_for,
            "nearest": self.nearest,
            "page_messages": self.page_messages,
            "appeared": self.appeared,
            "candidates": [candidate.data() for candidate in self.candidates],
        }

    def record(self) -> FailureRecord:
        """The failure as the journal records it."""
        return FailureRecord(
            failure_class=self.failure_class,
            message=self.message,
            looked_for=self.looked_for,
            nearest=tuple(self.nearest),
            page_messages=tuple(self.page_messages),
            appeared=tuple(self.appeared),
            candidates=tuple(CandidateRecord(role=c.role, name=c.name, box=c.box) for c in self.candidates),
        )


class NeverReady(StepFailed):
    """The page did not show within the time limit what marks it as ready. Nothing was changed. Exit code 4."""

    status = Status.UNKNOWN


def first_line(error: Exception) -> str:
    """The first line of an error's message, without the call log and the HTML that Playwright adds."""
    lines = [line.strip() for line in str(error).splitlines()]
    return next((line for line in lines if line and not line.startswith("Call log")), type(error).__name__)
