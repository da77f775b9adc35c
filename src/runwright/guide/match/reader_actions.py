"""A run step from the reader's point of view: the names of its control, the anchors beside it, the literals to enter.

An anchor is a heading, row, dialog or column that narrows the target. A literal is fixed text that the step types or
chooses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from runwright.guide.match import name_match
from runwright.guide.match.observations import HEADINGS, ObservedControl, ObservedStep
from runwright.language import accessible_names
from runwright.language.expressions import Expression, Template
from runwright.language.targets import Alternative, Name, Target

_PLACES = frozenset({"key", "modifiers", "at", "to_at"})
"""Arguments of verbs that are no text of the page, and nothing to type into a field."""
_QUOTED = re.compile(r"“([^”]+)”")
_FIELD_ROLES = ("textbox", "searchbox", "combobox", "spinbutton")
"""Controls that have a placeholder or a label."""
ROLE_WORDS = {"css": "part of the page", "placeholder": "field", "label": "field", "img": "picture"}


def reachable_controls(step: ObservedStep) -> tuple[ObservedControl, ...]:
    """The controls that the reader can use. When the target is in an open dialog, those behind it are excluded."""
    start = max((at for at, c in enumerate(step.offered) if c.role in ("dialog", "alertdialog")), default=-1)
    if start < 0 or step.target is None:
        return step.offered
    inner = step.offered[start:]
    if any(_matches(head, control) for head in step.target.alternatives for control in inner):
        return inner
    return step.offered


@lru_cache(maxsize=5_000)
def controls(step: ObservedStep) -> tuple[ObservedControl, ...]:
    """The controls on the page that match the step's target, ignoring what narrows it."""
    if step.target is None:
        return ()
    return tuple(c for c in reachable_controls(step) if any(_matches(head, c) for head in step.target.alternatives))


def is_target(step: ObservedStep, control: ObservedControl) -> bool:
    """Whether a control fits the step's target, ignoring what narrows it. A field may be named by what is beside it."""
    heads = step.target.alternatives if step.target is not None else ()
    return any(
        _matches(head, control) or (head.role in ("placeholder", "label") and control.role in _FIELD_ROLES)
        for head in heads
    )


@lru_cache(maxsize=5_000)
def control_names(step: ObservedStep) -> tuple[str, ...]:
    """All names that the step's control may have: those in the runbook and those on the page."""
    if step.target is None:
        return ()
    found = written_names(step.target)
    found += [control.name for control in _matched_controls(step)]
    found = [name for name in found if name_match.printable(name)]
    found += captions(step) if found else (*captions(step), *anchors(step))
    return tuple(dict.fromkeys(found))


def written_names(target: Target) -> list[str]:
    """The names in a target that a page can show: no patterns, and nothing of style sheets."""
    heads = [head for head in target.alternatives if head.role != "css"]
    return [str(name.text) for head in heads for name in head.names if name.kind != "pattern"]


@lru_cache(maxsize=5_000)
def captions(step: ObservedStep) -> tuple[str, ...]:
    """The text beside a control without a name, as far as the target names it: what a reader takes for its name."""
    target = step.target
    if target is None or written_names(target):
        return ()
    beside = [each for each in (target.near, target.before) if each is not None]
    texts = [
        str(name.text) for each in beside for head in each.alternatives if head.role == "text" for name in head.names
    ]
    return tuple(filter(name_match.printable, texts))


@lru_cache(maxsize=5_000)
def shown_name(step: ObservedStep) -> str | None:
    """The name to write in a guide: the one that the page had. None when the control has no name."""
    if step.target is None:
        return None
    here = [control.name for control in _matched_controls(step) if name_match.printable(control.name)]
    for head in step.target.alternatives:
        for name in head.names if head.role != "css" else ():
            text = str(name.text)
            if not name_match.printable(text):
                continue
            if name.kind in ("starting", "containing"):
                if any(_name_matches(name, other) for other in here):
                    return name_match.printable(text)
            elif name.kind == "exact" and (text in here or not here):
                return name_match.printable(text)
    return name_match.printable(here[0]) if here else None


def printable_names(step: ObservedStep) -> list[str]:
    """The names of the control that a guide can print."""
    if step.target is None:
        return []
    named = [name_match.printable(name) for name in written_names(step.target)]
    return list(dict.fromkeys(filter(None, [shown_name(step), *named])))


def described(step: ObservedStep) -> str:
    """The control for a message: `button “Add” at “Redirect URLs”`."""
    if step.target is None:
        return step.name[:1].lower() + step.name[1:]
    name = shown_name(step)
    role = next((control.role for control in _matched_controls(step)), step.target.alternatives[0].role)
    role = ROLE_WORDS.get(role, role)
    where = [anchor for anchor in anchors(step) if anchor != name]
    text = f"{role} “{name}”" if name else role if where else f"a {role} without a name"
    several = name is None or len([c for c in controls(step) if name_match.same(name, c.name)]) > 1
    return f"{text} at “{where[0]}”" if where and several else text


