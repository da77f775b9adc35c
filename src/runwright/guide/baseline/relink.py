"""Updates the references of a runbook to moved items, in place by line and column, and leaves the rest of the files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from runwright.guide.baseline.reviewed_items import ReviewedItems, changes
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide
from runwright.language.diagnostics import Mark
from runwright.language.runbook_model import Runbook, flat
from runwright.language.yaml_tree import Node, YamlList, YamlTable, YamlText, compose


@dataclass(frozen=True)
class UnmovableReference:
    """A reference that cannot be updated automatically."""

    path: Path
    mark: Mark
    follows: str
    reason: str


@dataclass
class RelinkResult:
    """The updates to write, and the references that a person must correct first."""

    moved: dict[str, str] = field(default_factory=dict)
    """References as they are written now, and as they must be written."""
    texts: dict[Path, str] = field(default_factory=dict)
    """The complete new text of each file that changes."""
    unmovable: list[UnmovableReference] = field(default_factory=list)
    """If there are any, nothing may be written."""


class _CannotMove(Exception):
    """A reference cannot be updated; the text of the exception is the reason."""


def relink_references(runbook: Runbook, guide: Guide, reviewed: ReviewedItems) -> RelinkResult:
    """Find the new address of each reference whose item or heading moved since the review of the guide."""
    result = RelinkResult()
    addresses = _NewAddresses(guide, reviewed)
    steps = [step for section in runbook.sections for step in flat((*section.navigation, *section.steps))]
    for path in dict.fromkeys([runbook.path, *(step.path for step in steps)]):
        text = runbook.text if path == runbook.path else path.read_text("utf-8-sig")
        lines = text.splitlines(keepends=True)
        edits: list[tuple[YamlText, str]] = []
        for reference in _references(compose(text, path)[0]):
            try:
                new = addresses.of(reference)
            except _CannotMove as error:
                result.unmovable.append(UnmovableReference(path, reference.mark, str(reference), str(error)))
                continue
            if new == reference:
                continue
            if not _is_verbatim(lines[reference.mark.line - 1], reference):
                reason = f"it must become {new}, but it is not written literally on one line"
                result.unmovable.append(UnmovableReference(path, reference.mark, str(reference), reason))
                continue
            edits.append((reference, new))
            result.moved[str(reference)] = new
        if edits:
            result.texts[path] = _edited(lines, edits)
    return result


def carried_over(guide: Guide, reviewed: ReviewedItems, moved: Mapping[str, str]) -> ReviewedItems | None:
    """The reviewed items of a translation that has not changed in the same way yet; None if it has.

    The digests move with the references, so that each reference still means the same item of the translation.
    """
    now = {change.address: change.now for change in changes(guide, reviewed)}
    if all(now.get(old, new) == new for old, new in moved.items()):
        return None
    digests = {moved[old]: digest for old, digest in reviewed.digests.items() if old in moved}
    rest = {old: digest for old, digest in reviewed.digests.items() if old not in moved and old not in digests}
    return ReviewedItems(reviewed.reviewed, {**rest, **digests})


def moved_items(guide: Guide, reviewed: ReviewedItems) -> dict[str, str]:
    """The current address of each item that moved, by its address in the baseline."""
    return {change.address: change.now for change in changes(guide, reviewed) if change.state == "moved" and change.now}


class _NewAddresses:
    """The current addresses of the items and headings of a baseline."""

    def __init__(self, guide: Guide, reviewed: ReviewedItems) -> None:
        self._guide = guide
        self._states = {change.address: change for change in changes(guide, reviewed)}
        self._headings: dict[int, int | None] = {}
        votes: dict[int, set[int]] = {}
        for change in self._states.values():
            if change.state in ("same", "moved") and change.now is not None:
                votes.setdefault(_heading_number(change.address), set()).add(_heading_number(change.now))
        for old, new in votes.items():
            stays = old in new and not any(old in others for other, others in votes.items() if other != old)
            self._headings[old] = next(iter(new)) if len(new) == 1 else old if stays else None

    def of(self, follows: str) -> str:
        """The reference as it must be written. Raises _CannotMove."""
        text = follows.strip()
        name, _, rest = text.rpartition("/") if "/" in text else ("", "", text)
        if not name and not _is_number(text):
            return follows  # a heading by its text, which does not depend on numbers
        if rest and not _is_number(rest):
            return follows
        if not name:
            return self._heading(text) if "." not in text else self._item(text)
        if name.isdigit():
            return self._item(f"{name}.{rest}").replace(".", "/", 1)
        here = find(self._guide, name)
        if here is None:
            raise _CannotMove(f"the guide no longer has the heading {name}")
        old = next((old for old, new in self._headings.items() if new == here[0]), here[0])
        new = self._item(f"{old}.{rest}")
        number, _, inner = new.partition(".")
        if int(number) == here[0]:
            return f"{name}/{inner}"
        heading = self._guide.heading(int(number))
        return f"{heading.slug}/{inner}" if heading is not None else new

    def _item(self, address: str) -> str:
        change = self._states.get(address)
        if change is None:
            return address  # not in the baseline either
        if change.now is None:
            raise _CannotMove("its item vanished, or moved and was rewritten")
        return change.now

    def _heading(self, number: str) -> str:
        if int(number) not in self._headings:
            return number
        new = self._headings[int(number)]
        if new is None:
            raise _CannotMove("its items moved to several headings")
        return str(new)


def _heading_number(address: str) -> int:
    return int(address.partition(".")[0])


def _is_number(text: str) -> bool:
    return all(part.isdigit() for part in text.split("."))


def _edited(lines: list[str], edits: list[tuple[YamlText, str]]) -> str:
    """The text with the edits, applied from the end so that earlier columns stay valid."""
    for old, new in sorted(edits, key=lambda edit: (edit[0].mark.line, edit[0].mark.column), reverse=True):
        line = lines[old.mark.line - 1]
        at = old.mark.column - 1 + (0 if old.plain else 1)
        lines[old.mark.line - 1] = line[:at] + new + line[at + len(old) :]
    return "".join(lines)


def _is_verbatim(line: str, text: YamlText) -> bool:
    """Whether the line contains the value of a scalar literally, without escapes or line breaks."""
    at = text.mark.column - 1 + (0 if text.plain else 1)
    return line[at : at + len(text)] == text


def _references(node: Node | None) -> Iterator[YamlText]:
    """The references of all sections and steps, as written in the file."""
    if isinstance(node, YamlList):
        for each in node:
            yield from _references(each)
    elif isinstance(node, YamlTable):
        for key, value in node.items():
            if key == "follows":
                yield from (
                    text for text in (value if isinstance(value, YamlList) else [value]) if isinstance(text, YamlText)
                )
            elif isinstance(value, YamlTable | YamlList):
                yield from _references(value)
