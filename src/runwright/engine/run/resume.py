"""Resuming: reads from the journals of earlier runs which sections are done and which changes were started.

Nothing here needs a browser.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from runwright.engine.errors import InvalidCall
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import Procedure
from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.event_parts import BlockRecord, Event, VerbRecord
from runwright.evidence.events import (
    ChangeRequestEvent,
    EndEvent,
    IntentEvent,
    IntentWithdrawnEvent,
    PutBackEvent,
    RunEvent,
    SectionEndedEvent,
    SectionEvent,
    SettledEvent,
    StepEvent,
)
from runwright.evidence.journal import first_event, read_verified, run_and_end
from runwright.evidence.statuses import Status, StepStatus
from runwright.language.diagnostics import Diagnostic, UserError, nearest
from runwright.language.origins import origin

_NEW_RUN = (NextAction(ActionKind.RUN),)
Place = tuple[str, int, str, tuple[str, ...]]
"""What identifies a change: file, line, target, and the items of the enclosing lists."""


@dataclass(frozen=True)
class PriorChange:
    """A change that a run started."""

    run: str
    name: str
    outcome_known: bool
    """Whether the journal has its outcome: the change was made."""
    settled_by: str | None = None
    """The person who said that it was made."""


@dataclass
class PriorRun:
    """A run, together with the runs that it resumed."""

    run: str
    digest: str
    """The journal digest: the SHA-256 of the journal's last line."""
    first: RunEvent
    """The journal's first event."""
    folder: Path
    ended: bool = False
    """Whether the journal has its last event: the run was not killed."""
    done: dict[int, str] = field(default_factory=dict)
    """The numbers of the sections that are done, each with the run that did it."""
    changes: dict[int, dict[Place, PriorChange]] = field(default_factory=dict)
    """The changes that were started in sections that are not done, by section number."""
    waiting: set[int] = field(default_factory=set)
    """Those sections that wait for somebody else; they report it themselves when they are checked again."""

    read: dict[int, dict[Place, dict[str, str]]] = field(default_factory=dict)
    """What steps have read, by section number, step and name; without secrets."""
    change_addresses: set[str] = field(default_factory=set)
    """The addresses that these runs loaded to make a change, and that no run may load again."""
    folders: dict[str, Path] = field(default_factory=dict)
    """The folders of these runs, by run id."""
    last_change: tuple[int, Place] | None = None
    """The section and place of the change that was started last."""
    persons: dict[str, str] = field(default_factory=dict)
    """The signed-in person whom the pages of each origin named first."""

    @property
    def unfinished(self) -> bool:
        """Whether the run was killed, or started a change in a section that is not done.

        A new run that ignores it might make that change twice.
        """
        return not self.ended or any(
            changes and (section not in self.waiting or any(not each.outcome_known for each in changes.values()))
            for section, changes in self.changes.items()
        )

    def to_settle(self) -> list[tuple[int, Place]]:
        """The changes whose outcome only a person knows: those without an outcome, else the last that was made."""
        started = [(section, where) for section, changes in self.changes.items() for where in changes]
        unknown = [(section, where) for section, where in started if not self.changes[section][where].outcome_known]
        return unknown or [each for each in started if each == self.last_change]

    def settle(self, made: bool, person: str) -> list[PriorChange]:
        """Take a person's word for these changes: they were made, or not. Returns them."""
        settled = []
        for section, where in self.to_settle():
            settled.append(self.changes[section].pop(where))
            if made:
                self.changes[section][where] = replace(settled[-1], outcome_known=True, settled_by=person)
        if not made:
            self.change_addresses.clear()
        return settled


