"""Observations of a run, read from its journal: each step with the controls that the page offered before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.event_parts import OfferedControl, VerbRecord
from runwright.evidence.events import EndEvent, RunEvent, SectionEvent, StepEvent
from runwright.evidence.journal import read, run_and_end
from runwright.evidence.offered_lists import offered_at_steps
from runwright.evidence.statuses import Status, StepStatus
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, Step, flat
from runwright.language.target_reader import parse_target
from runwright.language.targets import Target, TargetError
from runwright.language.verb_spec import Vocabulary, matching_vocabulary

HEADINGS = frozenset({"heading", "row", "columnheader", "dialog", "alertdialog", "alert", "status", "img", "iframe"})
"""Roles that show where the reader is. The reader uses controls of the other roles."""
FIELDS = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider", "checkbox", "radio", "switch"}
)
"""Roles whose accessible name may be invisible: an aria-label replaces the visible label."""

_READ_ONLY_VERBS = frozenset({"open", "check", "read", "expect", "wait", "scroll", "ask", "manual", "use"})
"""Verbs that use no control. Needed for runs whose runbook is no longer readable."""
_AND = re.compile(r' (?:and|or) (?=[^"]*(?:"[^"]*"[^"]*)*$)')
"""What joins conditions, and not words within quotes."""
_ABSENT = re.compile(r"^(?:\w+: )?(?:no|not) ")
"""How a condition begins that something is not on the page."""
_NAMED = re.compile(r'[\w-]+(?: starting| containing)? "((?:[^"\\]|\\.)+)"')
"""A role, or `text`, with its name, in a condition."""


@dataclass(frozen=True)
class ObservedControl:
    """A control, heading or landmark that a page offered, as its accessibility tree lists it."""

    role: str
    name: str
    state: tuple[str, ...] = ()
    label: str = ""
    """What a person reads instead of the name, or in the field: the placeholder, or the text beside it."""

    def __str__(self) -> str:
        return f'{self.role} "{self.name}"'


@dataclass(frozen=True)
class ScreenshotGeometry:
    """The size of a screenshot, and where the control of its step is in it, in pixels of the file."""

    width: int
    height: int
    caption: int
    box: tuple[float, float, float, float] | None
    """x, y, width and height; None when the step has no control, or the screenshot does not show it."""


@dataclass(frozen=True, eq=False)
class ObservedStep:
    """One step of a run, as recorded in the journal."""

    run: str
    number: int
    section: int
    part: str
    verb: str
    name: str
    follows: tuple[str, ...]
    line: int
    file: str
    changes: bool
    done: bool
    address: str
    title: str
    target: Target | None
    offered: tuple[ObservedControl, ...]
    conditions: tuple[tuple[str, bool], ...]
    screenshot: str | None
    page_messages: tuple[str, ...]
    failure: str | None = None
    """The message of the failure."""
    looked_for: str | None = None
    """The target or condition that was not found, in the syntax of a runbook."""
    definition: Step | None = None
    """The step in the runbook; None when the runbook in the run folder is no longer readable."""
    failure_class: str | None = None
    """Who must act on the failure."""
    geometry: ScreenshotGeometry | None = None

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The names and texts that the conditions of the step found on its page."""
        held = (part for text, held in self.conditions if held for part in _AND.split(text))
        return tuple(
            dict.fromkeys(
                name.replace('\\"', '"') for part in held if not _ABSENT.search(part) for name in _NAMED.findall(part)
            )
        )

    @property
    def read_only(self) -> bool:
        """Whether the reader uses no control in this step."""
        if self.definition is not None and self.definition.model.read_only:
            return True
        return self.verb in _READ_ONLY_VERBS or self.target is None

    @property
    def implied(self) -> bool:
        return self.definition is not None and self.definition.common.implied


@dataclass(frozen=True)
class RunObservations:
    """One run: its metadata, its steps in order and its sections."""

    folder: Path
    run: str
    rehearsal: bool
    when: str
    name: str
    inputs: dict[str, Any]
    steps: tuple[ObservedStep, ...]
    sections: dict[int, tuple[str, tuple[str, ...], int]]
    """Name, `follows` and line of each section, by section number."""
    status: str
    runbook: Runbook | None = field(default=None, compare=False)
    probes: frozenset[int] = frozenset()
    """Numbers of the probe sections."""
    reason: str | None = None
    """Why the run did not succeed."""
    unmatched_verbs: tuple[str, ...] = ()
    """Verbs that the run used and that this project no longer has in the same version. Files in a run folder are never
    executed, so the runbook was read without them."""
    failure_class: str | None = None
    """The class of what stopped the run."""

    @property
    def ended_well(self) -> bool:
        """Whether the run finished and no section of it needs attention."""
        return self.status in set(Status) and Status(self.status).good

    @cached_property
    def names(self) -> frozenset[str]:
        """All names, visible labels and texts that the pages of the run are known to have had."""
        lists = {id(step.offered): step.offered for step in self.steps}.values()
        names = {text for offered in lists for control in offered for text in (control.name, control.label) if text}
        return frozenset(names.union(*(step.texts for step in self.steps)))

    @property
    def branch(self) -> dict[str, str]:
        """The inputs that have `choices`, with their values in this run."""
        if self.runbook is None:
            return {}
        return {name: str(self.inputs.get(name)) for name, declared in self.runbook.inputs.items() if declared.choices}


