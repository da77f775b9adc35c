"""One item of a guide held against the steps of one run that follow it: which labels name what, and what is left."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from runwright.guide.match import name_match
from runwright.guide.match.observations import Act, Seen
from runwright.guide.match.reader_actions import (
    anchors,
    control_names,
    literals,
    rivals,
    shown_name,
    typed_by_reader,
)
from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Item, Label, Value

_CLAUSE_END = re.compile(r"[.!?;](?=\s|$)|[。！？]")
Told = Label | Value


@dataclass(frozen=True)
class Wrong:
    """A label that the page does not have in this form."""

    told: Told
    name: str | None
    """What the page has instead; None where nothing tells."""
    difference: str
    act: Act
    typed: bool = False
    """It is a value that is typed or chosen."""


@dataclass(frozen=True)
class Several:
    """A label that fits several controls, and nothing tells which."""

    told: Told
    act: Act
    count: int
    enabled: int


@dataclass
class Held:
    """What came of holding an item against a run."""

    item: Item
    acts: Sequence[Act]
    wrong: list[Wrong] = field(default_factory=list)
    several: list[Several] = field(default_factory=list)
    unnamed: list[Act] = field(default_factory=list)
    """Steps whose control the item does not name."""
    unseen: list[Label] = field(default_factory=list)
    """Labels that no page of the run showed, and that may be places the run did not come to."""
    silent: list[Act] = field(default_factory=list)
    """Steps tied to the item, which names no control at all."""


def hold(
    item: Item, acts: Sequence[Act], more: Collection[Act], around: Sequence[Act], run: Seen, quotes: bool
) -> Held:
    """Hold an item against steps in their order: those that follow it, and ``more`` that follow no item.

    ``around`` are all steps whose pages the reader sees there; ``quotes`` says that the guide sets its labels in
    quotes, so that quoted words count as bold ones do.
    """
    return _Holding(item, acts, more, around, run, quotes).done()


class _Holding:
    def __init__(
        self,
        item: Item,
        acts: Sequence[Act],
        more: Collection[Act],
        around: Sequence[Act],
        run: Seen,
        quotes: bool,
    ) -> None:
        self._item = item
        self._more = more
        self._by_anchor: set[Told] = set()
        self._run = run
        self._held = Held(item, acts)
        self._acts = [act for act in acts if not act.looks]
        self._here = _names_on(around)
        labels = [label for label in item.labels if not lexicon.remark(label.text)]
        self._strong = [label for label in labels if label.kind == "bold" or (quotes and label.kind == "quoted")]
        self._weak = [label for label in labels if label not in self._strong]
        self._named: dict[Act, Told] = {}
        self._of: dict[Told, Act] = {}
        self._context: set[Told] = set()

    def done(self) -> Held:
        acts = self._held.acts
        every: list[Told] = [*self._strong, *self._weak, *self._item.values]
        for told in every:
            self._exactly(told)
        for label in self._strong:
            if label not in self._of and any(name_match.same(label.text, name) for name in self._here):
                self._context.add(label)
        if all(act in self._more for act in acts):  # nobody comes here for the item's own sake
            self._held.unnamed = [act for act in self._acts if act not in self._named and not self._said(act)]
            return self._held
        for told in every:
            if told not in self._of and told not in self._context:
                self._nearly(told)
        for label in self._strong:
            if label in self._context and label not in self._of:
                self._fits_others(label)
        self._twice()
        left = [label for label in self._strong if label not in self._of and label not in self._context]
        for label in left:
            self._instead(label)
        for value in self._item.values:
            if value not in self._of and value not in self._context:
                self._entered_instead(value)
        for told, act in self._of.items():
            self._alone(told, act)
        self._held.unnamed = [act for act in self._acts if act not in self._named and not self._said(act)]
        named = self._named or self._strong or self._item.values
        if not named:
            self._held.silent = [act for act in self._held.unnamed if act not in self._more]
            self._held.unnamed = [act for act in self._held.unnamed if act in self._more]
        return self._held

    def _name(self, told: Told, act: Act) -> None:
        self._of[told] = act
        self._named.setdefault(act, told)

    def _exactly(self, told: Told) -> None:
        """The label is the name of a step's control, or what the step types or chooses."""
        for act in sorted(self._acts, key=lambda act: act in self._named):
            if any(
                name_match.same(told.text, name) or name_match.begins(told.text, name) for name in control_names(act)
            ):
                self._name(told, act)
                if not any(name_match.same(told.text, name) for name in _printable(act)):
                    self._by_anchor.add(told)
                return
            if any(name_match.plain(told.text) == name_match.plain(literal) for literal in literals(act)):
                self._name(told, act)
                return

    def _nearly(self, told: Told) -> None:
        """The label is nearly the name of a control that no label names, or of something else on the page."""
        free = {name: act for act in self._acts for name in literals(act) if not self._tells(name)}
        free |= {name: act for act in self._acts if act not in self._named for name in _printable(act)}
        name = name_match.nearest(told.text, free)
        if name is not None:
            act = free[name]
            how = name_match.difference(told.text, name) or "wording"
            self._held.wrong.append(Wrong(told, name, how, act, name in literals(act)))
            self._name(told, act)
            return
        if isinstance(told, Value) or (told in self._weak and not self._acts) or self._elsewhere(told):
            return
        name = name_match.nearest(told.text, self._here)
        if name is None:
            return
        how = name_match.difference(told.text, name) or "wording"
        many = len(told.text.split()) > 2  # of two words that differ in one, most are two things
        if how != "wording" or (many and told in self._strong and self._acts):
            self._held.wrong.append(Wrong(told, name, how, self._here[name]))
            self._context.add(told)

    def _fits_others(self, label: Label) -> None:
        """The label fits several controls of the page, of which the step used none."""
        for act in self._window(label):
            if act not in self._named and _printable(act) and len(rivals(act, label.text)) > 1:
                self._name(label, act)
                return

    def _twice(self) -> None:
        """Of two labels that name one step, the one in whose place another step stands fits others."""
        for label in self._strong:
            act = self._of.get(label)
            if act is None or sum(other is act for other in self._of.values()) < 2:
                continue
            del self._of[label]
            free = [each for each in self._window(label) if each not in self._named and _printable(each)]
            if free and len(rivals(free[0], label.text)) > 1 and not self._said(free[0]):
                self._name(label, free[0])
            else:
                self._of[label] = act

    def _instead(self, label: Label) -> None:
        """A label that is nowhere on the page, and a step whose control no label names: they are meant to be one."""
        if name_match.label_like(label.text) and not self._elsewhere(label):
            for act in self._window(label):
                name = shown_name(act) or next(iter(anchors(act) if act.commits else ()), None)
                if act not in self._named and not self._said(act) and name:
                    self._held.wrong.append(Wrong(label, name, "wording", act))
                    self._name(label, act)
                    return
        if self._elsewhere(label):
            return
        for act in self._named:
            if (
                len(rivals(act, shown_name(act) or "")) > 1
                and not self._placed(act)
                and name_match.label_like(label.text)
            ):
                self._held.wrong.append(Wrong(label, anchors(act)[0], "wording", act))
                return
        if label.kind == "quoted" or self._stress(label):
            return
        if self._acts and name_match.label_like(label.text) and not _leads_in(label):
            self._held.wrong.append(Wrong(label, None, "wording", self._acts[-1]))
        elif name_match.label_like(label.text) and not self._in_other_capitals(label):
            self._held.unseen.append(label)

    def _in_other_capitals(self, label: Label) -> bool:
        """Whether another page of the run has the label in other capitals; then that is told."""
        for act in self._run.acts:
            for control in act.offered:
                if name_match.difference(label.text, control.name) == "case":
                    self._held.wrong.append(Wrong(label, control.name, "case", act))
                    return True
        return False

    def _tells(self, literal: str) -> bool:
        """Whether a label or value of the item is what a step types or chooses, to the letter."""
        told = [label.text for label in self._item.labels] + [value.text for value in self._item.values]
        return any(name_match.plain(text) == name_match.plain(literal) for text in told)

    def _stress(self, label: Label) -> bool:
        """Whether words that no page has are stressed: in a script that no page has, or as a sentence opens."""
        opens = not label.before.strip() or label.before.rstrip().endswith((".", "!", "?", "。", ":", "："))
        here = "".join(self._here)
        foreign = not label.text.isascii() and not any(sign in here for sign in label.text if ord(sign) > 0x2E7F)
        parts = label.text.split()
        plain = len(parts) < 3 and all(word.islower() for word in parts[1:])
        return foreign or (opens and plain and not _leads_in(label) and bool(self._acts))

    def _entered_instead(self, value: Value) -> None:
        """A value that no step types or chooses, and a step of which no label or value tells what it enters."""
        for act in self._acts:
            if act not in self._named and not self._said(act) and literals(act):
                self._held.wrong.append(Wrong(value, literals(act)[0], "wording", act, True))
                self._name(value, act)
                return

    def _placed(self, act: Act) -> bool:
        """Whether the item says, rightly or nearly, where the control is; or nothing could."""
        where = anchors(act)
        told = [label.text for label in self._item.labels]
        rest = self._item.text
        for label in self._item.labels:
            rest = rest.replace(label.text, " ", 1)
        return not where or any(
            name_match.same(label, anchor) or name_match.difference(label, anchor) or name_match.mentions(rest, anchor)
            for anchor in where
            for label in [*told, ""]
        )

    def _window(self, label: Label) -> list[Act]:
        """The steps between those that the labels before and behind name."""
        order = [told for told in self._strong if told is label or (told in self._of and told not in self._by_anchor)]
        at = order.index(label)
        before = [self._acts.index(self._of[told]) for told in order[:at]]
        behind = [self._acts.index(self._of[told]) for told in order[at + 1 :]]
        first = max(before, default=-1) + 1
        last = min((place for place in behind if place >= first), default=len(self._acts))
        return self._acts[first:last]

    def _elsewhere(self, told: Told) -> bool:
        """Whether another page of the run has the label, as it is."""
        return any(name_match.same(told.text, name) for name in self._run.names)

    def _alone(self, told: Told, act: Act) -> None:
        """Whether the label fits one control only, or the item says which is meant."""
        found = rivals(act, told.text)
        if len(found) < 2:
            return
        if name_match.same(told.text, shown_name(act) or "") and anchors(act) and self._placed(act):
            return
        if any(wrong.act is act and wrong.name in anchors(act) for wrong in self._held.wrong):
            return
        enabled = sum("disabled" not in control.state for control in found)
        self._held.several.append(Several(told, act, len(found), enabled))

    def _said(self, act: Act) -> bool:
        """Whether the item's plain words name the control, or nothing could."""
        if typed_by_reader(act):
            return True
        printable = [*_printable(act), *literals(act)]
        if not printable:
            return not act.commits and not (self._silent_so_far() and act.verb != "fill")
        return any(name_match.mentions(self._item.text, name) for name in printable if " " in name or "-" in name)

    def _silent_so_far(self) -> bool:
        return not self._strong and not self._item.values


def _printable(act: Act) -> list[str]:
    """The control's names that a guide could print."""
    if act.target is None:
        return []
    named = [str(name.text) for head in act.target.heads for name in head.names if name.kind != "pattern"]
    shown = shown_name(act)
    return list(dict.fromkeys(filter(None, [shown, *named])))


def _names_on(acts: Sequence[Act]) -> dict[str, Act]:
    """Every name that the pages offered there, headings too, and what the steps' targets and conditions name."""
    found: dict[str, Act] = {}
    for act in acts:
        for control in act.offered:
            if control.name:
                found.setdefault(control.name, act)
        for name in (*control_names(act), *anchors(act), *literals(act)):
            found.setdefault(name, act)
    return found


def _leads_in(label: Label) -> bool:
    """Whether the label stands in words that only say when the rest holds: “On **System Console**: …”."""
    clause = _CLAUSE_END.split(label.after, maxsplit=1)[0]
    return ":" in clause or "：" in clause