def read_prior_run(folder: Path, folders: Mapping[str, Path] | None = None) -> PriorRun:
    """The run of a run folder, with the runs it resumed. Raises UserError if a journal is missing or altered.

    ``folders`` are those of runs that are not beside it.
    """
    try:
        digest, events = read_verified(folder / "events.jsonl")
        first, _ = run_and_end(events)
    except EvidenceError as error:
        raise _not_resumable(f"The run in {folder} cannot be resumed: {error}") from None
    prior_run = PriorRun(first.run, digest, first, folder, folders={first.run: folder.resolve()})
    if first.resumes is not None:
        beside = folder.parent / first.resumes.run
        elsewhere = (folders or {}).get(first.resumes.run, beside)
        before = read_prior_run(beside if (beside / "events.jsonl").is_file() else elsewhere, folders)
        if before.digest != first.resumes.digest:
            raise _not_resumable(f"The journal of {before.run}, which {prior_run.run} resumed, was altered since.")
        prior_run.done, prior_run.changes, prior_run.waiting = before.done, before.changes, before.waiting
        prior_run.read, prior_run.change_addresses = before.read, before.change_addresses
        prior_run.folders, prior_run.last_change = before.folders | prior_run.folders, before.last_change
        prior_run.persons = before.persons
    requested: dict[int, set[str]] = {}
    """What steps requested for which there is no event of their own: the run was killed meanwhile."""
    for event in events[1:]:
        _apply(prior_run, event)
        if isinstance(event, ChangeRequestEvent):
            requested.setdefault(event.step, set()).add(event.address)
        elif isinstance(event, StepEvent):
            requested.pop(event.step, None)
    prior_run.change_addresses.update(*requested.values())
    prior_run.persons = {**_persons(events), **prior_run.persons}
    return prior_run


def _persons(events: Sequence[Event]) -> dict[str, str]:
    """The person whom the pages of each origin named first in a run's first window, by its events."""
    windows: set[int] = set()
    found: dict[str, str] = {}
    for event in events:
        if isinstance(event, SectionEvent) and event.window == "new":
            windows.add(event.section)
        elif isinstance(event, StepEvent) and event.person and event.section not in windows:
            found.setdefault(str(origin(event.address)), event.person)
    return found


def _not_resumable(message: str) -> UserError:
    return InvalidCall(Diagnostic(message, ""), (NextAction(ActionKind.RESTART),))


def _apply(prior_run: PriorRun, event: Event) -> None:
    match event:
        case SectionEvent(redo=True):
            prior_run.changes.pop(event.section, None)
            prior_run.done.pop(event.section, None)
            prior_run.read.pop(event.section, None)
        case SettledEvent():
            prior_run.settle(event.made, event.person)
        case IntentEvent():
            changes = prior_run.changes.setdefault(event.section, {})
            if event.part == "on_failure":  # until all is put back, any of them may be there or not
                changes.update({where: replace(each, outcome_known=False) for where, each in changes.items()})
            changes[place(event)] = PriorChange(prior_run.run, event.name, outcome_known=False)
            prior_run.last_change = event.section, place(event)
        case IntentWithdrawnEvent():
            prior_run.changes.get(event.section, {}).pop(place(event), None)
        case StepEvent():
            _apply_step(prior_run, event)
        case PutBackEvent(status="put back"):
            prior_run.changes.pop(event.section, None)
        case SectionEndedEvent(status=Status.CHANGED | Status.UNCHANGED):
            prior_run.done.setdefault(event.section, prior_run.run)
            prior_run.changes.pop(event.section, None)
        case SectionEndedEvent(status=Status.WAITING):
            prior_run.waiting.add(event.section)
        case SectionEndedEvent():
            prior_run.waiting.discard(event.section)
        case EndEvent():
            prior_run.ended = True
        case _:
            pass


def _apply_step(prior_run: PriorRun, event: StepEvent) -> None:
    changes, where = prior_run.changes.get(event.section, {}), place(event)
    secrets = prior_run.first.secrets
    if read := {name: value for name, value in (event.read or {}).items() if name not in secrets}:
        prior_run.read.setdefault(event.section, {})[where] = read
    if not event.changes or where not in changes:
        return
    if event.outcome == "not made":  # the site has refused it
        del changes[where]
        return
    prior_run.change_addresses.update(each.address for each in event.requests if each.makes_change)
    if event.status is StepStatus.DONE:
        changes[where] = PriorChange(prior_run.run, event.name, outcome_known=True)


def place(event: IntentEvent | IntentWithdrawnEvent | StepEvent) -> Place:
    """What identifies the change of an event."""
    return event.file, event.line, event.target or "", event.turn


def last_run(runs: Path, inputs: Mapping[str, Any], rehearsal_id: str | None) -> PriorRun | None:
    """The last run with these inputs among the run folders of a runbook.

    ``rehearsal_id`` separates rehearsals against different simulators; None for the real sites.
    """
    for folder in sorted((path.parent for path in runs.glob("*/events.jsonl")), reverse=True):
        first = _first_event(folder)
        if first is None or first.mode != "run":
            continue
        if first.inputs == inputs and first.rehearsal_id == rehearsal_id:
            return read_prior_run(folder)
    return None