def read_run(folder: Path, runbook: Runbook | None = None, own_steps: Sequence[Path] = ()) -> RunObservations:
    """Read a run folder. Raises UserError when its journal is missing or unreadable.

    ``own_steps`` are the project's own `steps/` folders: a verb in them is used when its file is the one that the run
    used. Nothing in the run folder is executed.
    """
    path = folder / "events.jsonl"
    if not path.is_file():
        message = f"{folder} is not a run folder: it has no events.jsonl."
        raise UserError(Diagnostic(message, "Pass the folder that the run printed when it ended."))
    try:
        events = read(path)
        run, _ = run_and_end(events)
    except EvidenceError as error:
        raise UserError(Diagnostic(str(error), "Verify the folder: runwright verify FOLDER", path=path)) from None
    unmatched: tuple[str, ...] = ()
    if runbook is None:
        words = _vocabulary(run.verbs, own_steps)
        unmatched = tuple(sorted(words.unavailable))
        runbook = _stored_runbook(folder, run.runbook.path, words)
    definitions = _definitions(runbook)
    offered, known = offered_at_steps(events), dict[tuple[OfferedControl, ...], tuple[ObservedControl, ...]]()
    steps = tuple(
        _observed_step(run, event, definitions, _controls(offered[event.step], known))
        for event in events
        if isinstance(event, StepEvent) and event.part != "on_failure"  # no guide follows what puts things back
    )
    sections = {
        event.section: (event.name, _follows(event.follows), event.line)
        for event in events
        if isinstance(event, SectionEvent)
    }
    end = next((event for event in reversed(events) if isinstance(event, EndEvent)), None)
    probes = frozenset(s.number for s in runbook.sections if s.fields.probe) if runbook is not None else frozenset()
    return RunObservations(
        folder,
        run.run,
        run.rehearsal,
        run.time,
        run.runbook.slug,
        dict(run.inputs),
        steps,
        sections,
        end.status if end is not None else Status.INCOMPLETE,
        runbook,
        probes,
        end.reason if end is not None else None,
        unmatched,
        end.failure_class if end is not None else None,
    )


def _vocabulary(used: Sequence[VerbRecord], own_steps: Sequence[Path]) -> Vocabulary:
    """The shipped verbs, and those of the project's folders that are the ones that the run used."""
    return matching_vocabulary({verb.name: verb.sha256 for verb in used if not verb.shipped}, own_steps)


def _stored_runbook(folder: Path, path: str, words: Vocabulary) -> Runbook | None:
    """The copy of the runbook in the run folder; None when it is no longer readable."""
    file = folder / "procedure" / Path(path.replace("\\", "/")).name
    if not path or not file.is_file():
        return None
    steps = folder / "procedure" / "steps"
    words.block_files = sorted(each for each in steps.glob("*") if each.suffix in (".yaml", ".yml"))
    try:
        return load(file, words)
    except UserError:
        return None


def _definitions(runbook: Runbook | None) -> dict[tuple[str, int], Step]:
    if runbook is None:
        return {}
    every = (step for section in runbook.sections for step in flat((*section.navigation, *section.steps)))
    return {(step.path.name, step.mark.line): step for step in every}


def _observed_step(
    run: RunEvent,
    event: StepEvent,
    definitions: dict[tuple[str, int], Step],
    offered: tuple[ObservedControl, ...],
) -> ObservedStep:
    failure = event.failure
    definition = definitions.get((event.file, event.line))
    return ObservedStep(
        run.run,
        event.step,
        event.section,
        event.part,
        event.verb,
        event.name,
        _follows(event.follows),
        event.line,
        event.file,
        event.changes,
        event.status == StepStatus.DONE,
        event.address,
        event.page_title,
        _target(event.target),
        offered,
        tuple((each.condition, each.held) for each in event.conditions),
        event.screenshots[0].file if event.screenshots else None,
        failure.page_messages if failure is not None else (),
        failure.message if failure is not None else None,
        failure.looked_for if failure is not None else None,
        definition if definition is not None and definition.verb == event.verb else None,
        failure.failure_class if failure is not None else None,
        _geometry(event),
    )


def _geometry(event: StepEvent) -> ScreenshotGeometry | None:
    """The geometry of the first screenshot of a step."""
    if not event.screenshots:
        return None
    shot = event.screenshots[0]
    if shot.box is None or len(shot.box) != 4:
        return ScreenshotGeometry(shot.width, shot.height, shot.caption, None)
    x, y, width, height = (each * event.scale for each in shot.box)
    return ScreenshotGeometry(shot.width, shot.height, shot.caption, (x, y + shot.caption, width, height))


def _controls(
    offered: tuple[OfferedControl, ...], known: dict[tuple[OfferedControl, ...], tuple[ObservedControl, ...]]
) -> tuple[ObservedControl, ...]:
    """The controls that a step offered, and behind a list its options, as far as recorded.

    ``known`` keeps one list for all steps whose page offered the same.
    """
    if offered not in known:
        found: list[ObservedControl] = []
        for each in offered:
            found.append(ObservedControl(each.role, each.name, each.state, each.label or ""))
            if each.options is not None:
                names = dict.fromkeys((*each.options.chosen, *each.options.nearest))
                found += [ObservedControl("option", name) for name in names]
        known[offered] = tuple(found)
    return known[offered]


def _target(text: str | None) -> Target | None:
    if not text:
        return None
    try:
        return parse_target(text)
    except TargetError:
        return None


def _follows(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip()) if text else ()
