"""Verifies a run folder: whether it is intact since it was sealed, as far as the folder itself can show."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.evidence import seal
from runwright.evidence.atomic_io import PARTIAL, AlteredError, EvidenceError, digest
from runwright.evidence.integrity import compare_with_journal
from runwright.evidence.journal import FORMAT, is_truncated, read_verified
from runwright.evidence.seal import FolderSurvey
from runwright.evidence.statuses import VerifyStatus

LATER = frozenset(
    {
        "SHA256SUMS.sig",
        "statement.sigstore.json",
        "SHA256SUMS.tsr",
        "review.md",
        "review.json",
    }
)
"""Files that may be added to a sealed folder: signature, timestamp, review. Any other added file is an error."""

LIMITS = (
    "It proves that the folder is complete and unaltered since the journal digest was printed, if the digest equals a"
    " copy that was kept elsewhere.",
    "Without such a copy, it does not prove that the folder is the original: a person with write access can replace all"
    " of it.",
    "It does not prove who ran the runbook (the name is self-reported), nor that the machine's clock was right: compare"
    " each time with the site's own Date beside it.",
    "It does not check files that were added later, such as a signature or a review. Check them with the tools that"
    " made them.",
)
"""What `verify` proves and what it does not prove, one sentence or two each."""

MALFORMED = "The journal contains a malformed event."

_MALFORMED_ERRORS = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What a malformed event raises in code that reads it."""


