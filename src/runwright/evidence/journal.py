"""The journal: one JSON event per line, and every line contains the digest of the line before (a hash chain)."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from runwright.evidence.atomic_io import AlteredError, EvidenceError, last_byte, read_lines, write_error
from runwright.evidence.event_codec import data_of, event_of_data
from runwright.evidence.event_parts import Event
from runwright.evidence.events import EndEvent, RunEvent

if TYPE_CHECKING:
    from runwright.evidence.sanitize import SecretFilter

NO_DIGEST = "0" * 64
"""The value of `prev` in the first line."""

_sync = getattr(os, "fdatasync", os.fsync)  # macOS and Windows have only the slower one

FORMAT = 2
"""The version of the journal format that this module reads and writes. The first event records it."""


_Written = TypeVar("_Written", bound=Event)


class UnknownFormatError(EvidenceError):
    """The journal has a format that this version does not read. Nothing can be said about the run."""


class Journal:
    """Appends events to a journal file. An event is on disk when ``write`` returns."""

    def __init__(self, path: Path, scrubber: SecretFilter) -> None:
        """Create a new journal. Raises EvidenceError when the file exists already or cannot be created."""
        self._path = path
        self._scrubber = scrubber
        self.digest = NO_DIGEST
        """The journal digest: SHA-256 of the last line, without its line feed."""
        self.count = 0
        """The number of events written."""
        try:
            self._file = path.open("xb", buffering=0)
        except OSError as error:
            raise EvidenceError(write_error(error, path)) from None

    def write(self, event: _Written) -> _Written:
        """Scrub and append one event. Return it with its number and time, and otherwise as it was given.

        An event that has a time already keeps it. When the disk refuses the event, remove the partial line and raise
        EvidenceError.
        """
        stamped = replace(event, prev=self.digest, number=self.count + 1, time=event.time or now())
        line = _line(data_of(stamped, self._scrubber.text))
        self._append(line + b"\n")
        self.digest = hashlib.sha256(line).hexdigest()
        self.count += 1
        return stamped

    def close(self) -> None:
        """Close the file. Nothing can be written afterwards."""
        self._file.close()

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


def now() -> str:
    """The time as events record it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _line(data: dict[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def lines(path: Path) -> Iterator[bytes]:
    """The complete lines of a journal, without line feeds; a partial last line of a killed run is omitted.

    Raises EvidenceError when the file cannot be read.
    """
    for line in read_lines(path):
        if line.endswith(b"\n"):
            yield line[:-1]


def is_truncated(path: Path) -> bool:
    """Whether the last line has no line feed: the run was killed while writing it, or the file was cut."""
    return last_byte(path) not in (b"", b"\n")


def read(path: Path) -> list[Event]:
    """The events of a journal, without checking the chain; a partial last line is omitted. Raises EvidenceError."""
    return [_event(path, number, _object(path, number, line)) for number, line in enumerate(lines(path), 1)]


def first_event(path: Path) -> RunEvent | None:
    """The first event of a journal; None when it is not a `run` event. Raises EvidenceError when it is unreadable."""
    line = next(lines(path), None)
    if line is None:
        return None
    event = _event(path, 1, _object(path, 1, line))
    return event if isinstance(event, RunEvent) else None


def verified_digest(path: Path) -> str:
    """The journal digest: SHA-256 of the last complete line, after checking the chain.

    Raises EvidenceError with the first line that breaks the chain. The events themselves are not checked.
    """
    found = NO_DIGEST
    for digest, _ in _chain(path):
        found = digest
    return found


def read_verified(path: Path) -> tuple[str, list[Event]]:
    """The journal digest and the events, after checking the chain.

    Raises EvidenceError with the first line that breaks the chain or is malformed; UnknownFormatError for a format of
    another version. The steps are without `offered`: it is most of a journal, and nothing that is made from these
    events shows it.
    """
    found = NO_DIGEST
    events = []
    known: dict[str, str] = {}
    for number, (digest, data) in enumerate(_chain(path), 1):
        if data["event"] == "step":
            data["offered"] = []
        try:
            events.append(_event(path, number, _interned(data, known)))
        except RecursionError:
            raise AlteredError(f"{path.name}: line {number} is nested too deep.") from None
        found = digest
    return found, events


def run_and_end(events: Sequence[Event]) -> tuple[RunEvent, EndEvent | None]:
    """The first and the last event of a run, the last if it is there. Raises AlteredError when the first is missing."""
    if not events or not isinstance(events[0], RunEvent):
        raise AlteredError("The journal does not start with the event `run`.")
    last = events[-1]
    return events[0], last if isinstance(last, EndEvent) else None


def _chain(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The digest and the JSON object of every complete line. Raises EvidenceError where the chain is broken."""
    digest = NO_DIGEST
    for number, line in enumerate(lines(path), 1):
        data = _object(path, number, line)
        if data.get("prev") != digest:
            raise AlteredError(
                f"The chain is broken in {path.name}: line {number} does not follow from the line before."
            )
        if data.get("number") != number:
            raise AlteredError(f"{path.name}: line {number} has the number {data.get('number')}.")
        digest = hashlib.sha256(line).hexdigest()
        yield digest, data


def _interned(value: Any, known: dict[str, str]) -> Any:
    """The value with every text stored once: events are much alike, and a long run has thousands of them."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, dict):
        return {known.setdefault(key, key): _interned(each, known) for key, each in value.items()}
    return [_interned(each, known) for each in value] if isinstance(value, list) else value


def _object(path: Path, number: int, line: bytes) -> dict[str, Any]:
    """Parse one line of a journal. Raises AlteredError when it is not an event."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise AlteredError(f"{path.name}: line {number} is not valid JSON.") from None
    if not isinstance(data, dict) or not isinstance(data.get("event"), str):
        raise AlteredError(f"{path.name}: line {number} is not an event.")
    return data


def _event(path: Path, number: int, data: dict[str, Any]) -> Event:
    """The typed event of a line. Raises AlteredError when it is malformed, UnknownFormatError for another format."""
    if data["event"] == "run" and data.get("format") != FORMAT:
        raise UnknownFormatError(
            f"The journal has format {data.get('format')}, which this version of runwright does not support."
        )
    try:
        return event_of_data(data)
    except ValueError as error:
        kind = data["event"]
        raise AlteredError(f"{path.name}: line {number} is a malformed event `{kind}` ({error}).") from None


@contextmanager
def malformed_as_altered(*more: type[Exception]) -> Iterator[None]:
    """Turn an error that a malformed event causes into AlteredError: an altered journal must not look like a bug.

    ``more`` are further exception types that the code inside raises for a malformed event.
    """
    malformed: tuple[type[Exception], ...] = (
        LookupError,
        TypeError,
        ValueError,
        AttributeError,
        ArithmeticError,
        RecursionError,
    )
    try:
        yield
    except (*malformed, *more) as error:
        message = f"The journal contains a malformed event ({type(error).__name__})."
        raise AlteredError(message) from error
