"""Assembles headings and items from what the Markdown and HTML readers emit in page order."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace

from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import GuideImage, Heading, Item, Label, Link, Value
from runwright.guide.parse.inline import Paragraph, normalized, sentences
from runwright.guide.parse.label_finder import bare_addresses, is_step_number, labels_of


@dataclass
class _DraftItem:
    """An item under construction."""

    line: int
    end: int
    kind: str
    """`step` (item of an ordered list, or step component), `point` (item of another list), `paragraph` (or a sentence
    of one), `tab` (one of several alternatives) or `root` (everything below a heading)."""
    parts: list[Paragraph] = field(default_factory=list)
    children: list[_DraftItem] = field(default_factory=list)
    shown_number: int | None = None
    """The start number of the list, if it is not 1: the number that the guide shows for the item."""
    group: int = 0
    """The number of the tab set; adjacent tabs share it."""
    tabs: int = 0
    """The tab set of its last child; 0 if the last child is not a tab."""
    blocks: list[Value] = field(default_factory=list)


class Outline:
    """Receives the parts of a page in order; ``finish`` returns the headings and items."""

    def __init__(self) -> None:
        self.title = ""
        self._headings: list[Heading] = [Heading(0, 1, "", 1)]
        self._items: list[Item] = []
        self._root = _DraftItem(1, 1, "root")
        self._open: list[_DraftItem] = []
        self._lists: list[tuple[bool, int | None]] = []
        self._anchors: list[str] = []
        self._step: _DraftItem | None = None
        self._step_depth = 0
        self._tabs: list[tuple[_DraftItem | None, int]] = []
        self._groups = 0
        self._images: list[GuideImage] = []
        self._count = 0

    def anchor(self, name: str) -> None:
        """Add an anchor to the next heading."""
        if name:
            self._anchors.append(name)

    def heading(self, level: int, paragraph: Paragraph, anchors: tuple[str, ...] = ()) -> None:
        """Add a heading. The first heading, if it has level 1, is the guide's title."""
        text = normalized(paragraph.text)
        own = (*self._anchors, *anchors)
        self._anchors = []
        if any(draft.kind != "tab" for draft in self._open):  # a heading inside an item is text of that item
            self.paragraph(paragraph)
            return
        self._end_section()
        if level == 1 and not self.title and len(self._headings) == 1:
            self.title = text
            return
        self._headings.append(Heading(len(self._headings), level, text, paragraph.line, own))
        self._count = 0

    def open_list(self, ordered: bool, start: int | None = None) -> None:
        """Start a list; ``start`` is the number that the guide shows for its first item."""
        self._lists.append((ordered, start if start is not None and start > 1 else None))

    def close_list(self) -> None:
        """End the innermost list."""
        if self._lists:
            self._lists.pop()

    def open_item(self, line: int, end: int) -> None:
        """Start an item of the innermost list."""
        ordered, start = self._lists[-1] if self._lists else (False, None)
        draft = _DraftItem(line, end, "step" if ordered else "point", shown_number=start)
        if self._lists:
            self._lists[-1] = (ordered, None)
        self._attach(draft)
        self._open.append(draft)

    def close_item(self) -> None:
        """End the innermost item."""
        while self._open and self._open[-1].kind == "tab":
            self.close_tab()
        if self._open:
            self._open.pop()

    def open_tab(self, title: Paragraph, depth: int) -> None:
        """Start a tab inside ``depth`` other tabs. A reader follows one tab of a set."""
        while len(self._tabs) > depth and self._open and self._open[-1].kind == "tab":
            self.close_tab()
        holder = self._holder
        if not holder.tabs:
            self._groups += 1
            holder.tabs = self._groups
        draft = _DraftItem(title.line, title.line, "tab", [title], group=holder.tabs)
        if holder is self._root:  # a tab between the items of a list belongs to the item before it
            holder = next((each for each in reversed(holder.children) if each.kind == "step"), holder)
        holder.children.append(draft)
        self._tabs.append((self._step, self._step_depth))
        self._step = None
        self._open.append(draft)

    def close_tab(self) -> None:
        """End the innermost tab."""
        if self._open and self._open[-1].kind == "tab":
            self._open.pop()
            self._step, self._step_depth = self._tabs.pop()

    def step(self, paragraph: Paragraph) -> None:
        """Start a step component with this title; it lasts until the next one or `end_steps`."""
        self._step = None
        draft = _DraftItem(paragraph.line, paragraph.end, "step", [paragraph])
        self._attach(draft)
        self._step, self._step_depth = draft, len(self._open)

    def end_steps(self) -> None:
        """End the open step component."""
        self._step = None

    def paragraph(self, paragraph: Paragraph) -> None:
        """Add a paragraph to the innermost item, else to the section of the heading."""
        self._anchors = []
        holder = self._holder
        holder.tabs = 0
        self._images += paragraph.images
        if holder is not self._root:
            holder.parts.append(paragraph)
            for draft in (*self._open, *([self._step] if self._step else [])):
                draft.end = max(draft.end, paragraph.end)
            return
        if paragraph.text.strip():
            holder.children.append(_DraftItem(paragraph.line, paragraph.end, "paragraph", [paragraph]))

    def code_block(self, block: Value, end: int) -> None:
        """Add a block of code to the innermost item; one outside of items is left out."""
        holder = self._holder
        if holder is not self._root:
            holder.blocks.append(block)
            holder.end = max(holder.end, end)

    def image(self, image: GuideImage) -> None:
        """Add an image outside of paragraphs; it belongs to the item before it."""
        self._images.append(image)

    def finish(self) -> tuple[tuple[Heading, ...], tuple[Item, ...]]:
        """Return all headings and items in page order."""
        self._end_section()
        lines = [item.line for item in self._items]
        heading_lines = [heading.line for heading in self._headings[1:]]
        for image in sorted(self._images, key=lambda each: each.line):
            before = bisect_right(lines, image.line) - 1
            heading_index = bisect_right(heading_lines, image.line) - 1
            if before >= 0 and (heading_index < 0 or lines[before] > heading_lines[heading_index]):
                item = self._items[before]
                self._items[before] = replace(item, images=(*item.images, image))
        return tuple(self._headings), tuple(self._items)

    @property
    def _holder(self) -> _DraftItem:
        """The parent of the next paragraph or item."""
        if self._step is not None and len(self._open) == self._step_depth:
            return self._step
        return self._open[-1] if self._open else self._root

    def _attach(self, draft: _DraftItem) -> None:
        holder = self._holder
        holder.tabs = 0
        if draft.kind == "point" and holder is self._root and holder.children and _announces(holder.children[-1]):
            holder = holder.children[-1]  # a list at the margin between the items of a numbered list
        holder.children.append(draft)

    def _end_section(self) -> None:
        number = self._headings[-1].number
        _inline_single_tabs(self._root)
        groups = {draft.group for draft in self._root.children if draft.kind == "tab" and _has_steps(draft)}
        steps = [each for each in self._root.children if each.kind == "step" or each.group in groups]
        if not steps:
            steps = [one for draft in self._root.children for one in _items_without_list(draft)]
        for draft in steps:
            self._count = max(self._count + 1, draft.shown_number or 0)
            self._add_item(draft, (number, self._count), True if draft.kind == "tab" else None)
        self._root = _DraftItem(1, 1, "root")
        self._open, self._lists, self._step, self._tabs = [], [], None, []

    def _add_item(self, draft: _DraftItem, number: tuple[int, ...], branch: bool | None) -> None:
        if len(number) > 12:  # deeper items are dropped
            return
        self._items.append(_item(draft, number, branch))
        point_branch = None
        if any(child.kind == "point" for child in draft.children):
            own = " ".join(part.text for part in draft.parts)
            texts = [" ".join(part.text for part in child.parts) for child in draft.children]
            point_branch = lexicon.branch(own, texts)
        for count, child in enumerate(draft.children, 1):
            child_branch = True if child.kind == "tab" else point_branch if child.kind == "point" else None
            self._add_item(child, (*number, count), child_branch)


