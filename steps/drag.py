from typing import ClassVar

from runwright.verb import DragEffect, ElementHandle, Point, Seconds, StepContext, StepFailed, Target, Verb, click, spot

BEGINS = 6
"""Pixels of movement after which pages recognise a drag."""
PRESSED = 0.3
"""Seconds of the press before the movement: lists that also scroll are sorted only after a long press."""
MOVES = 12
"""Intermediate moves, since pages that follow the pointer need more than the last position."""


class Drag(Verb):
    """Drag a control to another control, or to a point.

    The step looks for the drop target after the drag has started, since some pages show it only then. A point may be
    outside the control: `to_at: 200, 10` without `to` drops at that offset from the control's top left corner.

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
    summary: ClassVar[str] = "Drag {target}[ at {at}][ to {to}][, dropped at {to_at}]"

    target: Target
    """The control to drag."""
    to: Target | None = None
    """The drop target. Without it, `to_at` is relative to the dragged control."""
    hold: Seconds | None = None
    """How long to press before moving, for lists that are sorted after a long press. Default: 0.3 s."""
    at: Point | None = None
    """The start of the drag, in pixels right and down from the control's top left corner. Default: its center."""
    to_at: Point | None = None
    """The point of the drop, in pixels from the top left corner of `to`. Default: its center."""

    def act(self, context: StepContext) -> None:
        mouse = context.page.mouse
        click(
            context,
            self.target,
            lambda control, options: control.hover(position=spot(control, self.at), **options),
            "Pointer",
        )
        effect, mark = DragEffect(context.control), context.requests_sent()
        there = context.matches(self.to) if self.to is not None else []
        if len(there) == 1:
            effect.aim(there[0])  # the drag itself may change how it looks
        right, below = start = _position(context.control, self.at)
        corner = _position(context.control, Point(0, 0))
        mouse.down()
        context.pause(PRESSED if self.hold is None else self.hold)
        try:
            mouse.move(right + BEGINS, below + BEGINS, steps=3)
            if self.to is not None:
                drop_target = context.find(self.to)
                if not effect.aimed:
                    effect.aim(drop_target)
                _bring_into_view(drop_target, self.to_at)
                right, below = _position(drop_target, self.to_at)
            elif self.to_at is not None:
                right, below = corner[0] + self.to_at.right, corner[1] + self.to_at.below
            mouse.move(right, below, steps=MOVES)
            context.wait_until_settled()  # lists that move their entries aside heed nothing meanwhile
            mouse.move(right, below)
            context.wait_until_settled()
        except StepFailed:
            context.page.keyboard.press("Escape")  # otherwise it is dropped on whatever is under the pointer
            raise
        finally:
            mouse.up()
        context.wait_until_settled()  # what was not accepted glides back
        by = right - start[0], below - start[1]
        moved = lambda: context.requests_sent() > mark or effect.seen(*by)  # noqa: E731
        if context.until(moved, min(1.0, context.timeout)) is None:
            raise StepFailed(
                "The drag moved nothing: what was dragged and its drop target are as before, and nothing was sent. "
                "If it waits for a longer press, write `hold: 1s`.",
                nearest=["hold: 1s"],
            )


def _bring_into_view(control: ElementHandle, point: Point | None) -> None:
    """Scroll until the point can be dropped on: of a control larger than the window, only a part is ever in view."""
    if point is None:
        control.scroll_into_view_if_needed()
    else:
        control.hover(position=spot(control, point), force=True, trial=True)  # scrolls there, and moves nothing


def _position(control: ElementHandle, point: Point | None) -> tuple[float, float]:
    """The position in the window of a point in a control; points count from the corner inside its border."""
    box = control.bounding_box()
    if box is None:
        raise StepFailed("The control is not visible.")
    if point is None:
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    left, top = control.evaluate("(element) => [element.clientLeft || 0, element.clientTop || 0]")
    return box["x"] + left + point.right, box["y"] + top + point.below
