"""A guide against what runs saw: every place where a reader would be stuck, have to guess, or be misled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runwright.guide.baseline.reviewed_items import Kept, changes
from runwright.guide.match import messages, name_match
from runwright.guide.match.findings import SEVERITIES, Finding, Unheld, Verdict
from runwright.guide.match.item_matcher import Held, hold
from runwright.guide.match.missing import Lost, lost
from runwright.guide.match.observations import FIELDS, HEADINGS, Act, Seen
from runwright.guide.match.reader_actions import alternatives, anchors, literals, shown_name
from runwright.guide.match.rejections import rules
from runwright.guide.match.trace import Journey, Stop, journeys, tied_items
from runwright.guide.parse.guide_model import Guide, Item


def compare(guide: Guide, kept: Kept | None, runs: Sequence[Seen]) -> Verdict:
    """Hold a guide against runs of the runbook that follows it. What is right yields nothing."""
    items = tied_items(guide, kept, runs)
    ways = journeys(guide, items, runs)
    quotes = not any(label.kind == "bold" for item in guide.items for label in item.labels)
    told: list[tuple[Finding, Seen]] = []
    held_items: dict[str, list[Seen]] = {}
    unseen: set[tuple[int, str, str]] = set()
    for way in ways:
        for stop in way.stops.values():
            held = hold(stop.item, way.ordered(stop), stop.more, stop.around, way.run, quotes)
            held.wrong = [wrong for wrong in held.wrong if wrong.name is not None or not _seen(wrong.told.text, runs)]
            held.unseen = [label for label in held.unseen if not _seen(label.text, runs)]
            held_items.setdefault(stop.item.address, []).append(way.run)
            told += [(finding, way.run) for finding in _of_stop(stop, held, way, runs)]
            for label in held.unseen:
                unseen.add((label.line, label.text, stop.item.address))
        told += [(finding, way.run) for finding in _order(guide, way)]
        told += [(finding, way.run) for finding in rules(guide, items, way.run)]
        told = _with_lost(guide, items, way.run, told, held_items)
    told = [each for each in told if not _told_by_another(*each, held_items)]
    findings = _merged(told, held_items)
    findings += _stale(guide, kept, findings, ways)
    findings.sort(key=lambda each: (each.line, each.column, SEVERITIES.index(each.severity), each.kind))
    flagged = {(finding.item, finding.key) for finding in findings}
    nowhere = [
        Unheld(text, line, address, "no page of these runs shows it")
        for line, text, address in sorted(unseen)
        if (address, text) not in flagged
    ]
    return Verdict(guide, tuple(findings), tuple(nowhere), frozenset(held_items))


def _seen(label: str, runs: Sequence[Seen]) -> bool:
    """Whether a page of any run has the label as it is."""
    return any(name_match.same(label, name) for run in runs for name in run.names)


def _with_lost(
    guide: Guide,
    items: Mapping[str, Item | None],
    run: Seen,
    told: Sequence[tuple[Finding, Seen]],
    held: dict[str, list[Seen]],
) -> list[tuple[Finding, Seen]]:
    """With what the run did not find. Where it broke off, nothing is said about labels that it did not come to."""
    gone = list(lost(guide, items, run))
    rest = [(finding, other) for finding, other in told if other is not run or not _guessed(finding, gone)]
    for each in gone:
        if run not in held.setdefault(each.item.address, []):
            held[each.item.address].append(run)
    return rest + [(_placed(messages.lost(each), each.act, run), run) for each in gone]


def _guessed(finding: Finding, gone: Sequence[Lost]) -> bool:
    """Whether a label of an item where the run broke off is found wanting for that reason alone."""
    if finding.kind != "label":
        return False
    number = tuple(int(part) for part in finding.item.split("."))
    numbers = [each.item.number for each in gone]
    related = any(each[: len(number)] == number or number[: len(each)] == each for each in numbers)
    same = any(each.item.number == number and each.told is not None and each.told.text == finding.key for each in gone)
    return same or (related and finding.new is None)


def _told_by_another(finding: Finding, run: Seen, held: dict[str, list[Seen]]) -> bool:
    """Whether the name to write stands on no page of this run, but on one of another run that came to the item."""
    if finding.kind != "label" or finding.new is None or finding.new in run.names:
        return False
    return any(finding.new in other.names for other in held[finding.item])


def _of_stop(stop: Stop, held: Held, way: Journey, runs: Sequence[Seen]) -> Iterable[Finding]:
    for wrong in held.wrong:
        yield _placed(messages.wrong(stop.item, wrong), wrong.act, way.run)
    for several in held.several:
        yield _placed(messages.several(stop.item, several), several.act, way.run)
    yield from _states(stop, held, way, runs)
    if held.silent:
        yield _placed(messages.silent(stop.item, held.silent), held.silent[0], way.run)
    said = [other for number, other in way.stops.items() if _beside(number, stop.item.number)]
    missing = [act for act in held.unnamed if act in stop.acts or (_tellable(act) and not _told(act, said))]
    missing += [act for act in stop.more if act.looks]
    every = way.ordered(stop)
    missing.sort(key=every.index)
    if missing:
        obvious = all(act.obvious for act in missing)
        finding = messages.missing(
            stop.item, missing, [act for act in every if act in stop.acts and not act.looks], every
        )
        if obvious:
            finding = replace(finding, severity="note")
        yield _placed(finding, missing[0], way.run)


def _tellable(act: Act) -> bool:
    """Whether a guide can say what is done there: the control has a name, or it commits and its place has one."""
    return bool(shown_name(act) or (act.commits and anchors(act)))


def _beside(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether an item stands where a reader looks who is at the other: itself, those next to it, what is below it."""
    if one[: len(other)] == other or other[: len(one)] == one:
        return True
    return one[:-1] == other[:-1] and abs(one[-1] - other[-1]) <= 1


