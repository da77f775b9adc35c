"""How a step or a run can end other than well; each knows what a person must be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runwright.language.accessible_names import plain
from runwright.language.targets import quote


class Ending(Exception):
    """What ends a section, and with it the run: `status` and its text as the reason."""

    status = "failed"
    remedy = ""


class NotUsable(Ending):
    """Something the run stands on is not there: no browser, a site that does not answer. Exit code 4."""

    status = "unknown"

    def __init__(self, message: str, remedy: str = "", folder: Path | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy
        self.folder = folder
        """The run's folder, where one was begun."""


class Stopped(Ending):
    """A person must act before this can go on. Exit code 3."""

    def __init__(self, sentence: str, status: str = "stopped", redo: str | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        """`stopped`, or `waiting` when somebody else must act first."""
        self.redo = redo
        """The title of a section that is to be done again, whatever its page says."""


class Undecided(Stopped):
    """A change may have been made or not, and only a person can tell by looking."""


class SignedOut(Stopped):
    """Nobody is signed in at a site."""

    def __init__(self, site: str, address: str) -> None:
        super().__init__(f"Nobody is signed in at {site} ({address}).")
        self.site = site


class Interrupted(Ending):
    """The person pressed Ctrl-C. Exit code 130."""

    status = "stopped"

    def __str__(self) -> str:
        return "Interrupted."


@dataclass(frozen=True)
class Candidate:
    """A control that was on the page, as a line to paste into a runbook."""

    role: str
    name: str
    states: tuple[str, ...] = ()
    box: tuple[float, float, float, float] | None = None
    """x, y, width, height in CSS pixels, from the viewport's corner."""
    frame: int | None = None
    """In which of the page's own frames it stands, counted from 0; None outside of them."""

    @property
    def line(self) -> str:
        name = plain(self.name)
        return f"{self.role} {quote(name)}" if name else self.role

    def data(self) -> dict[str, Any]:
        return {"role": self.role, "name": self.name, "box": list(self.box) if self.box else None}


@dataclass(eq=False)
class StepFailed(Ending):
    """A step could not be done, or its expectation did not come. Exit code 1."""

    message: str
    looked_for: str | None = None
    nearest: list[str] = field(default_factory=list)
    """Lines to paste: what the page has that is most like what was looked for."""
    page_says: list[str] = field(default_factory=list)
    """Texts of alerts and errors that the page shows."""
    candidates: list[Candidate] = field(default_factory=list)

    def __str__(self) -> str:
        return self.message

    def clean(self, text: Callable[[str], str]) -> None:
        """Take out of it what nobody may see, before it is told to anyone."""
        self.message = text(self.message)
        self.looked_for = text(self.looked_for) if self.looked_for is not None else None
        self.nearest = [text(line) for line in self.nearest]
        self.page_says = [text(said) for said in self.page_says]
        self.candidates = [replace(each, name=text(each.name)) for each in self.candidates]

    def data(self) -> dict[str, Any]:
        return {
            "message": self.message,
            "looked_for": self.looked_for,
            "nearest": self.nearest,
            "page_says": self.page_says,
            "candidates": [candidate.data() for candidate in self.candidates],
        }


class NeverReady(StepFailed):
    """The sign that a page has come did not come: nothing was touched. Exit code 4."""

    status = "unknown"
