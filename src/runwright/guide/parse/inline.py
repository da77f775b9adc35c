"""A paragraph of a guide as it was read: its text, what is set apart in it, and where each piece stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Picture

_SENTENCE_END = re.compile(r"[.!?](?=[\s)\"'”’]|$)|[。！？]")
_ENDS = frozenset(".!?。！？")
LONGEST = 20_000
"""How many characters a paragraph may have to be searched for sentences and labels."""
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U000ffffd]+")


@dataclass(frozen=True)
class Span:
    """A stretch of a paragraph's text that means more than its letters. Line and column are the source's."""

    kind: str
    """`bold`, `kbd`, `code` or `link`."""
    start: int
    end: int
    line: int
    column: int
    address: str = ""


@dataclass
class Prose:
    """One paragraph: its text, and what is set apart in it."""

    line: int
    end: int
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    places: list[tuple[int, int, int]] = field(default_factory=list)
    """Offset in the text, and the line and column of the source where it stands: one for each piece."""
    wider: list[tuple[int, int]] = field(default_factory=list)
    """Offset in the text of what the source writes with more signs (an escape, an entity), and how many more."""

    def add(self, text: str, line: int, column: int, width: int | None = None) -> None:
        """Append a piece of text that stands at this place of the source, where it is so many signs wide."""
        self.places.append((len(self.text), line, column))
        if width is not None and width != len(text):
            self.wider.append((len(self.text), width - len(text)))
        self.text += text

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of the source for an offset of the text."""
        if not self.places:
            return self.line, 1
        at = bisect_right(self.places, offset, key=lambda place: place[0])
        start, line, column = self.places[max(0, at - 1)]
        return line, column + offset - start

    def width(self, start: int, end: int) -> int:
        """How many signs of the source a stretch of the text takes."""
        if not self.wider:
            return end - start
        return end - start + sum(more for offset, more in self.wider if start <= offset < end)


def whole_sentence(prose: Prose, start: int, end: int) -> bool:
    """Whether a stretch is one sentence or more, from the beginning of one to the end of one."""
    before, inner, after = prose.text[:start].rstrip(), prose.text[start:end].rstrip(), prose.text[end:].lstrip()
    begins = not before or before[-1] in _ENDS
    return begins and (not after or after[0] in _ENDS or inner[-1:] in _ENDS)


def sentences(prose: Prose) -> list[Prose]:
    """A paragraph's sentences; none ends within what is set apart."""
    if len(prose.text) > LONGEST:
        return []
    cuts, start = [], 0
    short = [hit.span() for hit in lexicon.ABBREVIATION.finditer(prose.text)]
    for end in _SENTENCE_END.finditer(prose.text):
        if any(first <= end.start() < last for first, last in short):
            continue
        if not any(span.start <= end.start() < span.end for span in prose.spans):
            cuts.append((start, end.end()))
            start = end.end()
    cuts.append((start, len(prose.text)))
    found = []
    for first, last in cuts:
        text = prose.text[first:last]
        lead = len(text) - len(text.lstrip())
        first += lead
        text = text.strip()
        if not text:
            continue
        line, column = prose.place(first)
        spans = [
            Span(s.kind, s.start - first, s.end - first, s.line, s.column, s.address)
            for s in prose.spans
            if first <= s.start and s.end <= last
        ]
        places = [(0, line, column)] + [(o - first, at, c) for o, at, c in prose.places if first < o < last]
        wider = [(offset - first, more) for offset, more in prose.wider if first <= offset < last]
        found.append(Prose(line, prose.place(max(first, last - 1))[0], text, spans, [], places, wider))
    return found


def clean(text: str) -> str:
    """Text without icon signs and shortcodes, spaces and line breaks made one space."""
    return " ".join((text if text.isascii() else _PRIVATE.sub(" ", text)).split())
