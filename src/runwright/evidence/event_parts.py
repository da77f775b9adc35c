"""What journal events consist of: the fields of every event, and the nested parts of some. All are immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from runwright.evidence.statuses import FailureClass

Box = tuple[float, ...]
"""x, y, width and height in CSS pixels, from the corner of the viewport."""
Moment = Literal["before", "after", "page", "failure"]
"""When a screenshot was taken: before or after the step acted, of the page as it is, or at the failure."""
StepOutcome = Literal["made", "not made", "unknown"]
"""How a change ended that a step began."""
StepPart = Literal["open", "navigation", "check", "steps", "verification", "on_failure"]
"""The part of a section that a step belongs to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookRecord:
    """The runbook that was followed."""

    slug: str
    """The file name without suffix."""
    name: str
    path: str
    """The path below the working folder, or the file name."""
    sha256: str
    """The SHA-256 of the file, in hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRecord:
    """A file with a block that the runbook uses; stored in `procedure/steps/`."""

    name: str
    path: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbRecord:
    """A verb that the runbook uses; stored in `procedure/steps/` unless it ships with runwright."""

    name: str
    path: str
    sha256: str
    shipped: bool
    """Whether the verb ships with runwright."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideRecord:
    """The guide that the runbook follows."""

    name: str
    path: str | None
    """The file name; null when the runbook only names the guide."""
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsRecord:
    """The versions of what ran."""

    runwright: str
    playwright: str
    browser: str
    python: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserRecord:
    """The settings of the browser."""

    locale: str
    time_zone: str
    window: tuple[int, ...]
    """Width and height in CSS pixels."""
    scale: int = 1
    """Device pixels per CSS pixel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumedRun:
    """The run that a run resumes."""

    run: str
    digest: str
    """Its journal digest at that time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionRecord:
    """A condition that was read from the page."""

    condition: str
    """Its label and the condition, as in a runbook."""
    held: bool
    """Whether it was met."""
    found: str | None = None
    """What was expected and what was found, for a `done_when` that was not met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRecord:
    """A setting that `done_when` names, as the page showed it."""

    setting: str
    """The control without the state or value that is wanted, as in a runbook; or `url`, `title`, an expression."""
    condition: str
    """The part of `done_when` that names it."""
    wanted: str
    """What the condition wants, in the same words."""
    value: str
    """What a person reads: a field's value, `on` or `off`, a state such as `disabled`, a number of matches; of other
    controls and texts `shown` or `not shown`. At most 200 characters."""
    held: bool
    """Whether the condition was met."""
    screenshot: int | None
    """The screenshot of the step that shows the control, counted from 0; null if none does."""
    box: Box | None
    """The position of the control in that screenshot: x, y, width and height in CSS pixels; or null."""


@dataclass(frozen=True, slots=True)
class OfferedOptions:
    """The options of a list that a page offered. They are no controls of their own."""

    count: int
    """How many the list has."""
    chosen: tuple[str, ...] = ()
    """The names of the chosen options, at most 5."""
    nearest: tuple[str, ...] = ()
    """The names of all options of a list of at most 20; of a longer one those nearest to what the step chooses, at most
    5."""


@dataclass(frozen=True, slots=True)
class OfferedControl:
    """A visible control or heading that the page offered before the step acted."""

    role: str
    name: str
    state: tuple[str, ...] = ()
    label: str | None = None
    """What a person reads instead of a name: the placeholder, the first cell of the row or the text beside a control
    that has none, the first text of a dialog. Of a control with a name, its placeholder; of a
    radio button, what its group asks; else null."""
    options: OfferedOptions | None = None
    """The options of a list; null for every other control, and for a list whose options are not on the page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """A request of the step other than GET, or by which it made its change; or one to which it was redirected."""

    method: str
    address: str
    status: int | None
    """The HTTP status; null means no complete response."""
    makes_change: bool = False
    """Whether it was a GET by which the step made its change: a resumed run does not load this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactionRecord:
    """An area of a screenshot that was redacted."""

    name: str
    """The secret, or the declared area."""
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenshotRecord:
    """A screenshot as stored. In the file, a box is at `x × scale`, `y × scale + caption`."""

    file: str
    sha256: str
    moment: Moment
    """`before` or `after` the action of the step, `page`, or `failure` (at the failure)."""
    caption: int
    """The height of the caption above the page, in pixels."""
    width: int
    """In pixels."""
    height: int
    """In pixels, including the caption."""
    box: Box | None
    """The position of the step's control at that time: x, y, width and height in CSS pixels; or null."""
    shows: str = ""
    """The part of the page, if the page takes several screenshots: `page, 2 of 3`, `scroll area “Members”, 1 of 4`."""
    missing: tuple[str, ...] = ()
    """What of the page no screenshot of this moment shows; at the last one of a whole page."""
    withheld: tuple[str, ...]
    """The names of the secrets because of which a placeholder replaces the screenshot."""
    redacted: tuple[RedactionRecord, ...]
    """The name and box of each redacted area."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRecord:
    """A control that is similar to the one that a step looked for."""

    role: str
    name: str
    box: Box | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureRecord:
    """Why a step failed."""

    JSON_NAMES: ClassVar[Mapping[str, str]] = {"failure_class": "class"}
    __pydantic_config__ = {"alias_generator": lambda name: FailureRecord.JSON_NAMES.get(name, name)}  # noqa: RUF012

    failure_class: FailureClass
    """The failure class: who must act."""
    message: str
    looked_for: str | None
    """The target or condition that was not found, as a runbook writes it."""
    nearest: tuple[str, ...]
    """Lines to paste into the runbook."""
    page_messages: tuple[str, ...]
    """The page's own alerts and errors, and requests that it was refused."""
    appeared: tuple[str, ...] = ()
    """Lines to paste: what was new on the page since the last act."""
    candidates: tuple[CandidateRecord, ...]
    """The controls nearest to the target, each with its box or null."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event has. The journal sets `prev`, `number` and `time` when it writes the event."""

    prev: str = ""
    """SHA-256, in hexadecimal, of the line before without its line feed; 64 zeros in the first line."""
    number: int = 0
    """1, 2, 3, …"""
    event: str
    """The kind of event."""
    time: str = ""
    """When it was written: UTC, with milliseconds."""


ReportMaker: TypeAlias = Callable[[Sequence[Event]], bytes]
"""Makes a report from the events of a run. The last event, `end`, is without the digests of the reports."""
