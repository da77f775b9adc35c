"""Controls that a run did not find: the guide item that names each, and what the page has instead.

A step that fails, or a page that never shows what the run waits for, ends the run; the report lists the items that it
did not reach. A step that failed although its control was on the page is not a finding about the guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from runwright.evidence.statuses import FailureClass
from runwright.guide.match import name_match
from runwright.guide.match.item_match import Mention
from runwright.guide.match.observations import ObservedControl, ObservedStep, RunObservations
from runwright.guide.match.reader_actions import same_named
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide, Item
from runwright.language.runbook_model import Step, flat
from runwright.language.target_reader import parse_target
from runwright.language.targets import Target, TargetError

_SMALL_DIFFERENCES: tuple[name_match.Difference, ...] = ("case", "hyphen", "typing")
_AMBIGUOUS = re.compile(r"\d+ controls match ")
"""How the message of a failure begins when a target is ambiguous."""
_VERIFICATION_FAILED = "The steps ran, but "
"""How the message begins when a section's `done_when` is not met after its steps."""
_PAIR = re.compile(r'(\w+) "((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True)
class MissingControl:
    """A control that an item of the guide refers to and that a run did not find, or found more than once."""

    item: Item
    mention: Mention | None
    """The label or value that names it; None when the item does not name it."""
    step: ObservedStep
    role: str
    name: str
    replacement: ObservedControl | None
    """The control that probably replaces it; None when there is no candidate."""
    count: int
    """How many controls have the name when the target is ambiguous, else 0."""


def missing_controls(guide: Guide, items: Mapping[str, Item | None], run: RunObservations) -> Iterator[MissingControl]:
    """The controls that the run did not find, each with its item."""
    for step in run.steps:
        if step.failure is None or step.looked_for is None or step.failure.startswith(_VERIFICATION_FAILED):
            continue
        if step.failure_class not in (None, FailureClass.PAGE_CHANGED, FailureClass.REFUSED):
            continue  # a page that did not come has no control at all
        expected = _expected_controls(step.looked_for)
        ambiguous = _AMBIGUOUS.match(step.failure) is not None
        if not expected or (
            not ambiguous and any(_is(control, *each) for each in expected for control in step.offered)
        ):
            continue
        found = _found(guide, items, run, step, expected, ambiguous)
        if found is None or (_is_expected_after(step) and (found.mention is None or found.replacement is None)):
            continue  # what did not come after a step is not what the guide tells its reader to use
        yield found


def _is_expected_after(step: ObservedStep) -> bool:
    """Whether the step found its control, and failed because what it expected afterwards did not come."""
    return step.target is not None and not step.read_only and step.looked_for != str(step.target)


def _found(
    guide: Guide,
    items: Mapping[str, Item | None],
    run: RunObservations,
    step: ObservedStep,
    expected: Sequence[tuple[str, str]],
    ambiguous: bool,
) -> MissingControl | None:
    replacement = None if ambiguous else _replacement(run, step, expected)
    naming, other = _candidates(guide, items, run, step, [name for _, name in expected])
    for role, name in expected:
        count = len(same_named(step, name)) if ambiguous else 0
        for item in (*naming, *other):
            every: list[Mention] = [*item.labels, *item.values]
            for mention in every:
                if (
                    name_match.same(mention.text, name)
                    or name_match.difference(mention.text, name) in _SMALL_DIFFERENCES
                ):
                    return MissingControl(item, mention, step, role, name, replacement, count)
    if not naming:
        return None
    item = naming[0]
    if replacement is not None and any(name_match.same(label.text, replacement.name) for label in item.labels):
        return None  # the guide has the new name already, the runbook does not
    role, name = expected[0]
    return MissingControl(item, None, step, role, name, replacement, len(same_named(step, name)) if ambiguous else 0)


def _candidates(
    guide: Guide, items: Mapping[str, Item | None], run: RunObservations, step: ObservedStep, expected: Sequence[str]
) -> tuple[list[Item], list[Item]]:
    """The items that the control belongs to, the likeliest first, and other items whose labels may name it.

    A probe belongs only to the items that its steps follow.
    """
    definitions = _definitions(run, step.section)
    done = {(each.file, each.line) for each in run.steps if each.done}
    targeting = [
        definition
        for definition in definitions
        if any(name_match.same(name, each) for name in _names(definition) for each in expected)
    ]
    undone = [each for each in definitions if (each.path.name, each.mark.line) not in done]
    references = [*step.follows, *(follows for definition in targeting for follows in definition.common.follows)]
    if step.section in run.probes:
        return _below(guide, items, references), []
    _, section, _ = run.sections.get(step.section, ("", (), 0))
    references += [follows for definition in undone for follows in definition.common.follows]
    references += section
    headings = [number for follows in section if (number := find(guide, follows)) is not None and len(number) == 1]
    return _below(guide, items, references), [item for number in headings for item in guide.below(number)]


def _below(guide: Guide, items: Mapping[str, Item | None], references: Iterable[str]) -> list[Item]:
    """The items of these references, each with the items below it."""
    found: dict[tuple[int, ...], Item] = {}
    for follows in references:
        item = items.get(follows)
        if item is None and follows not in items:
            number = find(guide, follows)
            item = guide.item(number) if number is not None else None
        for each in guide.below(item.number) if item is not None else ():
            found.setdefault(each.number, each)
    return list(found.values())


def _definitions(run: RunObservations, section: int) -> list[Step]:
    if run.runbook is None:
        return []
    here = next((each for each in run.runbook.sections if each.number == section), None)
    return list(flat((*here.navigation, *here.steps))) if here is not None else []


def _names(definition: Step) -> list[str]:
    target = definition.arguments.get(definition.model.subject())
    if not isinstance(target, Target):
        return []
    return [str(name.text) for head in target.alternatives for name in head.names]


def _expected_controls(looked_for: str) -> list[tuple[str, str]]:
    """Role and name of each expected control; none when the condition is that a control is absent."""
    if looked_for.startswith("no "):
        return []
    try:
        target = parse_target(looked_for)
    except TargetError:
        return [(role, name) for role, name in _PAIR.findall(looked_for) if role != "or"]
    return [(head.role, str(name.text)) for head in target.alternatives for name in head.names]


def _is(control: ObservedControl, role: str, name: str) -> bool:
    return control.role == role and name_match.same(control.name, name)


def _replacement(
    run: RunObservations, step: ObservedStep, expected: Sequence[tuple[str, str]]
) -> ObservedControl | None:
    """The control of the same role with the most similar name, excluding the controls that the runbook uses."""
    sections = run.runbook.sections if run.runbook else ()
    definitions = [each for section in sections for each in _definitions(run, section.number)]
    known = {name_match.plain(name) for each in definitions for name in _names(each)}
    rated = [
        (likeness, control)
        for control in step.offered
        for role, name in expected
        if control.role == role and name_match.plain(control.name) not in known
        if (likeness := _likeness(control.name, name)) > 0
    ]
    return max(rated, key=lambda each: each[0])[1] if rated else None


def _likeness(one: str, other: str) -> float:
    """Similarity of two names that share at least half of the longer one's words or differ slightly; else 0."""
    first, second = set(name_match.plain(one).casefold().split()), set(name_match.plain(other).casefold().split())
    if not first or not second:
        return 0.0
    shared = len(first & second) / max(len(first), len(second))
    if shared < 0.5 and name_match.difference(one, other) is None:
        return 0.0
    return fuzz.ratio(name_match.plain(one).casefold(), name_match.plain(other).casefold()) + 100 * shared
