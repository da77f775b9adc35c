"""Options and result of a run. Importing this module needs no browser and no step loop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Literal, Protocol

from runwright.engine.next_actions import NextAction
from runwright.engine.run.change_gate import ChangeGate, OpenGate
from runwright.engine.run.listener import Listener, NullListener
from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.shipped_credentials import SHIPPED
from runwright.evidence.statuses import FailureClass, Status

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from runwright.engine.errors import StepFailed
    from runwright.engine.run.early_start import EarlyBrowser
    from runwright.engine.run.kept_sessions import SiteSession
    from runwright.engine.run.plan import Plan
    from runwright.engine.run.resume import Place, PriorChange, PriorRun
    from runwright.engine.run.run_memory import RunMemory
    from runwright.engine.secrets.sources import Terminal
    from runwright.evidence.event_parts import ReportMaker, SettingRecord
    from runwright.evidence.events import StepEvent


class RehearsalBackend(Protocol):
    """The simulators that a rehearsal runs against."""

    @property
    def nonce(self) -> str: ...

    def browser_args(self) -> list[str]: ...

    def route(self, host: str, port: int) -> tuple[str, int] | None: ...

    def nonce_urls(self) -> list[str]: ...

    def effects(self, since: int) -> list[dict[str, Any]]: ...


@dataclass(frozen=True)
class RunOptions:
    """How to run a plan."""

    out: Path = Path("screenshots")
    """The folder that gets one folder per runbook, and in it one run folder per run."""
    headed: bool = False
    """Whether the browser shows a window."""
    ticket: str | None = None
    """The ticket that requests the run, for the journal."""
    resume: str | None = None
    """The unfinished run to resume: its id, its folder, or `last`."""
    restart: bool = False
    """Whether to start over if an earlier run did not finish."""
    redo: tuple[str, ...] = ()
    """Sections whose steps run whatever their page or an earlier run shows, by name or number."""
    settled: Literal["made", "not-made"] | None = None
    """A person's answer to how the open change of the resumed run ended."""
    terminal: Terminal | None = field(default=None, repr=False)
    """Where a person answers questions; None if there is no terminal."""
    run_id: str | None = None
    """The run's id, which names its folder; None for a new one."""
    browser: Browser | None = field(default=None, repr=False)
    """A browser of Playwright's sync API that is there already; it stays open. None to launch one."""
    change_gate: ChangeGate = field(default_factory=OpenGate, repr=False)
    """Is asked before each change."""
    open_changes: Mapping[int, Mapping[Place, PriorChange]] = field(default_factory=dict, repr=False)
    """Changes that were started elsewhere and whose outcome is unknown, by section number and place."""
    project_steps: bool = True
    """Whether the Python files in the `steps/` folders of a runbook's project are executed when it is loaded: not those
    of somebody else's project. A runbook that was loaded before has its verbs already."""
    keep: Mapping[str, str] = field(default_factory=dict)
    """Where secrets that a step reads off a page are handed to, by name: `age:FILE`, `command:…`."""
    accounts: tuple[str, ...] = ()
    """The accounts whose kept sign-ins are used: `NAME` at all sites that have one, `SITE=NAME` at one site. Where none
    is named, it is the only one that is kept for a site, or `default`."""
    kept_sessions: bool = True
    """Whether kept sign-ins are used at all. Rehearsals never use any."""


@dataclass(frozen=True)
class RunSetup:
    """Everything that one run is started with."""

    plan: Plan
    options: RunOptions
    listener: Listener = field(default_factory=NullListener)
    backend: RehearsalBackend | None = None
    """The simulators; None for the real sites."""
    interrupt: Event = field(default_factory=Event)
    """Ends the run in order when it is set."""
    prior_run: PriorRun | None = None
    """The run that this one resumes."""
    lasting: bool = True
    """Whether the sites outlast the run: False for simulators that it starts itself."""
    memory: RunMemory | None = None
    """Where the run is recorded for later ones; None if nothing of it needs to be known."""
    settled: tuple[str, ...] = ()
    """The names of the changes that a person has settled."""
    rehearsal_id: str | None = None
    """What identifies the simulators of a rehearsal."""
    reports: Mapping[str, ReportMaker] = field(default_factory=dict)
    """Makes further reports from the events of the run, by file name."""
    credentials: CredentialPatterns = SHIPPED
    """The credential formats that are scrubbed and redacted without being declared."""
    early: EarlyBrowser | None = field(default=None, repr=False)
    """A driver, and perhaps a browser, that were started while the runbook was read; they stay open."""
    sessions: Sequence[SiteSession] = field(default=(), repr=False)
    """The kept sign-ins that the run starts with, one at a site."""

    def prior_changes(self, section: int) -> dict[Place, PriorChange]:
        """The changes of a section that were started before this run."""
        resumed = self.prior_run.changes.get(section, {}) if self.prior_run is not None else {}
        return {**self.options.open_changes.get(section, {}), **resumed}


@dataclass
class SectionResult:
    """How a section ended."""

    name: str
    status: Status
    reason: str | None = None
    settings: tuple[SettingRecord, ...] = ()
    """The settings that `done_when` names, with wanted values and those that the page showed last."""


@dataclass
class RunResult:
    """How a run ended, and where its evidence is."""

    plan: Plan = field(repr=False)
    run: str
    """The run's id."""
    status: Status
    exit: int
    """The exit code of the command line."""
    reason: str | None
    """Why the run did not succeed, as a sentence."""
    folder: Path
    """The run folder."""
    digest: str
    """The journal digest: the SHA-256 of the journal's last line, in hexadecimal."""
    sections: list[SectionResult]
    steps: list[StepEvent] = field(repr=False)
    failure: StepFailed | None = None
    """The failure of the step that ended the run, with what was looked for and what the page has instead."""
    failure_class: FailureClass | None = None
    remedy: str = ""
    """What to do about it, as a sentence."""
    next_actions: tuple[NextAction, ...] = ()
    """What a person can do next."""
