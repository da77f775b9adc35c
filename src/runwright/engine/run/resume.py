"""What an earlier run of the same runbook left unfinished, read off its journal before a browser starts."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.engine.run.plan import Plan
from runwright.evidence import journal
from runwright.evidence.atomic_io import EvidenceError
from runwright.language.diagnostics import Fault, UserError, nearest

Place = tuple[str, int, str, tuple[str, ...]]
"""Where a commit stands: file, line, target, and the values of the lists it is done for."""


@dataclass(frozen=True)
class Begun:
    """A commit that a run began."""

    run: str
    say: str
    known: bool
    """Its outcome is written down: it was done."""


@dataclass
class Past:
    """A run, and those that it took up, as one story."""

    run: str
    head: str
    first: Mapping[str, Any]
    """The journal's first event."""
    folder: Path
    ended: bool = False
    """The last event is there: nobody killed it."""
    done: dict[int, str] = field(default_factory=dict)
    """The sections that were done, by number, and the run that did each."""
    begun: dict[int, dict[Place, Begun]] = field(default_factory=dict)
    """The commits that were begun in sections that are not done."""
    waiting: set[int] = field(default_factory=set)
    """The sections among them that wait for somebody, and say so themselves when they are looked at again."""

    @property
    def unfinished(self) -> bool:
        """It was killed, or began a commit in a section that is not done: begun anew, it might make it twice."""
        return not self.ended or any(
            commits and (section not in self.waiting or any(not each.known for each in commits.values()))
            for section, commits in self.begun.items()
        )


def read_past(folder: Path) -> Past:
    """The story that a run's folder ends. Raises UserError when a journal of it is missing or altered."""
    try:
        head, events = journal.walk(folder / "events.jsonl")
    except EvidenceError as error:
        raise UserError(Fault(f"The run in {folder} cannot be taken up: {error}", "Run it --anew.")) from None
    if not events or events[0]["event"] != "run":
        raise UserError(Fault(f"The run in {folder} ended before it began.", "Run it --anew."))
    first = events[0]
    past = Past(str(first["run"]), head, first, folder)
    taken_up = first.get("resumes")
    if taken_up:
        before = read_past(folder.parent / str(taken_up["run"]))
        if before.head != taken_up["head"]:
            message = f"The journal of {before.run}, which {past.run} took up, was altered since."
            raise UserError(Fault(message, "Run it --anew."))
        past.done, past.begun, past.waiting = before.done, before.begun, before.waiting
    for event in events[1:]:
        _tell(past, event)
    return past


def _tell(past: Past, event: Mapping[str, Any]) -> None:
    match event["event"]:
        case "section" if event.get("redo"):
            past.begun.pop(event["section"], None)
            past.done.pop(event["section"], None)
        case "intent":
            commits = past.begun.setdefault(event["section"], {})
            commits[place(event)] = Begun(past.run, event["say"], known=False)
        case "step" if event["commits"] and event["status"] == "done":
            commits = past.begun.get(event["section"], {})
            where = place(event)
            if where in commits:
                commits[where] = Begun(past.run, event["say"], known=True)
        case "section-ended" if event["status"] in ("done", "already done"):
            past.done.setdefault(event["section"], past.run)
            past.begun.pop(event["section"], None)
        case "section-ended" if event["status"] == "waiting":
            past.waiting.add(event["section"])
        case "section-ended":
            past.waiting.discard(event["section"])
        case "end":
            past.ended = True
        case _:
            pass


def place(event: Mapping[str, Any]) -> Place:
    """Where the commit of an `intent` or `step` event stands."""
    return event["file"], event["line"], event["target"] or "", tuple(event["turn"])


def last_run(runs: Path, inputs: Mapping[str, Any], world: str | None) -> Past | None:
    """The last run with these inputs in this world, among a runbook's folders.

    ``world`` is what tells one rehearsal's stand-ins from another's; None for the real sites.
    """
    for folder in sorted((path.parent for path in runs.glob("*/events.jsonl")), reverse=True):
        first = _first(folder)
        if first is None or first.get("mode") != "run":
            continue
        if first.get("inputs") == inputs and first.get("world") == world:
            return read_past(folder)
    return None


