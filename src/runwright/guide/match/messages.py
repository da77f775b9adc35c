"""Findings in words: what the guide says, what the page offers, what to write instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runwright.guide.match.findings import Finding, Kind, Severity
from runwright.guide.match.item_matcher import Several, Wrong
from runwright.guide.match.missing import Lost
from runwright.guide.match.observations import Act, Seen
from runwright.guide.match.reader_actions import anchors, described, shown_name
from runwright.guide.parse.guide_model import Item, Label, Link, Value
from runwright.language.expressions import Template

_LABEL_SEVERITY: dict[str, Severity] = {"case": "note", "hyphen": "warning", "typing": "warning", "wording": "error"}
_DOES = {
    "click": "choose",
    "fill": "fill in",
    "type": "type into",
    "press": "press a key in",
    "upload": "give a file to",
    "hover": "point at",
    "double_click": "double-click",
    "right_click": "right-click",
    "drag": "drag",
    "paste": "paste into",
    "download": "download at",
}


def wrong(item: Item, found: Wrong) -> Finding:
    """A label or value that is not on the page in this form."""
    told, act = found.told, found.act
    severity: Severity = "error" if found.typed and found.difference != "case" else _LABEL_SEVERITY[found.difference]
    if found.name is None:
        sentence = f"No page that was seen has “{told.text}”."
        remedy = "Write the name that the page has, or set the words in plain type if they name no control."
        return _finding("label", "note", item, told.text, sentence, remedy, told.text, told.line, told.column)
    what = described(act) if shown_name(act) == found.name else f"“{found.name}”"
    how = {
        "case": "in other capitals",
        "hyphen": "with other hyphens, underscores or spaces",
        "typing": "spelled otherwise",
        "wording": "in other words",
    }[found.difference]
    if found.typed:
        sentence = f"What is entered here is “{found.name}”; “{told.text}” is not found."
    elif found.difference == "wording":
        sentence = f"The page has no “{told.text}”; the step used {what}."
    else:
        sentence = f"The page has {what}, which the guide writes {how}."
    remedy = f"Write {_set(item, told.text, found.name)}."
    made = _finding("label", severity, item, told.text, sentence, remedy, told.text, told.line, told.column)
    return _replacing(made, told.text, found.name)


def several(item: Item, found: Several) -> Finding:
    """A label that fits more controls than one."""
    told, act = found.told, found.act
    severity: Severity = "note" if found.enabled <= 1 and shown_name(act) == told.text else "warning"
    where = anchors(act)
    used = described(act)
    sentence = f"{found.count} controls are called “{told.text}”; the step used {used}"
    if found.enabled == 1 and severity == "note":
        sentence += ", the only one that could be pressed"
    remedy = "Say which is meant."
    if shown_name(act) != told.text:
        remedy = f"Write {_set(item, told.text, shown_name(act) or used)}."
    elif where:
        remedy = f"Say which is meant: **{told.text}** at **{where[0]}**."
    return _finding("ambiguous", severity, item, told.text, sentence + ".", remedy, told.text, told.line, told.column)


def lost(found: Lost) -> Finding:
    """A control that a run looked for in vain, or found too often."""
    item, told = found.item, found.told
    says = told.text if told is not None else _short(item.text)
    place = (told.line, told.column) if told is not None else (None, 1)
    what = f"{found.role} “{found.name}”"
    if found.count:
        sentence = f"{found.count} controls are called “{found.name}”; the run could not tell which is meant."
        return _finding("ambiguous", "warning", item, says, sentence, "Say which is meant.", found.name, *place)
    if found.instead is None:
        sentence = f"The page has no {what}; the run could not go on."
        remedy = "Look at the page, and write what its reader has to do there now."
        return _finding("label", "error", item, says, sentence, remedy, found.name, *place)
    new = found.instead.name
    sentence = f"The page has no {what}; it has {found.instead.role} “{new}”."
    if told is None:
        return _finding("label", "error", item, says, sentence, f"Name what to press: **{new}**.", found.name)
    remedy = f"Write {_set(item, told.text, new)}."
    return _replacing(_finding("label", "error", item, says, sentence, remedy, told.text, *place), told.text, new)


def silent(item: Item, acts: Sequence[Act]) -> Finding:
    """An item that names no control, although steps needed some."""
    only = len(acts) == 1 and sum(control.role == _role(acts[0]) for control in acts[0].offered) == 1
    sentence = f"The item names no control; {'the steps' if len(acts) > 1 else 'the step'} used {_listed(acts)}."
    remedy = f"Name what to press: {', then '.join(_placed(act) for act in acts)}."
    key = "; ".join(described(act) for act in acts)
    severity: Severity = "note" if only else "warning"
    return _finding("ambiguous", severity, item, _short(item.text), sentence, remedy, key)


def missing(item: Item, acts: Sequence[Act], own: Sequence[Act], every: Sequence[Act]) -> Finding:
    """Actions that neither this item nor one beside it mentions; ``every`` has all in their order."""
    severity: Severity = "error" if any(act.commits for act in acts) else "warning"
    first = every.index(own[0]) if own else len(every)
    last = every.index(own[-1]) if own else -1
    if own and all(every.index(act) < first for act in acts):
        where = "Before this item"
    elif all(every.index(act) > last for act in acts):
        where = "After this item"
    else:
        where = "At this item"
    sentence = f"{where} the reader also has to {_done(acts)}; the guide does not say so."
    remedy = f"Add: {_named(acts)}."
    key = "; ".join(described(act) for act in acts)
    return _finding("missing", severity, item, _short(item.text), sentence, remedy, key)


def state(item: Item, label: Label, role: str, other: str, shown: tuple[Seen, Act]) -> Finding:
    """A label that is there only while the page is in some state."""
    run, act = shown
    sentence = (
        f"“{label.text}” is not always there: at step {act.number} of {run.run} the page had "
        f"{role} “{other}” in its place ({act.address})."
    )
    remedy = f"Name both: **{label.text}** or **{other}**, and say when which is there."
    return _finding("state", "warning", item, label.text, sentence, remedy, label.text, label.line, label.column)


def order(items: Sequence[Item], working: Sequence[Item], reachable: bool) -> Finding:
    """Items in another order than the steps that worked."""
    early = items[0]
    severity: Severity = "note" if reachable else "error"
    listed = ", ".join(f"{item.address} (line {item.line})" for item in working)
    sentence = f"The steps that worked come in this order: {listed}."
    if not reachable:
        sentence += f" What item {early.address} presses was not there before."
    remedy = f"Put the items in this order: {', '.join(item.address for item in working)}."
    return _finding(
        "order", severity, early, _short(early.text), sentence, remedy, ", ".join(i.digest for i in working)
    )


def rule(
    item: Item, title: str, message: str, entered: str | None, shown: Label | Value | Link | str | None
) -> Finding:
    """The page refuses what the guide shows, or what it leaves open."""
    refuses = f"refuses “{entered}” and " if entered is not None else ""
    sentence = f"The page {refuses}says: “{message}” ({title})."
    if shown is None:
        sentence = f"The item leaves open what may be entered. {sentence}"
        example = ", and show an example that it takes" if entered is not None else ""
        remedy = f"Say beforehand what the page asks for (“{message}”){example}."
        return _finding("rule", "warning", item, _short(item.text), sentence, remedy, message)
    remedy = f"Show an example that the page takes, and say what it asks for: “{message}”."
    if isinstance(shown, str):
        return _finding("rule", "error", item, shown, sentence, remedy, message)
    says = shown.text or shown.address if isinstance(shown, Link) else shown.text
    return _finding("rule", "error", item, says, sentence, remedy, message, shown.line, shown.column)


def stale(item: Item, reviewed: str) -> Finding:
    """An item that changed since the ties were reviewed."""
    sentence = f"The item changed since the runbook was reviewed on {reviewed}."
    remedy = "Look whether the runbook still does what the item says, then run `runwright guide relink`."
    return _finding("stale", "note", item, _short(item.text), sentence, remedy, "changed")


def _finding(
    kind: Kind,
    severity: Severity,
    item: Item,
    says: str,
    found: str,
    suggestion: str,
    key: str,
    line: int | None = None,
    column: int = 1,
) -> Finding:
    at = line if line is not None else item.line
    return Finding(kind, severity, at, column, item.address, says, found, suggestion, item.digest, key)


def _replacing(finding: Finding, old: str, new: str) -> Finding:
    return replace(finding, old=old, new=new)


def _role(act: Act) -> str:
    return act.target.heads[0].role if act.target is not None else ""


def _set(item: Item, old: str, new: str) -> str:
    """The new words as the guide sets the old ones."""
    if any(value.text == old for value in item.values):
        return f"`{new}`"
    return f"**{new}**"


def _listed(acts: Sequence[Act]) -> str:
    return ", then ".join(described(act) for act in acts)


def _done(acts: Sequence[Act]) -> str:
    return ", then ".join(f"{_does(act)} {described(act)}".strip() for act in acts)


def _does(act: Act) -> str:
    """What the reader does with the control: `choose`, `turn on`, `choose a channel in`."""
    if act.verb == "set":
        return f"turn {_argument(act, 'to') or 'on or off'}"
    if act.verb == "choose":
        return f"choose {_argument(act, 'option') or 'something'} in"
    return _DOES.get(act.verb, "")


def _argument(act: Act, name: str) -> str | None:
    """What a step is given: words as they stand, an input by its name (`a channel`)."""
    value = act.step.arguments.get(name) if act.step is not None else None
    if isinstance(value, Template) and not value.fixed:
        inner = str(value).removeprefix("${").removesuffix("}").strip()
        if not inner.isidentifier():
            return None
        words = inner.replace("_", " ")
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    if isinstance(value, bool):
        return "on" if value else "off"
    if value is None:
        return None
    return f"“{value}”" if name == "option" else str(value)


def _named(acts: Sequence[Act]) -> str:
    """What to write for each step: the control's name, and what is done where that is no matter of pressing it."""
    return ", then ".join(
        f"{_does(act)} {_placed(act)}" if act.verb in ("set", "choose") else _placed(act) for act in acts
    )


def _placed(act: Act) -> str:
    """The control as a guide names it, with its place."""
    name, where = shown_name(act), anchors(act)
    text = f"**{name}**" if name else f"the {_role(act)}" if act.target is not None else act.say
    return text + (f" at **{where[0]}**" if where else "")


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
