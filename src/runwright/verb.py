"""What a file in `steps/` imports to define a verb."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any

from runwright.engine.browser.dom import shown
from runwright.engine.browser.label_click import press
from runwright.engine.errors import StepFailed, Stopped
from runwright.engine.run.verb_base import Verb
from runwright.language.conditions import Condition
from runwright.language.fields import NOT_EMPTY, BlockName, Keys, Place, Point, Seconds, SectionTitle, Variable, Words
from runwright.language.secret_value import Secret
from runwright.language.targets import Target, named

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Position

    from runwright.engine.run.context import Stage
else:  # reading a runbook needs the verbs' fields only: Playwright comes with the run
    ElementHandle = Position = Stage = Any

__all__ = [
    "NOT_EMPTY",
    "BlockName",
    "Condition",
    "ElementHandle",
    "Keys",
    "Place",
    "Point",
    "Seconds",
    "Secret",
    "SectionTitle",
    "Stage",
    "StepFailed",
    "Stopped",
    "Target",
    "Variable",
    "Verb",
    "Words",
    "named",
    "press",
    "shown",
    "spot",
]


def spot(control: ElementHandle, point: Point | None) -> Position | None:
    """A place in a control as Playwright wants it; None is the control's middle. Raises StepFailed outside of it."""
    if point is None:
        return None
    width, height = control.evaluate("(element) => [element.clientWidth, element.clientHeight]")
    if not (0 <= point.right <= (width or inf) and 0 <= point.below <= (height or inf)):
        raise StepFailed(f"{point} lies outside the control, which is {width} pixels wide and {height} high.")
    return {"x": point.right, "y": point.below}
