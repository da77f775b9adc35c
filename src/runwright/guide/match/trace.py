"""A run as a reader of the guide goes it: its steps in order, each once, tied to the items of the guide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from runwright.guide.baseline.reviewed_items import Kept
from runwright.guide.match.observations import Act, Seen
from runwright.guide.match.resolve_refs import align, speaks_of
from runwright.guide.parse.guide_model import Guide, Item


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
    places: dict[tuple[str, int], list[tuple[int, str]]]
    """Of each line of the runbook the numbers of its steps, with the part that they belong to."""

    def ordered(self, stop: Stop) -> list[Act]:
        """All steps of a stop as a reader goes them: probes run last, and show the way to the place."""
        return sorted([*stop.acts, *stop.more], key=lambda act: (act.section not in self.run.probes, act.number))

    def span(self, acts: Sequence[Act]) -> tuple[int, int] | None:
        """The numbers of the first and last step; ways to a place count only where nothing else is there."""
        every = [place for act in acts for place in self.places.get((act.file, act.line), [])]
        own = [number for number, part in every if part == "steps"]
        if not own:
            own = [self.places[(act.file, act.line)][0][0] for act in acts if (act.file, act.line) in self.places]
        return (min(own), max(own)) if own else None


def tied_items(guide: Guide, kept: Kept | None, runs: Sequence[Seen]) -> dict[str, Item | None]:
    """The item that each tie of the runs means, of steps and of sections; all runs agree on it."""
    every: dict[str, list[Act]] = {}
    for run in runs:
        for act in _once(run):
            for follows in filter(_names_item, act.follows):
                every.setdefault(follows, []).append(act)
    for run in runs:
        for number, (_, ties, _) in run.sections.items():
            for follows in filter(_names_item, ties):
                if follows not in every:
                    every[follows] = [act for act in run.acts if act.section == number and not act.looks]
    return align(guide, kept, every)


def journeys(guide: Guide, items: Mapping[str, Item | None], runs: Sequence[Seen]) -> list[Journey]:
    """Each run as a reader goes it, its ties meaning these items."""
    return [_journey(guide, run, items, [other for other in runs if other is not run]) for run in runs]


def _names_item(follows: str) -> bool:
    return "." in follows or "/" in follows


def _journey(guide: Guide, run: Seen, items: Mapping[str, Item | None], others: Sequence[Seen]) -> Journey:
    order = _once(run)
    ties = {number: follows for number, (_, follows, _) in run.sections.items()}
    stops: dict[tuple[int, ...], Stop] = {}
    for act in order:
        for item in _items(act, items):
            stops.setdefault(item.number, Stop(item)).acts.append(act)
    for stop in list(stops.values()):
        _hand_down(guide, stop, stops, others)
    for act in order:
        if _loose(act, items):
            near = _nearest(guide, act, order, items, ties)
            if near is not None:
                stops.setdefault(near.number, Stop(near)).more.append(act)
    places = {id(act): at for at, act in enumerate(run.acts)}
    for stop in stops.values():
        for act in (*stop.acts, *stop.more):
            at = places[id(act)]
            if not (act.looks and act.verb == "open"):
                stop.around.append(act)
            stop.around += run.acts[at + 1 : at + 2]
    lines: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for act in run.acts:
        lines.setdefault((act.file, act.line), []).append((act.number, act.part))
    return Journey(run, stops, order, lines)


def _hand_down(guide: Guide, stop: Stop, stops: dict[tuple[int, ...], Stop], others: Sequence[Seen]) -> None:
    """Steps tied to an item with sub-items belong to the sub-item that names them better: all to one, where these are
    ways, and to none that another run went.
    """
    children = [item for item in guide.below(stop.item.number) if len(item.number) == len(stop.item.number) + 1]
    rest = [act for act in stop.acts if not act.looks and speaks_of(stop.item, [act]) < 70]
    if not children or not rest:
        return
    if not any(child.branch for child in children):
        for act in rest:
            best = max(children, key=lambda child: speaks_of(child, [act]))
            if speaks_of(best, [act]) > speaks_of(stop.item, [act]):
                _move([act], stop, stops, best)
        return
    best = max(children, key=lambda child: speaks_of(child, rest))
    taken = [speaks_of(best, theirs) for other in others if (theirs := _same_ties(stop, rest, other))]
    better = (at for at, act in enumerate(rest) if speaks_of(best, [act]) > speaks_of(stop.item, [act]))
    begin = next(better, None)
    while begin and rest[begin - 1].address == rest[begin].address:
        begin -= 1  # on the same page, and the item above does not name it either
    if begin is not None and speaks_of(best, rest[begin:]) >= max(taken, default=0.0):
        _move(rest[begin:], stop, stops, best)


def _move(acts: Sequence[Act], stop: Stop, stops: dict[tuple[int, ...], Stop], item: Item) -> None:
    stop.acts = [act for act in stop.acts if act not in acts]
    stops.setdefault(item.number, Stop(item)).acts += acts


def _same_ties(stop: Stop, rest: Sequence[Act], other: Seen) -> list[Act]:
    """What another run did at an item, where it went another way than this one."""
    follows = {each for act in rest for each in act.follows}
    mine = {(act.file, act.line) for act in stop.acts}
    theirs = [act for act in _once(other) if not act.looks and follows & set(act.follows)]
    return [act for act in theirs if (act.file, act.line) not in mine]


def _once(run: Seen) -> list[Act]:
    """The steps of the sections that follow the guide; of a step that is done again, the first time.

    Of a probe those alone that are tied to an item themselves: the way that the guide shows, and the runbook passes by.
    """
    tied = {number for number, (_, follows, _) in run.sections.items() if follows}
    tied |= {act.section for act in run.acts if act.follows}
    found: dict[tuple[str, int], Act] = {}
    for act in run.acts:
        read = act.section in tied and (act.follows or act.section not in run.probes)
        if read and act.done and act.part in ("reach", "steps"):
            found.setdefault((act.file, act.line), act)
    return list(found.values())


def _items(act: Act, items: Mapping[str, Item | None]) -> Iterable[Item]:
    for follows in act.follows:
        item = items.get(follows)
        if item is not None:
            yield item


def _loose(act: Act, items: Mapping[str, Item | None]) -> bool:
    """Whether a step is tied to no item that is there: on the way to a place that is no matter."""
    gone = any(follows in items for follows in act.follows)
    if any(True for _ in _items(act, items)) or (act.looks and not (gone and act.verb == "open")):
        return False
    return act.part == "steps" or gone


def _above_ways(guide: Guide, item: Item | None) -> Item | None:
    """The item itself, or the one above it where it is one of several ways."""
    while item is not None and item.branch:
        item = guide.item(item.number[:-1])
    return item


def _nearest(
    guide: Guide,
    act: Act,
    order: Sequence[Act],
    items: Mapping[str, Item | None],
    sections: Mapping[int, tuple[str, ...]],
) -> Item | None:
    """The item that a step without one belongs to.

    Where its item is gone: the one whose address comes before. Else the one before it in its section, or behind it, or
    the one that the section follows.
    """
    gone = next((follows for follows in act.follows if follows in items), None)
    if gone is not None:
        above = guide.item(tuple(part for part in _numbers(gone)[:-1]))
        if above is not None and len(above.number) > 1:
            return _above_ways(guide, above)
        here = sorted((_parts(follows), item.number, item) for follows, item in items.items() if item is not None)
        before = [item for parts, _, item in here if parts[:1] == _parts(gone)[:1] and parts < _parts(gone)]
        behind = [item for parts, _, item in here if parts > _parts(gone)]
        near = before[-1] if before else behind[0] if behind else None
        return _above_ways(guide, near)
    acts = [other for other in order if other.section == act.section]
    at = next(place for place, other in enumerate(acts) if other is act)
    same = [
        item for other in acts[:at] if other.part == act.part for item in _near(guide, other, order, items, sections)
    ]
    after = [item for other in acts[at + 1 :] if other.follows for item in _near(guide, other, order, items, sections)]
    other_part = [item for other in acts[:at] for item in _items(other, items)]
    of_section = [item for follows in sections.get(act.section, ()) if (item := items.get(follows)) is not None]
    return next(iter((*same[-1:], *after[:1], *other_part[-1:], *of_section[:1])), None)


def _near(
    guide: Guide,
    act: Act,
    order: Sequence[Act],
    items: Mapping[str, Item | None],
    sections: Mapping[int, tuple[str, ...]],
) -> list[Item]:
    """The items of a tied step; where they are gone, the one in whose place it is told."""
    found = list(_items(act, items))
    if found or not act.follows:
        return found
    near = _nearest(guide, act, order, items, sections) if any(follows in items for follows in act.follows) else None
    return [near] if near is not None else []


def _numbers(follows: str) -> tuple[int, ...]:
    """An address as numbers alone; none where its heading is named by words."""
    parts = follows.replace("/", ".").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _parts(follows: str) -> tuple[str | int, ...]:
    """An address as it is ordered: its heading's name or number, then numbers."""
    head, _, rest = follows.rpartition("/") if "/" in follows else follows.partition(".")
    numbers = [int(part) for part in rest.split(".") if part.isdigit()]
    return (head.zfill(6) if head.isdigit() else head, *numbers)
