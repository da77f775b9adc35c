"""Matching the labels and values of one guide item with the steps of one run that follow it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from runwright.guide.match import name_match
from runwright.guide.match.item_match import AmbiguousLabel, ItemMatch, Mention, WrongBlock, WrongLabel
from runwright.guide.match.item_words import TYPING, ItemWords, in_lead_in, is_emphasis
from runwright.guide.match.observations import ObservedStep, RunObservations
from runwright.guide.match.reader_actions import (
    anchors,
    captions,
    control_names,
    is_target,
    literals,
    names_on,
    offered_names,
    printable_names,
    same_named,
    shown_name,
)
from runwright.guide.match.rivals import rivals
from runwright.guide.match.values import alike, same_value
from runwright.guide.parse import lexicon
from runwright.guide.parse.guide_model import Item, Label, Value
from runwright.guide.parse.instruction import instructions

_ENTERING = TYPING | {"choose"}


def match_item(
    item: Item,
    steps: Sequence[ObservedStep],
    extra: Collection[ObservedStep],
    visible: Sequence[ObservedStep],
    run: RunObservations,
    quotes: bool,
) -> ItemMatch:
    """Match an item with ``steps``, in the order of the run; those also in ``extra`` follow no item.

    ``visible`` are all steps whose pages the reader sees at the item. With ``quotes`` the guide sets its labels in
    quotes, so quoted words count like bold ones.
    """
    return _ItemMatcher(item, steps, extra, visible, run, quotes).match()


class _ItemMatcher:
    def __init__(
        self,
        item: Item,
        steps: Sequence[ObservedStep],
        extra: Collection[ObservedStep],
        visible: Sequence[ObservedStep],
        run: RunObservations,
        quotes: bool,
    ) -> None:
        self._item = item
        self._extra = extra
        self._by_anchor: set[Mention] = set()
        self._by_literal: set[Mention] = set()
        self._run = run
        self._result = ItemMatch(item, steps)
        self._steps = [step for step in steps if not step.read_only]
        self._visible = visible
        self._here = names_on(visible)
        labels = [label for label in item.labels if not lexicon.remark(label.text)]
        self._strong = [label for label in labels if label.kind == "bold" or (quotes and label.kind == "quoted")]
        self._weak = [label for label in labels if label not in self._strong]
        self._mention_of: dict[ObservedStep, Mention] = {}
        self._step_of: dict[Mention, ObservedStep] = {}
        self._context: set[Mention] = set()
        self._words = ItemWords(item, self._steps, bool(self._strong or item.values))
        self._instructed = dict(zip(item.labels, instructions(item.labels), strict=True))

    def match(self) -> ItemMatch:
        """Match everything that the item names, and its steps."""
        self._match_all()
        accepted = [step for step in self._steps if step.section not in self._run.probes]
        from_input = any(step.verb in _ENTERING and not literals(step) for step in accepted)
        values = () if from_input else self._item.values  # what it shows beside the field of an input is an example
        named: list[Mention] = [*self._strong, *values, *self._item.blocks]
        self._result.not_confirmed = [
            each
            for each in named
            if each not in self._step_of
            and each not in self._context
            and not any(name_match.names(each.text, name) for name in self._here)
        ]
        return self._result

    def _match_all(self) -> None:
        steps = self._result.steps
        every: list[Mention] = [*self._strong, *self._weak, *self._item.values]
        for block in self._item.blocks:
            self._match_block(block)
        for mention in every:
            self._match_exactly(mention)
        for label in self._strong:
            if label not in self._step_of and any(name_match.names(label.text, name) for name in self._here):
                self._context.add(label)
        for label in self._strong:
            if label in self._context and self._comes_later(label):
                self._context.discard(label)
                self._result.elsewhere.append(label)
        if all(step in self._extra for step in steps):  # no step follows the item itself
            self._result.unnamed = [
                step for step in self._steps if step not in self._mention_of and not self._needs_no_label(step)
            ]
            return
        for mention in every:
            if mention not in self._step_of and mention not in self._context and mention not in self._result.elsewhere:
                self._match_nearly(mention)
        for label in self._strong:
            if label in self._context and label not in self._step_of:
                self._match_ambiguous(label)
        self._split_double_match()
        left = [label for label in self._strong if label not in self._step_of and label not in self._context]
        left = [label for label in left if label not in self._result.elsewhere]
        for label in left:
            self._match_replaced(label)
        for label in self._strong:
            if label in self._context and label not in self._step_of:
                self._match_used_before_it_came(label)
        for value in self._item.values:
            if value not in self._step_of and value not in self._context:
                self._match_entered_value(value)
        for mention, step in self._step_of.items():
            self._check_unique(mention, step)
        self._result.unnamed = [
            step for step in self._steps if step not in self._mention_of and not self._needs_no_label(step)
        ]
        named = self._mention_of or self._strong or self._item.values or self._item.blocks
        if not named:
            self._result.without_label = [step for step in self._result.unnamed if step not in self._extra]
            self._result.unnamed = [step for step in self._result.unnamed if step in self._extra]

    def _name(self, mention: Mention, step: ObservedStep) -> None:
        self._step_of[mention] = step
        self._mention_of.setdefault(step, mention)

    def _comes_later(self, label: Label) -> bool:
        """Whether the reader acts on the label before a step of the item, and only a page after that step has it."""
        if label.kind != "bold" or self._instructed.get(label) is None:
            return False
        behind = self._strong[self._strong.index(label) + 1 :]
        step = next((self._step_of[each] for each in behind if each in self._step_of), None)
        if step is None:
            return False
        until = [each for each in self._visible if each.number <= step.number]
        return bool(until) and not any(name_match.names(label.text, name) for name in offered_names(until))

    def _match_used_before_it_came(self, label: Label) -> None:
        """Match a label that only the pages after the step at its place have, with that step: it is a wrong name."""
        instructed = self._instructed.get(label)
        if label.kind != "bold" or instructed is None:
            return
        for step in self._steps_between(label):
            if step in self._mention_of or step in self._extra or not printable_names(step):
                continue
            if not self._fits(label, step) or any(same_value(label.text, text) for text in literals(step)):
                return
            if not any(name_match.names(label.text, name) for name in offered_names([step])):
                self._context.discard(label)
                self._result.wrong.append(WrongLabel(label, shown_name(step), "wording", step))
                self._name(label, step)
            return

    def _pages_before(self) -> list[ObservedStep]:
        """The two steps before the first one of the item, as far back as the run opened no address by itself."""
        at = self._run.steps.index(self._steps[0])
        found: list[ObservedStep] = []
        for step in reversed(self._run.steps[max(at - 2, 0) : at]):
            if step.verb == "open" or step.section != self._steps[0].section:
                break
            found.append(step)
        return found

    def _match_block(self, block: Value) -> None:
        """Match a block of code with the step that enters it, or something that resembles it."""
        typing = [step for step in self._steps if step.verb in TYPING and step.section not in self._run.probes]
        entering = [(step, text) for step in typing for text in literals(step)]
        for step, text in entering:
            if same_value(block.text, text):
                self._name(block, step)
                return
        for step, text in entering:
            if step not in self._mention_of and alike(block.text, text):
                self._result.blocks.append(WrongBlock(block, text, step))
                self._name(block, step)
                return

    def _match_exactly(self, mention: Mention) -> None:
        """Match a label that equals the name of a step's control, or a literal that the step types or chooses."""
        for step in sorted(self._steps, key=lambda step: (step in self._mention_of, not self._fits(mention, step))):
            if any(name_match.names(mention.text, name) for name in control_names(step)):
                self._name(mention, step)
                if not any(name_match.names(mention.text, name) for name in printable_names(step)):
                    self._by_anchor.add(mention)
                return
            if any(same_value(mention.text, literal) for literal in literals(step)) and (
                step.verb not in TYPING or self._fits(mention, step)
            ):
                self._name(mention, step)
                self._by_literal.add(mention)
                return

    def _fits(self, mention: Mention, step: ObservedStep) -> bool:
        """Whether the step does what the item tells the reader to do with a label; true where that is not clear."""
        instructed = self._instructed.get(mention) if isinstance(mention, Label) else None
        if instructed is None:
            return True
        return (step.verb in TYPING) if instructed.verb == "fill" else step.verb not in TYPING

    def _match_nearly(self, mention: Mention) -> None:
        """Match a label that is similar to the name of a control without a label, or to another name on the page."""
        entering = [step for step in self._steps if step.section not in self._run.probes]
        free = {name: step for step in entering for name in literals(step) if not self._has_literal(name)}
        free |= {name: step for step in self._steps if step not in self._mention_of for name in printable_names(step)}
        name = name_match.nearest(mention.text, free)
        if name is not None:
            step = free[name]
            how = name_match.difference(mention.text, name) or "wording"
            self._result.wrong.append(WrongLabel(mention, name, how, step, name in literals(step)))
            self._name(mention, step)
            return
        if isinstance(mention, Value) or (mention in self._weak and not self._steps) or self._on_any_page(mention):
            return
        name = name_match.nearest(mention.text, self._here)
        if name is None:
            return
        how = name_match.difference(mention.text, name) or "wording"
        if how == "typing" and mention in self._strong and self._names_a_free_place(mention, name):
            return
        many = len(mention.text.split()) > 2  # two-word names that share one word usually name two things
        if how != "wording" or (many and mention in self._strong and self._steps):
            self._result.wrong.append(WrongLabel(mention, name, how, self._here[name]))
            self._context.add(mention)

    def _match_ambiguous(self, label: Label) -> None:
        """Match a label that names several controls of the page with a step that used another control."""
        for step in self._steps_between(label):
            if step not in self._mention_of and printable_names(step) and len(same_named(step, label.text)) > 1:
                self._name(label, step)
                return

    def _split_double_match(self) -> None:
        """When two labels match one step, move the one that names several controls to the free step at its place."""
        for label in self._strong:
            step = self._step_of.get(label)
            if step is None or sum(other is step for other in self._step_of.values()) < 2:
                continue
            del self._step_of[label]
            free = [
                each for each in self._steps_between(label) if each not in self._mention_of and printable_names(each)
            ]
            if free and len(same_named(free[0], label.text)) > 1 and not self._needs_no_label(free[0]):
                self._name(label, free[0])
            else:
                self._step_of[label] = step

    def _match_replaced(self, label: Label) -> None:
        """Match a label that is on no page with a step whose control has no label: the control was probably renamed."""
        if name_match.label_like(label.text) and not self._on_any_page(label):
            for step in self._steps_between(label):
                name = shown_name(step) or next(iter(self._open_anchors(step)), None)
                placed = step in self._mention_of  # by one of its places only, where it is open
                if self._is_open(step) and (placed or not self._needs_no_label(step)) and name:
                    self._result.wrong.append(WrongLabel(label, name, "wording", step))
                    self._name(label, step)
                    return
            for step in self._steps:
                mention = self._mention_of.get(step)
                name = shown_name(step) or next(iter((*captions(step), *self._open_anchors(step))), None)
                if mention in self._by_literal and name and not self._names_control(step):
                    self._result.wrong.append(WrongLabel(label, name, "wording", step))
                    self._step_of[label] = step
                    return
        if self._on_any_page(label):
            instructed = self._instructed.get(label) is not None and label.kind == "bold"
            if (
                instructed
                and self._steps
                and not any(name_match.names(label.text, name) for name in names_on(self._pages_before()))
            ):
                self._result.elsewhere.append(label)
            return
        for step in self._mention_of:
            if (
                len(same_named(step, shown_name(step) or "")) > 1
                and not self._words.names_location(step)
                and name_match.label_like(label.text)
            ):
                self._result.wrong.append(WrongLabel(label, anchors(step)[0], "wording", step))
                return
        if label.kind == "quoted" or is_emphasis(label, self._here, bool(self._steps)):
            return
        if self._steps and name_match.label_like(label.text) and not in_lead_in(label):
            self._result.wrong.append(WrongLabel(label, None, "wording", self._steps[-1]))
        elif name_match.label_like(label.text) and not self._differs_in_case_elsewhere(label):
            self._result.unseen.append(label)

    def _open_anchors(self, step: ObservedStep) -> list[str]:
        """The anchors of a nameless control that the item does not name."""
        if shown_name(step) or not (step.changes or len(anchors(step)) > 1):
            return []
        texts = [label.text for label in self._item.labels]
        return [each for each in anchors(step) if not any(name_match.names(text, each) for text in texts)]

    def _names_a_free_place(self, label: Label, near: str) -> bool:
        """Whether a step at the place of the label has a nameless control whose place, not ``near``, is left out."""
        between = [step for step in self._steps_between(label) if self._is_open(step)]
        return any(self._open_anchors(step) and near not in anchors(step) for step in between)

    def _is_open(self, step: ObservedStep) -> bool:
        """Whether no label names the step, or only one of the places that tell a nameless control apart."""
        mention = self._mention_of.get(step)
        return mention is None or (mention in self._by_anchor and bool(self._open_anchors(step)))

    def _names_control(self, step: ObservedStep) -> bool:
        """Whether a label of the item names the control of a step, not only what the step enters."""
        names = control_names(step)
        return any(name_match.names(label.text, name) for label in self._item.labels for name in names) or any(
            name_match.mentions(self._words.rest, name) for name in names
        )

    def _differs_in_case_elsewhere(self, label: Label) -> bool:
        """Whether any page of the run has the label with other capitalization; if so, record it."""
        for step in self._run.steps:
            for control in step.offered:
                if name_match.difference(label.text, control.name) == "case":
                    self._result.wrong.append(WrongLabel(label, control.name, "case", step))
                    return True
        return False

    def _has_literal(self, literal: str) -> bool:
        """Whether a label or value of the item equals a literal of a step."""
        texts = [label.text for label in self._item.labels] + [value.text for value in self._item.values]
        return any(name_match.plain(text) == name_match.plain(literal) for text in texts)

    def _match_entered_value(self, value: Value) -> None:
        """Match a value that no step enters with a step whose literal the item does not name."""
        accepted = [step for step in self._steps if step.section not in self._run.probes]
        for step in accepted:
            if step not in self._mention_of and not self._needs_no_label(step) and literals(step):
                self._result.wrong.append(WrongLabel(value, literals(step)[0], "wording", step, True))
                self._name(value, step)
                return
        values = [each for each in self._item.values if each not in self._step_of and each not in self._context]
        left = [step for step in accepted for text in literals(step) if not self._has_literal(text)]
        if len(values) == len(left) == 1 and left[0].verb in _ENTERING and self._beside(value, left[0]):
            self._result.wrong.append(WrongLabel(value, literals(left[0])[0], "wording", left[0], True))
            self._context.add(value)

    def _beside(self, value: Value, step: ObservedStep) -> bool:
        """Whether the label of the step is the one nearest to the value, on its line."""
        labels = [label for label in self._strong if label.line == value.line]
        near = min(labels, key=lambda label: abs(label.column - value.column), default=None)
        return near is not None and self._step_of.get(near) is step

    def _needs_no_label(self, step: ObservedStep) -> bool:
        """Whether the item names the step without a label, or with one that has been reported as wrong."""
        if self._words.needs_no_label(step, self._mention_of):
            return True
        names = [*control_names(step), *anchors(step)]
        nearly = [wrong.name for wrong in self._result.wrong if wrong.name is not None and not wrong.typed]
        return any(name_match.names(one, name) for one in nearly for name in names)

    def _steps_between(self, label: Label) -> list[ObservedStep]:
        """The steps between those matched by the labels before and after this one."""
        order = [
            mention
            for mention in self._strong
            if mention is label or (mention in self._step_of and mention not in self._by_anchor)
        ]
        at = order.index(label)
        before = [self._steps.index(self._step_of[mention]) for mention in order[:at]]
        behind = [self._steps.index(self._step_of[mention]) for mention in order[at + 1 :]]
        first = max(before, default=-1) + 1
        last = min((place for place in behind if place >= first), default=len(self._steps))
        return self._steps[first:last]

    def _on_any_page(self, mention: Mention) -> bool:
        """Whether any page of the run has the label in this form."""
        return any(name_match.names(mention.text, name) for name in self._run.names)

    def _check_unique(self, mention: Mention, step: ObservedStep) -> None:
        """Record the label as ambiguous if it names several controls and the item does not identify one."""
        found = rivals(self._item, mention, step)
        if len(found) < 2:
            return
        if name_match.same(mention.text, shown_name(step) or "") and anchors(step) and self._words.names_location(step):
            return
        if any(wrong.step is step and wrong.name in anchors(step) for wrong in self._result.wrong):
            return
        enabled = sum("disabled" not in control.state for control in found)
        roles = [control.role for control in found]
        own = next((control.role for control in found if is_target(step, control)), None)
        role = own if own is not None and roles.count(own) == 1 else None
        self._result.ambiguous.append(AmbiguousLabel(mention, step, len(found), enabled, role))