def _first(folder: Path) -> dict[str, Any] | None:
    """A journal's first event; None when it cannot be read, which is for `verify` to tell."""
    try:
        with (folder / "events.jsonl").open("rb") as file:
            return journal.event_of(folder / "events.jsonl", 1, file.readline())
    except (OSError, EvidenceError):
        return None


def named_run(runs: Path, name: str, inputs: Mapping[str, Any], world: str | None) -> Past:
    """The run that a person names: by its folder, its id or the beginning of it, or `last`. Raises UserError.

    `last` is the last with these inputs in this world; where there is none, the last of all, which is told what lacks.
    """
    last = last_run(runs, inputs, world) if name == "last" else None
    if last is not None:
        return last
    folders = sorted(path.parent for path in runs.glob("*/events.jsonl"))
    if (Path(name) / "events.jsonl").is_file():
        return read_past(Path(name))
    found = folders[-1:] if name == "last" else [each for each in folders if each.name.startswith(name)]
    if len(found) == 1:
        return read_past(found[0])
    like = [each.name for each in found] or nearest(name, [each.name for each in folders])
    message = (
        f"{len(found)} runs below {runs} begin with `{name}`." if found else f"There is no run `{name}` in {runs}."
    )
    remedy = f"There is: {', '.join(like)}." if like else "Run it without --resume."
    raise UserError(Fault(message, remedy))


def refuse_another(
    past: Past, inputs: Mapping[str, Any], plan: Plan, world: str | None, procedure: Mapping[str, Any]
) -> None:
    """Raises UserError with the difference, when a run is not the one that the plan would go on with."""
    first = past.first
    if first.get("mode") != "run":
        raise UserError(Fault(f"{past.run} was a check: it changed nothing.", "Run it without --resume."))
    if first["rehearsal"] != plan.rehearsal:
        was, now = ("a rehearsal", "a real run") if first["rehearsal"] else ("a real run", "a rehearsal")
        raise UserError(Fault(f"{past.run} was {was}; {now} cannot take it up.", "Run it without --resume."))
    if first.get("world") != world:
        message = f"The stand-ins that {past.run} ran against are gone, with all that it set."
        raise UserError(Fault(message, "Serve them with `runwright rehearsal`, and run against those."))
    lines = [*_inputs(first["inputs"], inputs), *_files(past, plan, procedure)]
    if lines:
        message = f"{past.run} cannot be taken up: what it ran has changed since.\n" + "\n".join(lines)
        plainly = "Change it back, or run it --anew" if past.unfinished else "Run it again without --resume"
        raise UserError(Fault(message, f"{plainly}: sections that are done are passed over."))


def _inputs(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    names = [name for name in dict.fromkeys((*before, *now)) if before.get(name) != now.get(name)]
    return [f"  input {name}: was {before.get(name)}, is {now.get(name)}" for name in names]


def _files(past: Past, plan: Plan, procedure: Mapping[str, Any]) -> list[str]:
    """What differs in runbook, blocks and verbs, the runbook's lines included."""
    lines = []
    was, now = past.first["runbook"], procedure["runbook"]
    if was["sha256"] != now["sha256"]:
        kept = past.folder / "procedure" / plan.runbook.path.name
        old = kept.read_text("utf-8").splitlines() if kept.is_file() else []
        new = plan.runbook.text.splitlines()
        diff = difflib.unified_diff(old, new, f"{past.run}/{kept.name}", kept.name, n=1, lineterm="")
        lines += [f"  {line}" for line in diff] or [f"  {kept.name} is another file"]
    for kind in ("blocks", "verbs"):
        old_sums = {each["name"]: each["sha256"] for each in past.first[kind]}
        new_sums = {each["name"]: each["sha256"] for each in procedure[kind]}
        names = [name for name in sorted({*old_sums, *new_sums}) if old_sums.get(name) != new_sums.get(name)]
        lines += [f"  the {kind[:-1]} `{name}` is another" for name in names]
    return lines
