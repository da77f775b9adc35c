"""A paragraph of a guide: its text, its formatted spans, and the source position of each piece."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import GuideImage

_SENTENCE_END = re.compile(r"[.!?](?=[\s)\"'”’]|$)|[。！？]")
_SENTENCE_ENDS = frozenset(".!?。！？")
MAX_PARAGRAPH = 20_000
"""The longest paragraph, in characters, that is searched for sentences and labels."""
_PRIVATE_USE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U000ffffd]+")


@dataclass(frozen=True)
class Span:
    """A formatted range of a paragraph's text. Line and column are those of the source."""

    kind: str
    """`bold`, `kbd`, `code` or `link`."""
    start: int
    end: int
    line: int
    column: int
    address: str = ""


@dataclass
class Paragraph:
    """One paragraph: its text, formatted spans and images."""

    line: int
    end: int
    text: str = ""
    spans: list[Span] = field(default_factory=list)
    images: list[GuideImage] = field(default_factory=list)
    positions: list[tuple[int, int, int]] = field(default_factory=list)
    """One entry for each piece: its offset in the text, and its line and column in the source."""
    extra_widths: list[tuple[int, int]] = field(default_factory=list)
    """The offsets in the text of escapes and entities, and how many more characters the source has for each."""

    def add(self, text: str, line: int, column: int, width: int | None = None) -> None:
        """Append a piece of text from this source position; ``width`` is its width in the source, if it differs."""
        self.positions.append((len(self.text), line, column))
        if width is not None and width != len(text):
            self.extra_widths.append((len(self.text), width - len(text)))
        self.text += text

    def position(self, offset: int) -> tuple[int, int]:
        """The source line and column of an offset in the text."""
        if not self.positions:
            return self.line, 1
        at = bisect_right(self.positions, offset, key=lambda position: position[0])
        start, line, column = self.positions[max(0, at - 1)]
        return line, column + offset - start

    def width(self, start: int, end: int) -> int:
        """The number of source characters of a range of the text."""
        if not self.extra_widths:
            return end - start
        return end - start + sum(extra for offset, extra in self.extra_widths if start <= offset < end)


def whole_sentence(paragraph: Paragraph, start: int, end: int) -> bool:
    """Whether a range consists of one or more complete sentences."""
    text = paragraph.text
    before, inner, after = text[:start].rstrip(), text[start:end].rstrip(), text[end:].lstrip()
    starts_sentence = not before or before[-1] in _SENTENCE_ENDS
    return starts_sentence and (not after or after[0] in _SENTENCE_ENDS or inner[-1:] in _SENTENCE_ENDS)


def sentences(paragraph: Paragraph) -> list[Paragraph]:
    """Split a paragraph into sentences; a sentence never ends inside a formatted span."""
    if len(paragraph.text) > MAX_PARAGRAPH:
        return []
    cuts, start = [], 0
    abbreviations = [match.span() for match in lexicon.ABBREVIATION.finditer(paragraph.text)]
    for end in _SENTENCE_END.finditer(paragraph.text):
        if any(first <= end.start() < last for first, last in abbreviations):
            continue
        if not any(span.start <= end.start() < span.end for span in paragraph.spans):
            cuts.append((start, end.end()))
            start = end.end()
    cuts.append((start, len(paragraph.text)))
    found = []
    for first, last in cuts:
        text = paragraph.text[first:last]
        lead = len(text) - len(text.lstrip())
        first += lead
        text = text.strip()
        if not text:
            continue
        line, column = paragraph.position(first)
        spans = [
            Span(s.kind, s.start - first, s.end - first, s.line, s.column, s.address)
            for s in paragraph.spans
            if first <= s.start and s.end <= last
        ]
        positions = [(0, line, column)] + [(o - first, at, c) for o, at, c in paragraph.positions if first < o < last]
        extra_widths = [(offset - first, extra) for offset, extra in paragraph.extra_widths if first <= offset < last]
        end_line, _ = paragraph.position(max(first, last - 1))
        found.append(Paragraph(line, end_line, text, spans, [], positions, extra_widths))
    return found


def normalized(text: str) -> str:
    """The text without icon characters and shortcodes, with each run of white space replaced by one space."""
    return " ".join((text if text.isascii() else _PRIVATE_USE.sub(" ", text)).split())
