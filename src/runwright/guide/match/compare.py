"""Comparing a guide with runs: each place where a reader is stuck, has to guess, or is misled becomes a finding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runwright.guide.baseline.reviewed_items import ReviewedItems, changes
from runwright.guide.match import messages, name_match
from runwright.guide.match.evidence_of_findings import page_of, with_evidence
from runwright.guide.match.findings import SEVERITIES, ComparisonResult, EndOfRun, Finding, LabelNotCompared
from runwright.guide.match.item_match import ItemMatch, Mention
from runwright.guide.match.item_matcher import match_item
from runwright.guide.match.items_without_steps import items_without_steps
from runwright.guide.match.missing import MissingControl, missing_controls
from runwright.guide.match.observations import FIELDS, ObservedStep, RunObservations
from runwright.guide.match.order import order_findings
from runwright.guide.match.reader_actions import alternatives, anchors, captions, literals, offered_names, shown_name
from runwright.guide.match.rejections import rules
from runwright.guide.match.sign_in_first import sign_in_first
from runwright.guide.match.trace import Trace, TraceStop, build_traces, end_of_run, referenced_items
from runwright.guide.parse.guide_model import Guide, Item, Label


def compare(guide: Guide, reviewed: ReviewedItems | None, runs: Sequence[RunObservations]) -> ComparisonResult:
    """Compare a guide with runs of the runbook that follows it. Correct items yield no finding."""
    items = referenced_items(guide, reviewed, runs)
    run_traces = build_traces(guide, items, runs)
    quotes = not any(label.kind == "bold" for item in guide.items for label in item.labels)
    found: list[tuple[Finding, RunObservations]] = []
    ends: list[EndOfRun] = []
    reached: dict[str, list[RunObservations]] = {}
    unseen: set[tuple[int, str, str]] = set()
    open_mentions: dict[str, list[Mention]] = {}
    for trace in run_traces:
        for stop in trace.stops.values():
            match = match_item(stop.item, trace.ordered(stop), stop.extra, stop.visible, trace.run, quotes)
            match.wrong = [
                wrong for wrong in match.wrong if wrong.name is not None or not _shown(wrong.mention.text, runs)
            ]
            match.unseen = [label for label in match.unseen if not _shown(label.text, runs)]
            reached.setdefault(stop.item.address, []).append(trace.run)
            found += [(finding, trace.run) for finding in _stop_findings(stop, match, trace, runs)]
            own = [step for step in stop.steps if step.section not in trace.run.probes]
            if own and (stop.item.labels or not all(step.read_only for step in own)):
                kept = open_mentions.get(stop.item.address, match.not_confirmed)
                open_mentions[stop.item.address] = [each for each in kept if each in match.not_confirmed]
            for label in match.unseen:
                unseen.add((label.line, label.text, stop.item.address))
        found += [(finding, trace.run) for finding in order_findings(guide, trace)]
        found += [(finding, trace.run) for finding in rules(guide, items, trace.run)]
        found += [(finding, trace.run) for finding in sign_in_first(guide, items, trace)]
        found = _add_missing_controls(guide, items, trace.run, found, reached)
        end = end_of_run(guide, items, trace)
        if end is not None:
            ends.append(end)
            found = [each for each in found if each[1] is not trace.run or not _behind(each[0], end)]
    for between in items_without_steps(guide, run_traces):
        if between.compared:
            reached.setdefault(between.item.address, []).append(between.run)
        found += [(finding, between.run) for finding in between.findings]
        unseen |= {(label.line, label.text, between.item.address) for label in between.unseen}
    found = [each for each in found if not _shown_by_another_run(*each, reached)]
    refused = {(finding.line, finding.column) for finding, _ in found if finding.kind == "rule" and finding.column > 1}
    found = [each for each in found if each[0].kind != "label" or (each[0].line, each[0].column) not in refused]
    findings = _merged(found, reached)
    findings += _stale_findings(guide, reviewed, findings, run_traces, open_mentions)
    findings.sort(key=lambda each: (each.line, each.column, SEVERITIES.index(each.severity), each.kind))
    flagged = {(finding.item, finding.key) for finding in findings}
    not_compared = [
        LabelNotCompared(text, line, address, "no page of these runs shows it")
        for line, text, address in sorted(unseen)
        if (address, text) not in flagged and not _shown(text, runs)
    ]
    return ComparisonResult(guide, tuple(findings), tuple(not_compared), frozenset(reached), tuple(ends))


def _shown(label: str, runs: Sequence[RunObservations]) -> bool:
    """Whether a page of any run has the label in this form."""
    return any(name_match.names(label, name) for run in runs for name in run.names)


def _add_missing_controls(
    guide: Guide,
    items: Mapping[str, Item | None],
    run: RunObservations,
    found: Sequence[tuple[Finding, RunObservations]],
    reached: dict[str, list[RunObservations]],
) -> list[tuple[Finding, RunObservations]]:
    """Add the controls that the run did not find, and drop findings about labels after the point where it stopped."""
    refused = {finding.step for finding, other in found if other is run and finding.kind == "rule"}
    gone = [each for each in missing_controls(guide, items, run) if each.step.number not in refused]
    rest = [(finding, other) for finding, other in found if other is not run or not _caused_by_stop(finding, gone)]
    for each in gone:
        if run not in reached.setdefault(each.item.address, []):
            reached[each.item.address].append(run)
    return rest + [(with_evidence(messages.not_found(each), each.step, run), run) for each in gone]


def _behind(finding: Finding, end: EndOfRun) -> bool:
    """Whether a finding says that a page lacks a label, at the item where the run ended or after it."""
    if finding.kind != "state" and (finding.kind != "label" or finding.new is not None or finding.severity == "error"):
        return False
    return [int(part) for part in finding.item.split(".")] >= [int(part) for part in end.item.split(".")]


def _caused_by_stop(finding: Finding, gone: Sequence[MissingControl]) -> bool:
    """Whether a label finding exists only because the run stopped at its item."""
    if finding.kind != "label":
        return False
    number = tuple(int(part) for part in finding.item.split("."))
    numbers = [each.item.number for each in gone]
    related = any(each[: len(number)] == number or number[: len(each)] == each for each in numbers)
    same = any(
        each.item.number == number and each.mention is not None and each.mention.text == finding.key for each in gone
    )
    return same or (related and finding.new is None)


def _shown_by_another_run(finding: Finding, run: RunObservations, reached: dict[str, list[RunObservations]]) -> bool:
    """Whether the suggested name is on no page of this run, but on one of another run that reached the item."""
    if finding.kind != "label" or finding.new is None or finding.new in run.names:
        return False
    return any(finding.new in other.names for other in reached[finding.item])


def _stop_findings(
    stop: TraceStop, match: ItemMatch, trace: Trace, runs: Sequence[RunObservations]
) -> Iterable[Finding]:
    for wrong in match.wrong:
        yield with_evidence(messages.wrong(stop.item, wrong), wrong.step, trace.run)
    for ambiguous in match.ambiguous:
        yield with_evidence(messages.ambiguous(stop.item, ambiguous), ambiguous.step, trace.run)
    for wrong_block in match.blocks:
        yield with_evidence(messages.block(stop.item, wrong_block), wrong_block.step, trace.run)
    for label in match.elsewhere:
        yield from _elsewhere(stop, label, trace)
    yield from _state_findings(stop, match, trace, runs)
    if match.without_label:
        yield with_evidence(messages.no_label(stop.item, match.without_label), match.without_label[0], trace.run)
    nearby = []
    if match.unnamed:
        nearby = [other for number, other in trace.stops.items() if _adjacent(number, stop.item.number)]
    missing = [
        step
        for step in match.unnamed
        if step in stop.steps or (_describable(step) and not _mentioned_nearby(step, nearby))
    ]
    missing += [step for step in stop.extra if step.read_only]
    ordered = trace.ordered(stop)
    missing.sort(key=ordered.index)
    if missing:
        implied = all(step.implied for step in missing)
        finding = messages.missing(
            stop.item, missing, [step for step in ordered if step in stop.steps and not step.read_only], ordered
        )
        if implied:
            finding = replace(finding, severity="note")
        yield with_evidence(finding, missing[0], trace.run)


def _elsewhere(stop: TraceStop, label: Label, trace: Trace) -> Iterable[Finding]:
    """A label that the pages at the item do not have, with the step of the run that saw it first."""
    last = max(step.number for step in stop.steps) if stop.steps else 0
    for step in trace.run.steps:
        if any(name_match.names(label.text, text) for text in offered_names([step])):
            found = messages.elsewhere(stop.item, label, step, trace.run, step.number > last)
            yield with_evidence(found, step, trace.run)
            return
    for step in trace.run.steps:  # what a condition found came after the step
        if any(name_match.names(label.text, text) for text in step.texts):
            found = messages.elsewhere(stop.item, label, step, trace.run, step.number >= last)
            yield with_evidence(found, step, trace.run)
            return


def _describable(step: ObservedStep) -> bool:
    """Whether a guide can describe the step: its control has a name, or a place that says which one it is."""
    where = anchors(step)
    placed = bool(where) and (step.changes or step.verb == "set" or len(where) > 1)
    return bool(shown_name(step) or placed or captions(step))


def _adjacent(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether a reader at the second item also reads the first: equal, nested, or next to each other."""
    if one[: len(other)] == other or other[: len(one)] == one:
        return True
    return one[:-1] == other[:-1] and abs(one[-1] - other[-1]) <= 1


