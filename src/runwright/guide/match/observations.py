"""Observations of a run, read from its journal: each step with the controls that the page offered before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.journal import read
from runwright.evidence.statuses import Status, StepStatus
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, Step, flat
from runwright.language.targets import Target, TargetError, parse_target
from runwright.language.verb_spec import vocabulary

HEADINGS = frozenset({"heading", "row", "columnheader", "dialog", "alertdialog", "alert", "status", "img", "iframe"})
"""Roles that show where the reader is. The reader uses controls of the other roles."""
FIELDS = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider", "checkbox", "radio", "switch"}
)
"""Roles whose accessible name may be invisible: an aria-label replaces the visible label."""

_READ_ONLY_VERBS = frozenset({"open", "check", "read", "expect", "wait", "scroll", "ask", "manual", "use"})
"""Verbs that use no control. Needed for runs whose runbook is no longer readable."""


@dataclass(frozen=True)
class ObservedControl:
    """A control, heading or landmark that a page offered, as its accessibility tree lists it."""

    role: str
    name: str
    state: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f'{self.role} "{self.name}"'


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

    @property
    def ended_well(self) -> bool:
        """Whether the run finished and no section of it needs attention."""
        return self.status in set(Status) and Status(self.status).good

    @cached_property
    def names(self) -> frozenset[str]:
        """All names of controls and headings on all pages of the run."""
        return frozenset(control.name for act in self.steps for control in act.offered if control.name)

    @property
    def branch(self) -> dict[str, str]:
        """The inputs that have `choices`, with their values in this run."""
        if self.runbook is None:
            return {}
        return {name: str(self.inputs.get(name)) for name, declared in self.runbook.inputs.items() if declared.choices}


def read_run(folder: Path, runbook: Runbook | None = None) -> RunObservations:
    """Read a run folder. Raises UserError when its journal is missing or unreadable."""
    path = folder / "events.jsonl"
    if not path.is_file():
        message = f"{folder} is not a run folder: it has no events.jsonl."
        raise UserError(Diagnostic(message, "Pass the folder that the run printed when it ended."))
    try:
        events = read(path)
    except EvidenceError as error:
        raise UserError(Diagnostic(str(error), "Verify the folder: runwright verify FOLDER", path=path)) from None
    first = next((event for event in events if event["event"] == "run"), None)
    if first is None:
        raise UserError(
            Diagnostic("The journal does not begin with the event `run`.", "Pass another run folder.", path=path)
        )
    description = first.get("runbook") or {}
    if runbook is None:
        runbook = _stored_runbook(folder, str(description.get("path") or ""))
    definitions = _definitions(runbook)
    steps = tuple(_observed_step(first, event, definitions) for event in events if event["event"] == "step")
    sections = {
        int(event["section"]): (str(event["name"]), _follows(event.get("follows")), int(event.get("line") or 0))
        for event in events
        if event["event"] == "section"
    }
    ends = [event for event in events if event["event"] == "end"]
    probes = frozenset(s.number for s in runbook.sections if s.fields.probe) if runbook is not None else frozenset()
    return RunObservations(
        folder,
        str(first.get("run") or folder.name),
        bool(first.get("rehearsal")),
        str(first.get("time") or ""),
        str(description.get("slug") or ""),
        dict(first.get("inputs") or {}),
        steps,
        sections,
        str(ends[-1].get("status")) if ends else Status.INCOMPLETE,
        runbook,
        probes,
        str(ends[-1]["reason"]) if ends and ends[-1].get("reason") else None,
    )


def _stored_runbook(folder: Path, path: str) -> Runbook | None:
    """The copy of the runbook in the run folder; None when it is no longer readable."""
    file = folder / "procedure" / Path(path).name
    if not path or not file.is_file():
        return None
    try:
        return load(file, vocabulary(folder / "procedure" / "steps"))
    except UserError:
        return None


def _definitions(runbook: Runbook | None) -> dict[tuple[str, int], Step]:
    if runbook is None:
        return {}
    every = (step for section in runbook.sections for step in flat((*section.navigation, *section.steps)))
    return {(step.path.name, step.mark.line): step for step in every}


def _observed_step(
    first: dict[str, Any], event: dict[str, Any], definitions: dict[tuple[str, int], Step]
) -> ObservedStep:
    screenshots = event.get("screenshots") or []
    failure = event.get("failure") or {}
    line, file = int(event.get("line") or 0), str(event.get("file") or "")
    verb = str(event.get("verb") or "")
    definition = definitions.get((file, line))
    return ObservedStep(
        str(first.get("run") or ""),
        int(event.get("step") or 0),
        int(event.get("section") or 0),
        str(event.get("part") or "steps"),
        verb,
        str(event.get("name") or ""),
        _follows(event.get("follows")),
        line,
        file,
        bool(event.get("changes")),
        event.get("status") == StepStatus.DONE,
        str(event.get("address") or ""),
        str(event.get("page_title") or ""),
        _target(event.get("target")),
        tuple(_controls(event.get("offered"))),
        tuple((str(each.get("condition")), bool(each.get("held"))) for each in event.get("conditions") or []),
        str(screenshots[0]["file"]) if screenshots else None,
        tuple(str(text) for text in failure.get("page_messages") or []),
        str(failure["message"]) if failure.get("message") else None,
        str(failure["looked_for"]) if failure.get("looked_for") else None,
        definition if definition is not None and definition.verb == verb else None,
    )


def _controls(offered: Any) -> Iterator[ObservedControl]:
    for each in offered or []:
        yield ObservedControl(str(each.get("role")), str(each.get("name") or ""), tuple(each.get("state") or ()))


def _target(text: Any) -> Target | None:
    if not text:
        return None
    try:
        return parse_target(str(text))
    except TargetError:
        return None


def _follows(text: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(text).split(",") if part.strip()) if text else ()
