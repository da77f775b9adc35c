"""What a file in `steps/` imports to define a verb."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from runwright.engine.labels import press
from runwright.engine.outcomes import StepFailed, Stopped
from runwright.engine.verb import Verb
from runwright.language.conditions import Condition
from runwright.language.fields import BlockName, Place, Point, Seconds, SectionTitle, Variable
from runwright.language.secret import Secret
from runwright.language.targets import Target, named

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle, Position

    from runwright.engine.stage import Stage
else:  # reading a runbook needs the verbs' fields only: Playwright comes with the run
    ElementHandle = Position = Stage = Any

__all__ = [
    "BlockName",
    "Condition",
    "ElementHandle",
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
    "named",
    "press",
    "spot",
]


def spot(point: Point | None) -> Position | None:
    """A place in a control as Playwright wants it; None is the control's middle."""
    return {"x": point.right, "y": point.below} if point is not None else None
