"""The plain words of an item: whether they name a control or its place, or tell an act without a name."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cached_property

from runwright.guide.match import name_match
from runwright.guide.match.observations import ObservedStep
from runwright.guide.match.reader_actions import anchors, captions, literals, named_by_reader, printable_names
from runwright.guide.match.unnamed_acts import unnamed_acts
from runwright.guide.parse.guide_model import Item, Label

_CLAUSE_END = re.compile(r"[.!?;](?=\s|$)|[。！？]")
TYPING = frozenset({"fill", "type", "paste"})


class ItemWords:
    """The words of one item, and the steps of one run that follow it. ``mentions``: it has labels or values."""

    def __init__(self, item: Item, steps: Sequence[ObservedStep], mentions: bool) -> None:
        self._item = item
        self._steps = steps
        self._mentions = mentions

    def names_location(self, step: ObservedStep) -> bool:
        """Whether the item names, at least nearly, an anchor of the control; true when the control has no anchor."""
        where = anchors(step)
        labels = [label.text for label in self._item.labels]
        rest = self.rest
        return not where or any(
            name_match.names(label, anchor) or _nearly(label, anchor) or name_match.mentions(rest, anchor)
            for anchor in where
            for label in [*labels, ""]
        )

    def needs_no_label(self, step: ObservedStep, named: Collection[ObservedStep]) -> bool:
        """Whether the step needs no label: the plain text of the item names the control, or no guide could."""
        if named_by_reader(step) or self._same_control(step, named):
            return True
        printable = [*printable_names(step), *literals(step)]
        beside = captions(step) if not printable or step.verb == "set" else ()
        if not printable and not beside:
            return self._act_without_name(step)
        return any(
            name_match.mentions(self._item.text, name) for name in printable if " " in name or "-" in name
        ) or any(name_match.mentions(self.rest, name) for name in beside)

    def _same_control(self, step: ObservedStep, named: Collection[ObservedStep]) -> bool:
        """Whether another step of the item with the same control is named: two lines of the runbook are one act."""
        return any(
            other is not step and str(other.target) == str(step.target) and other.verb in TYPING | {"press", "click"}
            for other in named
            if step.verb in ("press", "click", *TYPING)
        )

    def _act_without_name(self, step: ObservedStep) -> bool:
        """Whether the words of the item tell, without a name, what to do with a control that has none."""
        if step.changes and anchors(step):
            return False
        if anchors(step) and self.names_location(step):
            return True
        if self._acts is None:
            return not (not self._mentions and step.verb != "fill" and anchors(step))
        nameless = [
            each for each in self._steps if not printable_names(each) and not captions(each) and not each.changes
        ]
        return step not in nameless or nameless.index(step) < max(self._acts, 1 if not self._mentions else 0)

    @cached_property
    def _acts(self) -> int | None:
        return unnamed_acts(self._item)

    @cached_property
    def rest(self) -> str:
        """The words of the item without its labels."""
        rest = self._item.text
        for label in self._item.labels:
            rest = rest.replace(label.text, " ", 1)
        return rest


def _nearly(label: str, name: str) -> bool:
    """Whether a label is a slip of the name: none of the words is left out or added."""
    return len(label.split()) == len(name.split()) and name_match.difference(label, name) is not None


def is_emphasis(label: Label, here: Collection[str], steps: bool) -> bool:
    """Whether words that are on no page are emphasis: in a script of no page, or as the start of a sentence.

    ``here`` are the names on the pages of the item; ``steps`` says whether it has steps.
    """
    opens = not label.before.strip() or label.before.rstrip().endswith((".", "!", "?", "。", ":", "："))
    written = "".join(here)
    foreign = not label.text.isascii() and not any(sign in written for sign in label.text if ord(sign) > 0x2E7F)
    parts = label.text.split()
    plain = len(parts) < 3 and all(word.islower() for word in parts[1:])
    return foreign or (opens and plain and not in_lead_in(label) and steps)


def in_lead_in(label: Label) -> bool:
    """Whether the label is part of a lead-in that ends with a colon: “On **System Console**: …”."""
    clause = _CLAUSE_END.split(label.after, maxsplit=1)[0]
    return ":" in clause or "：" in clause
