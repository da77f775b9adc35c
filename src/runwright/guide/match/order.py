"""Items in another order than the steps of a run that follow them."""

from __future__ import annotations

from collections.abc import Iterable

from runwright.guide.match import messages
from runwright.guide.match.evidence_of_findings import page_of, with_evidence
from runwright.guide.match.findings import Finding
from runwright.guide.match.observations import HEADINGS, ObservedStep
from runwright.guide.match.reader_actions import shown_name
from runwright.guide.match.trace import Trace
from runwright.guide.parse.guide_model import Guide, Item


def order_findings(guide: Guide, trace: Trace) -> Iterable[Finding]:
    """Items of one heading whose order differs from the order of their steps in the run.

    Steps of probes are ignored: probes always run last.
    """
    spans: dict[tuple[int, ...], tuple[int, int]] = {}
    for number, stop in trace.stops.items():
        inner = [step for other, stop in trace.stops.items() if other[: len(number)] == number for step in stop.steps]
        below = [step for step in inner if step.section not in trace.run.probes]
        place = trace.span(
            [step for step in below if not step.read_only or (step.verb == "open" and step.part == "steps")]
        )
        if place is not None and stop.steps:
            spans[number] = place
    by_heading: dict[int, list[tuple[int, ...]]] = {}
    for number in sorted(spans):
        by_heading.setdefault(number[0], []).append(number)
    for numbers in by_heading.values():
        turned = {
            each
            for at, first in enumerate(numbers)
            for second in numbers[at + 1 :]
            if spans[second][1] < spans[first][0] and not _nested_or_alternative(guide, first, second)
            for each in _diverging_items(first, second)
        }
        items = [item for item in guide.items if item.number in turned]
        if items:
            starts = {item.number: _start(item.number, spans) for item in items}
            working = sorted(items, key=lambda item: starts[item.number])
            begin = _step_at(trace, starts[working[0].number])
            step = _step_at(trace, starts[items[0].number])
            final = _final(trace, items[0])
            yield with_evidence(messages.order(items, working, _reachable(step, begin), final), step, trace.run)


def _final(trace: Trace, item: Item) -> str | None:
    """What the steps of an item bring about that cannot be caught up on: a change, or another page."""
    steps = [
        step for number, stop in trace.stops.items() if number[: len(item.number)] == item.number for step in stop.steps
    ]
    if any(step.changes for step in steps):
        return "makes a change"
    every = trace.run.steps
    for step in steps:
        at = every.index(step)
        if step.verb != "open" and at and (page_of(step), step.title) != (page_of(every[at - 1]), every[at - 1].title):
            return "leads to another page"
    return None


def _diverging_items(first: tuple[int, ...], second: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The two items, or the items above them, at the level where their numbers diverge."""
    size = next(at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other) + 1
    return [first[:size], second[:size]]


def _start(number: tuple[int, ...], spans: dict[tuple[int, ...], tuple[int, int]]) -> int:
    return min(first for other, (first, _) in spans.items() if other[: len(number)] == number)


def _step_at(trace: Trace, number: int) -> ObservedStep:
    return next(step for step in trace.run.steps if step.number == number)


def _nested_or_alternative(guide: Guide, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether the second item is inside the first, or both are alternatives of which a reader takes one."""
    if first == second[: len(first)]:
        return True
    one, two = guide.item(first), guide.item(second)
    return bool(one and two and one.branch and two.branch and first[:-1] == second[:-1])


def _reachable(step: ObservedStep, begin: ObservedStep) -> bool:
    """Whether the control of ``step`` was already on the page, and enabled, before the step ``begin``."""
    name = shown_name(step)
    return any(
        control.name == name and control.role not in HEADINGS and "disabled" not in control.state
        for control in begin.offered
    )
