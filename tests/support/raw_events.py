"""Events of any content, for journals that no run writes: damaged ones, and those of another version."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence import seal
from runwright.evidence.events import UnknownEvent
from runwright.evidence.journal import Journal, read_verified

HEADER = ("prev", "number", "event", "time")


def write_raw(journal: Journal, event: str, /, **fields: Any) -> None:
    """Append an event with exactly these fields to a journal."""
    journal.write(UnknownEvent(event=event, fields=fields))


def read_raw(folder: Path) -> list[dict[str, Any]]:
    """The lines of a run's journal as JSON data."""
    return [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]


def rewrite(folder: Path, change: Callable[[list[dict[str, Any]]], Any]) -> str:
    """Replace the journal by an edited one with a valid chain. Return its digest."""
    events = read_raw(folder)
    change(events)
    (folder / "events.jsonl").unlink()
    journal = Journal(folder / "events.jsonl", Scrubber())
    for event in events:
        fields = {key: value for key, value in event.items() if key not in HEADER}
        journal.write(UnknownEvent(event=event["event"], time=event["time"], fields=fields))
    journal.close()
    return journal.digest


def forge(folder: Path) -> str:
    """Make all reports again from the journal, whatever it says, and bind them. Return the new journal digest."""
    reports = seal.reports_of(read_verified(folder / "events.jsonl")[1])
    for name, data in reports.items():
        (folder / name).write_bytes(data)
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in reports.items()}
    digest = rewrite(folder, lambda events: events[-1].update(reports=digests))
    seal.close(folder)
    return digest
