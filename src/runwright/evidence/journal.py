"""The journal: one JSON event per line, and every line contains the digest of the line before (a hash chain)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runwright.evidence.atomic_io import AlteredError, EvidenceError, read_file, read_lines, write_error

if TYPE_CHECKING:
    from runwright.evidence.sanitize import SecretFilter

NO_DIGEST = "0" * 64
"""The value of `prev` in the first line."""

_sync = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only the slower one

_FORMAT_WORDS = frozenset({"status", "part", "verb", "mode", "kind"})
"""Fields whose values are words of the journal format. They are not scrubbed: a short secret could match by chance."""
_MOMENTS = ("before", "after", "page", "failure")
"""Likewise the values of a screenshot's `moment`."""

FORMAT = 2
"""The version of the journal format that this module reads and writes. The first event records it."""


class Journal:
    """Appends events to a journal file. An event is on disk when ``write`` returns."""

    def __init__(self, path: Path, scrubber: SecretFilter) -> None:
        """Create a new journal. Raises EvidenceError when the file exists already or cannot be created."""
        self._path = path
        self._scrubber = scrubber
        for moment in _MOMENTS:
            scrubber.exempt(moment)
        self.digest = NO_DIGEST
        """The journal digest: SHA-256 of the last line, without its line feed."""
        self.count = 0
        """The number of events written."""
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise EvidenceError(write_error(error, path)) from None

    def write(self, event: str, **fields: Any) -> None:
        """Scrub and append one event. When the disk refuses it, remove the partial line and raise EvidenceError."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        data = {"prev": self.digest, "number": self.count + 1, "event": event, "time": now}
        data |= {key: value if key in _FORMAT_WORDS else self._scrubbed(value) for key, value in fields.items()}
        line = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
        self._append(line + b"\n")
        self.digest = hashlib.sha256(line).hexdigest()
        self.count += 1

    def close(self) -> None:
        """Close the file. Nothing can be written afterwards."""
        self._file.close()

    def _scrubbed(self, value: Any) -> Any:
        """A value without secrets. Keys stay: they are names of the format and of the runbook."""
        if isinstance(value, dict):
            return {key: self._scrubbed(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [self._scrubbed(each) for each in value]
        return self._scrubber.data(value)

    def _append(self, data: bytes) -> None:
        size = self._file.tell()
        descriptor = self._file.fileno()
        try:
            if os.fstat(descriptor).st_nlink == 0:
                raise FileNotFoundError(errno.ENOENT, "the file was removed")
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            _sync(descriptor)
        except OSError as error:
            self._truncate(size)
            raise EvidenceError(write_error(error, self._path)) from None

    def _truncate(self, size: int) -> None:
        """Remove the partial line that was written before the disk refused the rest."""
        try:
            os.ftruncate(self._file.fileno(), size)
            self._file.seek(size)
        except OSError as error:
            raise EvidenceError(write_error(error, self._path)) from None


def lines(path: Path) -> Iterator[bytes]:
    """The complete lines of a journal, without line feeds; a partial last line of a killed run is omitted.

    Raises EvidenceError when the file cannot be read.
    """
    for line in read_lines(path):
        if line.endswith(b"\n"):
            yield line[:-1]


def is_truncated(path: Path) -> bool:
    """Whether the last line has no line feed: the run was killed while writing it, or the file was cut."""
    data = read_file(path)
    return bool(data) and not data.endswith(b"\n")


def read(path: Path) -> list[dict[str, Any]]:
    """The events of a journal, without checking the chain; a partial last line is omitted. Raises EvidenceError."""
    return [event_of(path, number, line) for number, line in enumerate(lines(path), 1)]


def verified_digest(path: Path) -> str:
    """The journal digest: SHA-256 of the last complete line, after checking the chain.

    Raises EvidenceError with the first line that breaks the chain.
    """
    return read_verified(path)[0]


def read_verified(path: Path) -> tuple[str, list[dict[str, Any]]]:
    """The journal digest and the events, after checking the chain. Raises EvidenceError as `verified_digest` does.

    The events are without `offered`: it is most of a journal, and nothing that is made from the events shows it.
    """
    digest = NO_DIGEST
    events = []
    known: dict[str, str] = {}
    for number, line in enumerate(lines(path), 1):
        event = event_of(path, number, line)
        if event.get("prev") != digest:
            raise AlteredError(
                f"The chain is broken in {path.name}: line {number} does not follow from the line before."
            )
        if event.get("number") != number:
            raise AlteredError(f"{path.name}: line {number} has the number {event.get('number')}.")
        digest = hashlib.sha256(line).hexdigest()
        event.pop("offered", None)
        events.append(_interned(event, known))
    return digest, events


def _interned(value: Any, known: dict[str, str]) -> Any:
    """The value with every text stored once: events are much alike, and a long run has thousands of them."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, dict):
        return {known.setdefault(key, key): _interned(each, known) for key, each in value.items()}
    return [_interned(each, known) for each in value] if isinstance(value, list) else value


def event_of(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """Parse one line of a journal. Raises EvidenceError when it is not an event."""
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        raise AlteredError(f"{path.name}: line {number} is not valid JSON.") from None
    if not isinstance(event, dict) or not isinstance(event.get("event"), str):
        raise AlteredError(f"{path.name}: line {number} is not an event.")
    return event


@contextmanager
def malformed_as_altered(*more: type[Exception]) -> Iterator[None]:
    """Turn an error that a malformed event causes into AlteredError: an altered journal must not look like a bug.

    ``more`` are further exception types that the code inside raises for a malformed event.
    """
    malformed: tuple[type[Exception], ...] = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
    try:
        yield
    except (*malformed, *more) as error:
        message = f"The journal contains a malformed event ({type(error).__name__})."
        raise AlteredError(message) from error