def _told(act: Act, stops: Iterable[Stop]) -> bool:
    """Whether one of the items names the control of a step that is tied to none of them, and not one of its own."""
    name = shown_name(act) or ""
    for stop in stops:
        item = stop.item
        own = (shown_name(other) or "" for other in (*stop.acts, *stop.more) if other is not act)
        if name and any(name_match.plain(other) == name_match.plain(name) for other in own):
            continue
        labels = [label.text for label in item.labels] + [value.text for value in item.values]
        wanted = [name, *literals(act), *(text for _, text in alternatives(act))] if name else anchors(act)
        for label in labels:
            if any(name_match.same(label, each) or name_match.begins(label, each) for each in wanted):
                return True
            if any(name_match.difference(label, each) in ("case", "hyphen", "typing") for each in wanted):
                return True
        if " " in name and name_match.mentions(item.text, name):
            return True
    return False


def _states(stop: Stop, held: Held, way: Journey, runs: Sequence[Seen]) -> Iterable[Finding]:
    """Labels that are right where the page is in one state, while the same page also bears another name for it."""
    for act in stop.acts:
        named = alternatives(act)
        if len(named) < 2 or any(
            name_match.difference(wrong.told.text, name) for wrong in held.wrong for _, name in named
        ):
            continue
        for label in stop.item.labels:
            role = next((role for role, name in named if name_match.same(label.text, name)), None)
            if role is None or (role in FIELDS and not any(label.text in run.names for run in runs)):
                continue
            for other_role, other in named:
                mentioned = any(name_match.same(each.text, other) for each in stop.item.labels)
                if name_match.same(label.text, other) or mentioned or name_match.mentions(stop.item.text, other):
                    continue
                shown = _instead(runs, act, (role, label.text), (other_role, other))
                if shown is not None:
                    yield _placed(messages.state(stop.item, label, other_role, other, shown), shown[1], shown[0])


def _instead(runs: Sequence[Seen], step: Act, one: tuple[str, str], other: tuple[str, str]) -> tuple[Seen, Act] | None:
    """Where the step's page offered the other name and not the one."""
    for run in runs:
        for act in run.acts:
            if _page(act) != _page(step):
                continue
            there = {(control.role, name_match.plain(control.name)) for control in act.offered}
            if (other[0], name_match.plain(other[1])) in there and (one[0], name_match.plain(one[1])) not in there:
                return run, act
    return None


def _page(act: Act) -> str:
    return act.address.partition("#")[0].partition("?")[0]


