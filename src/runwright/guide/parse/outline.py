"""What a reader of Markdown or HTML tells, in the order of the page, put together to headings and items."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Heading, Item, Label, Link, Picture, Value
from runwright.guide.parse.inline import Prose, clean, sentences
from runwright.guide.parse.label_finder import bare_addresses, labels_of


@dataclass
class _Draft:
    """An item that is still being read."""

    line: int
    end: int
    kind: str
    """`step` for one of an ordered list, `point` for any other, `prose` for a sentence, `tab` for one of several ways;
    `root` holds what stands below a heading."""
    parts: list[Prose] = field(default_factory=list)
    children: list[_Draft] = field(default_factory=list)
    at: int | None = None
    """The number that the guide shows, where it says one."""
    group: int = 0
    """Tabs that stand together bear the same number."""
    tabs: int = 0
    """The group of the tab that was the last thing told of it; 0 where that was no tab."""


class Outline:
    """Takes what a page tells in its order; ``finish`` gives headings and items."""

    def __init__(self) -> None:
        self.title = ""
        self._headings: list[Heading] = [Heading(0, 1, "", 1)]
        self._items: list[Item] = []
        self._root = _Draft(1, 1, "root")
        self._open: list[_Draft] = []
        self._lists: list[tuple[bool, int | None]] = []
        self._anchors: list[str] = []
        self._step: _Draft | None = None
        self._step_depth = 0
        self._tabs: list[tuple[_Draft | None, int]] = []
        self._groups = 0
        self._pictures: list[Picture] = []
        self._counted = 0

    def anchor(self, name: str) -> None:
        """An anchor that belongs to the next heading."""
        if name:
            self._anchors.append(name)

    def heading(self, level: int, prose: Prose, anchors: tuple[str, ...] = ()) -> None:
        """A heading. The first of level 1 is the guide's title."""
        text = clean(prose.text)
        own = (*self._anchors, *anchors)
        self._anchors = []
        if any(draft.kind != "tab" for draft in self._open):  # a heading within an item is words of that item
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
        while self._open and self._open[-1].kind == "tab":
            self.close_tab()
        if self._open:
            self._open.pop()

    def open_tab(self, title: Prose, depth: int) -> None:
        """A tab begins, within so many others; it is one of several ways, of which a reader goes one."""
        while len(self._tabs) > depth and self._open and self._open[-1].kind == "tab":
            self.close_tab()
        holder = self._holder
        if not holder.tabs:
            self._groups += 1
            holder.tabs = self._groups
        draft = _Draft(title.line, title.line, "tab", [title], group=holder.tabs)
        if holder is self._root:  # between the items of a list, a tab belongs to the item before it
            holder = next((each for each in reversed(holder.children) if each.kind == "step"), holder)
        holder.children.append(draft)
        self._tabs.append((self._step, self._step_depth))
        self._step = None
        self._open.append(draft)

    def close_tab(self) -> None:
        """The innermost tab ends."""
        if self._open and self._open[-1].kind == "tab":
            self._open.pop()
            self._step, self._step_depth = self._tabs.pop()

    def step(self, prose: Prose) -> None:
        """A component that is one step begins, with this title; it lasts until the next one or `end_steps`."""
        self._step = None
        draft = _Draft(prose.line, prose.end, "step", [prose])
        self._attach(draft)
        self._step, self._step_depth = draft, len(self._open)

    def end_steps(self) -> None:
        """No component that is a step is open any more."""
        self._step = None

    def prose(self, prose: Prose) -> None:
        """A paragraph: of the innermost item, else of the heading."""
        self._anchors = []
        holder = self._holder
        holder.tabs = 0
        self._pictures += prose.pictures
        if holder is not self._root:
            holder.parts.append(prose)
            for draft in (*self._open, *([self._step] if self._step else [])):
                draft.end = max(draft.end, prose.end)
            return
        if prose.text.strip():
            holder.children.append(_Draft(prose.line, prose.end, "prose", [prose]))

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

    @property
    def _holder(self) -> _Draft:
        """What a paragraph or an item that comes now belongs to."""
        if self._step is not None and len(self._open) == self._step_depth:
            return self._step
        return self._open[-1] if self._open else self._root

    def _attach(self, draft: _Draft) -> None:
        holder = self._holder
        holder.tabs = 0
        holder.children.append(draft)

    def _end_of_heading(self) -> None:
        number = self._headings[-1].number
        _settle(self._root)
        groups = {draft.group for draft in self._root.children if draft.kind == "tab" and _has_steps(draft)}
        steps = [each for each in self._root.children if each.kind == "step" or each.group in groups]
        if not steps:
            steps = [one for draft in self._root.children for one in _telling(draft)]
        for draft in steps:
            self._counted = max(self._counted + 1, draft.at or 0)
            self._take(draft, (number, self._counted), True if draft.kind == "tab" else None)
        self._root = _Draft(1, 1, "root")
        self._open, self._lists, self._step, self._tabs = [], [], None, []

    def _take(self, draft: _Draft, number: tuple[int, ...], branch: bool | None) -> None:
        if len(number) > 12:  # nobody reads deeper; what stands there belongs to the item above
            return
        self._items.append(_item(draft, number, branch))
        ways = None
        if any(child.kind == "point" for child in draft.children):
            own = " ".join(part.text for part in draft.parts)
            ways = lexicon.branch(own, [" ".join(part.text for part in child.parts) for child in draft.children])
        for count, child in enumerate(draft.children, 1):
            self._take(
                child, (*number, count), True if child.kind == "tab" else ways if child.kind == "point" else None
            )


