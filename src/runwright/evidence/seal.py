"""What closes a folder: reports, statement, how to check it, sums. All of it follows from the files before it."""

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

from runwright.evidence.atomic_io import AlteredError, EvidenceError, digest, read_whole, write_whole
from runwright.evidence.journal import walk

REPORTS = ("report.html", "junit.xml")
"""The files for people and for CI that are made from the journal."""

MADE = (*REPORTS, "statement.json", "VERIFY.md", "SHA256SUMS")
"""All files that are made from the others, in this order."""

FOLDERS = ("downloads", "procedure", "procedure/steps")
"""The folders that a run's folder may hold."""

RUN = "urn:runwright:run:v1"
REHEARSAL = "urn:runwright:rehearsal:v1"
"""Predicate types of the statement; a rehearsal's is another than a run's."""

PICTURE = re.compile(r"\d{4,}-[^/\\\0]+\.png")
"""What the name of a picture looks like."""


@dataclass(frozen=True)
class Kept:
    """What a run left, read once: its journal, and the sums of its files by their path."""

    head: str
    events: list[dict[str, Any]]
    digests: dict[str, str]

    @property
    def rehearsal(self) -> bool:
        return bool(self.events[0]["rehearsal"])


def close(folder: Path) -> None:
    """Write all files that are made from the others. The same folder gives the same bytes. Raises EvidenceError."""
    make(folder, survey(folder))


def make(folder: Path, kept: Kept) -> None:
    """Write reports, statement, instructions and sums. Raises EvidenceError."""
    from runwright.evidence.reports.html_report import html_parts, junit_of

    for left_over in folder.glob(".*.part"):
        with suppress(OSError):  # a killed run's half file is no evidence, and in nobody's way
            left_over.unlink()
    kept.digests["report.html"] = write_whole(folder / "report.html", html_parts(kept.events, kept.head))
    kept.digests["junit.xml"] = write_whole(folder / "junit.xml", junit_of(kept.events))
    statement = statement_of(kept)
    how_to = how_to_check(kept)
    write_whole(folder / "statement.json", statement)
    write_whole(folder / "VERIFY.md", how_to)
    write_whole(folder / "SHA256SUMS", sums_of(kept, statement, how_to))


def survey(folder: Path) -> Kept:
    """Read what the run itself left. Raises EvidenceError when the journal is empty or broken, or a file unreadable."""
    head, events = walk(folder / "events.jsonl")
    if not events or events[0]["event"] != "run":
        raise AlteredError(f"{folder / 'events.jsonl'} does not begin with a run's first event.")
    try:
        return Kept(head, events, {name: digest(folder / name) for name in own_files(folder)})
    except OSError as error:
        raise EvidenceError(f"{error.filename} cannot be read: {error.strerror}.") from None


def own_files(folder: Path) -> Iterator[str]:
    """What the run itself left: pictures, journal, procedure, downloads; paths with `/`, in order; no links."""
    for name, entry in sorted(entries(folder)):
        own = name == "events.jsonl" or name.startswith(("procedure/", "downloads/")) or PICTURE.fullmatch(name)
        if own and entry.is_file(follow_symlinks=False):
            yield name


def entries(folder: Path, under: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """All that lies in a folder and its folders, by its path with `/`; links are named and not followed."""
    with os.scandir(folder / under) as found:
        for entry in found:
            name = f"{under}{entry.name}"
            yield name, entry
            if entry.is_dir(follow_symlinks=False):
                yield from entries(folder, f"{name}/")


def statement_of(kept: Kept) -> bytes:
    """An in-toto Statement (v1) whose subjects are the run's files and the reports."""
    first, last = kept.events[0], kept.events[-1]
    predicate: dict[str, Any] = {
        "run": first["run"],
        "runbook": first["runbook"],
        "mode": first["mode"],
        "rehearsal": kept.rehearsal,
        "status": last["status"] if last["event"] == "end" else "unfinished",
        "started": first["time"],
        "ended": last["time"],
        "head": kept.head,
        "events": len(kept.events),
    }
    if kept.rehearsal:
        predicate["note"] = "A rehearsal against stand-ins: no evidence of any real setting."
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": kept.digests[name]}} for name in sorted(kept.digests)],
        "predicateType": REHEARSAL if kept.rehearsal else RUN,
        "predicate": predicate,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def sums_of(kept: Kept, statement: bytes, how_to: bytes) -> bytes:
    """What `sha256sum -c` reads: every file but itself."""
    all_digests = kept.digests | {
        "statement.json": hashlib.sha256(statement).hexdigest(),
        "VERIFY.md": hashlib.sha256(how_to).hexdigest(),
    }
    return "".join(f"{all_digests[name]}  {name}\n" for name in sorted(all_digests)).encode()


def how_to_check(kept: Kept) -> bytes:
    """How to check the folder with tools that every Unix has; what that proves, and what not."""
    notice = "**REHEARSAL: made against stand-ins, no evidence of any real setting.**\n\n" if kept.rehearsal else ""
    text = (Path(__file__).with_name("reports") / "VERIFY.md").read_text("utf-8")
    return text.replace("{notice}", notice).replace("{head}", kept.head).encode()


def picture(folder: Path, named: dict[str, Any]) -> bytes:
    """A picture that the journal names. Raises AlteredError when it is gone, another one, or leads elsewhere."""
    name = named["file"]
    path = folder / name
    if not PICTURE.fullmatch(name) or path.is_symlink():
        raise AlteredError(f"The journal names a picture {name!r}, which is no picture of the folder.")
    if not path.exists():
        raise AlteredError(f"The picture {name} is missing.")
    data = read_whole(path)
    if hashlib.sha256(data).hexdigest() != named["sha256"]:
        raise AlteredError(f"The picture {name} is not the one that the journal names.")
    return data
