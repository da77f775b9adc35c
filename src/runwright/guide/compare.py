"""A guide against what runs saw: every place where a reader would be stuck, have to guess, or be misled."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from runwright.guide import names, tell
from runwright.guide.acts import alternatives, literals, shown_name, typed_by_reader
from runwright.guide.findings import SEVERITIES, Finding, Unheld, Verdict
from runwright.guide.hold import Held, hold
from runwright.guide.journey import Journey, Stop, journeys
from runwright.guide.lock import Kept, changes
from runwright.guide.model import Guide, Item
from runwright.guide.rules import rules
from runwright.guide.seen import HEADINGS, Act, Seen


def compare(guide: Guide, kept: Kept | None, runs: Sequence[Seen]) -> Verdict:
    """Hold a guide against runs of the runbook that follows it. What is right yields nothing."""
    ways = journeys(guide, kept, runs)
    quotes = not any(label.kind == "bold" for item in guide.items for label in item.labels)
    told: list[tuple[Finding, Seen]] = []
    held_items: dict[str, list[Seen]] = {}
    unseen: dict[tuple[str, str, int], list[bool]] = {}
    for way in ways:
        for stop in way.stops.values():
            held = hold(stop.item, stop.acts, stop.around, way.run, quotes)
            held_items.setdefault(stop.item.address, []).append(way.run)
            told += [(finding, way.run) for finding in _of_stop(stop, held, way, runs)]
            for label in held.unseen:
                unseen.setdefault((label.text, stop.item.address, label.line), []).append(True)
        told += [(finding, way.run) for finding in _order(guide, way)]
        told += [(finding, way.run) for finding in rules(guide, kept, way.run)]
    findings = _merged(told, held_items)
    findings += _stale(guide, kept, findings, ways)
    findings.sort(key=lambda each: (each.line, each.column, SEVERITIES.index(each.severity), each.kind))
    flagged = {(finding.item, finding.key) for finding in findings}
    nowhere = [
        Unheld(text, line, address, "no page of these runs shows it")
        for text, address, line in unseen
        if (address, text) not in flagged
    ]
    return Verdict(guide, tuple(findings), tuple(nowhere))


def _of_stop(stop: Stop, held: Held, way: Journey, runs: Sequence[Seen]) -> Iterable[Finding]:
    for wrong in held.wrong:
        yield _placed(tell.wrong(stop.item, wrong), wrong.act, way.run)
    for several in held.several:
        yield _placed(tell.several(stop.item, several), several.act, way.run)
    yield from _states(stop, way, runs)
    inner = [] if held.silent else held.unnamed
    if held.silent:
        act = held.unnamed[0]
        yield _placed(tell.silent(stop.item, held.unnamed), act, way.run)
    said = [other.item for number, other in way.stops.items() if _beside(number, stop.item.number)]
    outer = [act for act in stop.more if not typed_by_reader(act) and shown_name(act) and not _told(act, said)]
    missing = sorted([*inner, *outer], key=way.order.index)
    if missing:
        obvious = all(act.obvious for act in missing)
        finding = tell.missing(stop.item, missing, [act for act in stop.acts if not act.looks])
        if obvious:
            finding = replace(finding, severity="note")
        yield _placed(finding, missing[0], way.run)


def _beside(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether an item stands where a reader looks who is at the other: itself, those next to it, what is below it."""
    if one[: len(other)] == other or other[: len(one)] == one:
        return True
    return one[:-1] == other[:-1] and abs(one[-1] - other[-1]) <= 1


def _told(act: Act, items: Iterable[Item]) -> bool:
    """Whether one of the items names the control of a step that is tied to none of them."""
    name = shown_name(act) or ""
    for item in items:
        labels = [label.text for label in item.labels] + [value.text for value in item.values]
        wanted = [name, *literals(act), *(text for _, text in alternatives(act))]
        if any(names.same(label, each) or names.begins(label, each) for label in labels for each in wanted):
            return True
        if " " in name and names.mentions(item.text, name):
            return True
    return False


def _states(stop: Stop, way: Journey, runs: Sequence[Seen]) -> Iterable[Finding]:
    """Labels that are right where the page is in one state, while the same page also bears another name for it."""
    for act in stop.acts:
        named = alternatives(act)
        if len(named) < 2:
            continue
        for label in stop.item.labels:
            role = next((role for role, name in named if names.same(label.text, name)), None)
            if role is None:
                continue
            for other_role, other in named:
                mentioned = any(names.same(each.text, other) for each in stop.item.labels)
                if names.same(label.text, other) or mentioned or names.mentions(stop.item.text, other):
                    continue
                shown = _instead(runs, (role, label.text), (other_role, other))
                if shown is not None:
                    yield _placed(tell.state(stop.item, label, other_role, other, shown), shown[1], shown[0])


