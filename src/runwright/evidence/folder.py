"""A run's folder: pictures with their band, the journal, the procedure's files, and what is made at the end."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runwright.evidence import png as splice
from runwright.evidence.band import Band, with_band
from runwright.evidence.files import EvidenceError, why, write_whole
from runwright.evidence.journal import Journal, chain
from runwright.evidence.paint import placeholder
from runwright.evidence.scrub import Scrubber


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
    """Everything that one run leaves."""

    def __init__(self, path: Path, scrubber: Scrubber) -> None:
        self.path = path
        self.journal = Journal(path / "events.jsonl", scrubber)
        self._scrubber = scrubber
        self._pictures = 0

    @classmethod
    def create(cls, root: Path, runbook: str, run: str, scrubber: Scrubber) -> RunFolder:
        """Make `root/<runbook>/<run>/`. Raises EvidenceError when the disk does not take it."""
        path = root / runbook / run
        try:
            path.mkdir(parents=True)
        except OSError as error:
            raise EvidenceError(why(error, path)) from None
        return cls(path, scrubber)

    def picture(self, png: bytes, words: str, band: Band) -> Picture:
        """Store a picture under its band; the file's name is its number and the words."""
        data, height = with_band(png, band)
        self._pictures += 1
        name = f"{self._pictures:04}-{slug(self._scrubber.text(words))}.png"
        write_whole(self.path / name, data)
        width, total = splice.size(data)
        return Picture(name, hashlib.sha256(data).hexdigest(), width, total, height)

    def withheld(self, names: Sequence[str], size: tuple[int, int], words: str, band: Band) -> Picture:
        """Store, in place of a picture that would show secrets, one that says so."""
        lines = ["This picture is withheld.", f"It would show: {', '.join(names)}."]
        return self.picture(placeholder(size, lines), words, band)

    def keep(self, relative: str, data: bytes) -> None:
        """Store a file of the procedure."""
        write_whole(self.path / relative, data)

    def close(self) -> str:
        """Make the reports, the statement and the sums; give back the journal's head."""
        from runwright.evidence.closing import close

        self.journal.close()
        close(self.path)
        return self.journal.head


def last_head(runs: Path) -> str | None:
    """The head of the last run among a runbook's folders; None when there is none that can be read."""
    for path in sorted(runs.glob("*/events.jsonl"), reverse=True):
        try:
            return chain(path)
        except (EvidenceError, OSError):
            continue
    return None


def slug(words: str, most: int = 48) -> str:
    """A file's name out of a sentence: letters of any script, digits and hyphens."""
    text = unicodedata.normalize("NFKC", words).lower()
    text = re.sub(r"[^\w]+", "-", text, flags=re.UNICODE).replace("_", "-").strip("-")
    return text[:most].strip("-") or "step"
