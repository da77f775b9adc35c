"""Verifies a run folder: whether it is intact since it was sealed, as far as the folder itself can show."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.evidence import seal
from runwright.evidence.atomic_io import AlteredError, EvidenceError, UnreadableError, digest, read_file
from runwright.evidence.events import EndEvent
from runwright.evidence.folder_layout import (
    DERIVED,
    FOLDERS,
    JOURNAL,
    LATER,
    REPORTS,
    entries,
    is_own,
    is_partial,
    is_unknown_layer,
    own_files,
)
from runwright.evidence.integrity import compare_with_journal
from runwright.evidence.journal import UnknownFormatError, is_truncated, read_verified, run_and_end
from runwright.evidence.seal import FolderSurvey
from runwright.evidence.statuses import VerifyStatus
from runwright.version import __version__

_MOST_OF_A_LIST = 100_000_000
_log = logging.getLogger("runwright.verify")

LIMITS = (
    "It proves that the folder is complete and unaltered since the journal digest was printed, if the digest equals a"
    " copy that was kept elsewhere.",
    "Without such a copy, it does not prove that the folder is the original: a person with write access can replace all"
    " of it.",
    "It does not prove who ran the runbook (the name is self-reported), nor that the machine's clock was right: compare"
    " each time with the site's own Date beside it.",
    "It does not check files that were added later, such as a signature or a review: with one, a folder is"
    " `incomplete`. Check them with the tools that made them.",
)
"""What `verify` proves and what it does not prove, one sentence or two each."""


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
    """What a killed run leaves behind, and what only another version of runwright can verify."""
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
    except UnknownFormatError as error:
        result.incomplete.append(str(error))
    except UnreadableError as error:
        result.incomplete.append(str(error))
    except EvidenceError as error:
        result.altered.append(str(error))
    except OSError as error:
        result.incomplete.append(f"{error.filename} cannot be read: {error.strerror}.")
    except Exception as error:  # a bug of runwright must not keep other folders from their verdict
        _log.exception("The folder %s could not be verified.", folder)
        result.incomplete.append(f"The folder could not be verified ({type(error).__name__}).")
    if digest is not None and result.digest is not None and digest.strip().lower() != result.digest:
        result.digest_mismatch.append(
            f"The journal digest is {result.digest}, not the given one: the journal was replaced,"
            " or the given digest is mistyped or belongs to another run."
        )
    if evidence and result.rehearsal:
        result.not_evidence.append("This is a rehearsal, which is not evidence of any real setting.")
    return result


def run_folders(root: Path) -> list[Path]:
    """The run folders at or below a folder, sorted by name, and folders that cannot be listed. Links stay out."""
    found, waiting = [], [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as listed:
                inside = list(listed)
        except OSError:
            found.append(folder)
            continue
        if any(entry.name == JOURNAL for entry in inside):
            found.append(folder)
        else:
            waiting += [Path(entry.path) for entry in inside if entry.is_dir(follow_symlinks=False)]
    return sorted(found)


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
    """Write the missing reports, and statement and sums, again. The same folder gives the same bytes.

    Raises AlteredError, and writes nothing, when the run's own files were altered: reports made from them would
    confirm the alteration. Raises EvidenceError when another version made a report that is missing.
    """
    result = VerifyResult(folder)
    try:
        survey = _own_files(folder, result)
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None
    if result.altered:
        raise AlteredError("\n".join(["The run folder was altered:", *result.altered]))
    seal.write_derived(folder, survey)


def _check(folder: Path, result: VerifyResult) -> None:
    journal = folder / JOURNAL
    if journal.is_symlink() or not journal.is_file():
        result.altered.append("This is not a run folder: it contains no journal (events.jsonl).")
        return
    survey = _own_files(folder, result)
    partial = _unexpected_entries(folder, survey, result)
    (result.altered if result.finished else result.incomplete).extend(partial)
    if result.finished:
        _bound_reports(folder, survey, result)
        _lists(folder, survey, result)


def _own_files(folder: Path, result: VerifyResult) -> FolderSurvey:
    """Compare the run's own files with its journal. Raises EvidenceError when the chain is broken."""
    journal_digest, events = read_verified(folder / JOURNAL)
    survey = FolderSurvey(journal_digest, events, {name: digest(folder / name) for name in own_files(folder)})
    _journal(folder / JOURNAL, survey, result)
    compared = compare_with_journal(survey)
    result.altered += compared.altered
    (result.incomplete if result.incomplete else result.altered).extend(compared.unmatched)
    return survey


def _unexpected_entries(folder: Path, survey: FolderSurvey, result: VerifyResult) -> list[str]:
    """Record unexpected links, folders and files. Return messages about files that a killed run wrote partly."""
    partial = []
    for name, entry in sorted(entries(folder)):
        if entry.is_symlink():
            result.altered.append(f"{name} is a symbolic link.")
        elif entry.is_dir():
            if name not in FOLDERS:
                result.altered.append(f"{name}/ does not belong in a run folder.")
        elif not entry.is_file():
            result.altered.append(f"{name} is not a regular file.")
        elif is_partial(name):
            partial.append(f"{name} is a partial file: the run was killed while writing it.")
        elif is_unknown_layer(name):
            result.incomplete.append(f"{name} was added later; this version of runwright does not know such a file.")
        elif name in LATER:
            result.incomplete.append(f"{name} was added later; this version of runwright cannot check it.")
        elif not (name in DERIVED or name in survey.bound or is_own(name)):
            result.altered.append(f"{name} does not belong in a run folder.")
    return partial