@dataclass
class VerifyResult:
    """What `verify` found in one folder."""

    folder: Path
    run: str | None = None
    runbook: str | None = None
    rehearsal: bool = False
    finished: bool = False
    """Whether the journal has its `end` event."""
    status: str | None = None
    """The status of the run, when it finished."""
    digest: str | None = None
    previous: str | None = None
    """The journal digest of the previous run of the same runbook in the same folder tree."""
    altered: list[str] = field(default_factory=list)
    """What is not as the run left it."""
    incomplete: list[str] = field(default_factory=list)
    """What a killed run leaves behind."""
    digest_mismatch: list[str] = field(default_factory=list)
    """That the journal digest differs from the given one."""
    not_evidence: list[str] = field(default_factory=list)
    """Why the folder is not evidence, when evidence was required."""
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why. A note is not a problem of the folder."""

    @property
    def problems(self) -> list[str]:
        """All problems, one sentence each."""
        return [*self.altered, *self.incomplete, *self.digest_mismatch, *self.not_evidence]

    @property
    def good(self) -> bool:
        return not self.problems

    @property
    def verdict(self) -> VerifyStatus:
        """The verify status: the most serious of the problems."""
        problems = {
            VerifyStatus.ALTERED: self.altered,
            VerifyStatus.INCOMPLETE: self.incomplete,
            VerifyStatus.DIGEST_MISMATCH: self.digest_mismatch,
            VerifyStatus.NOT_EVIDENCE: self.not_evidence,
        }
        return next((status for status, messages in problems.items() if messages), VerifyStatus.INTACT)

    def data(self) -> dict[str, Any]:
        """The result as JSON data."""
        return {
            "folder": str(self.folder),
            "good": self.good,
            "verdict": self.verdict,
            "run": self.run,
            "runbook": self.runbook,
            "rehearsal": self.rehearsal,
            "finished": self.finished,
            "status": self.status,
            "digest": self.digest,
            "previous": self.previous,
            "problems": self.problems,
            "notes": self.notes,
        }


def verify(folder: Path, digest: str | None = None, evidence: bool = False) -> VerifyResult:
    """Verify one folder.

    ``digest`` is a journal digest that was kept elsewhere: the folder must have the same. ``evidence`` rejects
    rehearsals. Never raises for what a folder contains: all problems are in the result.
    """
    result = VerifyResult(folder, rehearsal=folder.name.endswith("-rehearsal"))
    try:
        _check(folder, result)
    except EvidenceError as error:
        result.altered.append(str(error))
    except OSError as error:
        result.altered.append(f"{error.filename} cannot be read: {error.strerror}.")
    except _MALFORMED_ERRORS:
        result.altered.append(MALFORMED)
    if digest is not None and result.digest is not None and digest.strip().lower() != result.digest:
        result.digest_mismatch.append(
            f"The journal digest is {result.digest}, not the given one: the journal was replaced,"
            " or the given digest is mistyped or belongs to another run."
        )
    if evidence and result.rehearsal:
        result.not_evidence.append("This is a rehearsal, which is not evidence of any real setting.")
    return result


def run_folders(root: Path) -> Iterator[Path]:
    """The run folders at or below a folder, sorted by name."""
    if (root / "events.jsonl").exists():
        yield root
        return
    for path in sorted(root.rglob("events.jsonl")):
        yield path.parent


def missing_predecessors(results: Iterable[VerifyResult]) -> list[str]:
    """A message for each run whose previous run is not among the results: it was removed, or its journal altered."""
    known = list(results)
    digests = {result.digest for result in known}
    return [
        f"{result.folder}: the previous run (journal digest {result.previous}) is missing, or its journal was altered."
        for result in known
        if result.previous is not None and result.previous not in digests
    ]


def regenerate(folder: Path) -> None:
    """Write all derived files again. The same folder gives the same bytes.

    Raises AlteredError, and writes nothing, when the run's own files were altered: reports made from them would
    confirm the alteration.
    """
    result = VerifyResult(folder)
    try:
        survey = _own_files(folder, result)
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None
    except _MALFORMED_ERRORS:
        raise AlteredError(MALFORMED) from None
    if result.altered:
        raise AlteredError("\n".join(["The run folder was altered:", *result.altered]))
    seal.write_derived(folder, survey)


def _check(folder: Path, result: VerifyResult) -> None:
    journal = folder / "events.jsonl"
    if journal.is_symlink() or not journal.is_file():
        result.altered.append("This is not a run folder: it contains no journal (events.jsonl).")
        return
    partial = _unexpected_entries(folder, result)
    survey = _own_files(folder, result)
    (result.incomplete if result.incomplete else result.altered).extend(partial)
    if result.finished:
        _derived_files(folder, survey, result)


def _own_files(folder: Path, result: VerifyResult) -> FolderSurvey:
    """Compare the run's own files with its journal. Raises EvidenceError when the chain is broken."""
    events = _journal(folder / "events.jsonl", result)
    digests = {name: digest(folder / name) for name in seal.own_files(folder)}
    survey = FolderSurvey(result.digest or "", events, digests)
    compared = compare_with_journal(survey)
    result.altered += compared.altered
    (result.incomplete if result.incomplete else result.altered).extend(compared.unmatched)
    return survey


def _unexpected_entries(folder: Path, result: VerifyResult) -> list[str]:
    """Record unexpected links, folders and files. Return messages about files that a killed run wrote partly."""
    partial = []
    for name, entry in sorted(seal.entries(folder)):
        if entry.is_symlink():
            result.altered.append(f"{name} is a symbolic link.")
        elif entry.is_dir():
            if name not in seal.FOLDERS:
                result.altered.append(f"{name}/ does not belong in a run folder.")
        elif not entry.is_file():
            result.altered.append(f"{name} is not a regular file.")
        elif PARTIAL.fullmatch(name):
            partial.append(f"{name} is a partial file: the run was killed while writing it.")
        elif not (
            name in ("events.jsonl", *seal.DERIVED, *LATER)
            or name.startswith(("procedure/", "downloads/"))
            or seal.SCREENSHOT.fullmatch(name)
        ):
            result.altered.append(f"{name} does not belong in a run folder.")
    return partial