@lru_cache(maxsize=5_000)
def anchors(step: ObservedStep) -> list[str]:
    """The names that narrow the target: of the heading near it, the row or dialog around it, and its column."""
    found: list[str] = []
    target = step.target
    if target is None:
        return found
    if target.column is not None:
        found.append(str(target.column))
    for other in target.others():
        found += _names_of(other)
        found += _nested_anchors(other)
    return list(filter(name_match.printable, found))


@lru_cache(maxsize=5_000)
def literals(step: ObservedStep) -> list[str]:
    """The fixed texts that the step types or chooses. Values of inputs are not included."""
    if step.definition is None:
        return _QUOTED.findall(step.name) if step.verb == "choose" else []
    found = []
    for name, value in step.definition.arguments.items():
        if name == step.definition.model.subject():
            continue
        for each in value if isinstance(value, list | tuple) else [value]:
            fixed = isinstance(each, str | int | float) and not isinstance(each, bool)
            text = str(each) if fixed or (isinstance(each, Template) and each.fixed) else ""
            if text and name not in _PLACES:
                found.append(text)
    return found


@lru_cache(maxsize=5_000)
def named_by_reader(step: ObservedStep) -> bool:
    """Whether the name of the control comes from an input only, so that a guide cannot print it."""
    if step.definition is None:
        return False
    target = step.definition.arguments.get(step.definition.model.subject())
    if not isinstance(target, Target):
        return False
    texts = [name.text for head in target.alternatives for name in head.names]
    return bool(texts) and all(all(isinstance(part, Expression) for part in text.parts) for text in texts)


def same_named(step: ObservedStep, name: str) -> list[ObservedControl]:
    """See `_same_named`; a list of the caller's own."""
    return list(_same_named(step, name_match.plain(name)))


@lru_cache(maxsize=20_000)
def _same_named(step: ObservedStep, wanted: str) -> tuple[ObservedControl, ...]:
    """The reachable controls that a reader can take this name for. With more than one, the name alone is ambiguous.

    A visible label counts for controls of the kind that the step uses. Options of lists are no rivals of controls.
    """
    heads = step.target.alternatives if step.target is not None else ()
    roles = {
        role for head in heads for role in (_FIELD_ROLES if head.role in ("placeholder", "label") else (head.role,))
    }
    return tuple(
        c
        for c in reachable_controls(step)
        if c.role not in HEADINGS
        and (c.role != "option" or "option" in roles)
        and wanted
        and (
            name_match.plain(c.name) == wanted
            or (c.role != "radio" and c.role in roles and name_match.plain(c.label) == wanted)
        )
    )


@lru_cache(maxsize=5_000)
def alternatives(step: ObservedStep) -> list[tuple[str, str]]:
    """Role and name of each alternative of the target."""
    if step.target is None:
        return []
    return [
        (head.role, str(name.text)) for head in step.target.alternatives for name in head.names if name.kind == "exact"
    ]


def names_on(steps: Sequence[ObservedStep]) -> Mapping[str, ObservedStep]:
    """All names on the pages of these steps, with the names, anchors and literals of their targets."""
    return _names_on(tuple(steps))


@lru_cache(maxsize=2_000)
def _names_on(steps: tuple[ObservedStep, ...]) -> dict[str, ObservedStep]:
    found: dict[str, ObservedStep] = {}
    for step in steps:
        for control in step.offered:
            if control.name:
                found.setdefault(control.name, step)
            if control.label:
                found.setdefault(control.label, step)
        for name in (*control_names(step), *anchors(step), *literals(step), *step.texts):
            found.setdefault(name, step)
    return found


def offered_names(steps: Sequence[ObservedStep]) -> set[str]:
    """The names that the pages had before these steps, not what came of the steps."""
    return {name for step in steps for control in step.offered for name in (control.name, control.label) if name}


def _matched_controls(step: ObservedStep) -> tuple[ObservedControl, ...]:
    """The controls that match the target; none when the target has no name and they differ in theirs."""
    found = controls(step)
    if len({control.name for control in found}) > 1 and step.target is not None:
        named = any(head.names for head in step.target.alternatives)
        return found if named else ()
    return found


def _matches(head: Alternative, control: ObservedControl) -> bool:
    if head.role != control.role:
        return False
    return not head.names or any(_name_matches(name, control.name) for name in head.names)


def _name_matches(name: Name, text: str) -> bool:
    expected = " ".join(str(name.text).split())
    text = " ".join(text.split())
    match name.kind:
        case "starting":
            return text.startswith(expected)
        case "containing":
            return expected in text
        case "pattern":
            try:
                return re.search(str(name.text), text) is not None
            except re.error:
                return False
        case _:
            return name_match.plain(text) == name_match.plain(expected) or accessible_names.fits(name, text)


def _nested_anchors(target: Target) -> Iterator[str]:
    for other in target.others():
        yield from _names_of(other)
        yield from _nested_anchors(other)


def _names_of(anchor: Target) -> list[str]:
    """The names and texts by which a reader recognises the place that narrows a target."""
    heads = [head for head in anchor.alternatives if head.role != "css"]
    texts = [str(head.with_text) for head in heads if head.with_text is not None]
    return [*(str(name.text) for head in heads for name in head.names), *texts]
