"""Moves the ties of a runbook after its items: what stands in the files is changed in place, by line and column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runwright.guide.baseline.reviewed_items import Kept, changes
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide
from runwright.language.diagnostics import Mark
from runwright.language.runbook_model import Runbook, flat
from runwright.language.yaml_tree import Node, Row, Table, Text, compose


@dataclass(frozen=True)
class Stuck:
    """A tie that cannot be moved."""

    path: Path
    mark: Mark
    follows: str
    why: str


@dataclass
class Relinked:
    """What is to be written, and what a person must see to first."""

    moved: dict[str, str] = field(default_factory=dict)
    """Ties as they were written and as they are to be."""
    texts: dict[Path, str] = field(default_factory=dict)
    """The files that change, whole."""
    stuck: list[Stuck] = field(default_factory=list)
    """While there are some, nothing may be written."""


class _NoPlace(Exception):
    """A tie that cannot be moved; its text says why."""


def relinked(runbook: Runbook, guide: Guide, kept: Kept) -> Relinked:
    """Where each tie goes whose item or heading went elsewhere since the guide was reviewed."""
    done = Relinked()
    where = _Moves(guide, kept)
    steps = [step for section in runbook.sections for step in flat((*section.reach, *section.steps))]
    for path in dict.fromkeys([runbook.path, *(step.path for step in steps)]):
        text = runbook.text if path == runbook.path else path.read_text("utf-8-sig")
        lines = text.splitlines(keepends=True)
        places: list[tuple[Text, str]] = []
        for tie in _follows(compose(text, path)[0]):
            try:
                new = where.of(tie)
            except _NoPlace as stuck:
                done.stuck.append(Stuck(path, tie.mark, str(tie), str(stuck)))
                continue
            if new == tie:
                continue
            if not _stands(lines[tie.mark.line - 1], tie):
                why = f"it is to be {new}, and is not written to the letter on one line"
                done.stuck.append(Stuck(path, tie.mark, str(tie), why))
                continue
            places.append((tie, new))
            done.moved[str(tie)] = new
        if places:
            done.texts[path] = _written(lines, places)
    return done


def behind(guide: Guide, kept: Kept, moved: Mapping[str, str]) -> Kept | None:
    """What to keep of another language that has not changed in the same way; None where it has.

    Its digests go with the ties, so that each still means the item that it meant there.
    """
    now = {change.address: change.now for change in changes(guide, kept)}
    if all(now.get(old, new) == new for old, new in moved.items()):
        return None
    digests = {moved[old]: digest for old, digest in kept.digests.items() if old in moved}
    rest = {old: digest for old, digest in kept.digests.items() if old not in moved and old not in digests}
    return Kept(kept.reviewed, {**rest, **digests})


def moves(guide: Guide, kept: Kept) -> dict[str, str]:
    """The addresses of all items that went elsewhere, with where they are now."""
    return {change.address: change.now for change in changes(guide, kept) if change.state == "moved" and change.now}


class _Moves:
    """Where items and headings of the reviewed guide are now."""

    def __init__(self, guide: Guide, kept: Kept) -> None:
        self._guide = guide
        self._states = {change.address: change for change in changes(guide, kept)}
        self._headings: dict[int, int | None] = {}
        votes: dict[int, set[int]] = {}
        for change in self._states.values():
            if change.state in ("same", "moved") and change.now is not None:
                votes.setdefault(_head(change.address), set()).add(_head(change.now))
        for old, new in votes.items():
            stays = old in new and not any(old in others for other, others in votes.items() if other != old)
            self._headings[old] = next(iter(new)) if len(new) == 1 else old if stays else None

    def of(self, follows: str) -> str:
        """The tie as it is to be written. Raises _NoPlace."""
        text = follows.strip()
        name, _, rest = text.rpartition("/") if "/" in text else ("", "", text)
        if not name and not _numbers(text):
            return follows  # a heading by its words, which moves along by itself
        if rest and not _numbers(rest):
            return follows
        if not name:
            return self._heading(text) if "." not in text else self._item(text)
        if name.isdigit():
            return self._item(f"{name}.{rest}").replace(".", "/", 1)
        here = find(self._guide, name)
        if here is None:
            raise _NoPlace(f"the guide has no heading {name} any more")
        old = next((old for old, new in self._headings.items() if new == here[0]), here[0])
        new = self._item(f"{old}.{rest}")
        head, _, inner = new.partition(".")
        if int(head) == here[0]:
            return f"{name}/{inner}"
        heading = self._guide.heading(int(head))
        return f"{heading.slug}/{inner}" if heading is not None else new

    def _item(self, address: str) -> str:
        change = self._states.get(address)
        if change is None:
            return address  # it was not there at the review either
        if change.now is None:
            raise _NoPlace("its item vanished, or was written anew elsewhere")
        return change.now

    def _heading(self, number: str) -> str:
        if int(number) not in self._headings:
            return number
        new = self._headings[int(number)]
        if new is None:
            raise _NoPlace("its items went to several headings")
        return str(new)


def _head(address: str) -> int:
    return int(address.partition(".")[0])


def _numbers(text: str) -> bool:
    return all(part.isdigit() for part in text.split("."))


def _written(lines: list[str], places: list[tuple[Text, str]]) -> str:
    """The text with the ties moved, those behind first, so that columns stay."""
    for old, new in sorted(places, key=lambda place: (place[0].mark.line, place[0].mark.column), reverse=True):
        line = lines[old.mark.line - 1]
        at = old.mark.column - 1 + (0 if old.plain else 1)
        lines[old.mark.line - 1] = line[:at] + new + line[at + len(old) :]
    return "".join(lines)


def _stands(line: str, text: Text) -> bool:
    """Whether a scalar stands in its line to the letter."""
    at = text.mark.column - 1 + (0 if text.plain else 1)
    return line[at : at + len(text)] == text


def _follows(node: Node | None) -> Iterator[Text]:
    """The ties of all sections and steps, as they stand in the file."""
    if isinstance(node, Row):
        for each in node:
            yield from _follows(each)
    elif isinstance(node, Table):
        for key, value in node.items():
            if key == "follows":
                yield from (text for text in (value if isinstance(value, Row) else [value]) if isinstance(text, Text))
            elif isinstance(value, Table | Row):
                yield from _follows(value)
