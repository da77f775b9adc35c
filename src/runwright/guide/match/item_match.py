"""The result of matching one guide item with the steps of one run that follow it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from runwright.guide.match.observations import ObservedStep
from runwright.guide.parse.guide_model import Item, Label, Value

Mention = Label | Value
"""Something that a guide names: a control, or what to enter."""


@dataclass(frozen=True)
class WrongLabel:
    """A label or value that the page does not show in this form."""

    mention: Mention
    name: str | None
    """What the page shows instead; None when unknown."""
    difference: str
    step: ObservedStep
    typed: bool = False
    """Whether the step types or chooses it."""


@dataclass(frozen=True)
class AmbiguousLabel:
    """A label or value that names several controls, while the item does not identify one of them."""

    mention: Mention
    step: ObservedStep
    count: int
    enabled: int
    role: str | None = None
    """The role of the control that the run used, when no other of them has it."""


@dataclass(frozen=True)
class WrongBlock:
    """A block of code that is not what the run entered."""

    block: Value
    entered: str
    step: ObservedStep


@dataclass
class ItemMatch:
    """The result of matching an item with one run."""

    item: Item
    steps: Sequence[ObservedStep]
    wrong: list[WrongLabel] = field(default_factory=list)
    ambiguous: list[AmbiguousLabel] = field(default_factory=list)
    unnamed: list[ObservedStep] = field(default_factory=list)
    """Steps whose control the item does not name."""
    unseen: list[Label] = field(default_factory=list)
    """Labels that no page of the run showed. They may name places that the run did not visit."""
    without_label: list[ObservedStep] = field(default_factory=list)
    """Steps that follow the item, when the item names no control at all."""
    blocks: list[WrongBlock] = field(default_factory=list)
    elsewhere: list[Label] = field(default_factory=list)
    """Labels that the reader acts on and that only pages before or after the item have."""
    not_confirmed: list[Mention] = field(default_factory=list)
    """Labels and values that neither a step of the item used nor a page at the item showed."""
