"""Checks a run's folder: that nothing in it was altered since it was closed, as far as the folder itself can tell."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.evidence import seal
from runwright.evidence.atomic_io import HALF, AlteredError, EvidenceError, digest
from runwright.evidence.integrity import against_journal
from runwright.evidence.journal import FORMAT, torn, walk
from runwright.evidence.seal import Kept

LATER = frozenset(
    {
        "SHA256SUMS.sig",
        "statement.sigstore.json",
        "SHA256SUMS.tsr",
        "review.md",
        "review.json",
    }
)
"""Files that may be added beside a closed folder: signature, timestamp, review. Any other is refused."""

LIMITS = (
    "It shows that the folder is whole and unchanged since the head was printed, if you compare the head with one"
    " that was kept elsewhere.",
    "It does not show that nobody who can write here made the folder anew, whole: only the kept head does.",
    "It does not show who ran it, nor that the machine's clock was right: beside each time stands the site's own Date.",
    "It does not look into later files, such as a signature or a review: check those with the tools that made them.",
)

STRANGE = "The journal holds an event of another shape than runwright writes."

_MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What an event of another shape than ours makes of code that reads it."""


@dataclass
class Verdict:
    """What was found of one folder."""

    folder: Path
    run: str | None = None
    runbook: str | None = None
    rehearsal: bool = False
    finished: bool = False
    """The journal has its last event."""
    status: str | None = None
    head: str | None = None
    previous: str | None = None
    """The head of the run before it, of the same runbook in the same tree."""
    altered: list[str] = field(default_factory=list)
    """What is not as the run left it."""
    unfinished: list[str] = field(default_factory=list)
    """What a run leaves that was killed."""
    another_head: list[str] = field(default_factory=list)
    """That its head is not the one that was asked for."""
    refused: list[str] = field(default_factory=list)
    """Why it is no evidence, where evidence was asked for."""
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why; no fault of the folder."""

    @property
    def problems(self) -> list[str]:
        """All that is wrong with it, in sentences."""
        return [*self.altered, *self.unfinished, *self.another_head, *self.refused]

    @property
    def good(self) -> bool:
        return not self.problems

    @property
    def word(self) -> str:
        """The verdict in a word or two: the gravest of what was found."""
        found = {
            "ALTERED": self.altered,
            "not finished": self.unfinished,
            "another head": self.another_head,
            "refused": self.refused,
        }
        return next((word for word, problems in found.items() if problems), "whole")

    def data(self) -> dict[str, Any]:
        """The verdict for JSON."""
        return {
            "folder": str(self.folder),
            "good": self.good,
            "verdict": self.word,
            "run": self.run,
            "runbook": self.runbook,
            "rehearsal": self.rehearsal,
            "finished": self.finished,
            "status": self.status,
            "head": self.head,
            "previous": self.previous,
            "problems": self.problems,
            "notes": self.notes,
        }


def verify(folder: Path, head: str | None = None, evidence: bool = False) -> Verdict:
    """Check one folder; with ``head`` also that it is the one whose head was kept; ``evidence`` refuses rehearsals.

    Never raises for what a folder holds: all that is wrong stands in the verdict's problems.
    """
    verdict = Verdict(folder, rehearsal=folder.name.endswith("-rehearsal"))
    try:
        _check(folder, verdict)
    except EvidenceError as error:
        verdict.altered.append(str(error))
    except OSError as error:
        verdict.altered.append(f"{error.filename} cannot be read: {error.strerror}.")
    except _MALFORMED:
        verdict.altered.append(STRANGE)
    if head is not None and verdict.head is not None and head.strip().lower() != verdict.head:
        verdict.another_head.append(
            f"Its head is {verdict.head}, not the one that was given: the journal was written anew,"
            " or the head that was given is mistyped, or of another run."
        )
    if evidence and verdict.rehearsal:
        verdict.refused.append("It is a rehearsal: no evidence of any real setting.")
    return verdict


def run_folders(root: Path) -> Iterator[Path]:
    """The folders of runs at or below a folder, in the order of their names."""
    if (root / "events.jsonl").exists():
        yield root
        return
    for path in sorted(root.rglob("events.jsonl")):
        yield path.parent


def missing_predecessors(verdicts: Iterable[Verdict]) -> list[str]:
    """Which runs name a run before them that is not among these: it was removed, or its journal altered."""
    known = list(verdicts)
    heads = {verdict.head for verdict in known}
    return [
        f"{verdict.folder}: the run before it (head {verdict.previous}) is not here, or its journal was altered."
        for verdict in known
        if verdict.previous is not None and verdict.previous not in heads
    ]


def make_again(folder: Path) -> None:
    """Make all files that are made from the others again; the same folder gives the same bytes.

    Raises AlteredError, and writes nothing, where the others are not as the run left them: a report made from them
    would say that they are.
    """
    verdict = Verdict(folder)
    try:
        kept = _own(folder, verdict)
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None
    except _MALFORMED:
        raise AlteredError(STRANGE) from None
    if verdict.altered:
        raise AlteredError("\n".join(["The folder is not as the run left it:", *verdict.altered]))
    seal.make(folder, kept)


def _check(folder: Path, verdict: Verdict) -> None:
    journal = folder / "events.jsonl"
    if journal.is_symlink() or not journal.is_file():
        verdict.altered.append("There is no journal (events.jsonl) in it: this is no run's folder.")
        return
    halves = _strangers(folder, verdict)
    kept = _own(folder, verdict)
    (verdict.unfinished if verdict.unfinished else verdict.altered).extend(halves)
    if verdict.finished:
        _made_again(folder, kept, verdict)


def _own(folder: Path, verdict: Verdict) -> Kept:
    """What the run itself left, held against its journal. Raises EvidenceError where the chain does not hold."""
    events = _journal(folder / "events.jsonl", verdict)
    kept = Kept(verdict.head or "", events, {name: digest(folder / name) for name in seal.own_files(folder)})
    held = against_journal(kept)
    verdict.altered += held.altered
    (verdict.unfinished if verdict.unfinished else verdict.altered).extend(held.loose)
    return kept


def _strangers(folder: Path, verdict: Verdict) -> list[str]:
    """Finds links, folders and files that have no place here; gives back files that a killed run wrote in half."""
    halves = []
    for name, entry in sorted(seal.entries(folder)):
        if entry.is_symlink():
            verdict.altered.append(f"{name} is a link.")
        elif entry.is_dir():
            if name not in seal.FOLDERS:
                verdict.altered.append(f"{name}/ has no place here.")
        elif not entry.is_file():
            verdict.altered.append(f"{name} is no plain file.")
        elif HALF.fullmatch(name):
            halves.append(f"{name} is half a file: the run was killed while it wrote it.")
        elif not (
            name in ("events.jsonl", *seal.MADE, *LATER)
            or name.startswith(("procedure/", "downloads/"))
            or seal.PICTURE.fullmatch(name)
        ):
            verdict.altered.append(f"{name} is not one of the run's files.")
    return halves


def _journal(path: Path, verdict: Verdict) -> list[dict[str, Any]]:
    """The events, when the chain holds. Raises EvidenceError when it does not."""
    verdict.head, events = walk(path)
    first, last = (events[0], events[-1]) if events else ({}, {})
    if first.get("event") != "run":
        raise AlteredError("The journal does not begin with the run's first event.")
    verdict.run, verdict.runbook = str(first["run"]), str(first["runbook"]["name"])
    verdict.rehearsal = bool(first["rehearsal"])
    verdict.previous = first["previous"]
    if first["format"] != FORMAT:
        raise EvidenceError(f"The journal is of format {first['format']}, which this version does not know.")
    if verdict.run.endswith("-rehearsal") != verdict.rehearsal:
        verdict.altered.append("The run's id and its first event do not agree whether it is a rehearsal.")
    if torn(path):
        verdict.unfinished.append("The journal's last line is not finished: the run was killed, or it was cut off.")
    elif last["event"] != "end":
        verdict.unfinished.append("The journal has no last event: the run was killed, or the journal was cut off.")
    elif last["events"] != len(events):
        verdict.altered.append(f"The last event counts {last['events']} events; there are {len(events)}.")
    elif [event["event"] for event in events].count("end") > 1:
        verdict.altered.append("The journal goes on behind its last event.")
    else:
        verdict.finished, verdict.status = True, str(last["status"])
    return events


def _made_again(folder: Path, kept: Kept, verdict: Verdict) -> None:
    """Reports, statement, instructions and sums are made again and compared, byte for byte."""
    there: dict[str, bytes] = {}
    for name in seal.MADE:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            verdict.altered.append(f"{name} is missing.")
        else:
            there[name] = path.read_bytes()
    if len(there) < len(seal.MADE):
        return
    same_version = _reports(there, kept, verdict)
    for name in seal.REPORTS:
        kept.digests[name] = hashlib.sha256(there[name]).hexdigest()
    statement = seal.statement_of(kept)
    how_to = seal.how_to_check(kept) if same_version else there["VERIFY.md"]
    wanted = {"statement.json": statement, "VERIFY.md": how_to}
    wanted["SHA256SUMS"] = seal.sums_of(kept, statement, how_to)
    for name, data in wanted.items():
        if there[name] != data:
            verdict.altered.append(f"{name} does not fit the other files: {_difference(name, there[name], data)}")


def _reports(there: dict[str, bytes], kept: Kept, verdict: Verdict) -> bool:
    """Reports say what the journal says; False where another version made them, which cannot be held against it."""
    from runwright.evidence.reports.html_report import html_of, junit_of, layout

    if layout().encode() not in there["report.html"]:
        verdict.notes.append(
            "Reports and VERIFY.md were made by another version of runwright; they were not held against the journal."
            " `runwright report` on a copy of the folder makes them anew."
        )
        return False
    for name, data in (("report.html", html_of(kept.events, kept.head)), ("junit.xml", junit_of(kept.events))):
        if there[name] != data:
            verdict.altered.append(f"{name} does not say what the journal says.")
    return True


def _difference(name: str, there: bytes, wanted: bytes) -> str:
    """Which file's sum differs, when that can be told."""
    if name == "SHA256SUMS":
        lines = set(there.splitlines()) ^ set(wanted.splitlines())
        changed = {line.partition(b"  ")[2].decode("utf-8", "replace") for line in lines}
        return f"another sum for {', '.join(sorted(changed)[:5])}." if changed else "its lines are in another order."
    if name == "statement.json":
        try:
            was, now = _subjects(there), _subjects(wanted)
        except (*_MALFORMED, RecursionError):
            return "it was changed."
        others = sorted(subject for subject in was.keys() | now.keys() if was.get(subject) != now.get(subject))
        return f"another digest for {', '.join(others[:5])}." if others else "another predicate."
    return "it was changed."


def _subjects(statement: bytes) -> dict[str, Any]:
    return {str(entry["name"]): entry["digest"] for entry in json.loads(statement)["subject"]}
