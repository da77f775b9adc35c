"""What a run looked for and did not find: the item of the guide that sends its reader there, and what is there instead.

A step that fails, or a page that never shows what was waited for, ends a run; what it did not come to is told by the
report. A step that failed although its control was there says nothing about the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from runwright.guide.match import name_match
from runwright.guide.match.item_matcher import Told
from runwright.guide.match.observations import Act, Control, Seen
from runwright.guide.match.reader_actions import rivals
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide, Item
from runwright.language.runbook_model import Step, flat
from runwright.language.targets import Target, TargetError, parse_target

_SLIPS: tuple[name_match.Difference, ...] = ("case", "hyphen", "typing")
_SEVERAL = re.compile(r"\d+ controls fit ")
_AFTERWARDS = "The steps were done, but "
_PAIR = re.compile(r'(\w+) "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class Lost:
    """A control that an item of the guide sends its reader to, and a run did not find."""

    item: Item
    told: Told | None
    """The label or value that names it; None where the item does not name it."""
    act: Act
    role: str
    name: str
    instead: Control | None
    """What the page has that may be meant now."""
    count: int
    """How many controls bear the name, where they are too many."""


def lost(guide: Guide, items: Mapping[str, Item | None], run: Seen) -> Iterator[Lost]:
    """Each thing that the run did not find, at the item that it belongs to."""
    for act in run.acts:
        if act.failure is None or act.looked_for is None or act.failure.startswith(_AFTERWARDS):
            continue
        wanted = _wanted(act.looked_for)
        several = _SEVERAL.match(act.failure) is not None
        if not wanted or (not several and any(_is(control, *each) for each in wanted for control in act.offered)):
            continue
        found = _found(guide, items, run, act, wanted, several)
        if found is not None:
            yield found


def _found(
    guide: Guide,
    items: Mapping[str, Item | None],
    run: Seen,
    act: Act,
    wanted: Sequence[tuple[str, str]],
    several: bool,
) -> Lost | None:
    instead = None if several else _instead(run, act, wanted)
    naming, other = _candidates(guide, items, run, act, [name for _, name in wanted])
    for role, name in wanted:
        count = len(rivals(act, name)) if several else 0
        for item in (*naming, *other):
            every: list[Told] = [*item.labels, *item.values]
            for told in every:
                if name_match.same(told.text, name) or name_match.difference(told.text, name) in _SLIPS:
                    return Lost(item, told, act, role, name, instead, count)
    if not naming:
        return None
    item = naming[0]
    if instead is not None and any(name_match.same(label.text, instead.name) for label in item.labels):
        return None  # the guide has the new name already; the runbook has not
    role, name = wanted[0]
    return Lost(item, None, act, role, name, instead, len(rivals(act, name)) if several else 0)


def _candidates(
    guide: Guide, items: Mapping[str, Item | None], run: Seen, act: Act, wanted: Sequence[str]
) -> tuple[list[Item], list[Item]]:
    """The items that the thing must belong to, the likeliest first, and others whose labels may name it.

    A probe stands for no item but those that its steps are tied to.
    """
    steps = _steps(run, act.section)
    done = {(each.file, each.line) for each in run.acts if each.done}
    pressing = [step for step in steps if any(name_match.same(name, each) for name in _names(step) for each in wanted)]
    undone = [step for step in steps if (step.path.name, step.mark.line) not in done]
    ties = [*act.follows, *(follows for step in pressing for follows in step.frame.follows)]
    if act.section in run.probes:
        return _below(guide, items, ties), []
    _, section, _ = run.sections.get(act.section, ("", (), 0))
    ties += [follows for step in undone for follows in step.frame.follows]
    ties += section
    headings = [number for follows in section if (number := find(guide, follows)) is not None and len(number) == 1]
    return _below(guide, items, ties), [item for number in headings for item in guide.below(number)]


def _below(guide: Guide, items: Mapping[str, Item | None], ties: Iterable[str]) -> list[Item]:
    """The items that ties mean, each with those below it."""
    found: dict[tuple[int, ...], Item] = {}
    for follows in ties:
        item = items.get(follows)
        if item is None and follows not in items:
            number = find(guide, follows)
            item = guide.item(number) if number is not None else None
        for each in guide.below(item.number) if item is not None else ():
            found.setdefault(each.number, each)
    return list(found.values())


def _steps(run: Seen, section: int) -> list[Step]:
    if run.runbook is None:
        return []
    here = next((each for each in run.runbook.sections if each.number == section), None)
    return list(flat((*here.reach, *here.steps))) if here is not None else []


def _names(step: Step) -> list[str]:
    target = step.arguments.get(step.model.subject())
    if not isinstance(target, Target):
        return []
    return [str(name.text) for head in target.heads for name in head.names]


def _wanted(looked_for: str) -> list[tuple[str, str]]:
    """Role and name of each thing that would have done; nothing where something was to be gone."""
    if looked_for.startswith("no "):
        return []
    try:
        target = parse_target(looked_for)
    except TargetError:
        return [(role, name) for role, name in _PAIR.findall(looked_for) if role != "or"]
    return [(head.role, str(name.text)) for head in target.heads for name in head.names]


def _is(control: Control, role: str, name: str) -> bool:
    return control.role == role and name_match.same(control.name, name)


def _instead(run: Seen, act: Act, wanted: Sequence[tuple[str, str]]) -> Control | None:
    """The control of the same role that bears most of the name, and is not one that the runbook knows."""
    steps = [step for section in (run.runbook.sections if run.runbook else ()) for step in _steps(run, section.number)]
    known = {name_match.plain(name) for step in steps for name in _names(step)}
    rated = [
        (likeness, control)
        for control in act.offered
        for role, name in wanted
        if control.role == role and name_match.plain(control.name) not in known
        if (likeness := _likeness(control.name, name)) > 0
    ]
    return max(rated, key=lambda each: each[0])[1] if rated else None


def _likeness(one: str, other: str) -> float:
    """How alike two names are that share at least half of the longer one's words, or differ in a slip."""
    first, second = set(name_match.plain(one).casefold().split()), set(name_match.plain(other).casefold().split())
    if not first or not second:
        return 0.0
    shared = len(first & second) / max(len(first), len(second))
    if shared < 0.5 and name_match.difference(one, other) is None:
        return 0.0
    return fuzz.ratio(name_match.plain(one).casefold(), name_match.plain(other).casefold()) + 100 * shared
