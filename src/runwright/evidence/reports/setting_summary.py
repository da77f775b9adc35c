"""The first page of a report: the settings of each section before and after, with their proof, and the controls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from runwright.evidence.event_parts import Event
from runwright.evidence.events import SectionEndedEvent, SectionEvent, StepEvent
from runwright.evidence.statuses import Status, StepStatus


@dataclass
class SettingLine:
    """A setting of a section: what a page showed before the section, and at its end."""

    setting: str
    before: str
    after: str
    held: bool
    """Whether the condition that names it was met at the end."""
    proof: int | None
    """The step whose screenshot shows it at the end; None if none does."""


@dataclass
class SectionSummary:
    """A section with its settings, or with its steps where no condition names a setting."""

    header: SectionEvent
    status: Status = Status.INCOMPLETE
    reason: str | None = None
    settings: list[SettingLine] = field(default_factory=list)
    steps: list[StepEvent] = field(default_factory=list)
    """Its steps that change something or look at the page, for a section whose settings no condition names."""


@dataclass
class ControlSummary:
    """A control of a standard, such as CC8.1, with the sections that serve as evidence for it."""

    name: str
    sections: list[SectionSummary] = field(default_factory=list)


def sections_of(events: Sequence[Event]) -> list[SectionSummary]:
    """The sections of a run in the order of the journal, each with its settings."""
    found: list[SectionSummary] = []
    looks: list[StepEvent] = []
    for event in events:
        match event:
            case SectionEvent():
                found.append(SectionSummary(event))
                looks = []
            case SectionEndedEvent():
                found[-1].status, found[-1].reason = event.status, event.reason
            case StepEvent(part="check" | "verification", settings=(_, *_)):
                looks.append(event)
                found[-1].settings = _lines(looks[0], looks[-1])
            case StepEvent(part="steps", status=StepStatus.DONE) if event.changes or event.read or event.settings:
                found[-1].steps.append(event)
    return found


def controls_of(sections: Iterable[SectionSummary]) -> list[ControlSummary]:
    """The controls that the sections name, in alphabetical order."""
    found: dict[str, ControlSummary] = {}
    for section in sections:
        for name in section.header.controls:
            found.setdefault(name, ControlSummary(name)).sections.append(section)
    return [found[name] for name in sorted(found)]


def persons_of(events: Iterable[Event]) -> list[str]:
    """The signed-in persons whom the pages named, each once, in the order of the journal."""
    return list(dict.fromkeys(event.person for event in events if isinstance(event, StepEvent) and event.person))


def _lines(first: StepEvent, last: StepEvent) -> list[SettingLine]:
    before = {each.setting: each.value for each in first.settings}
    return [
        SettingLine(
            each.setting,
            before.get(each.setting, ""),
            each.value,
            each.held,
            last.step if each.screenshot is not None else None,
        )
        for each in last.settings
    ]
