"""What a reader of Markdown or HTML tells, in the order of the page, put together to headings and items."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace

from runwright.guide import words
from runwright.guide.model import Heading, Item, Label, LabelKind, Link, Picture, Value

_QUOTED = re.compile(
    r"“([^“”\n]{1,80})”|「([^「」\n]{1,80})」|『([^『』\n]{1,80})』|«\s?([^«»\n]{1,80}?)\s?»|‘([^‘’\n]{1,80})’"
    r'|"([^"\n]{1,80})"|(?<!\w)\'([^\'\n]{1,80})\'(?!\w)'
)
_SENTENCE_END = re.compile(r"[.!?](?=[\s)\"'”’]|$)|[。！？]")
_ADDRESS = re.compile(r"https?://[^\s<>()\"'“”「」]+[^\s<>()\"'“”「」.,;:!?]")
_LONGEST = 20_000
"""How many characters a paragraph may have to be searched for labels."""
_UNSAID = " \ue000\ue001\ue002"
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
        return end - start + sum(more for offset, more in self.wider if start <= offset < end)


@dataclass
class _Draft:
    """An item that is still being read."""

    line: int
    end: int
    kind: str
    """`step` for one of an ordered list, `point` for any other, `prose` for a sentence."""
    parts: list[Prose] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    at: int | None = None
    """The number that the guide shows, where it says one."""


class Outline:
    """Takes what a page tells in its order; ``finish`` gives headings and items."""

    def __init__(self) -> None:
        self.title = ""
        self._headings: list[Heading] = [Heading(0, 1, "", 1)]
        self._items: list[Item] = []
        self._top: list[_Draft] = []
        self._open: list[_Draft] = []
        self._lists: list[tuple[bool, int | None]] = []
        self._anchors: list[str] = []
        self._step: _Draft | None = None
        self._pictures: list[Picture] = []
        self._counted = 0

    def anchor(self, name: str) -> None:
        """An anchor that belongs to the next heading."""
        if name:
            self._anchors.append(name)

    def heading(self, level: int, prose: Prose, anchors: tuple[str, ...] = ()) -> None:
        """A heading. The first of level 1 is the guide's title."""
        text = _clean(prose.text)
        own = (*self._anchors, *anchors)
        self._anchors = []
        if self._open:  # a heading within an item is words of that item
            self.prose(prose)
            return
        self._end_of_heading()
        if level == 1 and not self.title and len(self._headings) == 1:
            self.title = text
            return
        self._headings.append(Heading(len(self._headings), level, text, prose.line, own))
        self._counted = 0

    def open_list(self, ordered: bool, start: int | None = None) -> None:
        """A list begins; a start other than 1 is the number that its first item shows."""
        self._lists.append((ordered, start if start is not None and start > 1 else None))

    def close_list(self) -> None:
        """A list ends."""
        if self._lists:
            self._lists.pop()

    def open_item(self, line: int, end: int) -> None:
        """An item of the innermost list begins."""
        ordered, start = self._lists[-1] if self._lists else (False, None)
        draft = _Draft(line, end, "step" if ordered else "point", at=start)
        if self._lists:
            self._lists[-1] = (ordered, None)
        self._attach(draft)
        self._open.append(draft)

    def close_item(self) -> None:
        """The innermost item ends."""
        if self._open:
            self._open.pop()

    def step(self, prose: Prose) -> None:
        """A component that is one step begins, with this title; it lasts until the next one or `end_steps`."""
        self._step = None
        draft = _Draft(prose.line, prose.end, "step", [prose])
        self._attach(draft)
        self._step = draft

    def end_steps(self) -> None:
        """No component that is a step is open any more."""
        self._step = None

    def prose(self, prose: Prose) -> None:
        """A paragraph: of the innermost item, else of the heading."""
        self._anchors = []
        holder = self._open[-1] if self._open else self._step
        self._pictures += prose.pictures
        if holder is not None:
            holder.parts.append(prose)
            for draft in (*self._open, *([self._step] if self._step else [])):
                draft.end = max(draft.end, prose.end)
            return
        if prose.text.strip():
            self._top.append(_Draft(prose.line, prose.end, "prose", [prose]))

    def picture(self, picture: Picture) -> None:
        """A picture that stands by itself belongs to the item before it."""
        self._pictures.append(picture)

    def finish(self) -> tuple[tuple[Heading, ...], tuple[Item, ...]]:
        """All headings and items, in the order of the page."""
        self._end_of_heading()
        lines = [item.line for item in self._items]
        heads = [heading.line for heading in self._headings[1:]]
        for picture in sorted(self._pictures, key=lambda each: each.line):
            before = bisect_right(lines, picture.line) - 1
            head = bisect_right(heads, picture.line) - 1
            if before >= 0 and (head < 0 or lines[before] > heads[head]):
                item = self._items[before]
                self._items[before] = replace(item, pictures=(*item.pictures, picture))
        return tuple(self._headings), tuple(self._items)

    def _attach(self, draft: _Draft) -> None:
        if self._open:
            self._open[-1].children.append(draft)
        elif self._step is not None:
            self._step.children.append(draft)
        else:
            self._top.append(draft)

    def _end_of_heading(self) -> None:
        number = self._headings[-1].number
        steps = [draft for draft in self._top if draft.kind == "step"]
        if not steps:
            steps = [one for draft in self._top for one in _telling(draft)]
        for draft in steps:
            self._counted = max(self._counted + 1, draft.at or 0)
            self._take(draft, (number, self._counted), None)
        self._top, self._open, self._lists, self._step = [], [], [], None

    def _take(self, draft: _Draft, number: tuple[int, ...], branch: bool | None) -> None:
        if len(number) > 12:  # nobody reads deeper; what stands there belongs to the item above
            return
        self._items.append(_item(draft, number, branch))
        own = " ".join(part.text for part in draft.parts)
        ways = words.branch(own, [" ".join(part.text for part in child.parts) for child in draft.children])
        for count, child in enumerate(draft.children, 1):
            self._take(child, (*number, count), ways if child.kind == "point" else None)


