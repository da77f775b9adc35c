"""What closes a folder: reports, statement, how to check it, sums. All of it follows from the files before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runwright.evidence.files import write_whole
from runwright.evidence.journal import chain, read

MADE = ("report.html", "junit.xml", "statement.json", "VERIFY.md", "SHA256SUMS")
"""The files that are made from the others, in this order."""

RUN = "urn:runwright:run:v1"
REHEARSAL = "urn:runwright:rehearsal:v1"
"""Predicate types of the statement; a rehearsal's is another than a run's."""

_PICTURE = re.compile(r"\d{4,}-.+\.png")


def close(folder: Path) -> None:
    """Write all files that are made from the others."""
    from runwright.evidence.report import html, junit

    write_whole(folder / "report.html", html(folder))
    write_whole(folder / "junit.xml", junit(folder))
    write_whole(folder / "statement.json", statement(folder))
    write_whole(folder / "VERIFY.md", verify_text(folder))
    write_whole(folder / "SHA256SUMS", sums(folder))


def own_files(folder: Path) -> Iterator[str]:
    """The files that the run itself left: pictures, journal, procedure; paths with `/`, in order."""
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    for name in sorted(names):
        if name == "events.jsonl" or name.startswith("procedure/") or ("/" not in name and _PICTURE.fullmatch(name)):
            yield name


def statement(folder: Path) -> bytes:
    """An in-toto Statement (v1) whose subjects are the run's files and the reports."""
    events = read(folder / "events.jsonl")
    first, last = events[0], events[-1]
    rehearsal = bool(first["rehearsal"])
    names = [*own_files(folder), "junit.xml", "report.html"]
    predicate: dict[str, Any] = {
        "run": first["run"],
        "runbook": first["runbook"],
        "mode": first["mode"],
        "rehearsal": rehearsal,
        "status": last.get("status", "unfinished"),
        "started": first["time"],
        "ended": last["time"],
        "head": chain(folder / "events.jsonl"),
        "events": len(events),
    }
    if rehearsal:
        predicate["note"] = "A rehearsal against stand-ins: no evidence of any real setting."
    data = {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": name, "digest": {"sha256": digest(folder / name)}} for name in sorted(names)],
        "predicateType": REHEARSAL if rehearsal else RUN,
        "predicate": predicate,
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def sums(folder: Path) -> bytes:
    """What `sha256sum -c` reads: every file but itself."""
    names = sorted([*own_files(folder), *(name for name in MADE if name != "SHA256SUMS")])
    return "".join(f"{digest(folder / name)}  {name}\n" for name in names).encode()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def verify_text(folder: Path) -> bytes:
    """How to check the folder with tools that every Unix has."""
    head = chain(folder / "events.jsonl")
    first = read(folder / "events.jsonl")[0]
    notice = (
        "**This is a rehearsal against stand-ins: no evidence of any real setting.**\n\n" if first["rehearsal"] else ""
    )
    return f"""# How to check this folder

{notice}No tool of ours is needed. In this folder, in a shell:

```sh
sha256sum -c SHA256SUMS
```

Every line must end in `OK`. The journal `events.jsonl` is a chain: each line bears, as `prev`, the SHA-256 of the
line before it. This walks along it and prints the digest of the last line, the *head*:

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
{head}
```

**What this proves.** The files are those that the sums name, and the journal is one unbroken chain that names each
picture's digest. Where the head was kept elsewhere when the run ended (in a ticket, in a log, signed), nobody has
altered the folder since.

**What it does not prove.** Somebody who can write to this folder can make all of it anew, with another head:
compare the head with the one that was kept elsewhere. The times are those of the machine that ran it; beside them
stands each site's own `Date`. Who ran it is what that machine claims.
""".encode()
