"""The API for verb files in `steps/`: the base class, field types, errors and helpers."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from runwright.engine.browser.dom import shown
from runwright.engine.errors import StepFailed, Stopped
from runwright.engine.option_lines import no_option
from runwright.engine.run.drag_effect import DragEffect
from runwright.engine.run.drawn_list import DrawnList
from runwright.engine.run.label_click import press
from runwright.engine.run.pointer import attached, click, unreported
from runwright.engine.run.verb_base import Verb
from runwright.language.accessible_names import is_name, plain
from runwright.language.conditions import Condition
from runwright.language.fields import NOT_EMPTY, BlockName, Keys, Place, Point, Seconds, SectionName, Variable, Words
from runwright.language.pasted_lines import as_value
from runwright.language.patterns import ANY_TEXT, Pattern
from runwright.language.secret_value import Secret
from runwright.language.targets import Target, named

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Position

    from runwright.engine.run.step_context import StepContext
else:  # loading a runbook only needs the fields of the verbs; Playwright is imported by the run
    ElementHandle = Position = StepContext = Any

__all__ = [
    "ANY_TEXT",
    "NOT_EMPTY",
    "BlockName",
    "Condition",
    "DragEffect",
    "DrawnList",
    "ElementHandle",
    "Keys",
    "Pattern",
    "Place",
    "Point",
    "Seconds",
    "Secret",
    "SectionName",
    "StepContext",
    "StepFailed",
    "Stopped",
    "Target",
    "Variable",
    "Verb",
    "Words",
    "as_value",
    "attached",
    "click",
    "is_name",
    "named",
    "no_option",
    "plain",
    "press",
    "shown",
    "spot",
    "unreported",
]


def spot(control: ElementHandle, point: Point | None) -> Position | None:
    """A point in a control as Playwright's `position`; None for the center. Raises StepFailed if it is outside."""
    if point is None:
        return None
    width, height = control.evaluate("(element) => [element.clientWidth, element.clientHeight]")
    if not (0 <= point.right <= (width or inf) and 0 <= point.below <= (height or inf)):
        raise StepFailed(
            f"The point {point} is outside the control, which is {width} pixels wide and {height} pixels high."
        )
    return {"x": point.right, "y": point.below}
