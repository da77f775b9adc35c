"""What pages refuse: the messages that probe sections of a runbook brought up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from runwright.guide import names, tell
from runwright.guide.acts import literals
from runwright.guide.findings import Finding
from runwright.guide.model import Item
from runwright.guide.seen import Act, Seen
from runwright.language.targets import TargetError, parse_target


def rules(items: Mapping[str, Item | None], run: Seen) -> Iterable[Finding]:
    """A finding for each probe in which the page refused what an item tells or shows."""
    for number in sorted(run.probes):
        title, follows, _ = run.sections.get(number, ("", (), 0))
        acts = [act for act in run.acts if act.section == number and act.part == "steps"]
        for act in acts:
            message = _message(act)
            item = next(filter(None, (items.get(tie) for tie in (*act.follows, *follows))), None)
            if message and item is not None and _leaves_open(item, acts):
                finding = tell.rule(item, title, message)
                yield replace(finding, run=run.run, step=act.number, picture=act.picture)
                break


def _leaves_open(item: Item, acts: Sequence[Act]) -> bool:
    """Whether a reader of the item could enter what the probe entered; where the item says it, its label is wrong."""
    entered = {names.plain(literal) for act in acts for literal in literals(act)}
    told = {names.plain(label.text) for label in item.labels}
    return not entered or (not item.values and not entered & told)


def _message(act: Act) -> str | None:
    """The page's own words: of the refusal that was expected and came, or of a step that failed."""
    if not act.done:
        return act.page_says[0] if act.page_says else None
    if act.verb != "expect":
        return None
    text = act.say.removeprefix("See ")
    try:
        target = parse_target(text)
    except TargetError:
        return text
    return next((str(name.text) for head in target.heads for name in head.names), text)
