from typing import ClassVar

from runwright.verb import Point, StepContext, Target, Verb, click, spot


class Hover(Verb):
    """Move the pointer over a control, for menus and tooltips that appear then.

    If `expect` does not come to hold, the step moves the pointer again until the timeout.

    ```yaml
    - hover: menuitem "Settings"
      expect: menuitem "Notifications"
    ```
    """

    name: ClassVar[str] = "hover"
    summary: ClassVar[str] = "Hover over {target}[ at {at}]"
    retry_until_expected: ClassVar[bool] = True

    target: Target
    """The control to hover over."""
    at: Point | None = None
    """The point to hover over, in pixels right and down from the control's top left corner. Default: its center."""

    def act(self, context: StepContext) -> None:
        click(
            context,
            self.target,
            lambda control, options: control.hover(position=spot(control, self.at), **options),
            "Pointer",
        )
