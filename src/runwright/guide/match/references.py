"""References from a runbook to a guide: which steps follow which item, and which references do not resolve."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from runwright.guide.parse.guide_model import Guide, Item, slug
from runwright.guide.parse.guide_reader import parse_guide
from runwright.language.runbook_model import Runbook, Section, Step, flat

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
"""The part of a verb's summary that is omitted when its field has no value."""
LONGEST = 300
"""Characters of the text of an item that are kept for a report."""
_NUMBER = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class Reference:
    """One `follows` of a runbook."""

    follows: str
    """As written: `2.5`, `heading/5`, or a heading alone."""
    section: Section
    step: Step | None
    """None when the section itself has the `follows`."""

    @property
    def line(self) -> int:
        return self.step.mark.line if self.step is not None else self.section.mark.line

    @cached_property
    def summary(self) -> str:
        """Section and step, for people."""
        return f"{self.section.name}: {sentence(self.step)}" if self.step is not None else self.section.name


@dataclass(frozen=True)
class CoveredItem:
    """An item with the references to it."""

    item: Item
    references: tuple[Reference, ...]


@dataclass(frozen=True)
class Coverage:
    """A guide compared with a runbook, without any page."""

    items: tuple[CoveredItem, ...]
    unresolved: tuple[Reference, ...]
    """References to a heading or an item that the guide does not have."""

    @property
    def unfollowed(self) -> list[Item]:
        """The items without a reference to themselves, an item below them, or an item above them."""
        followed = {each.item.number for each in self.items if each.references}
        return [
            each.item
            for each in self.items
            if not any(
                number[: len(each.item.number)] == each.item.number or each.item.number[: len(number)] == number
                for number in followed
            )
        ]


def references(runbook: Runbook) -> Iterator[Reference]:
    """All references of a runbook in its order, with those of a block at the place that uses it."""
    for section in runbook.sections:
        for follows in section.fields.follows:
            yield Reference(follows, section, None)
        for step in flat((*section.navigation, *section.steps)):
            for follows in step.common.follows:
                yield Reference(follows, section, step)


def find(guide: Guide, follows: str) -> tuple[int, ...] | None:
    """The number of the heading (one part) or item that a reference names; None when the guide does not have it.

    A heading is named by its number, its text or its anchor.
    """
    known: dict[str, tuple[int, ...] | None] = guide.__dict__.setdefault("_known_references", {})
    if follows not in known:
        known[follows] = _find(guide, follows)
    return known[follows]


def _find(guide: Guide, follows: str) -> tuple[int, ...] | None:
    text = follows.strip()
    if _NUMBER.fullmatch(text):
        number = tuple(int(part) for part in text.split("."))
    else:
        name, _, rest = text.rpartition("/") if "/" in text else (text, "", "")
        if rest and not _NUMBER.fullmatch(rest):
            name, rest = text, ""
        head = _heading(guide, name)
        if head is None:
            return None
        number = (head, *(int(part) for part in rest.split(".") if part))
    if len(number) == 1:
        return number if guide.heading(number[0]) is not None else None
    return number if guide.item(number) is not None else None


def _heading(guide: Guide, name: str) -> int | None:
    if name.isdigit():
        return int(name)
    expected = slug(name)
    for heading in guide.headings[1:]:
        if name in heading.anchors or heading.text == name or expected in (slug(heading.text), *heading.anchors):
            return heading.number
    return None


def coverage(guide: Guide, runbook: Runbook, every: Sequence[Reference] | None = None) -> Coverage:
    """All items with the references to them, and the references that do not resolve.

    ``every`` are the references of the runbook, for a caller that has them already.
    """
    by_item: dict[tuple[int, ...], list[Reference]] = {}
    unresolved: list[Reference] = []
    for reference in every if every is not None else references(runbook):
        number = find(guide, reference.follows)
        if number is None:
            unresolved.append(reference)
        elif reference not in by_item.setdefault(number, []):
            by_item[number].append(reference)
    covered = tuple(CoveredItem(item, tuple(by_item.get(item.number, ()))) for item in guide.items)
    return Coverage(covered, tuple(unresolved))


def sentence(step: Step) -> str:
    """A step for people: its `name`, else a sentence made from the summary of its verb and its arguments."""
    if step.common.name is not None:
        return str(step.common.name)
    text = step.model.summary or step.verb
    arguments = {
        name: step.arguments.get(name, None if each.is_required() else each.get_default())
        for name, each in step.model.model_fields.items()
    }
    missing = [f"{{{name}}}" for name, value in arguments.items() if value is None]
    text = _OPTIONAL.sub(lambda part: "" if any(each in part[1] for each in missing) else part[1], text)
    try:
        return text.format_map({name: _formatted(value) for name, value in arguments.items()})
    except (KeyError, IndexError, ValueError):  # the summary of a custom verb uses more than its fields
        return f"{step.verb} {_formatted(arguments.get(step.model.subject(), ''))}"


def _formatted(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)


def item_texts(path: Path, text: bytes, references: Iterable[str]) -> dict[str, str]:
    """The texts of the items of a guide, by reference, as far as it has them; each on one line."""
    guide = parse_guide(path, text)
    found = {}
    for follows in references:
        number = find(guide, follows)
        item = guide.item(number) if number is not None else None
        if item is not None:
            found[follows] = " ".join(item.text.split())[:LONGEST]
    return found
