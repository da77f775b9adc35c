"""Which steps of a runbook follow which item of a guide; items that none follows; ties that point nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticUndefined

from runwright.guide.parse.guide_model import Guide, Item, slug
from runwright.language.runbook_model import Runbook, Section, Step, flat

_OPTIONAL = re.compile(r"\[([^\]]*)\]")
"""What a verb's sentence leaves out where its field has no value."""
_NUMBER = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class Tie:
    """One `follows` of a runbook."""

    follows: str
    """As it was written: `2.5`, `heading/5`, or a heading alone."""
    section: Section
    step: Step | None
    """None where the section itself follows."""

    @property
    def line(self) -> int:
        return self.step.mark.line if self.step is not None else self.section.mark.line

    @property
    def says(self) -> str:
        """What is done there, for people."""
        return f"{self.section.title}: {sentence(self.step)}" if self.step is not None else self.section.title


@dataclass(frozen=True)
class Covered:
    """An item and what follows it."""

    item: Item
    ties: tuple[Tie, ...]


@dataclass(frozen=True)
class Coverage:
    """A guide against a runbook, no page looked at."""

    items: tuple[Covered, ...]
    nowhere: tuple[Tie, ...]
    """Ties whose heading or item the guide does not have."""

    @property
    def unfollowed(self) -> list[Item]:
        """Items that neither they nor anything below or above them is followed by a step."""
        followed = {each.item.number for each in self.items if each.ties}
        return [
            each.item
            for each in self.items
            if not any(
                number[: len(each.item.number)] == each.item.number or each.item.number[: len(number)] == number
                for number in followed
            )
        ]


def ties(runbook: Runbook) -> Iterator[Tie]:
    """All ties of a runbook in the order of its lines; blocks stand where they are used."""
    for section in runbook.sections:
        for follows in section.head.follows:
            yield Tie(follows, section, None)
        for step in flat((*section.reach, *section.steps)):
            for follows in step.frame.follows:
                yield Tie(follows, section, step)


def find(guide: Guide, follows: str) -> tuple[int, ...] | None:
    """The number that a tie means in this guide: of a heading (one part) or an item; None where it has none.

    A heading is named by its number, its text or its anchor.
    """
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
    wanted = slug(name)
    for heading in guide.headings[1:]:
        if name in heading.anchors or heading.text == name or wanted in (slug(heading.text), *heading.anchors):
            return heading.number
    return None


def coverage(guide: Guide, runbook: Runbook) -> Coverage:
    """Each item with the steps that follow it."""
    by_item: dict[tuple[int, ...], list[Tie]] = {}
    nowhere: list[Tie] = []
    for tie in ties(runbook):
        number = find(guide, tie.follows)
        if number is None:
            nowhere.append(tie)
        elif tie not in by_item.setdefault(number, []):
            by_item[number].append(tie)
    covered = tuple(Covered(item, tuple(by_item.get(item.number, ()))) for item in guide.items)
    return Coverage(covered, tuple(nowhere))


def sentence(step: Step) -> str:
    """A step in words: what it says of itself, else its verb and what it acts on."""
    if step.frame.say is not None:
        return str(step.frame.say)
    said = step.model.says or step.verb
    given = {name: step.arguments.get(name, each.get_default()) for name, each in step.model.model_fields.items()}
    missing = [f"{{{name}}}" for name, value in given.items() if value is None or value is PydanticUndefined]
    said = _OPTIONAL.sub(lambda part: "" if any(each in part[1] for each in missing) else part[1], said)
    try:
        return said.format_map({name: _shown(value) for name, value in given.items()})
    except (KeyError, IndexError, ValueError):  # a verb's sentence that wants more than its fields
        return f"{step.verb} {_shown(given.get(step.model.subject(), ''))}"


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return ", ".join(str(each) for each in value) if isinstance(value, list | tuple) else str(value)