def _telling(draft: _Draft) -> list[_Draft]:
    """What of a section without a numbered list is an item: points and sentences that carry a label."""
    if draft.kind == "point":
        return [draft] if any(_labels(part) for part in draft.parts) else []
    found = []
    for prose in draft.parts:
        for sentence in _sentences(prose):
            if _labels(sentence):
                found.append(_Draft(sentence.line, sentence.end, "prose", [sentence]))
    return found


def _sentences(prose: Prose) -> list[Prose]:
    """A paragraph's sentences; none ends within what is set apart."""
    if len(prose.text) > _LONGEST:
        return []
    cuts, start = [], 0
    for end in _SENTENCE_END.finditer(prose.text):
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


def _item(draft: _Draft, number: tuple[int, ...], branch: bool | None) -> Item:
    labels: list[Label] = []
    values: list[Value] = []
    links: list[Link] = []
    for prose in draft.parts:
        labels += _labels(prose)
        for span in prose.spans:
            text = _clean(prose.text[span.start : span.end])
            if span.kind == "code" and text:
                values.append(Value(text, span.line, span.column))
            if span.kind == "link":
                links.append(Link(text, span.address, span.line, span.column))
        links += _bare_addresses(prose, links)
    text = " ".join(filter(None, (_clean(part.text) for part in draft.parts)))
    return Item(
        number,
        draft.line,
        max(draft.end, draft.line),
        text,
        tuple(labels),
        tuple(values),
        tuple(links),
        (),
        words.optional(draft.parts[0].text[:200]) if draft.parts else None,
        branch,
    )


def _bare_addresses(prose: Prose, known: list[Link]) -> list[Link]:
    """Addresses that stand in the text as they are."""
    if "://" not in prose.text:
        return []
    found = [(hit[0], *prose.place(hit.start())) for hit in _ADDRESS.finditer(prose.text)]
    taken = {(link.line, link.column) for link in known}
    return [Link(text, text, line, column) for text, line, column in found if (line, column) not in taken]


def _labels(prose: Prose) -> list[Label]:
    """What a paragraph sets apart as the name of a control, in its order."""
    if len(prose.text) > _LONGEST:
        return []
    found: list[tuple[int, int, LabelKind, int, int]] = []
    taken = [(span.start, span.end) for span in prose.spans if span.kind in ("bold", "kbd", "code")]
    for span in prose.spans:
        if span.kind in ("bold", "kbd"):
            kind: LabelKind = "bold" if span.kind == "bold" else "kbd"
            found.append((span.start, span.end, kind, span.line, span.column))
    for quote in _QUOTED.finditer(prose.text):
        if any(start < quote.end() and quote.start() < end for start, end in taken):
            continue
        group = quote.lastindex or 1
        line, column = prose.place(quote.start(group))
        found.append((quote.start(group), quote.end(group), "quoted", line, column))
    found.sort()
    labels = []
    for index, (start, end, kind, line, column) in enumerate(found):
        after = found[index + 1][0] if index + 1 < len(found) else len(prose.text)
        text = _clean(prose.text[start:end])
        lead = len(prose.text[start:end]) - len(prose.text[start:end].lstrip(_UNSAID))
        if lead and prose.place(start) == (line, column):
            line, column = prose.place(start + lead)
        if text and any(sign.isalnum() for sign in text):
            width = prose.width(start + lead, start + lead + len(prose.text[start + lead : end].rstrip(_UNSAID)))
            labels.append(Label(text, kind, line, column, prose.text[:start], prose.text[end:after], width))
    return labels


def _clean(text: str) -> str:
    """Text without icon signs and shortcodes, spaces and line breaks made one space."""
    return " ".join(_PRIVATE.sub(" ", text).split())
