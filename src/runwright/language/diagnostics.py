"""Diagnostics of what a user wrote: file, line and column, the message, and what to write instead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_BEFORE_KEY = re.compile(r"^\s*(?:-\s+)*")
"""The text before a line's key: lines with a deeper indentation continue its value."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A position in a file. Lines and columns count from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error in a file or a call."""

    message: str
    remedy: str
    mark: Mark | None = None
    path: Path | None = None
    line: str | None = None
    """The text of the line, shown below the message."""

    def __str__(self) -> str:
        where = ""
        if self.path is not None:
            where = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in str(self.path))
            if self.mark is not None:
                where += f":{self.mark.line}:{self.mark.column}"
            where += ": "
        text = f"{where}{_short(self.message)}"
        if self.line is not None and self.mark is not None:
            shown, column = _around(self.line, self.mark.column)
            margin = _width(shown[: column - 1])
            text += f"\n  {self.mark.line:>4} | {shown}\n       | {' ' * margin}^"
        return f"{text}\n  {_short(self.remedy)}" if self.remedy else text


_MOST_OF_A_MESSAGE = 1_000
_MOST_OF_A_LINE = 400


def _short(text: str) -> str:
    """A message; what it quotes may be as long as a file."""
    return text if len(text) <= _MOST_OF_A_MESSAGE else f"{text[:_MOST_OF_A_MESSAGE]}…"


def _around(line: str, column: int) -> tuple[str, int]:
    """The part of a line around a column, and the column in that part."""
    start = max(0, column - 1 - _MOST_OF_A_LINE // 2) if len(line) > _MOST_OF_A_LINE else 0
    part = line[start : start + _MOST_OF_A_LINE].expandtabs(1)
    before, after = ("…" if start else ""), ("…" if start + _MOST_OF_A_LINE < len(line) else "")
    return f"{before}{part}{after}", column - start + len(before)


def _width(text: str) -> int:
    """How many terminal columns the text takes: Korean and Japanese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class UserError(Exception):
    """An error in a file or a call of the user; nothing was changed. Exit code 2."""

    def __init__(self, diagnostics: Diagnostic | Sequence[Diagnostic]) -> None:
        self.diagnostics: tuple[Diagnostic, ...] = (
            (diagnostics,) if isinstance(diagnostics, Diagnostic) else tuple(diagnostics)
        )
        super().__init__("\n".join(str(diagnostic) for diagnostic in self.diagnostics))


MOST_ERRORS = 100
"""The most errors that are reported for one file."""


class TooManyErrors(UserError):
    """A file has more errors than are reported: the rest of it is not read."""


@dataclass
class DiagnosticList:
    """Collects the errors of one file, so that they are reported together."""

    path: Path
    lines: Sequence[str]
    found: list[Diagnostic] = field(default_factory=list)

    def add(self, mark: Mark | None, message: str, remedy: str = "") -> None:
        """Add an error with the text of its line; duplicates are dropped. Raises TooManyErrors."""
        line = None
        if mark is not None and 0 < mark.line <= len(self.lines):
            line = self.lines[mark.line - 1]
        diagnostic = Diagnostic(message, remedy, mark, self.path, line)
        if diagnostic in self.found:
            return
        self.found.append(diagnostic)
        if len(self.found) >= MOST_ERRORS:
            rest = Diagnostic(
                f"The file has {MOST_ERRORS} errors or more; the rest of it was not read.",
                "Correct these, and validate it again.",
                path=self.path,
            )
            raise TooManyErrors([*self.ordered(), rest])

    def place(self, mark: Mark, words: str) -> Mark:
        """The position of words in the value that starts at a mark; the mark itself if they are not found there."""
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

    def ordered(self) -> list[Diagnostic]:
        """The errors in the order of their lines and columns."""
        return sorted(self.found, key=lambda each: (each.mark.line, each.mark.column) if each.mark else (0, 0))


def nearest(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """The known words that are most similar to ``word``, best first; empty if none is similar."""
    from rapidfuzz import fuzz, process, utils
    from rapidfuzz.distance import OSA

    names = list(known)
    # one letter added, missing, replaced, or two swapped
    found = [name for name in names if len(word) > 2 and OSA.distance(word.lower(), name.lower(), score_cutoff=1) == 1]
    for scorer in (fuzz.ratio, fuzz.WRatio):  # first a misspelled word, then one that contains the other
        near = process.extract(word, names, scorer=scorer, processor=utils.default_process, limit=most, score_cutoff=72)
        found += [name for name, _, _ in near if name not in found]
    return found[:most]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A remedy for an unknown word: the most similar known word, else all of them."""
    names = sorted(known)
    near = nearest(word, names)
    if near:
        return f"Did you mean `{near[0]}`?"
    return f"Known: {', '.join(names)}." if names else "There are none."
