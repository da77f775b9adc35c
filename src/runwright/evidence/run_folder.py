"""A run's folder: pictures with their band, the journal, the procedure's files, and what is made at the end."""

from __future__ import annotations

import errno
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from runwright.evidence.atomic_io import EvidenceError, make_folder, read_whole, why, write_whole
from runwright.evidence.images import png as splice
from runwright.evidence.images.caption import Band, with_band
from runwright.evidence.images.redact import placeholder
from runwright.evidence.journal import FIRST, Journal, chain
from runwright.evidence.sanitize import SecretFilter, clean


def run_id(now: datetime, rehearsal: bool = False) -> str:
    """A run's id: its start in UTC and four random characters, with `-rehearsal` behind it for one."""
    return f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}{'-rehearsal' if rehearsal else ''}"


@dataclass(frozen=True)
class Picture:
    """A picture as it was stored; sizes in pixels."""

    file: str
    sha256: str
    width: int
    height: int
    band: int
    """The height of the band above the page."""


class RunFolder:
    """Everything that one run leaves. Whatever the disk does not take raises EvidenceError."""

    def __init__(self, path: Path, scrubber: SecretFilter) -> None:
        self.path = path
        self.journal = Journal(path / "events.jsonl", scrubber)
        self._scrubber = scrubber
        self._pictures = 0
        self._downloads: dict[str, str] = {}
        """Files that pages gave: the path of each, and its name there."""

    @classmethod
    def create(cls, root: Path, runbook: str, run: str, scrubber: SecretFilter) -> RunFolder:
        """Make `root/<runbook>/<run>/`, which must not be there yet."""
        path = root / runbook / run
        make_folder(path, new=True)
        return cls(path, scrubber)

    def picture(self, png: bytes, words: str, band: Band) -> Picture:
        """Store a picture under its band; the file's name is its number and the words."""
        data, height = with_band(png, band)
        self._pictures += 1
        name = f"{self._pictures:04}-{self._slug(words)}.png"
        digest = write_whole(self.path / name, data)
        self._scrubber.spare(name)
        width, total = splice.size(data)
        return Picture(name, digest, width, total, height)

    def withheld(self, names: Sequence[str], size: tuple[int, int], words: str, band: Band) -> Picture:
        """Store, in place of a picture that would show secrets, one that says so."""
        lines = ["This picture is withheld.", f"It would show: {', '.join(map(clean, names))}."]
        return self.picture(placeholder(size, lines), words, band)

    def download(self, name: str, data: bytes, address: str) -> None:
        """Store a file that a page gave as it is, and journal it; one that holds a secret is not stored."""
        told = {"name": name, "size": len(data)}
        found = self._scrubber.held_in(data)
        if found:
            self.journal.write("download-withheld", **told, file=None, secrets=found, address=address)
            return
        stem, dot, ending = name.rpartition(".")
        known = slug(ending, 12) if dot else ""
        file = (
            f"downloads/{len(self._downloads) + 1:04}-{self._slug(stem if dot else name)}{f'.{known}' if known else ''}"
        )
        if not self.path.is_dir():
            raise EvidenceError(why(FileNotFoundError(errno.ENOENT, ""), self.path))
        make_folder(self.path / "downloads")
        digest = write_whole(self.path / file, data)
        self._scrubber.spare(file)
        self._downloads[file] = name
        self.journal.write("downloaded", **told, file=file, sha256=digest, address=address)

    def look_again(self) -> None:
        """Take out the files that hold a secret which came to be known after they were stored."""
        for file, name in self._downloads.items():
            data = read_whole(self.path / file)
            found = self._scrubber.held_in(data)
            if found:
                (self.path / file).unlink(missing_ok=True)
                told = {"name": name, "size": len(data)}
                self.journal.write("download-withheld", **told, file=file, secrets=found, address=None)

    def keep(self, relative: str, data: bytes) -> None:
        """Store a file of the procedure. Where it holds the value of a secret, the journal says that it was cleaned.

        Raises ValueError for a path that leads out of the folder.
        """
        path = PurePosixPath(relative)
        if path.is_absolute() or ".." in path.parts or "\\" in relative:
            raise ValueError(f"{relative} leads out of the run's folder")
        cleaned = self._scrubber.stored(data)
        if not self.path.is_dir():
            raise EvidenceError(why(FileNotFoundError(errno.ENOENT, ""), self.path))
        make_folder((self.path / path).parent)
        digest = write_whole(self.path / path, cleaned)
        if cleaned != data:
            self.journal.write("cleaned", file=str(path), sha256=digest)

    def close(self) -> str:
        """Make the reports, the statement and the sums; give back the journal's head."""
        from runwright.evidence.seal import close

        self.journal.close()
        close(self.path)
        return self.journal.head

    def _slug(self, words: str) -> str:
        """A file's name without secrets, before its letters are changed and after."""
        name = slug(self._scrubber.text(words))
        return name if self._scrubber.text(name) == name else "picture"


def last_head(runs: Path) -> str | None:
    """The head of the last run among a runbook's folders; None when there is none that can be read."""
    for path in sorted(runs.glob("*/events.jsonl"), reverse=True):
        try:
            head = chain(path)
        except EvidenceError:
            continue
        if head != FIRST:
            return head
    return None


def slug(words: str, most: int = 48) -> str:
    """A file's name out of a sentence: letters of any script, digits and hyphens; a long one ends with a whole word."""
    text = unicodedata.normalize("NFKC", words).lower()
    text = re.sub(r"[^\w]+", "-", text, flags=re.UNICODE).replace("_", "-").strip("-")
    if len(text) > most:
        whole = text[: most + 1].rpartition("-")[0]
        text = whole if len(whole) > most / 2 else text[:most]
    return text.strip("-") or "step"
