"""Options and result of a run. Importing this module needs no browser and no step loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from runwright.evidence.statuses import FailureClass, Status

if TYPE_CHECKING:
    from runwright.engine.errors import StepFailed
    from runwright.engine.run.evidence_writer import StepRecord
    from runwright.engine.run.resume import PriorRun
    from runwright.engine.secrets.sources import Terminal


class RehearsalBackend(Protocol):
    """The simulators that a rehearsal runs against."""

    @property
    def nonce(self) -> str: ...

    def browser_args(self) -> list[str]: ...

    def nonce_urls(self) -> list[str]: ...

    def effects(self, since: int) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class RunOptions:
    """How to run a plan."""

    out: Path
    """The folder that gets one folder per runbook, and in it one run folder per run."""
    headed: bool = False
    command: str = ""
    """The command line that starts this run with a window."""
    resume_command: str = ""
    """The command line that resumes a run; `{run}` in it stands for the run's id."""
    rerun_command: str = ""
    """The command line that starts this run again, without its options about earlier runs."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """`ticket`, `guide`, `resumes`, `rehearsal_id`: for the first event of the journal."""
    prior_run: PriorRun | None = None
    """The run that this one resumes."""
    redo: frozenset[int] = frozenset()
    """The numbers of sections whose steps run whatever the page or an earlier run shows."""
    terminal: Terminal | None = None
    """Where a person answers questions; None if there is no terminal."""


@dataclass
class SectionResult:
    name: str
    status: Status
    reason: str | None = None


@dataclass
class RunResult:
    """How a run ended, and where its evidence is."""

    run: str
    status: Status
    exit: int
    reason: str | None
    folder: Path
    digest: str
    sections: list[SectionResult]
    steps: list[StepRecord]
    failure: StepFailed | None = None
    failure_class: FailureClass | None = None
    remedy: str = ""