def _order(guide: Guide, way: Journey) -> Iterable[Finding]:
    """Items of one heading that a reader would come to in another order than the one that worked.

    When probes ran says nothing: they come last.
    """
    spans: dict[tuple[int, ...], tuple[int, int]] = {}
    for number, stop in way.stops.items():
        inner = [act for other, stop in way.stops.items() if other[: len(number)] == number for act in stop.acts]
        below = [act for act in inner if act.section not in way.run.probes]
        place = way.span([act for act in below if not act.looks or (act.verb == "open" and act.part == "steps")])
        if place is not None and stop.acts:
            spans[number] = place
    by_heading: dict[int, list[tuple[int, ...]]] = {}
    for number in sorted(spans):
        by_heading.setdefault(number[0], []).append(number)
    for numbers in by_heading.values():
        turned = {
            each
            for at, first in enumerate(numbers)
            for second in numbers[at + 1 :]
            if spans[second][1] < spans[first][0] and not _ways(guide, first, second)
            for each in _apart(first, second)
        }
        items = [item for item in guide.items if item.number in turned]
        if items:
            starts = {item.number: _start(item.number, spans) for item in items}
            working = sorted(items, key=lambda item: starts[item.number])
            begin = _act_at(way, starts[working[0].number])
            act = _act_at(way, starts[items[0].number])
            yield _placed(messages.order(items, working, _reachable(act, begin)), act, way.run)


def _apart(first: tuple[int, ...], second: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The two items, or those above them, that stand side by side."""
    size = next(at for at, (one, other) in enumerate(zip(first, second, strict=False)) if one != other) + 1
    return [first[:size], second[:size]]


def _start(number: tuple[int, ...], spans: dict[tuple[int, ...], tuple[int, int]]) -> int:
    return min(first for other, (first, _) in spans.items() if other[: len(number)] == number)


def _act_at(way: Journey, number: int) -> Act:
    return next(act for act in way.run.acts if act.number == number)


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
            found.append(messages.stale(item, kept.reviewed))
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
    groups: dict[tuple[str, ...], list[tuple[Finding, Seen]]] = {}
    for finding, run in told:
        same = (finding.key, "") if finding.kind in ("order", "state", "rule") else (finding.key, finding.found)
        groups.setdefault((finding.kind, finding.item, *same), []).append((finding, run))
    merged = []
    for group in groups.values():
        finding = min((each for each, _ in group), key=lambda each: SEVERITIES.index(each.severity))
        runs = {run.run for _, run in group}
        others = [run for run in held.get(finding.item, []) if run.run not in runs]
        branches = sorted({each.branch for each, _ in group if each.branch})
        if finding.kind in ("state", "order"):
            branch = None
        elif others:
            named = [run.branch for _, run in group]
            differing = {name for run in others for name, value in run.branch.items() if value != named[0].get(name)}
            branch = ", ".join(f"{name} = {named[0][name]}" for name in sorted(differing)) or f"run {group[0][1].run}"
            if _wrong_everywhere(finding, told, others):
                branch = None
        else:
            branch = branches[0] if len(branches) == 1 and len(runs) == 1 else None
        old, new = (finding.old, finding.new) if branch is None else (None, None)
        suggestion = finding.suggestion
        if branch is not None and finding.kind == "label":
            suggestion = f"With {branch}: {suggestion[0].lower()}{suggestion[1:]}"
        merged.append(replace(finding, branch=branch, suggestion=suggestion, old=old, new=new))
    return _missing_once(merged)


def _wrong_everywhere(finding: Finding, told: Sequence[tuple[Finding, Seen]], others: Sequence[Seen]) -> bool:
    """Whether a slip in a name is one on every branch: no page of another has the words as they stand."""
    if finding.kind != "label" or finding.old is None or finding.new is None:
        return False
    if name_match.difference(finding.old, finding.new) not in ("case", "hyphen", "typing"):
        return False
    same = (finding.item, finding.key)
    news = {each.new for each, _ in told if each.kind == "label" and (each.item, each.key) == same}
    return len(news) == 1 and not any(name_match.same(finding.old, name) for run in others for name in run.names)


def _missing_once(findings: Sequence[Finding]) -> list[Finding]:
    """Of one item, what is missing on several branches becomes one finding."""
    found: list[Finding] = []
    for finding in findings:
        other = next(
            (each for each in found if finding.kind == "missing" == each.kind and each.item == finding.item), None
        )
        if other is None:
            found.append(finding)
            continue
        worst = min(other, finding, key=lambda each: SEVERITIES.index(each.severity))
        both = replace(
            worst,
            found=f"{_where(other)}{other.found} {_where(finding)}{finding.found}",
            suggestion=f"{_where(other)}{other.suggestion} {_where(finding)}{finding.suggestion}",
            key=f"{other.key} | {finding.key}",
            branch=None,
        )
        found[found.index(other)] = both
    return found


def _where(finding: Finding) -> str:
    return f"With {finding.branch}: " if finding.branch else ""
