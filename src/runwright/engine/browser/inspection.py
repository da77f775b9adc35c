"""Inspection of a page: its controls as lines to paste, with their current values and the places that group them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Page

from runwright.engine.browser.possible_targets import PlacedControl
from runwright.engine.browser.unique_targets import UniqueTargets
from runwright.language.expressions import Template
from runwright.language.pasted_lines import pasted
from runwright.language.targets import Target, quote


@dataclass(frozen=True)
class InspectedControl:
    """A control, and how a runbook names it."""

    role: str
    name: str
    target: str
    """The line to paste: it means this control and no other. A YAML scalar."""
    state: str
    """What the line may have in brackets behind the name, as a condition needs it: `[value="8 hours"]`, `[unchecked]`.
    Empty for a control without such a state, and for a secret."""
    value: str | None
    """What a person reads in a field or list; None for other controls, and for a password, which is never read."""
    heading: str
    """The heading before it."""
    dialog: str
    """The dialog that it is in; `dialog` for one without a name."""
    table: str
    """The table that it is in, likewise."""
    frame: str
    """The frame that it is in, likewise."""

    @property
    def place(self) -> tuple[str, str, str]:
        """Frame, dialog and table that it is in."""
        return self.frame, self.dialog, self.table


@dataclass(frozen=True)
class Inspection:
    """The controls of a page at one moment."""

    address: str
    title: str
    controls: tuple[InspectedControl, ...]
    unnamed: int
    """How many controls no target distinguishes from others."""
    left_out: int = 0
    """How many elements of a large page are not listed, since reading it took too long."""

    def data(self) -> dict[str, Any]:
        """The inspection as JSON data."""
        return asdict(self)


def inspect_page(page: Page, clean: Callable[[str], str]) -> Inspection:
    """Inspect a page. It is not touched. ``clean`` removes secrets from a text.

    Raises Playwright's Error when the page navigates meanwhile.
    """
    controls, unnamed = [], 0
    unique = UniqueTargets(page)
    for control, target in unique.all():
        if target is None:
            unnamed += 1
        else:
            controls.append(_inspected(control, target, clean))
    return Inspection(clean(page.url), clean(page.title()), tuple(controls), unnamed, unique.left_out)


def _inspected(control: PlacedControl, target: Target, clean: Callable[[str], str]) -> InspectedControl:
    def place(role: str, name: str | None) -> str:
        return "" if name is None else clean(f"{role} {quote(name)}" if name else role)

    above = control.name if control.role == "heading" else control.heading.name if control.heading else None
    value = clean(control.value) if control.value is not None else None
    state = f"[value={quote(value)}]" if value is not None else f"[{control.checked}]" if control.checked else ""
    return InspectedControl(
        control.role,
        clean(control.name),
        pasted(_cleaned(target, clean)),
        state,
        value,
        place("heading", above),
        place(control.dialog.role, control.dialog.name) if control.dialog else "",
        place(control.table.role, control.table.name) if control.table else "",
        str(_cleaned(control.frame, clean)) if control.frame else "",
    )


def _cleaned(target: Target, clean: Callable[[str], str]) -> Target:
    """A target without secrets, those of its anchors included."""
    return target.mapped(lambda text: Template((clean(str(text)),)))


def changed(before: Inspection, now: Inspection) -> Iterator[tuple[str, InspectedControl]]:
    """What differs between two inspections: `+` for what is new, `-` for what is gone, `~` for another state."""
    old = {each.target: each for each in before.controls}
    new = {each.target: each for each in now.controls}
    yield from (("-", each) for target, each in old.items() if target not in new)
    for target, each in new.items():
        if target not in old:
            yield "+", each
        elif old[target].state != each.state:
            yield "~", each
