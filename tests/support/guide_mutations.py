"""Mutations of a guide: each single change of several kinds, with the finding that it must yield."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runwright.guide.match.observations import HEADINGS, ObservedStep, RunObservations
from runwright.guide.match.reader_actions import same_named, shown_name
from runwright.guide.match.trace import build_traces, referenced_items
from runwright.guide.parse.guide_model import Guide, Item, Label, Value


@dataclass(frozen=True)
class Mutation:
    """A changed guide, with the kind of the expected finding and the lines on which it may be."""

    what: str
    detail: str
    kind: str
    lines: tuple[int, ...]
    text: str


def mutations(guide: Guide, runs: Sequence[RunObservations]) -> Iterator[Mutation]:
    """Each single change of each kind."""
    values = {"incoming-webhook"}
    for item in guide.items:
        for mention in (*item.labels, *(value for value in item.values if value.text in values)):
            yield from _of_label(guide, mention)
    yield from _removed(guide)
    yield from _swapped(guide)
    yield from _fitting_two(guide, runs)


def _of_label(guide: Guide, mention: Label | Value) -> Iterator[Mutation]:
    text = mention.text
    middle = next((at for at in range(len(text) // 2, len(text) - 1) if _swappable(text, at)), None)
    if middle is None:
        middle = next((at for at in range(len(text) - 1) if _swappable(text, at)), None)
    if middle is not None:
        swapped = text[:middle] + text[middle + 1] + text[middle] + text[middle + 2 :]
        yield _written(guide, mention, "a letter swapped", "label", swapped)
    first = next((at for at, sign in enumerate(text) if sign.swapcase() != sign), None)
    if first is not None:
        yield _written(guide, mention, "case", "label", text[:first] + text[first].swapcase() + text[first + 1 :])
    if " " in text and text.lower() != text:
        yield _written(guide, mention, "case", "label", text.lower())
    words = text.split()
    for at in range(len(words)):
        if len(words[at]) > 2:
            changed = " ".join([*words[:at], "Banana", *words[at + 1 :]])
            yield _written(guide, mention, "a word replaced", "label", changed)
    for one, other in (("-", "_"), ("_", "-")):
        if one in text:
            yield _written(guide, mention, "hyphen for underscore", "label", text.replace(one, other))


def _swappable(text: str, at: int) -> bool:
    one, other = text[at], text[at + 1]
    return one.isalpha() and other.isalpha() and one.casefold() != other.casefold()


def _written(guide: Guide, mention: Label | Value, what: str, kind: str, new: str) -> Mutation:
    lines = list(guide.lines)
    line, at = lines[mention.line - 1], mention.column - 1
    assert line[at : at + len(mention.text)] == mention.text, (line, mention)
    lines[mention.line - 1] = line[:at] + new + line[at + len(mention.text) :]
    return Mutation(what, f"{mention.text} -> {new}", kind, (mention.line,), "\n".join(lines))


def _block(guide: Guide, item: Item) -> tuple[int, int]:
    """First and last line of an item, including its sub-items."""
    return item.line, max(each.end for each in guide.below(item.number))


def _siblings(guide: Guide, item: Item) -> list[Item]:
    return [each for each in guide.items if each.number[:-1] == item.number[:-1]]


def _removed(guide: Guide) -> Iterator[Mutation]:
    for item in guide.items:
        first, last = _block(guide, item)
        text = "\n".join([*guide.lines[: first - 1], *guide.lines[last:]])
        size = last - first + 1
        near: list[int] = []
        siblings = _siblings(guide, item)
        at = siblings.index(item)
        above = guide.item(item.number[:-1])
        near += [above.line] if above is not None else []
        before = guide.items[: guide.items.index(item)]
        near += [before[-1].line] if before else []
        near += [siblings[at - 1].line] if at else []
        near += [siblings[at + 1].line - size] if at + 1 < len(siblings) else []
        behind = [each for each in guide.items if each.line > last]
        near += [behind[0].line - size] if behind else []
        yield Mutation("an item removed", item.address, "missing", tuple(near), text)


def _swapped(guide: Guide) -> Iterator[Mutation]:
    for item in guide.items:
        siblings = _siblings(guide, item)
        at = siblings.index(item)
        if at + 1 == len(siblings) or item.branch:
            continue
        first, second = _block(guide, item), _block(guide, siblings[at + 1])
        lines = guide.lines
        between = lines[first[1] : second[0] - 1]
        one, other = lines[first[0] - 1 : first[1]], lines[second[0] - 1 : second[1]]
        text = "\n".join([*lines[: first[0] - 1], *other, *between, *one, *lines[second[1] :]])
        places = (first[0], first[0] + len(other) + len(between))
        yield Mutation("two items swapped", f"{item.address} and the next", "order", places, text)


def _fitting_two(guide: Guide, runs: Sequence[RunObservations]) -> Iterator[Mutation]:
    done = set()
    for trace in build_traces(guide, referenced_items(guide, None, runs), runs):
        for stop in trace.stops.values():
            for step in (*stop.steps, *stop.extra):
                for label in stop.item.labels:
                    if (
                        step.read_only
                        or label in done
                        or label.text != shown_name(step)
                        or len(same_named(step, label.text)) > 1
                    ):
                        continue
                    double = _double(step)
                    if double is not None:
                        done.add(label)
                        yield _written(guide, label, "a label that fits two controls", "ambiguous", double)


def _double(step: ObservedStep) -> str | None:
    """A name that several controls on the page of the step have."""
    names = [control.name for control in step.offered if control.name and control.role not in HEADINGS]
    return next((name for name in names if len(same_named(step, name)) > 1), None)
