"""The events of a journal: one immutable type for each kind, in the order and with the keys of the JSON lines.

A field's docstring is its description in the reference. This module imports no library: a run writes events with it,
and `event_codec` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from runwright.evidence.event_parts import (
    BlockRecord,
    Box,
    BrowserRecord,
    ConditionRecord,
    Event,
    FailureRecord,
    GuideRecord,
    OfferedControl,
    RequestRecord,
    ResumedRun,
    RunbookRecord,
    ScreenshotRecord,
    SettingRecord,
    StepOutcome,
    StepPart,
    VerbRecord,
    VersionsRecord,
)
from runwright.evidence.page_events import (
    BlockedEvent,
    CleanedEvent,
    ClockEvent,
    ConsoleErrorEvent,
    CrashEvent,
    DialogEvent,
    DismissedEvent,
    DownloadedEvent,
    DownloadEvent,
    DownloadWithheldEvent,
    InterruptedEvent,
    ManualEvent,
    PopupEvent,
    SecretKeptEvent,
    SessionEvent,
    SessionKeptEvent,
    SignedOutEvent,
    UnresponsiveEvent,
)
from runwright.evidence.statuses import FailureClass, Status, StepStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEvent(Event):
    """The first event: what runs, with which inputs, where, and for whom."""

    event: Literal["run"] = "run"
    run: str
    """The run id, which is the name of its folder: start time in UTC, four random characters, and `-rehearsal` for a
    rehearsal."""
    format: int
    """The version of the journal format."""
    mode: Literal["run", "check"]
    """A check changes nothing."""
    rehearsal: bool
    """Whether it ran against simulators."""
    rehearsal_id: str | None = None
    """Identifies the simulators of one rehearsal; null in a real run."""
    runbook: RunbookRecord
    """Its slug (the file name without suffix), name, path and SHA-256. It is stored in `procedure/` under the last part
    of its path."""
    blocks: tuple[BlockRecord, ...]
    """The files of shared blocks; stored in `procedure/steps/` under the last part of their path."""
    verbs: tuple[VerbRecord, ...]
    """The verbs that the runbook uses. `shipped` verbs come with runwright; the others are stored in
    `procedure/steps/`."""
    guide: GuideRecord | None
    """The guide, stored in `procedure/`; null without one. Its `path` and `sha256` are null when the runbook only names
    it."""
    inputs: Mapping[str, Any]
    """Names and values as the run used them."""
    secrets: tuple[str, ...]
    """The names of the declared secrets; their values are not stored."""
    sites: Mapping[str, str]
    """Names and addresses."""
    versions: VersionsRecord
    """The versions of runwright, Playwright, the browser and Python."""
    who: str
    """The account, self-reported by the machine."""
    machine: str
    """The name of the machine, self-reported."""
    ci: str | None
    """The build that ran it."""
    ticket: str | None
    """The ticket that asked for it."""
    browser: BrowserRecord
    """Locale, time zone, width and height of the window in CSS pixels, and device pixels per CSS pixel."""
    previous: str | None
    """The journal digest of the previous run of this runbook in the same folder tree."""
    resumes: ResumedRun | None
    """The run that this run resumes."""
    trust: Mapping[str, str] = field(default_factory=dict)
    """By what the certificates of sites are trusted, where the runbook says so: a pinned key, or the file of an
    authority with its SHA-256."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEvent(Event):
    """A section starts."""

    event: Literal["section"] = "section"
    section: int
    """Counts from 1."""
    name: str
    line: int
    """Its line in the runbook."""
    follows: str | None
    """The guide item; several are separated by commas."""
    controls: tuple[str, ...]
    """The audit controls that it supports."""
    redo: bool = False
    """Whether a person asked for its steps again, whatever the page or an earlier run shows."""
    window: Literal["first", "new"] = "first"
    """`new` if it has a browser context of its own, in which nobody was signed in at its start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentEvent(Event):
    """A step is about to change something outside the browser. The event is written before the step acts; the step's
    own event records the outcome. If an intent has no step event with the same number, the run was killed in between
    and the outcome is unknown. `file`, `line`, `target` and `turn` identify the change, so that a run that resumes this
    one recognizes it.
    """

    event: Literal["intent"] = "intent"
    step: int
    section: int
    verb: str
    name: str
    file: str
    line: int
    target: str | None
    turn: tuple[str, ...]
    part: StepPart = "steps"
    """The part of the section that the step belongs to: `steps` or `on_failure`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentWithdrawnEvent(Event):
    """The change that an intent announced was not made, because the change gate did not allow it."""

    event: Literal["intent-withdrawn"] = "intent-withdrawn"
    step: int
    section: int
    reason: str
    """Why not."""
    file: str
    line: int
    target: str | None
    turn: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequestEvent(Event):
    """A change is about to request a page with GET, which may be the change itself. The event is written before the
    request is sent. If the run is killed before the step's own event, no run loads the address again.
    """

    event: Literal["change-request"] = "change-request"
    step: int
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledEvent(Event):
    """A person has found out how a change of the resumed run ended, and passed the answer to this run."""

    event: Literal["settled"] = "settled"
    made: bool
    """Whether the changes were made. One that was not made is made again."""
    changes: tuple[str, ...]
    """The names of the steps whose changes were settled."""
    person: str
    """The account that started this run, self-reported by the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepEvent(Event):
    """A step ended."""

    event: Literal["step"] = "step"
    step: int
    """Counts from 1 through the whole run."""
    section: int
    """The number of its section."""
    part: StepPart
    """`open` (opens the page of the section), `navigation` (goes to the place), `check` (checks whether the section is
    done), `steps` (the section's own steps), `verification` (checks again on a reopened page), `on_failure` (puts
    things back after the section failed)."""
    verb: str
    """The kind of step."""
    name: str
    """The sentence for people."""
    follows: str | None
    """The guide item, `2.5` or `heading/5`."""
    item: str | None = None
    """The text of that item, for a step without a `name` of its own, if the run knew the guide's file."""
    line: int
    """Its line in `file`."""
    file: str
    changes: bool
    """Whether it changes something outside the browser."""
    turn: tuple[str, ...] = ()
    """The list items for which a loop runs the step, the outermost first."""
    status: StepStatus
    """How it ended. A step is skipped when its `when` is false, or when an earlier run is known to have made its
    change."""
    outcome: StepOutcome | None = None
    """How the change ended that the step began: `not made` if the site refused it. Null if it began none."""
    nothing_due: bool = False
    """Whether the run did not wait for a request of the change: its `expect` came without one, and no script of the
    page was due that could send one."""
    started: str
    """In UTC."""
    ended: str | None
    """In UTC."""
    seconds: float
    """The duration."""
    address: str
    """Of the page when its last screenshot was taken."""
    page_title: str
    """Likewise."""
    server_date: str | None
    """The `Date` that the site sent with this page."""
    server_address: str | None
    """The address that answered."""
    certificate: str | None
    """A SHA-256 that distinguishes the certificates of servers; of a site with `trust`, that of the
    certificate itself."""
    target: str | None
    """The control that the step names, as a runbook writes it."""
    box: Box | None
    """The position of that control: x, y, width and height in CSS pixels from the corner of the viewport."""
    scale: float
    """Device pixels per CSS pixel."""
    conditions: tuple[ConditionRecord, ...]
    """What was read from the page, and whether it was met (`held`); for a skipped step, its `when`, or the run that
    made its change."""
    fits: int | None = None
    """How many of the offered controls the target fits without what narrows it to a place or a state; null where its
    names cannot be compared with theirs."""
    offered: tuple[OfferedControl, ...]
    """The visible controls and headings **before** the step acted, at most 5,000; with `offered_since` those that the
    page of that step did not have."""
    offered_since: int | None = None
    """The step whose list this one starts from; null when `offered` is the whole list."""
    offered_kept: tuple[int, int] = (0, 0)
    """How many controls of that list stand unchanged before `offered`, and how many after it."""
    offered_incomplete: str | None = None
    """Why the list is not complete: the page was too large to be read in time, or it navigated; null if it is."""
    requests: tuple[RequestRecord, ...]
    """Requests other than GET during the step, and where they were redirected; a `status` of null means no response."""
    read: Mapping[str, str] | None
    """Name and value of what was read; a declared secret has the value `secret`."""
    settings: tuple[SettingRecord, ...] = ()
    """Of a step that reads `done_when`, or another condition: the settings that it names, with their values and the
    screenshots that show them."""
    person: str | None = None
    """The signed-in person whom the page named last, by the site's `signed_in_as`."""
    screenshots: tuple[ScreenshotRecord, ...]
    """In the order in which they were taken."""
    failure: FailureRecord | None
    """Why it failed."""
    page_of: int | None = None
    """Of a step that opens a section's page: the step that had opened the same page, on which the section before was
    just seen to be done. The page was not loaded again; it had no other step since. Null if it was."""

    @property
    def screenshot(self) -> str | None:
        """The file of the last screenshot."""
        return self.screenshots[-1].file if self.screenshots else None