def _mentioned_nearby(step: ObservedStep, stops: Iterable[TraceStop]) -> bool:
    """Whether one of the items names the control of a step that follows none of them.

    An item whose own steps use a control of that name does not count.
    """
    name = shown_name(step) or ""
    for stop in stops:
        item = stop.item
        own = (shown_name(other) or "" for other in (*stop.steps, *stop.extra) if other is not step)
        if name and any(name_match.plain(other) == name_match.plain(name) for other in own):
            continue
        labels = [label.text for label in item.labels] + [value.text for value in item.values]
        if not name and len(anchors(step)) > 1:
            words = [label.text for label in item.labels]
            if all(
                name_match.mentions(item.text, anchor) or any(name_match.names(word, anchor) for word in words)
                for anchor in anchors(step)
            ):
                return True
            continue
        expected = [name, *literals(step), *(text for _, text in alternatives(step))] if name else anchors(step)
        entered = [text for other in (*stop.steps, *stop.extra) if other is not step for text in literals(other)]
        for label in labels:
            if any(name_match.same(label, each) or name_match.begins(label, each) for each in expected):
                return True
            if any(name_match.same(label, text) for text in entered):
                continue  # it names what another step enters
            if any(name_match.difference(label, each) in ("case", "hyphen", "typing") for each in expected):
                return True
        if " " in name and name_match.mentions(item.text, name):
            return True
    return False