def _journal(path: Path, result: VerifyResult) -> list[dict[str, Any]]:
    """The events of the journal. Raises EvidenceError when the chain is broken."""
    result.digest, events = read_verified(path)
    first, last = (events[0], events[-1]) if events else ({}, {})
    if first.get("event") != "run":
        raise AlteredError("The journal does not start with the event `run`.")
    result.run, result.runbook = str(first["run"]), str(first["runbook"]["slug"])
    result.rehearsal = bool(first["rehearsal"])
    result.previous = first["previous"]
    if first["format"] != FORMAT:
        raise EvidenceError(
            f"The journal has format {first['format']}, which this version of runwright does not support."
        )
    if result.run.endswith("-rehearsal") != result.rehearsal:
        result.altered.append("The run id and the first event disagree about whether this is a rehearsal.")
    if is_truncated(path):
        result.incomplete.append("The journal's last line is cut: the run was killed, or the file was truncated.")
    elif last["event"] != "end":
        result.incomplete.append("The journal has no `end` event: the run was killed, or the file was truncated.")
    elif last["events"] != len(events):
        result.altered.append(f"The `end` event counts {last['events']} events, but the journal has {len(events)}.")
    elif [event["event"] for event in events].count("end") > 1:
        result.altered.append("The journal continues after its `end` event.")
    else:
        result.finished, result.status = True, str(last["status"])
    return events


def _derived_files(folder: Path, survey: FolderSurvey, result: VerifyResult) -> None:
    """Make reports, statement, VERIFY.md and sums again and compare them byte for byte."""
    found: dict[str, bytes] = {}
    for name in seal.DERIVED:
        path = folder / name
        if path.is_symlink() or not path.is_file():
            result.altered.append(f"{name} is missing.")
        else:
            found[name] = path.read_bytes()
    if len(found) < len(seal.DERIVED):
        return
    same_version = _reports(found, survey, result)
    for name in seal.REPORTS:
        survey.digests[name] = hashlib.sha256(found[name]).hexdigest()
    statement = seal.statement_of(survey)
    instructions = seal.instructions_of(survey) if same_version else found["VERIFY.md"]
    expected = {"statement.json": statement, "VERIFY.md": instructions}
    expected["SHA256SUMS"] = seal.sums_of(survey, statement, instructions)
    for name, data in expected.items():
        if found[name] != data:
            result.altered.append(f"{name} does not match the other files: {_difference(name, found[name], data)}")


def _reports(found: dict[str, bytes], survey: FolderSurvey, result: VerifyResult) -> bool:
    """Compare the reports with the journal. False when another version made them, so they cannot be compared."""
    from runwright.evidence.reports.html_report import html_of, layout
    from runwright.evidence.reports.junit import junit_of

    if layout().encode() not in found["report.html"]:
        result.notes.append(
            "Another version of runwright made the reports and VERIFY.md, so they were not compared with the journal."
            " To regenerate them, run `runwright report` on a copy of the folder."
        )
        return False
    for name, data in (("report.html", html_of(survey.events, survey.digest)), ("junit.xml", junit_of(survey.events))):
        if found[name] != data:
            result.altered.append(f"{name} does not match the journal.")
    return True


def _difference(name: str, found: bytes, expected: bytes) -> str:
    """A description of how a derived file differs, with the affected files where possible."""
    if name == "SHA256SUMS":
        lines = set(found.splitlines()) ^ set(expected.splitlines())
        changed = {line.partition(b"  ")[2].decode("utf-8", "replace") for line in lines}
        return f"different digests for {', '.join(sorted(changed)[:5])}." if changed else "the order of lines differs."
    if name == "statement.json":
        try:
            listed, actual = _subjects(found), _subjects(expected)
        except (*_MALFORMED_ERRORS, RecursionError):
            return "its content was changed."
        names = sorted(each for each in listed.keys() | actual.keys() if listed.get(each) != actual.get(each))
        return f"different digests for {', '.join(names[:5])}." if names else "its predicate differs."
    return "its content was changed."


def _subjects(statement: bytes) -> dict[str, Any]:
    return {str(entry["name"]): entry["digest"] for entry in json.loads(statement)["subject"]}
