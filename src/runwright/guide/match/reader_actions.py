"""What a reader would have to press for a step of a run: the control's names, its anchors, what is typed or chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from runwright.guide.match import name_match
from runwright.guide.match.observations import HEADINGS, Act, Control
from runwright.language import accessible_names
from runwright.language.expressions import Expression, Template
from runwright.language.targets import Head, Name, Target

_QUOTED = re.compile(r"“([^”]+)”")


def region(act: Act) -> tuple[Control, ...]:
    """What can be reached: behind an open dialog nothing can, when the control is in it."""
    start = max((at for at, c in enumerate(act.offered) if c.role in ("dialog", "alertdialog")), default=-1)
    if start < 0 or act.target is None:
        return act.offered
    inner = act.offered[start:]
    if any(_fits(head, control) for head in act.target.heads for control in inner):
        return inner
    return act.offered


@lru_cache(maxsize=5_000)
def controls(act: Act) -> tuple[Control, ...]:
    """The controls on the page that the step's target fits, its narrowing unseen."""
    if act.target is None:
        return ()
    return tuple(c for c in region(act) if any(_fits(head, c) for head in act.target.heads))


@lru_cache(maxsize=5_000)
def control_names(act: Act) -> tuple[str, ...]:
    """All names that the step's control may have: as the runbook writes them, and as the page has them."""
    if act.target is None:
        return ()
    found = [str(name.text) for head in act.target.heads for name in head.names if name.kind != "pattern"]
    found += [control.name for control in _certain(act) if control.name]
    if not found:
        found = anchors(act)
    return tuple(dict.fromkeys(filter(None, found)))


def shown_name(act: Act) -> str | None:
    """The name to print in a guide: the one that the page had; None where the control has none."""
    if act.target is None:
        return None
    here = [control.name for control in _certain(act) if control.name]
    for head in act.target.heads:
        for name in head.names:
            text = str(name.text)
            if name.kind in ("starting", "containing"):
                if any(_name_fits(name, other) for other in here):
                    return text
            elif name.kind == "exact" and (text in here or not here):
                return text
    return here[0] if here else None


def described(act: Act) -> str:
    """The control in words: `button “Add” below “Redirect URLs”`."""
    if act.target is None:
        return act.say[:1].lower() + act.say[1:]
    name = shown_name(act)
    role = next((control.role for control in _certain(act)), act.target.heads[0].role)
    text = f"{role} “{name}”" if name else role
    where = [anchor for anchor in anchors(act) if anchor != name]
    several = name is None or len([c for c in controls(act) if name_match.same(name, c.name)]) > 1
    return f"{text} at “{where[0]}”" if where and several else text


def anchors(act: Act) -> list[str]:
    """The names that narrow the target: of the heading it is near, the row or dialog it is in, its column."""
    found: list[str] = []
    target = act.target
    if target is None:
        return found
    if target.column is not None:
        found.append(str(target.column))
    for other in (target.near, target.inside):
        if other is not None:
            found += [str(name.text) for head in other.heads for name in head.names]
            found += _deeper(other)
    return found


def literals(act: Act) -> list[str]:
    """What the runbook types or chooses there, word for word; values of inputs are not among them."""
    if act.step is None:
        return _QUOTED.findall(act.say) if act.verb == "choose" else []
    found = []
    for name, value in act.step.arguments.items():
        if name == act.step.model.subject():
            continue
        text = str(value) if isinstance(value, str) or (isinstance(value, Template) and value.fixed) else ""
        if len(text) > 2:
            found.append(text)
    return found


def typed_by_reader(act: Act) -> bool:
    """Whether the control bears a name that the reader gave it himself, which no guide can print."""
    if act.step is None:
        return False
    target = act.step.arguments.get(act.step.model.subject())
    if not isinstance(target, Target):
        return False
    texts = [name.text for head in target.heads for name in head.names]
    return bool(texts) and all(all(isinstance(part, Expression) for part in text.parts) for text in texts)


def rivals(act: Act, name: str) -> list[Control]:
    """The controls within reach that bear this name: more than one, and a reader cannot tell which is meant."""
    return [
        c for c in region(act) if c.role not in HEADINGS and name_match.plain(c.name) == name_match.plain(name) != ""
    ]


def alternatives(act: Act) -> list[tuple[str, str]]:
    """Role and name of each alternative that the target has."""
    if act.target is None:
        return []
    return [(head.role, str(name.text)) for head in act.target.heads for name in head.names if name.kind == "exact"]


def _certain(act: Act) -> tuple[Control, ...]:
    """The controls that the target fits, when narrowing cannot have chosen among differently named ones."""
    found = controls(act)
    if len({control.name for control in found}) > 1 and act.target is not None:
        named = any(head.names for head in act.target.heads)
        return found if named else ()
    return found


def _fits(head: Head, control: Control) -> bool:
    if head.role != control.role:
        return False
    return not head.names or any(_name_fits(name, control.name) for name in head.names)


def _name_fits(name: Name, text: str) -> bool:
    wanted = " ".join(str(name.text).split())
    text = " ".join(text.split())
    match name.kind:
        case "starting":
            return text.startswith(wanted)
        case "containing":
            return wanted in text
        case "pattern":
            try:
                return re.search(str(name.text), text) is not None
            except re.error:
                return False
        case _:
            return name_match.plain(text) == name_match.plain(wanted) or accessible_names.fits(name, text)


def _deeper(target: Target) -> Iterator[str]:
    for other in (target.near, target.inside):
        if other is not None:
            yield from (str(name.text) for head in other.heads for name in head.names)
            yield from _deeper(other)
