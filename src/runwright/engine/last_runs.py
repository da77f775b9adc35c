"""Remembers the last run of each runbook's evidence folder on this machine, so that `verify` notices its removal.

The record lies in the state folder, outside of the evidence. Who may write to both can change both.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from runwright.engine.state_folder import state_folder
from runwright.evidence.atomic_io import EvidenceError, make_folder, write_atomic

_MOST_BYTES = 100_000
_log = logging.getLogger("runwright.last_runs")


@dataclass(frozen=True)
class LastRun:
    """The last run that this machine recorded in one folder."""

    folder: Path
    digest: str


def remember(folder: Path, digest: str) -> None:
    """Record the run as the last one of its runbook. A disk that refuses it does not fail the run: it is logged."""
    try:
        here = folder.resolve()
        kept = _records()
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        make_folder(kept)
        name = hashlib.sha256(str(here.parent).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        data = json.dumps({"folder": str(here), "digest": digest}, indent=1)
        write_atomic(kept / f"{name}.json", f"{data}\n".encode())
    except (EvidenceError, OSError, RuntimeError, ValueError) as error:
        _log.warning("This run is not recorded as the last one: %s", error)


def removed_last_runs(roots: Iterable[Path], digests: Iterable[str | None]) -> list[str]:
    """A message for each recorded last run below the folders whose digest is not among those found there."""
    known = set(digests)
    below = [root.resolve() for root in roots]
    return [
        f"{last.folder}: the last run that this machine recorded there (journal digest {last.digest}) is missing,"
        " or its journal was altered."
        for last in _recorded()
        if last.digest not in known and any(last.folder.is_relative_to(root) for root in below)
    ]


def _records() -> Path:
    return state_folder() / "last-runs"


def _recorded() -> list[LastRun]:
    """All records, sorted by folder. One that cannot be read is left out, and logged."""
    found = []
    try:
        files = sorted(_records().glob("*.json"))
    except (OSError, RuntimeError):
        return []
    for path in files:
        try:
            if not path.is_file() or path.stat().st_size > _MOST_BYTES:
                continue
            data = json.loads(path.read_text("utf-8"))
            found.append(LastRun(Path(str(data["folder"])), str(data["digest"])))
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            _log.warning("%s cannot be read: %s", path, error)
    return sorted(found, key=lambda last: str(last.folder))
