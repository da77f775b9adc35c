from typing import ClassVar

from runwright.verb import ElementHandle, Point, Stage, StepFailed, Target, Verb, spot

BEGINS = 6
"""Pixels after which pages take a pressed pointer for a drag."""
MOVES = 12
"""Moves on the way: pages that follow the pointer want to see more than its end."""


class Drag(Verb):
    """Drag a control to another one, or to a place: press, move, release.

    What it is dropped on is looked for once the drag has begun, since some pages show it only then. A place may lie
    outside the control: `to_at: 200, 10` alone drags by the difference.

    ```yaml
    - drag: button "Move Beta"
      to: listitem "Alpha"
    - drag: img "Plan"
      at: 20, 20
      to_at: 120, 60
    ```
    """

    name: ClassVar[str] = "drag"
    one_of: ClassVar[tuple[str, ...]] = ("to", "to_at")
    says: ClassVar[str] = "Drag {target}[ at {at}][ to {to}][, dropped at {to_at}]"

    target: Target
    """What to drag."""
    to: Target | None = None
    """What to drop it on. Without it: a place seen from the dragged control."""
    at: Point | None = None
    """Where to seize it, in pixels to the right and down from its top left corner. Without it: its middle."""
    to_at: Point | None = None
    """Where to drop it, seen from the top left corner of `to`. Without it: the middle."""

    def act(self, stage: Stage) -> None:
        mouse = stage.page.mouse
        stage.control.hover(position=spot(stage.control, self.at))
        right, below = _place(stage.control, self.at)
        corner = _place(stage.control, Point(0, 0))
        mouse.down()
        try:
            mouse.move(right + BEGINS, below + BEGINS, steps=3)
            if self.to is not None:
                goal = stage.find(self.to)
                goal.scroll_into_view_if_needed()
                right, below = _place(goal, self.to_at)
            elif self.to_at is not None:
                right, below = corner[0] + self.to_at.right, corner[1] + self.to_at.below
            mouse.move(right, below, steps=MOVES)
            mouse.move(right, below)
        except StepFailed:
            stage.page.keyboard.press("Escape")  # or it would be dropped on whatever has come under the pointer
            raise
        finally:
            mouse.up()


def _place(control: ElementHandle, point: Point | None) -> tuple[float, float]:
    """Where a place in a control is in the window; the corner that places are seen from lies inside its border."""
    box = control.bounding_box()
    if box is None:
        raise StepFailed("The control is not visible.")
    if point is None:
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left, top = control.evaluate("(element) => [element.clientLeft || 0, element.clientTop || 0]")
    return box["x"] + left + point.right, box["y"] + top + point.below
