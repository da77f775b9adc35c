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

from runwright.evidence.files import EvidenceError, digest, write_whole
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
    from runwright.evidence.report import html_of, junit_of

    for left_over in folder.glob(".*.part"):
        with suppress(OSError):  # a killed run's half file is no evidence, and in nobody's way
            left_over.unlink()
    kept = survey(folder)
    for name, data in (("report.html", html_of(kept.events, kept.head)), ("junit.xml", junit_of(kept.events))):
        write_whole(folder / name, data)
        kept.digests[name] = hashlib.sha256(data).hexdigest()
    statement = statement_of(kept)
    how_to = how_to_check(kept)
    write_whole(folder / "statement.json", statement)
    write_whole(folder / "VERIFY.md", how_to)
    write_whole(folder / "SHA256SUMS", sums_of(kept, statement, how_to))


def survey(folder: Path) -> Kept:
    """Read what the run itself left. Raises EvidenceError when the journal is empty or broken, or a file unreadable."""
    head, events = walk(folder / "events.jsonl")
    if not events or events[0]["event"] != "run":
        raise EvidenceError(f"{folder / 'events.jsonl'} does not begin with a run's first event.")
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
    return f"""# How to check this folder

{notice}No tool of ours is needed. Open a shell in this folder, and let it hold every file against its sum:

```sh
sha256sum -c SHA256SUMS
```

Every line must end in `OK`. This says whether there is a file that no sum names, and prints nothing where there is
none:

```sh
find . ! -type d | cut -c 3- | grep -vxF -e SHA256SUMS -e SHA256SUMS.sig -e SHA256SUMS.tsr \\
  -e statement.sigstore.json -e review.md -e review.json | while IFS= read -r name; do
  cut -c 67- SHA256SUMS | grep -qxF -- "$name" || echo "no sum names $name"
done
```

The journal `events.jsonl` is a chain: each line bears, as `prev`, the SHA-256 of the line before it. This walks along
it and prints the sum of the last line, the *head*:

```sh
prev=0000000000000000000000000000000000000000000000000000000000000000
while IFS= read -r line; do
  case "$line" in "{{\\"prev\\":\\"$prev\\","*) ;; *) echo "the chain is broken"; exit 1 ;; esac
  prev=$(printf %s "$line" | sha256sum | cut -d ' ' -f 1)
done < events.jsonl
echo "head $prev"
```

It must print this head, which the run also printed when it ended:

```
{kept.head}
```

**What this proves.** The files are those that the sums name, and the journal is one unbroken chain that names each
picture's sum. Where the head was kept elsewhere when the run ended (in a ticket, in a log, signed), nobody has
altered the journal or a picture since. Where runwright is at hand, `runwright verify` does all of the above, and
holds pictures, procedure and reports against the journal as well.

**What it does not prove.** Somebody who can write to this folder can make all of it anew, with another head:
compare the head with the one that was kept elsewhere. The times are those of the machine that ran it; beside them
stands each site's own `Date`. Who ran it is what that machine claims.
""".encode()


def picture(folder: Path, name: str) -> Path:
    """The path of a picture that the journal names. Raises EvidenceError for a name that leads elsewhere."""
    path = folder / name
    if not PICTURE.fullmatch(name) or path.is_symlink():
        raise EvidenceError(f"The journal names a picture {name!r}, which is no picture of the folder.")
    return path
