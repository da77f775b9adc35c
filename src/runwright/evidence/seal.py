"""Seals a run folder: writes the reports, statement, VERIFY.md and sums, all derived from the run's own files."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import AlteredError, EvidenceError, digest, read_file, write_atomic
from runwright.evidence.journal import read_verified
from runwright.evidence.statuses import Status

REPORTS = ("report.html", "junit.xml")
"""The reports for people and for CI, made from the journal."""

DERIVED = (*REPORTS, "statement.json", "VERIFY.md", "SHA256SUMS")
"""All derived files, in the order in which they are made."""

FOLDERS = ("downloads", "procedure", "procedure/steps")
"""The subfolders that a run folder may contain."""

RUN = "urn:runwright:run:v1"
REHEARSAL = "urn:runwright:rehearsal:v1"
"""Predicate types of the statement. A rehearsal has its own, so that it cannot pass for a run."""

SCREENSHOT = re.compile(r"\d{4,}-[^/\\\0]+\.png")
"""The pattern of a screenshot's file name."""


@dataclass(frozen=True)
class FolderSurvey:
    """What a run left, read once: its journal digest, its events, and the SHA-256 of its files by path."""

    digest: str
    events: list[dict[str, Any]]
    digests: dict[str, str]

    @property
    def rehearsal(self) -> bool:
        return bool(self.events[0]["rehearsal"])


def close(folder: Path) -> None:
    """Write all derived files. The same folder gives the same bytes. Raises EvidenceError."""
    write_derived(folder, survey(folder))


def write_derived(folder: Path, found: FolderSurvey) -> None:
    """Write reports, statement, VERIFY.md and sums of a folder that was surveyed. Raises EvidenceError."""
    from runwright.evidence.reports.html_report import html_parts
    from runwright.evidence.reports.junit import junit_of

    for partial in folder.glob(".*.part"):
        with suppress(OSError):  # a killed run's partial file is not evidence, and does no harm
            partial.unlink()
    found.digests["report.html"] = write_atomic(folder / "report.html", html_parts(found.events, found.digest))
    found.digests["junit.xml"] = write_atomic(folder / "junit.xml", junit_of(found.events))
    statement = statement_of(found)
    instructions = instructions_of(found)
    write_atomic(folder / "statement.json", statement)
    write_atomic(folder / "VERIFY.md", instructions)
    write_atomic(folder / "SHA256SUMS", sums_of(found, statement, instructions))


def survey(folder: Path) -> FolderSurvey:
    """Read what the run itself left.

    Raises EvidenceError when the journal is empty, its chain is broken, or a file is unreadable.
    """
    journal_digest, events = read_verified(folder / "events.jsonl")
    if not events or events[0]["event"] != "run":
        raise AlteredError(f"{folder / 'events.jsonl'} does not start with the event `run`.")
    try:
        return FolderSurvey(journal_digest, events, {name: digest(folder / name) for name in own_files(folder)})
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None


def own_files(folder: Path) -> Iterator[str]:
    """The files of the run itself: screenshots, journal, procedure, downloads. Sorted, with `/`, without links."""
    for name, entry in sorted(entries(folder)):
        own = name == "events.jsonl" or name.startswith(("procedure/", "downloads/")) or SCREENSHOT.fullmatch(name)
        if own and entry.is_file(follow_symlinks=False):
            yield name


def entries(folder: Path, under: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder and its subfolders, with its path (`/` as separator). Links are not followed."""
    with os.scandir(folder / under) as found:
        for entry in found:
            name = f"{under}{entry.name}"
            yield name, entry
            if entry.is_dir(follow_symlinks=False):
                yield from entries(folder, f"{name}/")


def statement_of(found: FolderSurvey) -> bytes:
    """An in-toto Statement (v1) whose subjects are the run's files and the reports."""
    first, last = found.events[0], found.events[-1]
    predicate: dict[str, Any] = {
        "run": first["run"],
        "runbook": first["runbook"],
        "mode": first["mode"],
        "rehearsal": found.rehearsal,
        "status": last["status"] if last["event"] == "end" else Status.INCOMPLETE,
        "started": first["time"],
        "ended": last["time"],
        "digest": found.digest,
        "events": len(found.events),
    }
    if found.rehearsal:
        predicate["note"] = "A rehearsal against simulators: not evidence of any real setting."
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": found.digests[name]}} for name in sorted(found.digests)],
        "predicateType": REHEARSAL if found.rehearsal else RUN,
        "predicate": predicate,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def sums_of(found: FolderSurvey, statement: bytes, instructions: bytes) -> bytes:
    """SHA256SUMS, the input of `sha256sum -c`: every file except itself."""
    all_digests = found.digests | {
        "statement.json": hashlib.sha256(statement).hexdigest(),
        "VERIFY.md": hashlib.sha256(instructions).hexdigest(),
    }
    return "".join(f"{all_digests[name]}  {name}\n" for name in sorted(all_digests)).encode()


def instructions_of(found: FolderSurvey) -> bytes:
    """VERIFY.md: how to check the folder with standard Unix tools, what that proves, and what it does not prove."""
    notice = "**REHEARSAL against simulators: not evidence of any real setting.**\n\n" if found.rehearsal else ""
    text = (Path(__file__).with_name("reports") / "VERIFY.md").read_text("utf-8")
    return text.replace("{notice}", notice).replace("{digest}", found.digest).encode()


def screenshot(folder: Path, listed: dict[str, Any]) -> bytes:
    """The bytes of a screenshot that the journal lists.

    Raises AlteredError when the file is missing, does not match its digest, or is outside the folder.
    """
    name = listed["file"]
    path = folder / name
    if not SCREENSHOT.fullmatch(name) or path.is_symlink():
        raise AlteredError(f"The journal lists {name!r}, which is not a screenshot in this folder.")
    if not path.exists():
        raise AlteredError(f"Screenshot {name} is missing.")
    data = read_file(path)
    if hashlib.sha256(data).hexdigest() != listed["sha256"]:
        raise AlteredError(f"Screenshot {name} does not match its digest in the journal.")
    return data