@dataclass(frozen=True, slots=True, kw_only=True)
class PutBackEvent(Event):
    """A section failed that has `on_failure`, or whose runbook has."""

    event: Literal["put-back"] = "put-back"
    section: int
    status: Literal["put back", "failed", "not run"]
    """`put back`: all steps of `on_failure` were performed, and the section counts as not begun. `failed`: one of them
    failed. `not run`: the outcome of a change of the section is unknown."""
    reason: str | None
    """Why not, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionEndedEvent(Event):
    """A section ended."""

    event: Literal["section-ended"] = "section-ended"
    section: int
    status: Status
    """`changed`, `unchanged`, `skipped`, `waiting` (another person must act first), `stopped`, `failed`, `unknown` (its
    page never became ready); in a check also `in sync`, `drift`, `not checkable`."""
    reason: str | None
    """A sentence."""
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEvent(Event):
    """The last event. It binds the reports: their digests are part of the journal digest."""

    event: Literal["end"] = "end"
    status: Status
    """`changed`, `unchanged`, `failed`, `stopped`, `waiting`, `unknown`, `interrupted`; in a check also `in sync` and
    `drift`."""
    exit: int
    """The exit code of the command."""
    failure_class: FailureClass | None = None
    """The class of what stopped the run."""
    reason: str | None
    """A sentence."""
    seconds: float
    events: int
    """Counts all lines including this one, which reveals a journal that was cut."""
    reports: Mapping[str, str] = field(default_factory=dict)
    """The SHA-256 of each report in the folder, by file name. The reports are made from the events before this one and
    from its own fields above, so they show neither a digest of this list nor the journal digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(Event):
    """An event of a kind that this version of runwright does not know. It is kept as it is."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    """Its fields except the first four."""


KINDS: tuple[type[Event], ...] = (
    RunEvent,
    SectionEvent,
    IntentEvent,
    IntentWithdrawnEvent,
    ChangeRequestEvent,
    SettledEvent,
    StepEvent,
    PutBackEvent,
    SectionEndedEvent,
    EndEvent,
    DialogEvent,
    PopupEvent,
    DownloadEvent,
    DownloadedEvent,
    DownloadWithheldEvent,
    BlockedEvent,
    ConsoleErrorEvent,
    DismissedEvent,
    SecretKeptEvent,
    ClockEvent,
    SessionEvent,
    SessionKeptEvent,
    SignedOutEvent,
    ManualEvent,
    CrashEvent,
    UnresponsiveEvent,
    InterruptedEvent,
    CleanedEvent,
)
"""All kinds of events, in the order of the reference."""
