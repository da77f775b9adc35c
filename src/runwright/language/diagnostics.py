"""What is wrong with something a user wrote: where it stands, what it is, what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_BEFORE_KEY = re.compile(r"^\s*(?:-\s+)*")
"""What stands before a line's key: lines that are indented more go on with its value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file. Lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong in a file or a call."""

    message: str
    remedy: str
    mark: Mark | None = None
    path: Path | None = None
    line: str | None = None
    """The text of the line, to be shown under the message."""

    def __str__(self) -> str:
        where = ""
        if self.path is not None:
            where = str(self.path)
            if self.mark is not None:
                where += f":{self.mark.line}:{self.mark.column}"
            where += ": "
        text = f"{where}{self.message}"
        if self.line is not None and self.mark is not None:
            shown = self.line.expandtabs(1)
            margin = _width(shown[: self.mark.column - 1])
            text += f"\n  {self.mark.line:>4} | {shown}\n       | {' ' * margin}^"
        return f"{text}\n  {self.remedy}" if self.remedy else text


def _width(text: str) -> int:
    """How many columns of a terminal the text takes: Korean and Japanese signs take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


class UserError(Exception):
    """Something that the user wrote or called is wrong; nothing was touched. Exit code 2."""

    def __init__(self, faults: Fault | Sequence[Fault]) -> None:
        self.faults: tuple[Fault, ...] = (faults,) if isinstance(faults, Fault) else tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass
class Faults:
    """Collects the faults of one file, so that all are told at once."""

    path: Path
    lines: Sequence[str]
    found: list[Fault] = field(default_factory=list)

    def add(self, mark: Mark | None, message: str, remedy: str = "") -> None:
        line = None
        if mark is not None and 0 < mark.line <= len(self.lines):
            line = self.lines[mark.line - 1]
        fault = Fault(message, remedy, mark, self.path, line)
        if fault not in self.found:
            self.found.append(fault)

    def place(self, mark: Mark, words: str) -> Mark:
        """Where words stand in the value that begins at a mark; the mark, where they are written in another way."""
        start = mark.column - 1
        key = None
        for number, line in enumerate(self.lines[mark.line - 1 :], mark.line):
            if key is None:
                key = len(line) - len(_BEFORE_KEY.sub("", line, count=1))
            elif line.strip() and len(line) - len(line.lstrip()) <= key:
                break
            at = line.find(words, start)
            if at >= 0:
                return Mark(number, at + 1)
            start = 0
        return mark

    def ordered(self) -> list[Fault]:
        return sorted(self.found, key=lambda f: (f.mark.line, f.mark.column) if f.mark else (0, 0))


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known words that are most like ``word``, best first; none when nothing is near."""
    from rapidfuzz import fuzz, process, utils
    from rapidfuzz.distance import OSA

    names = list(known)
    # one letter too many, too few, another, or two that changed places
    found = [name for name in names if len(word) > 2 and OSA.distance(word.lower(), name.lower(), score_cutoff=1) == 1]
    for scorer in (fuzz.ratio, fuzz.WRatio):  # a word with a slip in it first, then one that holds the other
        near = process.extract(word, names, scorer=scorer, processor=utils.default_process, limit=most, score_cutoff=72)
        found += [name for name, _, _ in near if name not in found]
    return found[:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy for a word that is not known: the nearest one, else all of them."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Known: {', '.join(names)}." if names else "There are none."