def _state_findings(
    stop: TraceStop, match: ItemMatch, trace: Trace, runs: Sequence[RunObservations]
) -> Iterable[Finding]:
    """Labels that are correct in one state of the page, while the same page has another name in another state."""
    for step in stop.steps:
        named = alternatives(step)
        if len(named) < 2 or any(
            name_match.difference(wrong.mention.text, name) for wrong in match.wrong for _, name in named
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
                shown = _page_with_other_name(runs, step, (role, label.text), (other_role, other))
                if shown is not None:
                    yield with_evidence(messages.state(stop.item, label, other_role, other, shown), shown[1], shown[0])


def _page_with_other_name(
    runs: Sequence[RunObservations], origin: ObservedStep, one: tuple[str, str], other: tuple[str, str]
) -> tuple[RunObservations, ObservedStep] | None:
    """The first step on the same page that offered ``other`` and not ``one``, with its run."""
    for run in runs:
        for step in run.steps:
            if page_of(step) != page_of(origin):
                continue
            there = {(control.role, name_match.plain(control.name)) for control in step.offered}
            if (other[0], name_match.plain(other[1])) in there and (one[0], name_match.plain(one[1])) not in there:
                return run, step
    return None


def _stale_findings(
    guide: Guide,
    reviewed: ReviewedItems | None,
    findings: Sequence[Finding],
    run_traces: Sequence[Trace],
    open_mentions: Mapping[str, Sequence[Mention]],
) -> list[Finding]:
    """A finding for each item that changed since the baseline was reviewed and that the runs do not confirm.

    ``open_mentions`` are the labels and values that no run confirmed, by the items that runs acted on. An item that
    was compared completely has been reviewed by that.
    """
    if reviewed is None:
        return []
    reported = {finding.item for finding in findings}
    reached = {
        number
        for trace in run_traces
        for number, stop in trace.stops.items()
        if any(step.section not in trace.run.probes for step in stop.steps)
    }
    found = []
    for change in changes(guide, reviewed):
        item = next((each for each in guide.items if each.address == change.now), None)
        if change.state != "changed" or item is None or item.number not in reached or item.address in reported:
            continue
        left = open_mentions.get(item.address)
        if left is None or left:
            found.append(messages.stale(item, reviewed.reviewed, left or ()))
    return found


def _merged(
    found: Sequence[tuple[Finding, RunObservations]], reached: dict[str, list[RunObservations]]
) -> list[Finding]:
    """Merge equal findings of several runs. The branch is kept when another run reached the item without it."""
    groups: dict[tuple[str, ...], list[tuple[Finding, RunObservations]]] = {}
    for finding, run in found:
        same = (finding.key, "" if finding.kind in ("order", "state", "rule") else finding.new or finding.found)
        groups.setdefault((finding.kind, finding.item, *same), []).append((finding, run))
    merged = []
    for group in groups.values():
        finding = min((each for each, _ in group), key=lambda each: SEVERITIES.index(each.severity))
        runs = {run.run for _, run in group}
        others = [run for run in reached.get(finding.item, []) if run.run not in runs]
        branches = sorted({each.branch for each, _ in group if each.branch})
        if finding.kind in ("state", "order"):
            branch = None
        elif others:
            named = [run.branch for _, run in group]
            differing = {name for run in others for name, value in run.branch.items() if value != named[0].get(name)}
            branch = ", ".join(f"{name} = {named[0][name]}" for name in sorted(differing)) or f"run {group[0][1].run}"
            if _wrong_on_all_branches(finding, found, others):
                branch = None
        else:
            branch = branches[0] if len(branches) == 1 and len(runs) == 1 else None
        old, new = (finding.old, finding.new) if branch is None else (None, None)
        suggestion = finding.suggestion
        if branch is not None and finding.kind == "label":
            suggestion = f"With {branch}: {suggestion[0].lower()}{suggestion[1:]}"
        merged.append(replace(finding, branch=branch, suggestion=suggestion, old=old, new=new))
    return _one_missing_per_item(merged)


def _wrong_on_all_branches(
    finding: Finding, found: Sequence[tuple[Finding, RunObservations]], others: Sequence[RunObservations]
) -> bool:
    """Whether a small difference is wrong on all branches: no page of the other runs has the old words."""
    if finding.kind != "label" or finding.old is None or finding.new is None:
        return False
    if name_match.difference(finding.old, finding.new) not in ("case", "hyphen", "typing"):
        return False
    same = (finding.item, finding.key)
    news = {each.new for each, _ in found if each.kind == "label" and (each.item, each.key) == same}
    return len(news) == 1 and not any(name_match.same(finding.old, name) for run in others for name in run.names)


def _one_missing_per_item(findings: Sequence[Finding]) -> list[Finding]:
    """Merge the `missing` findings of one item on several branches into one."""
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
            found=f"{_branch_prefix(other)}{other.found} {_branch_prefix(finding)}{finding.found}",
            suggestion=f"{_branch_prefix(other)}{other.suggestion} {_branch_prefix(finding)}{finding.suggestion}",
            key=f"{other.key} | {finding.key}",
            branch=None,
        )
        found[found.index(other)] = both
    return found


def _branch_prefix(finding: Finding) -> str:
    return f"With {finding.branch}: " if finding.branch else ""