def _first_event(folder: Path) -> RunEvent | None:
    """A journal's first event; None if it cannot be read, which is for `verify` to report."""
    try:
        return first_event(folder / "events.jsonl")
    except EvidenceError:
        return None


def named_run(runs: Path, name: str, inputs: Mapping[str, Any], rehearsal_id: str | None) -> PriorRun:
    """The run that the user names by its folder, its id or the start of it, or `last`. Raises UserError.

    `last` is the last run with these inputs in this rehearsal. If there is none it is the last run of all, so that
    the user learns what differs.
    """
    last = last_run(runs, inputs, rehearsal_id) if name == "last" else None
    if last is not None:
        return last
    folders = sorted(path.parent for path in runs.glob("*/events.jsonl"))
    if (Path(name) / "events.jsonl").is_file():
        return read_prior_run(Path(name))
    found = folders[-1:] if name == "last" else [each for each in folders if each.name.startswith(name)]
    if len(found) == 1:
        return read_prior_run(found[0])
    like = [each.name for each in found] or nearest(name, [each.name for each in folders])
    message = (
        f"The ids of {len(found)} runs in {runs} start with `{name}`."
        if found
        else f"There is no run `{name}` in {runs}."
    )
    if like:
        raise UserError(Diagnostic(message, f"Pass one of: {', '.join(like)}."))
    raise InvalidCall(Diagnostic(message, ""), _NEW_RUN)


def refuse_another(
    prior_run: PriorRun, inputs: Mapping[str, Any], plan: Plan, rehearsal_id: str | None, procedure: Procedure
) -> None:
    """Raises UserError with the difference if a run is not the one that the plan would continue."""
    first = prior_run.first
    if first.mode != "run":
        raise InvalidCall(Diagnostic(f"{prior_run.run} was a check: it changed nothing.", ""), _NEW_RUN)
    if first.rehearsal != plan.rehearsal:
        was, now = ("a rehearsal", "a real run") if first.rehearsal else ("a real run", "a rehearsal")
        raise InvalidCall(Diagnostic(f"{prior_run.run} was {was}; {now} cannot resume it.", ""), _NEW_RUN)
    if first.rehearsal_id != rehearsal_id:
        message = f"The simulators that {prior_run.run} ran against are gone, with all their state."
        raise UserError(Diagnostic(message, "Serve simulators that outlast a run, and run against those."))
    lines = [*_inputs(first.inputs, inputs), *_files(prior_run, plan, procedure)]
    if lines:
        message = f"{prior_run.run} cannot be resumed: its inputs or files have changed since.\n" + "\n".join(lines)
        if prior_run.unfinished:
            remedy = "Undo the changes to resume it. If it is started over, sections that are done are skipped."
            raise InvalidCall(Diagnostic(message, remedy), (NextAction(ActionKind.RESTART),))
        raise InvalidCall(Diagnostic(message, "Sections that are done are skipped in a new run."), _NEW_RUN)


def _inputs(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    return [f"  input {name}: was {before.get(name)}, is {now.get(name)}" for name in names]


def _files(prior_run: PriorRun, plan: Plan, procedure: Procedure) -> list[str]:
    """The differences of runbook, blocks and verbs; for the runbook a diff of its lines."""
    lines = []
    was, now = prior_run.first.runbook, procedure.runbook
    if was.sha256 != now.sha256:
        copy = prior_run.folder / "procedure" / plan.runbook.path.name
        old = copy.read_text("utf-8").splitlines() if copy.is_file() else []
        new = plan.runbook.text.splitlines()
        diff = difflib.unified_diff(old, new, f"{prior_run.run}/{copy.name}", copy.name, n=1, lineterm="")
        lines += [f"  {line}" for line in diff] or [f"  {copy.name} has changed"]
    lines += _changed("block", prior_run.first.blocks, procedure.blocks)
    return lines + _changed("verb", prior_run.first.verbs, procedure.verbs)


def _changed(
    kind: str, before: Sequence[BlockRecord | VerbRecord], now: Sequence[BlockRecord | VerbRecord]
) -> list[str]:
    old, new = {each.name: each.sha256 for each in before}, {each.name: each.sha256 for each in now}
    names = [name for name in sorted({*old, *new}) if old.get(name) != new.get(name)]
    return [f"  the {kind} `{name}` has changed" for name in names]