def _announces(draft: _DraftItem) -> bool:
    """Whether a step ends in a colon, so that the list after it is its own."""
    return draft.kind == "step" and bool(draft.parts) and draft.parts[-1].text.rstrip().endswith((":", "："))


def _inline_single_tabs(draft: _DraftItem) -> None:
    """Move the content of each tab that is alone in its set to the tab's parent; keep the other tabs."""
    if not draft.children:
        return
    group_sizes = Counter(child.group for child in draft.children if child.kind == "tab")
    children: list[_DraftItem] = []
    for child in draft.children:
        _inline_single_tabs(child)
        if child.kind != "tab" or group_sizes[child.group] > 1:
            children.append(child)
            continue
        if draft.kind == "root":
            children += [_DraftItem(part.line, part.end, "paragraph", [part]) for part in child.parts[1:]]
        else:
            draft.parts = sorted(draft.parts + child.parts[1:], key=lambda part: part.line)
        children += child.children
    draft.children = children


def _has_steps(tab: _DraftItem) -> bool:
    return any(child.kind == "step" or (child.kind == "tab" and _has_steps(child)) for child in tab.children)


def _items_without_list(draft: _DraftItem) -> list[_DraftItem]:
    """The items of a section without a numbered list: points, tabs and sentences that contain a label."""
    if draft.kind == "tab":
        return [draft] if any(map(labels_of, draft.parts)) or any(map(_items_without_list, draft.children)) else []
    if draft.kind == "point":
        return [draft] if any(labels_of(part) for part in draft.parts) else []
    found = []
    for paragraph in draft.parts:
        if any(span.kind == "bold" and is_step_number(paragraph, span.start, span.end) for span in paragraph.spans):
            found.append(_DraftItem(paragraph.line, paragraph.end, "paragraph", [paragraph]))
            continue
        for sentence in sentences(paragraph):
            if labels_of(sentence):
                found.append(_DraftItem(sentence.line, sentence.end, "paragraph", [sentence]))
    return found


def _item(draft: _DraftItem, number: tuple[int, ...], branch: bool | None) -> Item:
    labels: list[Label] = []
    values: list[Value] = []
    links: list[Link] = []
    for paragraph in draft.parts:
        labels += labels_of(paragraph)
        for span in paragraph.spans:
            text = normalized(paragraph.text[span.start : span.end])
            if span.kind == "code" and text:
                values.append(Value(text, span.line, span.column))
            if span.kind == "link":
                links.append(Link(text, span.address, span.line, span.column))
        links += bare_addresses(paragraph, links)
    text = " ".join(filter(None, (normalized(part.text) for part in draft.parts)))
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
        tuple(draft.blocks),
    )
