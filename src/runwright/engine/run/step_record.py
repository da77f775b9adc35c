"""What a run collects of a step in progress, and the journal's event that is made of it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime

from runwright.engine.browser.network import ChangeRequest
from runwright.engine.browser.setting_values import PageSetting
from runwright.engine.errors import Candidate, StepFailed
from runwright.evidence.event_parts import (
    ConditionRecord,
    RequestRecord,
    ScreenshotRecord,
    SettingRecord,
    StepOutcome,
    StepPart,
)
from runwright.evidence.events import StepEvent
from runwright.evidence.statuses import StepStatus


@dataclass(slots=True)
class StepRecord:
    """What the run collects of a step that is in progress; ``event`` makes the journal's event of it."""

    number: int
    section: int
    part: StepPart
    verb: str
    name: str
    follows: str | None
    item: str | None
    """The text of the guide's item, if the step has no name of its own."""
    line: int
    file: str
    changes: bool
    turn: tuple[str, ...]
    """The current items of the enclosing `for_each` lists, the outermost first."""
    started: datetime
    status: StepStatus = StepStatus.DONE
    outcome: StepOutcome | None = None
    """How the change ended that the step began."""
    nothing_due: bool = False
    ended: datetime | None = None
    address: str = ""
    page_title: str = ""
    target: str | None = None
    box: tuple[float, ...] | None = None
    scale: float = 1.0
    conditions: list[tuple[str, bool]] = field(default_factory=list)
    found: dict[str, str] = field(default_factory=dict)
    """What was found instead, of conditions that were not met."""
    fits: int | None = None
    offered: list[Candidate] = field(default_factory=list)
    offered_incomplete: str | None = None
    requests: list[ChangeRequest] = field(default_factory=list)
    read: dict[str, str] | None = None
    settings: list[PageSetting] = field(default_factory=list)
    person: str | None = None
    screenshots: list[Future[ScreenshotRecord]] = field(default_factory=list)
    failure: StepFailed | None = None
    server: dict[str, str | None] = field(default_factory=dict)
    page_of: int | None = None

    @property
    def seconds(self) -> float:
        return round(((self.ended or self.started) - self.started).total_seconds(), 3)

    def setting_records(self) -> tuple[SettingRecord, ...]:
        """The settings as the journal stores them."""
        return tuple(
            SettingRecord(
                setting=each.setting,
                condition=each.condition,
                wanted=each.wanted,
                value=each.value,
                held=each.held,
                screenshot=each.screenshot,
                box=rounded(each.box),
            )
            for each in self.settings
        )

    def event(self) -> StepEvent:
        """The journal's event, without the screenshots, which may still have to be stored, and without `offered`."""
        return StepEvent(
            step=self.number,
            section=self.section,
            part=self.part,
            verb=self.verb,
            name=self.name,
            follows=self.follows,
            item=self.item,
            line=self.line,
            file=self.file,
            changes=self.changes,
            turn=self.turn,
            status=self.status,
            outcome=self.outcome,
            nothing_due=self.nothing_due,
            started=_time(self.started),
            ended=_time(self.ended) if self.ended else None,
            seconds=self.seconds,
            address=self.address,
            page_title=self.page_title,
            server_date=self.server.get("date"),
            server_address=self.server.get("address"),
            certificate=self.server.get("certificate"),
            target=self.target,
            box=rounded(self.box),
            scale=self.scale,
            conditions=tuple(
                ConditionRecord(condition=text, held=held, found=self.found.get(text)) for text, held in self.conditions
            ),
            fits=self.fits,
            offered=(),
            offered_incomplete=self.offered_incomplete,
            requests=tuple(
                RequestRecord(method=each.method, address=each.address, status=each.status, makes_change=each.own)
                for each in self.requests
            ),
            read=self.read,
            settings=self.setting_records(),
            person=self.person,
            screenshots=(),
            failure=self.failure.record() if self.failure else None,
            page_of=self.page_of,
        )


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def rounded(box: Iterable[float] | None) -> tuple[float, ...] | None:
    """A box with one decimal place, as the journal stores it."""
    return tuple(round(number, 1) for number in box) if box is not None else None
