"""Checks a run's folder: that nothing in it was altered since it was closed, as far as the folder itself can tell."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.evidence import closing
from runwright.evidence.closing import Kept
from runwright.evidence.files import EvidenceError, digest
from runwright.evidence.journal import FORMAT, torn, walk

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
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why; no fault of the folder."""

    @property
    def good(self) -> bool:
        return not self.problems

    def data(self) -> dict[str, Any]:
        """The verdict for JSON."""
        return {
            "folder": str(self.folder),
            "good": self.good,
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
        verdict.problems.append(str(error))
    except OSError as error:
        verdict.problems.append(f"{error.filename} cannot be read: {error.strerror}.")
    except _MALFORMED:
        verdict.problems.append("The journal holds an event of another shape than runwright writes.")
    if head is not None and head.strip().lower() != verdict.head:
        verdict.problems.append(f"The head is {verdict.head}, not the one that was kept: the journal was written anew.")
    if evidence and verdict.rehearsal:
        verdict.problems.append("It is a rehearsal: no evidence of any real setting.")
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


def _check(folder: Path, verdict: Verdict) -> None:
    journal = folder / "events.jsonl"
    if journal.is_symlink() or not journal.is_file():
        verdict.problems.append("There is no journal (events.jsonl) in it: this is no run's folder.")
        return
    _strangers(folder, verdict)
    events = _journal(journal, verdict)
    kept = Kept(verdict.head or "", events, {name: digest(folder / name) for name in closing.own_files(folder)})
    _pictures(kept, verdict)
    _procedure(kept, verdict)
    _downloads(kept, verdict)
    if verdict.finished:
        _made_again(folder, kept, verdict)


def _strangers(folder: Path, verdict: Verdict) -> None:
    """Links, folders and files that have no place here."""
    for name, entry in sorted(closing.entries(folder)):
        if entry.is_symlink():
            verdict.problems.append(f"{name} is a link.")
        elif entry.is_dir():
            if name not in closing.FOLDERS:
                verdict.problems.append(f"{name}/ has no place here.")
        elif not entry.is_file():
            verdict.problems.append(f"{name} is no plain file.")
        elif not (
            name in ("events.jsonl", *closing.MADE, *LATER)
            or name.startswith(("procedure/", "downloads/"))
            or closing.PICTURE.fullmatch(name)
        ):
            verdict.problems.append(f"{name} is not one of the run's files.")


def _journal(path: Path, verdict: Verdict) -> list[dict[str, Any]]:
    """The events, when the chain holds. Raises EvidenceError when it does not."""
    verdict.head, events = walk(path)
    first, last = (events[0], events[-1]) if events else ({}, {})
    if first.get("event") != "run":
        raise EvidenceError("The journal does not begin with the run's first event.")
    verdict.run, verdict.runbook = str(first["run"]), str(first["runbook"]["name"])
    verdict.rehearsal = bool(first["rehearsal"])
    verdict.previous = first["previous"]
    if first["format"] != FORMAT:
        raise EvidenceError(f"The journal is of format {first['format']}, which this version does not know.")
    if verdict.run.endswith("-rehearsal") != verdict.rehearsal:
        verdict.problems.append("The run's id and its first event do not agree whether it is a rehearsal.")
    if torn(path):
        verdict.problems.append("The journal's last line is not finished: the run was killed, or it was cut off.")
    elif last["event"] != "end":
        verdict.problems.append("The journal has no last event: the run was killed, or the journal was cut off.")
    elif last["events"] != len(events):
        verdict.problems.append(f"The last event counts {last['events']} events; there are {len(events)}.")
    elif [event["event"] for event in events].count("end") > 1:
        verdict.problems.append("The journal goes on behind its last event.")
    else:
        verdict.finished, verdict.status = True, str(last["status"])
    return events


def _pictures(kept: Kept, verdict: Verdict) -> None:
    """Every picture is named by the journal once, with its digest, and every named one is there."""
    named: dict[str, str] = {}
    for event in kept.events:
        for picture in event["pictures"] if event["event"] == "step" else ():
            if picture["file"] in named:
                verdict.problems.append(f"The picture {picture['file']} is named twice.")
            named[picture["file"]] = picture["sha256"]
    for name, wanted in named.items():
        if not closing.PICTURE.fullmatch(name):
            verdict.problems.append(f"The journal names a picture {name!r}, which is no picture's name.")
        elif name not in kept.digests:
            verdict.problems.append(f"The picture {name} is missing.")
        elif kept.digests[name] != wanted:
            verdict.problems.append(f"The picture {name} is not the one that the journal names.")
    for name in kept.digests:
        if name.endswith(".png") and "/" not in name and name not in named:
            verdict.problems.append(f"The picture {name} is named by no step.")


def _procedure(kept: Kept, verdict: Verdict) -> None:
    """Runbook, blocks, verbs and guide are those whose digests the journal names."""
    first = kept.events[0]
    cleaned = {event["file"]: event["sha256"] for event in kept.events if event["event"] == "cleaned"}
    wanted = {f"procedure/{_name(first['runbook'])}": first["runbook"]["sha256"]}
    if first["guide"] and first["guide"]["sha256"]:
        wanted[f"procedure/{_name(first['guide'])}"] = first["guide"]["sha256"]
    own_verbs = [verb for verb in first["verbs"] if not verb["shipped"]]
    wanted |= {f"procedure/steps/{_name(each)}": each["sha256"] for each in (*first["blocks"], *own_verbs)}
    _named(kept, verdict, "procedure/", wanted, wanted | cleaned)


def _downloads(kept: Kept, verdict: Verdict) -> None:
    """Files that pages gave are those whose digests the journal names; one that was withheld later is gone."""
    wanted = {event["file"]: event["sha256"] for event in kept.events if event["event"] == "downloaded"}
    for event in kept.events:
        if event["event"] == "download-withheld":
            wanted.pop(event["file"], None)
    _named(kept, verdict, "downloads/", wanted, wanted)


def _named(kept: Kept, verdict: Verdict, under: str, wanted: Container[str], sums: dict[str, str]) -> None:
    """The files in a folder are those that are wanted there, and have the sums that the journal names."""
    for name, wanted_sum in sums.items():
        if name not in kept.digests:
            verdict.problems.append(f"{name} is missing.")
        elif kept.digests[name] != wanted_sum:
            verdict.problems.append(f"{name} is not the one that the journal names.")
    for name in kept.digests:
        if name.startswith(under) and name not in wanted:
            verdict.problems.append(f"{name} is named by no event.")


def _name(named: dict[str, Any]) -> str:
    return str(named["path"]).replace("\\", "/").rpartition("/")[2]


def _made_again(folder: Path, kept: Kept, verdict: Verdict) -> None:
    """Reports, statement, instructions and sums are made again and compared, byte for byte."""
    there: dict[str, bytes] = {}
    for name in closing.MADE:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            verdict.problems.append(f"{name} is missing.")
        else:
            there[name] = path.read_bytes()
    if len(there) < len(closing.MADE):
        return
    _reports(there, kept, verdict)
    for name in closing.REPORTS:
        kept.digests[name] = digest(folder / name)
    statement, how_to = closing.statement_of(kept), closing.how_to_check(kept)
    wanted = {"statement.json": statement, "VERIFY.md": how_to}
    wanted["SHA256SUMS"] = closing.sums_of(kept, statement, how_to)
    for name, data in wanted.items():
        if there[name] != data:
            verdict.problems.append(f"{name} does not fit the other files: {_difference(name, there[name], data)}")


def _reports(there: dict[str, bytes], kept: Kept, verdict: Verdict) -> None:
    """Reports say what the journal says; one that another version made cannot be held against it."""
    from runwright.evidence.report import html_of, junit_of, layout

    if layout().encode() not in there["report.html"]:
        verdict.notes.append(
            "The reports were made by another version of runwright, so they were not held against the journal."
            " `runwright report` on a copy of the folder makes them anew."
        )
        return
    for name, data in (("report.html", html_of(kept.events, kept.head)), ("junit.xml", junit_of(kept.events))):
        if there[name] != data:
            verdict.problems.append(f"{name} does not say what the journal says.")


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
