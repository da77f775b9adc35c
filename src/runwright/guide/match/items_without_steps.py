"""Items that no step follows: their labels are compared with the pages between the items before and after them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from runwright.guide.match import messages, name_match
from runwright.guide.match.evidence_of_findings import with_evidence
from runwright.guide.match.findings import Finding
from runwright.guide.match.item_match import WrongLabel
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.reader_actions import names_on
from runwright.guide.match.trace import Trace
from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Guide, Item, Label
from runwright.guide.parse.instruction import instructions

_SMALL: tuple[name_match.Difference, ...] = ("case", "hyphen", "typing")


@dataclass(frozen=True)
class BetweenNeighbours:
    """An item without steps in one run, with what comparing it with the pages at its place found."""

    item: Item
    run: RunObservations
    findings: tuple[Finding, ...]
    unseen: tuple[Label, ...]
    """Its labels that no page of the run showed."""
    compared: bool
    """Whether it names anything that could be compared."""


def items_without_steps(guide: Guide, traces: Sequence[Trace]) -> Iterator[BetweenNeighbours]:
    """Each item that no run has a step of, for each run that passed its place. Alternatives are left out."""
    stepped = {number for trace in traces for number, stop in trace.stops.items() if stop.steps or stop.extra}
    for item in guide.items:
        if any(number[: len(item.number)] == item.number for number in stepped) or _alternative(guide, item):
            continue
        for trace in traces:
            pages = _pages(guide, item, trace)
            if pages:
                yield _compared(item, pages, trace.run)


def _alternative(guide: Guide, item: Item) -> bool:
    above = [guide.item(item.number[:size]) for size in range(2, len(item.number) + 1)]
    return any(each is not None and each.branch for each in above)


def _pages(guide: Guide, item: Item, trace: Trace) -> list[ObservedStep]:
    """The steps before which the page was one that a reader of the item sees; none if the place is not clear.

    Items of one list count as its neighbours. A sub-item needs one on both sides, since it may be an alternative.
    """
    beside = {
        number: [step for step in stop.steps if step.section not in trace.run.probes]
        for number, stop in trace.stops.items()
        if number[: len(item.number) - 1] == item.number[:-1] and number != item.number[:-1]
    }
    beside = {number: steps for number, steps in beside.items() if steps}
    before = [number for number in beside if number < item.number]
    after = [number for number in beside if number > item.number]
    if (not before and not after) or (len(item.number) > 2 and not (before and after)):
        return []
    steps = trace.run.steps
    start, end = 0, len(steps) - 1
    if before:
        last = max(step.number for step in beside[max(before)])
        start = next(at for at, step in enumerate(steps) if step.number == last) + 1
    if after:
        first = min(step.number for step in beside[min(after)])
        end = next(at for at, step in enumerate(steps) if step.number == first)
    if not after:
        section = steps[start - 1].section
        end = max(at for at, step in enumerate(steps) if step.section == section)
    if not before:
        section = steps[end].section
        start = min(at for at, step in enumerate(steps) if step.section == section)
    return [step for step in steps[start : end + 1] if step.section not in trace.run.probes]


def _compared(item: Item, pages: Sequence[ObservedStep], run: RunObservations) -> BetweenNeighbours:
    here = names_on(pages)
    found: list[Finding] = []
    unseen: list[Label] = []
    compared = False
    instructed = dict(zip(item.labels, instructions(item.labels), strict=True))
    conditional = bool(item.optional) or lexicon.CONDITION.search(item.text) is not None
    for label in item.labels:
        if label.kind != "bold" or lexicon.remark(label.text):
            continue
        if any(name_match.names(label.text, name) for name in here):
            compared = True
            continue
        elsewhere = any(name_match.names(label.text, name) for name in run.names)
        near = None if elsewhere else name_match.nearest(label.text, here)
        how = name_match.difference(label.text, near) if near is not None else None
        if near is not None and how in _SMALL:
            compared = True
            found.append(with_evidence(messages.wrong(item, WrongLabel(label, near, how, here[near])), here[near], run))
        elif elsewhere and instructed[label] is not None and not conditional:
            compared = True
            found += _elsewhere(item, label, pages, run)
        elif not elsewhere and name_match.label_like(label.text):
            unseen.append(label)
    return BetweenNeighbours(item, run, tuple(found), tuple(unseen), compared)


def _elsewhere(item: Item, label: Label, pages: Sequence[ObservedStep], run: RunObservations) -> Iterator[Finding]:
    last = max(step.number for step in pages)
    for step in run.steps:
        if any(name_match.names(label.text, name) for name in names_on([step])):
            yield with_evidence(messages.elsewhere(item, label, step, run, step.number > last), step, run)
            return
