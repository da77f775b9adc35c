"""The sentences of findings: what the guide says, what the page shows, what to write instead.

Documentation writers read them, like review comments on a pull request. The words of the guide stand beside each
sentence; the sentence repeats them where it needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from runwright.guide.match.findings import Finding, Kind, Severity
from runwright.guide.match.item_match import AmbiguousLabel, Mention, WrongBlock, WrongLabel
from runwright.guide.match.missing import MissingControl
from runwright.guide.match.name_match import printable
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.reader_actions import ROLE_WORDS, anchors, captions, described, literals, shown_name
from runwright.guide.match.values import is_json, json_mistake
from runwright.guide.parse.guide_model import Item, Label, Link, Value
from runwright.language.expressions import Template

_LABEL_SEVERITY: dict[str, Severity] = {"case": "note", "hyphen": "warning", "typing": "warning", "wording": "error"}
_VERB_PHRASES = {
    "click": "choose",
    "fill": "fill in",
    "upload": "upload a file at",
    "hover": "hover over",
    "double_click": "double-click",
    "right_click": "right-click",
    "drag": "drag",
    "download": "download at",
}
"""What the reader does with a control, by verb. Verbs with more words have their own phrases."""


def wrong(item: Item, found: WrongLabel) -> Finding:
    """A label or value that the page does not show in this form."""
    mention, step = found.mention, found.step
    severity: Severity = "error" if found.typed and found.difference != "case" else _LABEL_SEVERITY[found.difference]
    if found.name is None:
        sentence = f"No page of these runs shows “{mention.text}”."
        remedy = "Write the name that the page shows, or set the words in plain type if they do not name a control."
        return _finding(
            "label", "note", item, mention.text, sentence, remedy, mention.text, mention.line, mention.column
        )
    name = found.name if found.typed else printable(found.name).rstrip(" *＊") or found.name
    what = described(step) if shown_name(step) == found.name else f"“{name}”"
    how = {
        "case": "different capitalization",
        "hyphen": "different hyphens, underscores or spaces",
        "typing": "different spelling",
        "wording": "different words",
    }[found.difference]
    if found.typed:
        sentence = f"The run entered “{name}” here; the guide says “{mention.text}”."
    elif found.difference == "wording":
        sentence = f"The page has no “{mention.text}”; the run used {what}."
    else:
        sentence = f"The page has {what}; the guide says “{mention.text}” ({how})."
    remedy = f"Write {_formatted(item, mention.text, name)}."
    made = _finding("label", severity, item, mention.text, sentence, remedy, mention.text, mention.line, mention.column)
    return _replacing(made, mention.text, name)


def ambiguous(item: Item, found: AmbiguousLabel) -> Finding:
    """A label that names more than one control."""
    mention, step = found.mention, found.step
    severity: Severity = "note" if found.enabled <= 1 and shown_name(step) == mention.text else "warning"
    where = anchors(step)
    used = described(step)
    sentence = f"The page has {found.count} controls named “{mention.text}”; the run used {used}"
    if found.enabled == 1 and severity == "note":
        sentence += ", the only one that is enabled"
    remedy = "State which one is meant."
    if shown_name(step) != mention.text:
        remedy = f"Write {_formatted(item, mention.text, shown_name(step) or used)}."
    elif where:
        remedy = f"State which one is meant: **{mention.text}** at **{where[0]}**."
    elif found.role is not None:
        remedy = f"State which one is meant: the {ROLE_WORDS.get(found.role, found.role)} **{mention.text}**."
    return _finding(
        "ambiguous", severity, item, mention.text, sentence + ".", remedy, mention.text, mention.line, mention.column
    )


def not_found(found: MissingControl) -> Finding:
    """A control that a run did not find, or found more than once."""
    item, mention = found.item, found.mention
    guide_text = mention.text if mention is not None else _short(item.text)
    place = (mention.line, mention.column) if mention is not None else (None, 1)
    what = f"{found.role} “{found.name}”"
    if found.count:
        sentence = f"The page has {found.count} controls named “{found.name}”; the run could not choose between them."
        remedy = "State which one is meant."
        return _finding("ambiguous", "warning", item, guide_text, sentence, remedy, found.name, *place)
    if found.replacement is None:
        sentence = f"The page has no {what}; the run could not continue."
        remedy = "Check the page, and write what the reader has to do there now."
        return _finding("label", "error", item, guide_text, sentence, remedy, found.name, *place)
    new = found.replacement.name
    sentence = f"The page has no {what}; it has {found.replacement.role} “{new}”."
    if mention is None:
        remedy = f"Name the control to use: **{new}**."
        return _finding("label", "error", item, guide_text, sentence, remedy, found.name)
    remedy = f"Write {_formatted(item, mention.text, new)}."
    finding = _finding("label", "error", item, guide_text, sentence, remedy, mention.text, *place)
    return _replacing(finding, mention.text, new)


def no_label(item: Item, steps: Sequence[ObservedStep]) -> Finding:
    """An item that names no control, although its steps use some."""
    only = len(steps) == 1 and sum(control.role == _role(steps[0]) for control in steps[0].offered) == 1
    sentence = f"The item names no control; the run used {_list(steps)}."
    control = "control" if len(steps) == 1 else "controls"
    remedy = f"Name the {control} to use: {', then '.join(_with_location(step) for step in steps)}."
    key = "; ".join(described(step) for step in steps)
    severity: Severity = "note" if only else "warning"
    return _finding("ambiguous", severity, item, _short(item.text), sentence, remedy, key)


def missing(
    item: Item, steps: Sequence[ObservedStep], own: Sequence[ObservedStep], every: Sequence[ObservedStep]
) -> Finding:
    """Steps that neither this item nor an adjacent one mentions.

    ``own`` are the steps that follow the item, ``every`` are all steps of the item in their order.
    """
    severity: Severity = "error" if any(step.changes for step in steps) else "warning"
    first = every.index(own[0]) if own else len(every)
    last = every.index(own[-1]) if own else -1
    if own and all(every.index(step) < first for step in steps):
        where, place = "Before this item", " before this item"
    elif all(every.index(step) > last for step in steps):
        where, place = "After this item", " after this item"
    else:
        where, place = "At this item", ""
    sentence = f"{where}, the reader also has to {_instructions(steps)}; the guide does not mention it."
    remedy = f"Add{place}: {_to_add(steps)}."
    if not place and len(own) == len(steps) and _names_only_what_is_entered(item, steps):
        remedy = f"Write instead: {_to_add(steps)}."
    elif not place:
        earlier = [shown_name(step) for step in every[: every.index(steps[0])]]
        before = next((name for name in reversed(earlier) if name and name in item.text), None)
        remedy = f"Add after **{before}**: {_to_add(steps)}." if before is not None else remedy
    key = "; ".join(described(step) for step in steps)
    return _finding("missing", severity, item, _short(item.text), sentence, remedy, key)


def state(item: Item, label: Label, role: str, other: str, shown: tuple[RunObservations, ObservedStep]) -> Finding:
    """A label that the page replaces by another one in some state."""
    run, step = shown
    sentence = (
        f"The page does not always have “{label.text}”: at step {step.number} of {run.run} it had "
        f"{role} “{other}” instead ({step.address})."
    )
    remedy = f"Name both: **{label.text}** or **{other}**, and explain when the page shows which."
    return _finding("state", "warning", item, label.text, sentence, remedy, label.text, label.line, label.column)


def block(item: Item, found: WrongBlock) -> Finding:
    """A block of code that is not what the run entered, or that no page accepts."""
    written = found.block.text
    mistake = json_mistake(written) if is_json(found.entered) else None
    if mistake is not None:
        line = found.block.line + mistake.line - 1
        shown = written.split("\n")[mistake.line - 1].strip()
        sentence = f"The block is not valid JSON: on line {line}, {mistake.what}. The run entered valid JSON here."
        return _finding("rule", "error", item, _short(shown), sentence, mistake.remedy, "JSON", line, mistake.column)
    old, new = written.strip().split("\n"), found.entered.strip().split("\n")
    at = next(
        (n for n, (one, two) in enumerate(zip(old, new, strict=False)) if one.split() != two.split()), len(new) - 1
    )
    line = found.block.line + min(at, len(old) - 1)
    entered, shown = new[min(at, len(new) - 1)].strip(), old[min(at, len(old) - 1)].strip()
    sentence = f"The block is not what the run entered here, first in this line: “{_short(entered)}”."
    remedy = f"Write this line as the page accepted it: `{_short(entered)}`."
    return _finding("label", "error", item, _short(shown), sentence, remedy, "block", line)


def elsewhere(item: Item, label: Label, step: ObservedStep, run: RunObservations, later: bool) -> Finding:
    """A label that the page does not have at its item, but before or after it."""
    when = "later" if later else "earlier"
    where = f"“{step.title}”" if step.title else step.address
    sentence = f"The page has no “{label.text}” at this item; the run saw it {when}, on {where} ({step.address})."
    remedy = f"Leave out **{label.text}**, or say when the page shows it: “If the page shows **{label.text}**, …”."
    return _finding("state", "warning", item, label.text, sentence, remedy, label.text, label.line, label.column)


def order(items: Sequence[Item], working: Sequence[Item], reachable: bool, final: str | None = None) -> Finding:
    """Items in another order than the steps of the run. ``final``: what the one that comes too early brings about."""
    early = items[0]
    severity: Severity = "note" if reachable and final is None else "error"
    listed = ", ".join(f"{item.address} (line {item.line})" for item in working)
    sentence = f"The run did the steps of these items in this order: {listed}."
    if final is not None:
        sentence += f" Item {early.address} {final}, so it comes too early."
    elif not reachable:
        sentence += f" The control of item {early.address} was not available before."
    remedy = f"Put the items in this order: {', '.join(item.address for item in working)}."
    if len(working) == 2:
        first, second = working
        remedy = f"Put item {first.address} (line {first.line}) before item {second.address} (line {second.line})."
    return _finding(
        "order", severity, early, _short(early.text), sentence, remedy, ", ".join(i.digest for i in working)
    )


def rule(
    item: Item, probe: str, message: str, entered: str | None, shown: Label | Value | Link | str | None
) -> Finding:
    """Input that the page rejected: the guide shows it, or does not state what the page requires."""
    rejects = f"rejects “{entered}”" if entered is not None else "reports"
    sentence = f"The page {rejects}: “{message}” (probe “{probe}”)."
    if shown is None:
        sentence = f"The item does not state what the page requires. {sentence}"
        example = ", and show an example that it accepts" if entered is not None else ""
        remedy = f"State beforehand what the page requires (“{message.rstrip('.')}”){example}."
        return _finding("rule", "warning", item, _short(item.text), sentence, remedy, message)
    remedy = f"Show an example that the page accepts, and state what it requires: {_quoted(message)}"
    if isinstance(shown, str):
        return _finding("rule", "error", item, shown, sentence, remedy, message)
    guide_text = shown.text or shown.address if isinstance(shown, Link) else shown.text
    return _finding("rule", "error", item, guide_text, sentence, remedy, message, shown.line, shown.column)


def refused(item: Item, message: str, shown: Value | None, step: ObservedStep, entered: str | None) -> Finding:
    """What a page said when a step failed. ``entered`` is the field whose value it says it about, if known."""
    if shown is not None:
        sentence = f"The page refuses “{shown.text}”: “{message}” (step {step.number})."
        remedy = "Show an example that the page accepts, and state what it requires."
        return _finding("rule", "error", item, shown.text, sentence, remedy, message, shown.line, shown.column)
    what = f" after “{entered}” was filled in" if entered is not None else ""
    sentence = f"The run could not go on from here{what}; the page said: “{message}” (step {step.number})."
    remedy = f"State before this item what the page requires: {_quoted(message)}"
    return _finding("rule", "warning", item, _short(item.text), sentence, remedy, message)


def sign_in(item: Item, site: str) -> Finding:
    """A page that asks for a sign-in before an item, while the guide does not say so."""
    sentence = f"Before this item, {site or 'the page'} asks the reader to sign in; the guide does not say so."
    remedy = "Add before this item: sign in. Say which account the reader needs."
    return _finding("missing", "warning", item, _short(item.text), sentence, remedy, "sign-in")


def stale(item: Item, reviewed: str, left: Sequence[Mention]) -> Finding:
    """An item that changed since the baseline was reviewed. ``left`` is what it names and no run confirmed."""
    what = f"“{_short(left[0].text.strip(), 40)}” is right" if left else "it is right"
    sentence = f"The item changed since it was reviewed on {reviewed}, and these runs do not show whether {what}."
    remedy = "Check that the runbook still does what the item says, then run `runwright guide relink`."
    return _finding("stale", "note", item, _short(item.text), sentence, remedy, "changed")


def _finding(
    kind: Kind,
    severity: Severity,
    item: Item,
    guide_text: str,
    found: str,
    suggestion: str,
    key: str,
    line: int | None = None,
    column: int = 1,
) -> Finding:
    at = line if line is not None else item.line
    return Finding(kind, severity, at, column, item.address, guide_text, found, suggestion, item.digest, key)


def _replacing(finding: Finding, old: str, new: str) -> Finding:
    return replace(finding, old=old, new=new)


def _role(step: ObservedStep) -> str:
    return step.target.alternatives[0].role if step.target is not None else ""


def _formatted(item: Item, old: str, new: str) -> str:
    """The new words in the format of the old ones: code for a value, else bold."""
    if any(value.text == old for value in item.values):
        return f"`{new}`"
    return f"**{new}**"


def _list(steps: Sequence[ObservedStep]) -> str:
    return ", then ".join(described(step) for step in steps)


def _instructions(steps: Sequence[ObservedStep]) -> str:
    return ", then ".join(_phrase(step, described(step)) for step in steps)


def _phrase(step: ObservedStep, control: str) -> str:
    """What the reader does: `choose **Save**`, `turn on **Alerts**`, `choose a channel in **Send to**`."""
    match step.verb:
        case "set":
            return f"turn {_argument(step, 'to') or 'on or off'} {control}"
        case "choose":
            return f"choose {_argument(step, 'option') or 'something'} in {control}"
        case "press":
            return f"press {_argument(step, 'key') or 'a key'} in {control}"
        case "type" | "paste":
            text = next(iter(literals(step)), None)
            short = f"`{text}` " if text is not None and len(text) <= 40 and "\n" not in text else ""
            return f"{step.verb} {short}into {control}"
        case "click" if step.target is not None and not shown_name(step):
            return f"click {control}"
        case _:
            return f"{_VERB_PHRASES.get(step.verb, '')} {control}".strip()


def _unprintable(step: ObservedStep) -> bool:
    """Whether the control has nothing that a reader could be told: no name, no caption, and no place with a name."""
    return step.target is not None and not (shown_name(step) or captions(step) or anchors(step))


def _argument(step: ObservedStep, name: str) -> str | None:
    """An argument of a step: fixed text as it is, an input by its name (`a channel`)."""
    value = step.definition.arguments.get(name) if step.definition is not None else None
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


def _to_add(steps: Sequence[ObservedStep]) -> str:
    """What to add for each step: an instruction with the name of the control. A key follows what is typed there."""
    found: list[str] = []
    for at, step in enumerate(steps):
        key = _argument(step, "key") if step.verb == "press" and at and _same_target(step, steps[at - 1]) else None
        if key is not None:
            found.append(f"press <kbd>{key}</kbd>")
        elif _unprintable(step):
            found.append(_outlined(step))
        else:
            found.append(_phrase(step, _with_location(step)))
    return ", then ".join(found)


def _same_target(one: ObservedStep, other: ObservedStep) -> bool:
    return one.target is not None and str(one.target) == str(other.target)


def _outlined(step: ObservedStep) -> str:
    """The act on a control that has nothing to print: where it is to be seen, and what comes of it."""
    verb = {"click": "click", "drag": "drag from"}.get(step.verb, _VERB_PHRASES.get(step.verb, step.verb))
    inside = " in" if step.verb == "click" and _argument(step, "at") is not None else ""
    text = f"{verb}{inside} the part of the page that the screenshot of step {step.number} outlines"
    comes = next(iter(step.texts), None)
    return f"{text}, so that **{_short(comes, 40)}** appears" if comes else text


def _names_only_what_is_entered(item: Item, steps: Sequence[ObservedStep]) -> bool:
    """Whether all that the item names are texts that the steps enter: it leaves out where."""
    named = [label.text for label in item.labels] + [value.text for value in item.values]
    entered = {text for step in steps for text in literals(step)}
    return bool(named) and all(text in entered for text in named)


def _with_location(step: ObservedStep) -> str:
    """The control as a guide names it, with its location."""
    name, where = shown_name(step), anchors(step)
    if step.target is None:
        return step.name
    role = ROLE_WORDS.get(_role(step), _role(step))
    if name:
        return f"**{name}**" + (f" at **{where[0]}**" if where else "")
    beside = captions(step)
    return f"the {role} beside **{beside[0]}**" if beside else f"the {role}" + (f" at **{where[0]}**" if where else "")


def _quoted(message: str) -> str:
    """A message in quotes, at the end of a sentence."""
    return f"“{message}”" if message[-1:] in ".!?。！？" else f"“{message}”."


def _short(text: str, most: int = 80) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
