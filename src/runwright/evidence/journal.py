"""The journal: one JSON object a line, each bearing the digest of the line before."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runwright.evidence.files import EvidenceError, why
from runwright.evidence.scrub import Scrubber

FIRST = "0" * 64
"""What the first line bears in place of a digest."""


class Journal:
    """Appends events to a file; what was written is on disk when ``write`` returns."""

    def __init__(self, path: Path, scrubber: Scrubber) -> None:
        self._path = path
        self._scrubber = scrubber
        self.head = FIRST
        """SHA-256 of the last line, without its line feed."""
        self.count = 0
        """How many events there are."""
        try:
            self._file = path.open("xb")
        except OSError as error:
            raise EvidenceError(why(error, path)) from None

    def write(self, event: str, **fields: Any) -> None:
        """Append one event. Raises EvidenceError when the disk does not take it; no half line is left then."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = {"prev": self.head, "number": self.count + 1, "event": event, "time": now, **fields}
        line = json.dumps(self._scrubber.data(data), ensure_ascii=False, separators=(",", ":"))
        raw = line.encode("utf-8", "backslashreplace")
        before = self._file.tell()
        try:
            self._file.write(raw + b"\n")
            self._file.flush()
            os.fdatasync(self._file.fileno())
        except OSError as error:
            self._take_back(before)
            raise EvidenceError(why(error, self._path)) from None
        self.head = hashlib.sha256(raw).hexdigest()
        self.count += 1

    def close(self) -> None:
        self._file.close()

    def _take_back(self, size: int) -> None:
        """Cut off what was written of a line that did not fit."""
        raw = self._file.fileno()
        try:
            os.ftruncate(raw, size)
        except OSError as error:
            raise EvidenceError(why(error, self._path)) from None


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a journal; a last line that a killed run left unfinished is left out."""
    events = []
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    for line in whole.splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            raise EvidenceError(f"{path}: line {len(events) + 1} is no JSON.") from None
    return events


def chain(path: Path) -> str:
    """The head of a journal whose chain holds. Raises EvidenceError naming the first line that does not fit."""
    head = FIRST
    data = path.read_bytes()
    for number, line in enumerate(data.split(b"\n")[:-1], 1):
        try:
            event = json.loads(line)
        except ValueError:
            raise EvidenceError(f"{path.name}: line {number} is no JSON.") from None
        if not isinstance(event, dict) or event.get("prev") != head:
            raise EvidenceError(f"{path.name}: line {number} does not follow from the line before.")
        if event.get("number") != number:
            raise EvidenceError(f"{path.name}: line {number} bears the number {event.get('number')}.")
        head = hashlib.sha256(line).hexdigest()
    if data and not data.endswith(b"\n"):
        raise EvidenceError(f"{path.name}: the last line is not finished.")
    return head