def _settle(draft: _Draft) -> None:
    """Leave those tabs that are several: what stands in one alone belongs to what the tab stands in."""
    if not draft.children:
        return
    often = Counter(child.group for child in draft.children if child.kind == "tab")
    children: list[_Draft] = []
    for child in draft.children:
        _settle(child)
        if child.kind != "tab" or often[child.group] > 1:
            children.append(child)
            continue
        if draft.kind == "root":
            children += [_Draft(part.line, part.end, "prose", [part]) for part in child.parts[1:]]
        else:
            draft.parts = sorted(draft.parts + child.parts[1:], key=lambda part: part.line)
        children += child.children
    draft.children = children


def _has_steps(tab: _Draft) -> bool:
    return any(child.kind == "step" or (child.kind == "tab" and _has_steps(child)) for child in tab.children)


def _telling(draft: _Draft) -> list[_Draft]:
    """What of a section without a numbered list is an item: points, tabs and sentences that carry a label."""
    if draft.kind == "tab":
        return [draft] if any(map(labels_of, draft.parts)) or any(map(_telling, draft.children)) else []
    if draft.kind == "point":
        return [draft] if any(labels_of(part) for part in draft.parts) else []
    found = []
    for prose in draft.parts:
        for sentence in sentences(prose):
            if labels_of(sentence):
                found.append(_Draft(sentence.line, sentence.end, "prose", [sentence]))
    return found


def _item(draft: _Draft, number: tuple[int, ...], branch: bool | None) -> Item:
    labels: list[Label] = []
    values: list[Value] = []
    links: list[Link] = []
    for prose in draft.parts:
        labels += labels_of(prose)
        for span in prose.spans:
            text = clean(prose.text[span.start : span.end])
            if span.kind == "code" and text:
                values.append(Value(text, span.line, span.column))
            if span.kind == "link":
                links.append(Link(text, span.address, span.line, span.column))
        links += bare_addresses(prose, links)
    text = " ".join(filter(None, (clean(part.text) for part in draft.parts)))
    return Item(
        number,
        draft.line,
        max(draft.end, draft.line),
        text,
        tuple(labels),
        tuple(values),
        tuple(links),
        (),
        lexicon.optional(draft.parts[0].text[:200]) if draft.parts else None,
        branch,
    )
