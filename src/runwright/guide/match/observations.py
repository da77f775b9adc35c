"""What runs left of the pages: each step with what the page offered before it, read from their journals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.journal import read
from runwright.language.diagnostics import Fault, UserError
from runwright.language.runbook_loader import load
from runwright.language.runbook_model import Runbook, Step, flat
from runwright.language.targets import Target, TargetError, parse_target
from runwright.language.verb_spec import vocabulary

HEADINGS = frozenset({"heading", "row", "columnheader", "dialog", "alertdialog", "alert", "status", "img", "iframe"})
"""Roles that tell a reader where he is; he acts on the others."""
FIELDS = frozenset(
    {"textbox", "searchbox", "combobox", "listbox", "spinbutton", "slider", "checkbox", "radio", "switch"}
)
"""Roles whose name may be one that no reader sees: an aria-label takes the place of the caption."""


_LOOKS = frozenset({"open", "look", "read", "expect", "wait", "scroll", "ask", "hand_over", "use"})
"""Verbs that press nothing, for runs whose runbook cannot be read any more."""


@dataclass(frozen=True)
class Control:
    """Something that a page offered."""

    role: str
    name: str
    state: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f'{self.role} "{self.name}"'


@dataclass(frozen=True, eq=False)
class Act:
    """One step of a run, as its journal tells it."""

    run: str
    number: int
    section: int
    part: str
    verb: str
    say: str
    follows: tuple[str, ...]
    line: int
    file: str
    commits: bool
    done: bool
    address: str
    title: str
    target: Target | None
    offered: tuple[Control, ...]
    conditions: tuple[tuple[str, bool], ...]
    picture: str | None
    page_says: tuple[str, ...]
    failure: str | None = None
    """Why it failed."""
    looked_for: str | None = None
    """What it did not find, as a runbook writes it."""
    step: Step | None = None
    """The step as the runbook writes it, where the folder's runbook can still be read."""

    @property
    def looks(self) -> bool:
        """Whether the reader has nothing to press there."""
        if self.step is not None and self.step.model.looks_only:
            return True
        return self.verb in _LOOKS or self.target is None

    @property
    def obvious(self) -> bool:
        return self.step is not None and self.step.frame.obvious


@dataclass(frozen=True)
class Seen:
    """One run."""

    folder: Path
    run: str
    rehearsal: bool
    when: str
    name: str
    inputs: dict[str, Any]
    acts: tuple[Act, ...]
    sections: dict[int, tuple[str, tuple[str, ...], int]]
    """Title, `follows` and line of each section by its number."""
    status: str
    runbook: Runbook | None = field(default=None, compare=False)
    probes: frozenset[int] = frozenset()
    """The sections that only show what a page refuses."""
    reason: str | None = None
    """Why it did not end well."""

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that any page of the run offered."""
        return frozenset(control.name for act in self.acts for control in act.offered if control.name)

    @property
    def branch(self) -> dict[str, str]:
        """The inputs that have choices, and which was taken."""
        if self.runbook is None:
            return {}
        return {name: str(self.inputs.get(name)) for name, given in self.runbook.inputs.items() if given.choices}


def read_run(folder: Path, runbook: Runbook | None = None) -> Seen:
    """Read a run's folder. Raises UserError when there is no journal in it, or one that cannot be read."""
    path = folder / "events.jsonl"
    if not path.is_file():
        message = f"{folder} is no run's folder: there is no events.jsonl in it."
        raise UserError(Fault(message, "Give the folder that a run named at its end."))
    try:
        events = read(path)
    except EvidenceError as error:
        raise UserError(Fault(str(error), "Check the folder with `runwright verify`.", path=path)) from None
    first = next((event for event in events if event["event"] == "run"), None)
    if first is None:
        raise UserError(Fault("The journal does not begin with a run.", "Give another run's folder.", path=path))
    about = first.get("runbook") or {}
    if runbook is None:
        runbook = _kept(folder, str(about.get("path") or ""))
    steps = _steps(runbook)
    acts = tuple(_act(first, event, steps) for event in events if event["event"] == "step")
    sections = {
        int(event["section"]): (str(event["title"]), _follows(event.get("follows")), int(event.get("line") or 0))
        for event in events
        if event["event"] == "section"
    }
    ends = [event for event in events if event["event"] == "end"]
    probes = frozenset(s.number for s in runbook.sections if s.head.probe) if runbook is not None else frozenset()
    return Seen(
        folder,
        str(first.get("run") or folder.name),
        bool(first.get("rehearsal")),
        str(first.get("time") or ""),
        str(about.get("name") or ""),
        dict(first.get("inputs") or {}),
        acts,
        sections,
        str(ends[-1].get("status")) if ends else "not finished",
        runbook,
        probes,
        str(ends[-1]["reason"]) if ends and ends[-1].get("reason") else None,
    )


def _kept(folder: Path, path: str) -> Runbook | None:
    """The runbook that the run followed, as its folder keeps it; None where it cannot be read any more."""
    file = folder / "procedure" / Path(path).name
    if not path or not file.is_file():
        return None
    try:
        return load(file, vocabulary(folder / "procedure" / "steps"))
    except UserError:
        return None


def _steps(runbook: Runbook | None) -> dict[tuple[str, int], Step]:
    if runbook is None:
        return {}
    every = (step for section in runbook.sections for step in flat((*section.reach, *section.steps)))
    return {(step.path.name, step.mark.line): step for step in every}


def _act(first: dict[str, Any], event: dict[str, Any], steps: dict[tuple[str, int], Step]) -> Act:
    pictures = event.get("pictures") or []
    failure = event.get("failure") or {}
    line, file = int(event.get("line") or 0), str(event.get("file") or "")
    verb = str(event.get("verb") or "")
    step = steps.get((file, line))
    return Act(
        str(first.get("run") or ""),
        int(event.get("step") or 0),
        int(event.get("section") or 0),
        str(event.get("part") or "steps"),
        verb,
        str(event.get("say") or ""),
        _follows(event.get("follows")),
        line,
        file,
        bool(event.get("commits")),
        event.get("status") == "done",
        str(event.get("address") or ""),
        str(event.get("page_title") or ""),
        _target(event.get("target")),
        tuple(_controls(event.get("offered"))),
        tuple((str(each.get("condition")), bool(each.get("held"))) for each in event.get("conditions") or []),
        str(pictures[0]["file"]) if pictures else None,
        tuple(str(text) for text in failure.get("page_says") or []),
        str(failure["message"]) if failure.get("message") else None,
        str(failure["looked_for"]) if failure.get("looked_for") else None,
        step if step is not None and step.verb == verb else None,
    )


def _controls(offered: Any) -> Iterator[Control]:
    for each in offered or []:
        yield Control(str(each.get("role")), str(each.get("name") or ""), tuple(each.get("state") or ()))


def _target(text: Any) -> Target | None:
    if not text:
        return None
    try:
        return parse_target(str(text))
    except TargetError:
        return None


def _follows(text: Any) -> tuple[str, ...]:
    return tuple(part.strip() for part in str(text).split(",") if part.strip()) if text else ()
