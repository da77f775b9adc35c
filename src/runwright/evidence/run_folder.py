"""The run folder: stores screenshots with captions, downloads, the procedure and the journal, then seals them."""

from __future__ import annotations

import errno
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path, PurePosixPath

from runwright.evidence.atomic_io import EvidenceError, make_folder, read_file, write_atomic, write_error
from runwright.evidence.event_codec import cleaned
from runwright.evidence.event_parts import ReportMaker
from runwright.evidence.events import EndEvent
from runwright.evidence.images import png as png_format
from runwright.evidence.images.caption import Caption, with_caption
from runwright.evidence.images.redact import placeholder
from runwright.evidence.journal import NO_DIGEST, Journal, now, verified_digest
from runwright.evidence.page_events import CleanedEvent, DownloadedEvent, DownloadWithheldEvent
from runwright.evidence.sanitize import SecretFilter, clean


def run_id(now: datetime, rehearsal: bool = False) -> str:
    """A new run id: the start time in UTC, four random characters, and `-rehearsal` for a rehearsal."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}{'-rehearsal' if rehearsal else ''}"


@dataclass(frozen=True)
class StoredScreenshot:
    """A screenshot as stored. Sizes are in pixels and include the caption."""

    file: str
    sha256: str
    width: int
    height: int
    caption: int
    """The height of the caption above the page."""


class RunFolder:
    """The folder of one run. Every method raises EvidenceError when the disk refuses a file."""

    def __init__(self, path: Path, scrubber: SecretFilter) -> None:
        self.path = path
        self.journal = Journal(path / "events.jsonl", scrubber)
        self._scrubber = scrubber
        self._names: set[str] = set()
        """The file names of the screenshots, without suffix."""
        self._downloads: dict[str, str] = {}
        """Downloaded files: the path of each, and the name that the page gave it."""

    @classmethod
    def create(cls, root: Path, runbook: str, run: str, scrubber: SecretFilter) -> RunFolder:
        """Create `root/<runbook>/<run>/`, which must not exist yet."""
        path = root / runbook / run
        make_folder(path, new=True)
        return cls(path, scrubber)

    def screenshot(self, png: bytes, words: str, caption: Caption, ending: str = "") -> StoredScreenshot:
        """Store a screenshot below its caption.

        The file name consists of the step's number, the words and the ``ending``; further screenshots of the same name
        have a number at their end.
        """
        data, height = with_caption(png, caption)
        name = f"{self._unused('-'.join(filter(None, (f'{caption.step:04}', self._slug(words), ending))))}.png"
        digest = write_atomic(self.path / name, data)
        self._scrubber.exempt(name)
        width, total = png_format.size(data)
        return StoredScreenshot(name, digest, width, total, height)

    def withheld(
        self, names: Sequence[str], size: tuple[int, int], words: str, caption: Caption, ending: str = ""
    ) -> StoredScreenshot:
        """Store a placeholder instead of a screenshot that would show the named secrets."""
        lines = ["Screenshot withheld.", f"It would show: {', '.join(map(clean, names))}."]
        return self.screenshot(placeholder(size, lines), words, caption, ending)

    def download(self, name: str, data: bytes, address: str) -> None:
        """Store a downloaded file unchanged and journal it. A file that contains a secret is journalled, not stored."""
        found = self._scrubber.secrets_in(data)
        if found:
            self.journal.write(
                DownloadWithheldEvent(name=name, size=len(data), file=None, secrets=tuple(found), address=address)
            )
            return
        stem, dot, suffix = name.rpartition(".")
        suffix = slug(suffix, 12) if dot else ""
        number = len(self._downloads) + 1
        file = f"downloads/{number:04}-{self._slug(stem if dot else name)}{f'.{suffix}' if suffix else ''}"
        self._require_folder()
        make_folder(self.path / "downloads")
        digest = write_atomic(self.path / file, data)
        self._scrubber.exempt(file)
        self._downloads[file] = name
        self.journal.write(DownloadedEvent(name=name, size=len(data), file=file, sha256=digest, address=address))

    def withhold_downloads(self) -> None:
        """Delete downloaded files that contain a secret whose value became known after they were stored."""
        for file, name in self._downloads.items():
            data = read_file(self.path / file)
            found = self._scrubber.secrets_in(data)
            if found:
                (self.path / file).unlink(missing_ok=True)
                self.journal.write(
                    DownloadWithheldEvent(name=name, size=len(data), file=file, secrets=tuple(found), address=None)
                )

    def keep(self, relative: str, data: bytes) -> None:
        """Store a file of the procedure. When it contains the value of a secret, remove the value and journal that.

        Raises ValueError for a path outside the run folder.
        """
        path = PurePosixPath(relative)
        if path.is_absolute() or ".." in path.parts or "\\" in relative:
            raise ValueError(f"{relative} is outside the run folder")
        without = self._scrubber.clean_bytes(data)
        self._require_folder()
        make_folder((self.path / path).parent)
        digest = write_atomic(self.path / path, without)
        if without != data:
            self.journal.write(CleanedEvent(file=str(path), sha256=digest))

    def close(self, end: EndEvent, reports: Mapping[str, ReportMaker] | None = None) -> tuple[str, EndEvent]:
        """Write the reports, the last event, which binds them, then statement and sums.

        ``reports`` makes further reports by file name; they are bound and listed like those of runwright. Returns the
        journal digest, and the last event as it was written.
        """
        from runwright.evidence.seal import finish

        last = cleaned(replace(end, time=end.time or now()), self._scrubber.text)
        written = finish(self.path, self.journal, last, reports or {})
        return self.journal.digest, written

    def _unused(self, name: str) -> str:
        """The name, with a number at its end if a screenshot has it already."""
        numbered = chain((name,), (f"{name}-{number}" for number in count(2)))
        free = next(each for each in numbered if each not in self._names)
        self._names.add(free)
        return free

    def _require_folder(self) -> None:
        """Never recreate a run folder that somebody removed. Raises EvidenceError."""
        if not self.path.is_dir():
            raise EvidenceError(write_error(FileNotFoundError(errno.ENOENT, ""), self.path))

    def _slug(self, words: str) -> str:
        """A file name without secrets. Checked before and after the slug is made, since that changes letters."""
        name = slug(self._scrubber.text(words))
        return name if self._scrubber.text(name) == name else "screenshot"


def last_digest(runs: Path) -> str | None:
    """The journal digest of the last run in a runbook's folder, or None when no journal there is readable."""
    for path in sorted(runs.glob("*/events.jsonl"), reverse=True):
        try:
            digest = verified_digest(path)
        except EvidenceError:
            continue
        if digest != NO_DIGEST:
            return digest
    return None


def slug(words: str, limit: int = 48) -> str:
    """A file name made from a sentence: letters of any script, digits and hyphens, cut at a word boundary."""
    text = unicodedata.normalize("NFKC", words).lower()
    text = re.sub(r"[^\w]+", "-", text, flags=re.UNICODE).replace("_", "-").strip("-")
    if len(text) > limit:
        cut = text[: limit + 1].rpartition("-")[0]
        text = cut if len(cut) > limit / 2 else text[:limit]
    return text.strip("-") or "step"
