"""What a run is given beside its plan, and what it leaves: known before there is an engine, and after it is gone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from runwright.engine.errors import StepFailed
    from runwright.engine.run.evidence_writer import StepRecord
    from runwright.engine.run.resume import Past
    from runwright.engine.secrets.sources import Terminal

STATUS_EXIT = {"done": 0, "failed": 1, "to do": 1, "stopped": 3, "waiting": 3, "unknown": 4, "interrupted": 130}


class Backdrop(Protocol):
    """Where the pages come from when a run is a rehearsal."""

    @property
    def nonce(self) -> str: ...

    def browser_args(self) -> list[str]: ...

    def nonce_urls(self) -> list[str]: ...

    def effects(self, since: int) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class Given:
    """What a run is given beside its plan."""

    out: Path
    """The folder that gets a folder a runbook, and in it one a run."""
    headed: bool = False
    command: str = ""
    """The command line that starts this run with a window."""
    go_on: str = ""
    """The command line that takes a run up again; `{run}` in it stands for the run's id."""
    again: str = ""
    """The command line that starts this run once more, without what it said of earlier ones."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """`ticket`, `guide`, `resumes`, `world`: for the first event of the journal."""
    past: Past | None = None
    """The run that this one takes up."""
    redo: frozenset[int] = frozenset()
    """The sections, by number, whose steps are done whatever the page or an earlier run says."""
    terminal: Terminal | None = None
    """Where a person answers; None where there is nobody."""


@dataclass
class SectionResult:
    title: str
    status: str
    reason: str | None = None


@dataclass
class Result:
    """How a run ended, and what it left."""

    run: str
    status: str
    exit: int
    reason: str | None
    folder: Path
    head: str
    sections: list[SectionResult]
    steps: list[StepRecord]
    failure: StepFailed | None = None
    remedy: str = ""
