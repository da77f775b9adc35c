"""A run as a reader of the guide goes it: its steps in order, each once, tied to the items of the guide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from runwright.guide.align import align
from runwright.guide.lock import Kept
from runwright.guide.model import Guide, Item
from runwright.guide.seen import Act, Seen


@dataclass
class Stop:
    """An item and the steps of one run that follow it."""

    item: Item
    acts: list[Act] = field(default_factory=list)
    """The steps that are tied to it, in their order."""
    more: list[Act] = field(default_factory=list)
    """Steps before or behind them that are tied to no item."""
    around: list[Act] = field(default_factory=list)
    """All steps whose pages the reader sees there, the one that follows included."""


@dataclass
class Journey:
    """One run against one guide."""

    run: Seen
    stops: dict[tuple[int, ...], Stop]
    order: list[Act]
    """Every step of the tied sections, each line of the runbook once."""


def journeys(guide: Guide, kept: Kept | None, runs: Sequence[Seen]) -> list[Journey]:
    """Each run as a reader goes it; all runs agree on which item a tie means."""
    every: dict[str, list[Act]] = {}
    for run in runs:
        for act in _once(run):
            for follows in act.follows:
                if "." in follows or "/" in follows:
                    every.setdefault(follows, []).append(act)
    items = align(guide, kept, every)
    return [_journey(run, items) for run in runs]


def _journey(run: Seen, items: dict[str, Item | None]) -> Journey:
    order = _once(run)
    stops: dict[tuple[int, ...], Stop] = {}
    for act in order:
        for item in _items(act, items):
            stops.setdefault(item.number, Stop(item)).acts.append(act)
    by_section: dict[int, list[Act]] = {}
    for act in order:
        by_section.setdefault(act.section, []).append(act)
    for acts in by_section.values():
        for act in acts:
            if _loose(act, items):
                near = _nearest(act, acts, items)
                if near is not None:
                    stops[near.number].more.append(act)
    places = {id(act): at for at, act in enumerate(run.acts)}
    for stop in stops.values():
        for act in (*stop.acts, *stop.more):
            at = places[id(act)]
            if not (act.looks and act.verb == "open"):
                stop.around.append(act)
            stop.around += run.acts[at + 1 : at + 2]
    return Journey(run, stops, order)


def _once(run: Seen) -> list[Act]:
    """The steps of the sections that follow the guide; of a step that is done again, the first time."""
    tied = {number for number, (_, follows, _) in run.sections.items() if follows}
    tied |= {act.section for act in run.acts if act.follows}
    found: dict[tuple[str, int], Act] = {}
    for act in run.acts:
        if act.section in tied and act.section not in run.probes and act.done and act.part in ("reach", "steps"):
            found.setdefault((act.file, act.line), act)
    return list(found.values())


def _items(act: Act, items: dict[str, Item | None]) -> Iterable[Item]:
    for follows in act.follows:
        item = items.get(follows)
        if item is not None:
            yield item


def _loose(act: Act, items: dict[str, Item | None]) -> bool:
    """Whether a step is tied to no item that is there: on the way to a place that is no matter."""
    if act.looks or any(True for _ in _items(act, items)):
        return False
    return act.part == "steps" or any(follows in items for follows in act.follows)


def _nearest(act: Act, acts: Sequence[Act], items: dict[str, Item | None]) -> Item | None:
    """The item that comes before a step in its section, else the one that comes behind it."""
    at = next(place for place, other in enumerate(acts) if other is act)
    before = [item for other in acts[:at] if other.part == act.part for item in _items(other, items)]
    behind = [item for other in acts[at:] for item in _items(other, items)]
    return before[-1] if before else behind[0] if behind else None
