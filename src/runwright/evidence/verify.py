"""Checks a run's folder: that nothing in it was altered since it was closed, as far as the folder itself can tell."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.evidence import closing
from runwright.evidence.files import EvidenceError
from runwright.evidence.journal import chain, read

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
)


@dataclass
class Verdict:
    """What was found of one folder."""

    folder: Path
    run: str | None = None
    rehearsal: bool = False
    status: str | None = None
    head: str | None = None
    previous: str | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.problems

    def data(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "run": self.run,
            "rehearsal": self.rehearsal,
            "status": self.status,
            "head": self.head,
            "problems": self.problems,
        }


def verify(folder: Path, head: str | None = None, evidence: bool = False) -> Verdict:
    """Check one folder; with ``head`` also that it is the one whose head was kept; ``evidence`` refuses rehearsals."""
    verdict = Verdict(folder)
    journal = folder / "events.jsonl"
    if journal.is_symlink() or not journal.is_file():
        verdict.problems.append("There is no journal (events.jsonl) in it: this is no run's folder.")
        return verdict
    _strangers(folder, verdict)
    events = _journal(journal, verdict)
    if events is None:
        return verdict
    _pictures(folder, events, verdict)
    if verdict.status is not None and not verdict.problems:
        _rebuilt(folder, verdict)
    if head is not None and head != verdict.head:
        verdict.problems.append(f"The head is {verdict.head}, not the one that was kept: the journal was written anew.")
    if evidence and verdict.rehearsal:
        verdict.problems.append("It is a rehearsal: no evidence of any real setting.")
    return verdict


def run_folders(root: Path) -> Iterator[Path]:
    """The run folders at or below a folder."""
    if (root / "events.jsonl").exists():
        yield root
        return
    for path in sorted(root.rglob("events.jsonl")):
        yield path.parent


def missing_predecessors(verdicts: Iterable[Verdict]) -> list[str]:
    """Which runs name a run before them that is not among these."""
    known = list(verdicts)
    heads = {verdict.head for verdict in known}
    return [
        f"{verdict.folder}: the run before it (head {verdict.previous}) is not here."
        for verdict in known
        if verdict.previous is not None and verdict.previous not in heads
    ]


def _strangers(folder: Path, verdict: Verdict) -> None:
    """Links, folders and files that have no place here."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            verdict.problems.append(f"{name} is a link.")
        elif path.is_dir():
            if name not in ("procedure", "procedure/steps"):
                verdict.problems.append(f"{name}/ has no place here.")
        elif not path.is_file():
            verdict.problems.append(f"{name} is no file.")
    listed = {*closing.own_files(folder), *closing.MADE, *LATER}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and name not in listed:
            verdict.problems.append(f"{name} is not one of the run's files.")


def _journal(path: Path, verdict: Verdict) -> list[dict[str, Any]] | None:
    try:
        verdict.head = chain(path)
        events = read(path)
    except EvidenceError as error:
        verdict.problems.append(str(error))
        return None
    if not events or events[0].get("event") != "run":
        verdict.problems.append("The journal does not begin with the run's first event.")
        return None
    first, last = events[0], events[-1]
    verdict.run, verdict.rehearsal = first.get("run"), bool(first.get("rehearsal"))
    verdict.previous = first.get("previous")
    if last.get("event") != "end":
        verdict.problems.append("The journal has no last event: the run was killed, or the journal was cut off.")
    elif last.get("events") != len(events):
        verdict.problems.append(f"The last event counts {last.get('events')} events; there are {len(events)}.")
    else:
        verdict.status = last.get("status")
    return events


def _pictures(folder: Path, events: list[dict[str, Any]], verdict: Verdict) -> None:
    """Every picture is named by the journal with its digest, and every named one is there."""
    named = {
        picture["file"]: picture["sha256"]
        for event in events
        if event["event"] == "step"
        for picture in event["pictures"]
    }
    for name, digest in named.items():
        path = folder / name
        if os.sep in name or not path.is_file():
            verdict.problems.append(f"The picture {name} is missing.")
        elif closing.digest(path) != digest:
            verdict.problems.append(f"The picture {name} is not the one that the journal names.")
    for path in sorted(folder.glob("*.png")):
        if path.name not in named:
            verdict.problems.append(f"The picture {path.name} is named by no step.")


def _rebuilt(folder: Path, verdict: Verdict) -> None:
    """Statement, instructions and sums are made again and compared, byte for byte."""
    for name, make in (
        ("statement.json", closing.statement),
        ("VERIFY.md", closing.verify_text),
        ("SHA256SUMS", closing.sums),
    ):
        path = folder / name
        try:
            if path.read_bytes() != make(folder):
                verdict.problems.append(f"{name} does not fit the other files: {_difference(path, make(folder))}")
        except OSError as error:
            verdict.problems.append(f"{Path(str(error.filename)).name} is missing.")


def _difference(path: Path, wanted: bytes) -> str:
    """Which file's sum differs, when that can be told."""
    there = path.read_bytes()
    if path.name == "SHA256SUMS":
        changed = {
            line.partition(b"  ")[2].decode("utf-8", "replace")
            for line in set(there.splitlines()) ^ set(wanted.splitlines())
        }
        return f"another sum for {', '.join(sorted(changed)[:5])}."
    try:
        old, new = json.loads(there), json.loads(wanted)
        was = {entry["name"]: entry["digest"] for entry in old["subject"]}
        now = {entry["name"]: entry["digest"] for entry in new["subject"]}
        changed = {name for name in was.keys() | now.keys() if was.get(name) != now.get(name)}
        return f"another digest for {', '.join(sorted(changed)[:5])}." if changed else "another predicate."
    except (ValueError, KeyError, TypeError):
        return "it was changed."
