"""The journal: one JSON object a line, each bearing the digest of the line before."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runwright.evidence.atomic_io import AlteredError, EvidenceError, each_line, read_whole, why

if TYPE_CHECKING:
    from runwright.evidence.sanitize import SecretFilter

FIRST = "0" * 64
"""What the first line bears in place of a digest."""

_sync = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only the slower one

_WORDS = frozenset({"status", "part", "verb", "mode", "kind"})
"""Fields of an event whose values are words of the format's own: a secret of few letters would fit them by chance."""
_SHOWS = ("before", "after", "look", "failure")
"""Likewise what a picture shows."""

FORMAT = 1
"""The format of the journal that is written and read here; the first event names it."""


class Journal:
    """Appends events to a file; what was written is on disk when ``write`` returns."""

    def __init__(self, path: Path, scrubber: SecretFilter) -> None:
        """Begin a new journal. Raises EvidenceError when there is one already, or the disk does not take it."""
        self._path = path
        self._scrubber = scrubber
        for word in _SHOWS:
            scrubber.spare(word)
        self.head = FIRST
        """SHA-256 of the last line, without its line feed."""
        self.count = 0
        """How many events there are."""
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise EvidenceError(why(error, path)) from None

    def write(self, event: str, **fields: Any) -> None:
        """Append one event, scrubbed. Raises EvidenceError when the disk does not take it; no half line is left."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = {"prev": self.head, "number": self.count + 1, "event": event, "time": now}
        data |= {key: each if key in _WORDS else self._scrubbed(each) for key, each in fields.items()}
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
        self._append(line + b"\n")
        self.head = hashlib.sha256(line).hexdigest()
        self.count += 1

    def close(self) -> None:
        """Let go of the file; nothing can be written afterwards."""
        self._file.close()

    def _scrubbed(self, value: Any) -> Any:
        """A value without secrets; the keys are the format's and the runbook's own names, and stay."""
        if isinstance(value, dict):
            return {key: self._scrubbed(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._scrubbed(each) for each in value]
        return self._scrubber.data(value)

    def _append(self, data: bytes) -> None:
        before = self._file.tell()
        number = self._file.fileno()
        try:
            if os.fstat(number).st_nlink == 0:
                raise FileNotFoundError(errno.ENOENT, "the file was removed")
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(number, rest) :]
            _sync(number)
        except OSError as error:
            self._take_back(before)
            raise EvidenceError(why(error, self._path)) from None

    def _take_back(self, size: int) -> None:
        """Cut off what was written of a line that did not fit."""
        try:
            os.ftruncate(self._file.fileno(), size)
            self._file.seek(size)
        except OSError as error:
            raise EvidenceError(why(error, self._path)) from None


def lines(path: Path) -> Iterator[bytes]:
    """The whole lines of a journal, without line feeds; one that a killed run left unfinished is left out.

    Raises EvidenceError when it cannot be read.
    """
    for line in each_line(path):
        if line.endswith(b"\n"):
            yield line[:-1]


def torn(path: Path) -> bool:
    """Whether the last line is not finished: the run was killed while it wrote it, or something was cut off."""
    data = read_whole(path)
    return bool(data) and not data.endswith(b"\n")


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a journal, the chain unseen; an unfinished last line is left out. Raises EvidenceError."""
    return [event_of(path, number, line) for number, line in enumerate(lines(path), 1)]


def chain(path: Path) -> str:
    """The head of a journal whose chain holds: the sum of its last whole line.

    Raises EvidenceError naming the first line that does not fit.
    """
    return walk(path)[0]


def walk(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """The head and the events of a journal whose chain holds, without what pages offered: that is most of a journal,
    and nothing that is made from the events shows it. Raises EvidenceError as `chain` does.
    """
    head = FIRST
    events = []
    known: dict[str, str] = {}
    for number, line in enumerate(lines(path), 1):
        event = event_of(path, number, line)
        if event.get("prev") != head:
            raise AlteredError(f"{path.name}: line {number} does not follow from the line before.")
        if event.get("number") != number:
            raise AlteredError(f"{path.name}: line {number} bears the number {event.get('number')}.")
        head = hashlib.sha256(line).hexdigest()
        event.pop("offered", None)
        events.append(_once(event, known))
    return head, events


def _once(value: Any, known: dict[str, str]) -> Any:
    """A value whose texts are kept once each: events are much alike, and a long run has thousands of them."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, dict):
        return {known.setdefault(key, key): _once(each, known) for key, each in value.items()}
    return [_once(each, known) for each in value] if isinstance(value, list) else value


def event_of(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """The event that a line of a journal bears. Raises EvidenceError when it bears none."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        raise AlteredError(f"{path.name}: line {number} is no JSON.") from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise AlteredError(f"{path.name}: line {number} is no event.")
    return event