def _journal(path: Path, survey: FolderSurvey, result: VerifyResult) -> None:
    """Record what the journal says of itself. Raises AlteredError when it does not start with a run."""
    events = survey.events
    run, end = run_and_end(events)
    result.digest = survey.digest
    result.run, result.runbook, result.rehearsal = run.run, run.runbook.slug, run.rehearsal
    result.previous = run.previous
    if run.run.endswith("-rehearsal") != run.rehearsal:
        result.altered.append("The run id and the first event disagree about whether this is a rehearsal.")
    if is_truncated(path):
        result.incomplete.append("The journal's last line is cut: the run was killed, or the file was truncated.")
    elif end is None:
        result.incomplete.append("The journal has no `end` event: the run was killed, or the file was truncated.")
    elif end.events != len(events):
        result.altered.append(f"The `end` event counts {end.events} events, but the journal has {len(events)}.")
    elif sum(isinstance(event, EndEvent) for event in events) > 1:
        result.altered.append("The journal continues after its `end` event.")
    else:
        result.finished, result.status = True, end.status


def _bound_reports(folder: Path, survey: FolderSurvey, result: VerifyResult) -> None:
    """Compare the reports with the digests that the journal binds, and add their digests to the survey.

    Where this version made them, also compare them with the journal's other events.
    """
    for name in dict.fromkeys((*REPORTS, *survey.bound)):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            result.altered.append(f"{name} is missing.")
            continue
        survey.digests[name] = digest(path)
        if name not in survey.bound:
            result.altered.append(f"The journal does not bind {name}: it was added after the run.")
        elif survey.digests[name] != survey.bound[name]:
            result.altered.append(f"{name} does not match its digest in the journal.")
    if survey.run.versions.runwright != __version__:
        result.notes.append(
            f"runwright {survey.run.versions.runwright} made the reports. They are as it left them; this version does"
            " not make them again to compare them with the journal."
        )
        return
    if result.altered:
        return
    for name, data in seal.reports_of(survey.events).items():
        if survey.digests[name] != hashlib.sha256(data).hexdigest():
            result.altered.append(f"{name} does not match the journal.")


def _lists(folder: Path, survey: FolderSurvey, result: VerifyResult) -> None:
    """Compare statement and sums with the other files."""
    found: dict[str, bytes] = {}
    for name in ("statement.json", "SHA256SUMS"):
        path = folder / name
        if path.is_symlink() or not path.is_file():
            result.altered.append(f"{name} is missing.")
        elif path.stat().st_size > _MOST_OF_A_LIST:
            result.altered.append(f"{name} is longer than that of any run.")
        else:
            found[name] = read_file(path)
    if len(found) < 2:
        return
    statement = seal.statement_of(survey)
    if (
        survey.run.versions.runwright != __version__
        and found["statement.json"] != statement
        and _same_subjects(found["statement.json"], statement)
    ):
        statement = found["statement.json"]  # another version may describe the run in other words, or somebody else
        result.incomplete.append(
            "statement.json describes the run in other words than this version: only runwright"
            f" {survey.run.versions.runwright}, which made it, can check it."
        )
    expected = {"statement.json": statement, "SHA256SUMS": seal.sums_of(survey, statement)}
    for name, data in expected.items():
        if found[name] != data:
            result.altered.append(f"{name} does not match the other files: {_difference(name, found[name], data)}")


def _difference(name: str, found: bytes, expected: bytes) -> str:
    """A description of how a derived file differs, with the affected files where possible."""
    if name == "SHA256SUMS":
        lines = set(found.splitlines()) ^ set(expected.splitlines())
        changed = {line.partition(b"  ")[2].decode("utf-8", "replace") for line in lines}
        return f"different digests for {', '.join(sorted(changed)[:5])}." if changed else "the order of lines differs."
    if name == "statement.json":
        try:
            listed, actual = _subjects(found), _subjects(expected)
        except _MALFORMED_STATEMENT:
            return "its content was changed."
        names = sorted(each for each in listed.keys() | actual.keys() if listed.get(each) != actual.get(each))
        return f"different digests for {', '.join(names[:5])}." if names else "its predicate differs."
    return "its content was changed."


_MALFORMED_STATEMENT = (KeyError, TypeError, ValueError, AttributeError, RecursionError)
"""What a malformed statement raises in code that reads it."""


def _same_subjects(found: bytes, expected: bytes) -> bool:
    try:
        return _subjects(found) == _subjects(expected)
    except _MALFORMED_STATEMENT:
        return False


def _subjects(statement: bytes) -> dict[str, Any]:
    return {str(entry["name"]): entry["digest"] for entry in json.loads(statement)["subject"]}
