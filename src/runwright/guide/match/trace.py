"""Traces: the steps of a run in the order of a reader, each once, assigned to the items of the guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.match.findings import EndOfRun
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.resolve_refs import naming_score, resolve
from runwright.guide.parse.guide_model import Guide, Item


@dataclass
class TraceStop:
    """An item and the steps of one run that follow it."""

    item: Item
    steps: list[ObservedStep] = field(default_factory=list)
    """The steps that follow it, in their order."""
    extra: list[ObservedStep] = field(default_factory=list)
    """Steps before or after them that follow no item."""
    visible: list[ObservedStep] = field(default_factory=list)
    """All steps whose pages the reader sees at the item, including the next step of the run."""


@dataclass
class Trace:
    """One run, assigned to the items of one guide."""

    run: RunObservations
    stops: dict[tuple[int, ...], TraceStop]
    order: list[ObservedStep]
    """All steps of the sections that follow the guide, each line of the runbook once."""
    places: dict[tuple[str, int], list[tuple[int, str]]]
    """Step numbers and parts by file and line of the runbook."""

    def ordered(self, stop: TraceStop) -> list[ObservedStep]:
        """All steps of a stop in the order of a reader. Probe steps come first: they show how to get to the page."""
        return sorted([*stop.steps, *stop.extra], key=lambda step: (step.section not in self.run.probes, step.number))

    def span(self, steps: Sequence[ObservedStep]) -> tuple[int, int] | None:
        """The numbers of the first and last step. Navigation counts only when there is nothing else."""
        every = [place for step in steps for place in self.places.get((step.file, step.line), [])]
        own = [number for number, part in every if part == "steps"]
        if not own:
            own = [self.places[(step.file, step.line)][0][0] for step in steps if (step.file, step.line) in self.places]
        return (min(own), max(own)) if own else None


def referenced_items(
    guide: Guide, reviewed: ReviewedItems | None, runs: Sequence[RunObservations]
) -> dict[str, Item | None]:
    """The item of each reference in the steps and sections of all runs."""
    every: dict[str, list[ObservedStep]] = {}
    for run in runs:
        for step in _unique_steps(run):
            for follows in filter(_names_item, step.follows):
                every.setdefault(follows, []).append(step)
    for run in runs:
        for number, (_, references, _) in run.sections.items():
            for follows in filter(_names_item, references):
                if follows not in every:
                    every[follows] = [step for step in run.steps if step.section == number and not step.read_only]
    for run in runs:
        for step in run.steps:
            for follows in filter(_names_item, step.follows if step.failure is not None else ()):
                every.setdefault(follows, [step])
    return resolve(guide, reviewed, every)


def build_traces(guide: Guide, items: Mapping[str, Item | None], runs: Sequence[RunObservations]) -> list[Trace]:
    """The trace of each run. ``items`` has the item of each reference."""
    return [_trace(guide, run, items, [other for other in runs if other is not run]) for run in runs]


def end_of_run(guide: Guide, items: Mapping[str, Item | None], trace: Trace) -> EndOfRun | None:
    """Where a run ended that did not succeed: at the item of the step that failed, or of the last one before it."""
    run = trace.run
    failed = next((step for step in reversed(run.steps) if step.failure is not None), None)
    if run.ended_well or failed is None or failed.section in run.probes:
        return None
    own = next(_items(failed, items), None)
    before = [
        (step.number, stop.item)
        for stop in trace.stops.values()
        for step in stop.steps
        if step.number <= failed.number and step.section not in run.probes
    ]
    item = own or (max(before, key=lambda each: each[0])[1] if before else None)
    if item is None:
        return None
    reason = " ".join((failed.failure or "").split()).rstrip(".")
    return EndOfRun(run.run, item.address, item.line, reason)


def _names_item(follows: str) -> bool:
    return "." in follows or "/" in follows


def _trace(
    guide: Guide, run: RunObservations, items: Mapping[str, Item | None], others: Sequence[RunObservations]
) -> Trace:
    order = _unique_steps(run)
    references = {number: follows for number, (_, follows, _) in run.sections.items()}
    stops: dict[tuple[int, ...], TraceStop] = {}
    for step in order:
        for item in _items(step, items):
            stops.setdefault(item.number, TraceStop(item)).steps.append(step)
    _take_free_items(guide, order, items, stops)
    for stop in list(stops.values()):
        _assign_to_sub_items(guide, stop, stops, others)
    for step in order:
        if _unassigned(step, items) and not any(step in stop.steps for stop in stops.values()):
            near = _nearest(guide, step, order, items, references)
            if near is not None:
                stops.setdefault(near.number, TraceStop(near)).extra.append(step)
    places = {id(step): at for at, step in enumerate(run.steps)}
    for stop in stops.values():
        for step in (*stop.steps, *stop.extra):
            at = places[id(step)]
            if not (step.read_only and step.verb == "open"):
                stop.visible.append(step)
            stop.visible += run.steps[at + 1 : at + 2]
    lines: dict[tuple[str, int], list[tuple[int, str]]] = {}
    for step in run.steps:
        lines.setdefault((step.file, step.line), []).append((step.number, step.part))
    return Trace(run, stops, order, lines)


def _take_free_items(
    guide: Guide,
    order: Sequence[ObservedStep],
    items: Mapping[str, Item | None],
    stops: dict[tuple[int, ...], TraceStop],
) -> None:
    """Give steps without an item the item that names them and no step follows, between those of their neighbours."""
    taken = {item.number for item in items.values() if item is not None}
    of_step = {id(step): item for step in order for item in _items(step, items)}
    for at, step in enumerate(order):
        if id(step) in of_step or not _unassigned(step, items):
            continue
        before = next((of_step[id(each)] for each in reversed(order[:at]) if _beside(each, step, of_step)), None)
        after = next((of_step[id(each)] for each in order[at + 1 :] if _beside(each, step, of_step)), None)
        if before is None or after is None:
            continue
        free = [
            item
            for item in guide.items
            if before.number < item.number < after.number
            and not any(item.number[: len(each)] == each or each[: len(item.number)] == item.number for each in taken)
        ]
        best = max(free, key=lambda item: naming_score(item, [step]), default=None)
        if best is not None and naming_score(best, [step]) >= 70:
            stops.setdefault(best.number, TraceStop(best)).steps.append(step)
            of_step[id(step)] = best


def _beside(other: ObservedStep, step: ObservedStep, of_step: Mapping[int, Item]) -> bool:
    """Whether another step has an item and belongs to the same part of the same section."""
    return id(other) in of_step and other.section == step.section and other.part == step.part


def _assign_to_sub_items(
    guide: Guide, stop: TraceStop, stops: dict[tuple[int, ...], TraceStop], others: Sequence[RunObservations]
) -> None:
    """Move steps of an item with sub-items to the sub-item that names them better.

    When the sub-items are alternatives, all steps move to one of them, and not to the one that another run took.
    """
    children = [item for item in guide.below(stop.item.number) if len(item.number) == len(stop.item.number) + 1]
    rest = [step for step in stop.steps if not step.read_only and naming_score(stop.item, [step]) < 70]
    if not children or not rest:
        return
    if not any(child.branch for child in children):
        for step in rest:
            best = max(children, key=lambda child: naming_score(child, [step]))
            if naming_score(best, [step]) > naming_score(stop.item, [step]):
                _move([step], stop, stops, best)
        return
    best = max(children, key=lambda child: naming_score(child, rest))
    taken = [naming_score(best, theirs) for other in others if (theirs := _same_references(stop, rest, other))]
    better = (at for at, step in enumerate(rest) if naming_score(best, [step]) > naming_score(stop.item, [step]))
    begin = next(better, None)
    while begin and rest[begin - 1].address == rest[begin].address:
        begin -= 1  # on the same page, and the item above does not name it either
    if begin is not None and naming_score(best, rest[begin:]) >= max(taken, default=0.0):
        _move(rest[begin:], stop, stops, best)


def _move(steps: Sequence[ObservedStep], stop: TraceStop, stops: dict[tuple[int, ...], TraceStop], item: Item) -> None:
    stop.steps = [step for step in stop.steps if step not in steps]
    stops.setdefault(item.number, TraceStop(item)).steps += steps


def _same_references(stop: TraceStop, rest: Sequence[ObservedStep], other: RunObservations) -> list[ObservedStep]:
    """The steps of another run at the same references, when it took another alternative."""
    follows = {each for step in rest for each in step.follows}
    mine = {(step.file, step.line) for step in stop.steps}
    theirs = [step for step in _unique_steps(other) if not step.read_only and follows & set(step.follows)]
    return [step for step in theirs if (step.file, step.line) not in mine]


def _unique_steps(run: RunObservations) -> list[ObservedStep]:
    """The steps of the sections that follow the guide; of repeated steps, only the first.

    Of a probe, only the steps with their own `follows`: they use a path that the guide shows, the runbook not.
    """
    following = {number for number, (_, follows, _) in run.sections.items() if follows}
    following |= {step.section for step in run.steps if step.follows}
    found: dict[tuple[str, int], ObservedStep] = {}
    for step in run.steps:
        included = step.section in following and (step.follows or step.section not in run.probes)
        if included and step.done and step.part in ("navigation", "steps"):
            found.setdefault((step.file, step.line), step)
    return list(found.values())


def _items(step: ObservedStep, items: Mapping[str, Item | None]) -> Iterator[Item]:
    for follows in step.follows:
        item = items.get(follows)
        if item is not None:
            yield item


def _unassigned(step: ObservedStep, items: Mapping[str, Item | None]) -> bool:
    """Whether a step has no item in the guide, although it should. Navigation steps need none."""
    gone = any(follows in items for follows in step.follows)
    if any(True for _ in _items(step, items)) or (step.read_only and not (gone and step.verb == "open")):
        return False
    return step.part == "steps" or gone


def _above_alternatives(guide: Guide, item: Item | None) -> Item | None:
    """The item itself, or the nearest item above it that is not an alternative."""
    while item is not None and item.branch:
        item = guide.item(item.number[:-1])
    return item


def _nearest(
    guide: Guide,
    step: ObservedStep,
    order: Sequence[ObservedStep],
    items: Mapping[str, Item | None],
    sections: Mapping[int, tuple[str, ...]],
) -> Item | None:
    """The item to which a step without an item belongs.

    When the step's own item is gone, the item with the preceding address; else the item of the step before it in its
    section, of the step after it, or of the section.
    """
    gone = next((follows for follows in step.follows if follows in items), None)
    if gone is not None:
        above = guide.item(tuple(part for part in _numbers(gone)[:-1]))
        if above is not None and len(above.number) > 1:
            return _above_alternatives(guide, above)
        here = sorted((_parts(follows), item.number, item) for follows, item in items.items() if item is not None)
        before = [item for parts, _, item in here if parts[:1] == _parts(gone)[:1] and parts < _parts(gone)]
        behind = [item for parts, _, item in here if parts > _parts(gone)]
        inner = [item for item in before if behind and item.number < behind[0].number] or before
        near = max(inner, key=lambda item: item.number) if inner else behind[0] if behind else None
        return _above_alternatives(guide, near)
    steps = [other for other in order if other.section == step.section]
    at = next(place for place, other in enumerate(steps) if other is step)
    same = [
        item for other in steps[:at] if other.part == step.part for item in _near(guide, other, order, items, sections)
    ]
    after = [item for other in steps[at + 1 :] if other.follows for item in _near(guide, other, order, items, sections)]
    other_part = [item for other in steps[:at] for item in _items(other, items)]
    of_section = [item for follows in sections.get(step.section, ()) if (item := items.get(follows)) is not None]
    if same and after and same[-1].branch and same[-1].number[:-1] != after[0].number[:-1]:
        same.append(_above_alternatives(guide, same[-1]) or same[-1])
    elif same and after:  # of items that changed places, the last one that stands before what comes next
        inner = [item for item in same if item.number[0] == after[0].number[0] and item.number < after[0].number]
        same.append(max(inner, key=lambda item: item.number, default=same[-1]))
    return next(iter((*same[-1:], *after[:1], *other_part[-1:], *of_section[:1])), None)


def _near(
    guide: Guide,
    step: ObservedStep,
    order: Sequence[ObservedStep],
    items: Mapping[str, Item | None],
    sections: Mapping[int, tuple[str, ...]],
) -> list[Item]:
    """The items that a step follows, or the one that takes the place of an item that is gone."""
    found = list(_items(step, items))
    if found or not step.follows:
        return found
    near = _nearest(guide, step, order, items, sections) if any(follows in items for follows in step.follows) else None
    return [near] if near is not None else []


def _numbers(follows: str) -> tuple[int, ...]:
    """The numbers of an address; empty when its heading is named by words."""
    parts = follows.replace("/", ".").split(".")
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else ()


def _parts(follows: str) -> tuple[str | int, ...]:
    """The sort key of an address: its heading's name or number, then numbers."""
    head, _, rest = follows.rpartition("/") if "/" in follows else follows.partition(".")
    numbers = [int(part) for part in rest.split(".") if part.isdigit()]
    return (head.zfill(6) if head.isdigit() else head, *numbers)