def _instead(runs: Sequence[Seen], one: tuple[str, str], other: tuple[str, str]) -> tuple[Seen, Act] | None:
    """Where a page offered the other name and not the one."""
    for run in runs:
        for act in run.acts:
            there = {(control.role, names.plain(control.name)) for control in act.offered}
            if (other[0], names.plain(other[1])) in there and (one[0], names.plain(one[1])) not in there:
                return run, act
    return None


def _order(guide: Guide, way: Journey) -> Iterable[Finding]:
    """Items of one heading that a reader would come to in another order than the one that worked."""
    spans: dict[tuple[int, ...], tuple[int, int]] = {}
    for number, stop in way.stops.items():
        places = [way.order.index(act) for act in stop.acts if not act.looks]
        if places:
            spans[number] = (min(places), max(places))
    by_heading: dict[int, list[tuple[int, ...]]] = {}
    for number in sorted(spans):
        by_heading.setdefault(number[0], []).append(number)
    for numbers in by_heading.values():
        turned = {
            one
            for at, first in enumerate(numbers)
            for second in numbers[at + 1 :]
            if spans[second][1] < spans[first][0] and not _ways(guide, first, second)
            for one in (first, second)
        }
        if turned:
            inner = [number for number in numbers if number in turned]
            items = [way.stops[number].item for number in inner]
            working = sorted(inner, key=lambda number: spans[number][0])
            early = way.stops[inner[0]]
            act = next(each for each in early.acts if not each.looks)
            begin = way.order[spans[working[0]][0]]
            finding = tell.order(items, [way.stops[number].item for number in working], _reachable(act, begin))
            yield _placed(finding, act, way.run)


def _ways(guide: Guide, first: tuple[int, ...], second: tuple[int, ...]) -> bool:
    """Whether two items are one within the other, or two ways of which a reader goes one."""
    if first == second[: len(first)]:
        return True
    one, two = guide.item(first), guide.item(second)
    return bool(one and two and one.branch and two.branch and first[:-1] == second[:-1])


def _reachable(act: Act, begin: Act) -> bool:
    """Whether the step's control was there, and enabled, when the first of the steps began."""
    name = shown_name(act)
    return any(
        control.name == name and control.role not in HEADINGS and "disabled" not in control.state
        for control in begin.offered
    )


def _stale(guide: Guide, kept: Kept | None, findings: Sequence[Finding], ways: Sequence[Journey]) -> list[Finding]:
    """Items that changed since the ties were reviewed, and about which there is nothing else to say."""
    if kept is None:
        return []
    told = {finding.item for finding in findings}
    held = {number for way in ways for number in way.stops}
    found = []
    for change in changes(guide, kept):
        item = next((each for each in guide.items if each.address == change.now), None)
        if change.state == "changed" and item is not None and item.number in held and item.address not in told:
            found.append(tell.stale(item, kept.reviewed))
    return found


def _placed(finding: Finding, act: Act, run: Seen) -> Finding:
    branch = _branch(act, run)
    return replace(finding, run=run.run, step=act.number, picture=act.picture, branch=branch)


def _branch(act: Act, run: Seen) -> str | None:
    """The choice without which the step's section is skipped."""
    if run.runbook is None:
        return None
    section = next((each for each in run.runbook.sections if each.number == act.section), None)
    if section is None or section.head.when is None:
        return None
    taken = {name: value for name, value in run.branch.items() if name in section.head.when.names}
    return ", ".join(f"{name} = {value}" for name, value in taken.items()) or None


def _merged(told: Sequence[tuple[Finding, Seen]], held: dict[str, list[Seen]]) -> list[Finding]:
    """One finding for what several runs show; the branch stands where others that came there do not show it."""
    groups: dict[tuple[str, str, str, str], list[tuple[Finding, Seen]]] = {}
    for finding, run in told:
        groups.setdefault((finding.kind, finding.item, finding.key, finding.found), []).append((finding, run))
    merged = []
    for group in groups.values():
        finding = group[0][0]
        runs = {run.run for _, run in group}
        others = [run for run in held.get(finding.item, []) if run.run not in runs]
        branches = sorted({each.branch for each, _ in group if each.branch})
        if finding.kind == "state":
            branch = None
        elif others:
            named = [run.branch for _, run in group]
            differing = {name for run in others for name, value in run.branch.items() if value != named[0].get(name)}
            branch = ", ".join(f"{name} = {named[0][name]}" for name in sorted(differing)) or f"run {group[0][1].run}"
        else:
            branch = branches[0] if len(branches) == 1 and len(runs) == 1 else None
        old, new = (finding.old, finding.new) if branch is None else (None, None)
        merged.append(replace(finding, branch=branch, old=old, new=new))
    return merged
