from typing import ClassVar, Literal

from runwright.verb import Point, StepContext, Target, Verb, click, spot


class DoubleClick(Verb):
    """Double-click a control, for items that open or become editable on a double click.

    The step makes two clicks in quick succession at the same point.

    ```yaml
    - double_click: cell "Draft"
      expect: textbox "New name"
    ```
    """

    name: ClassVar[str] = "double_click"
    summary: ClassVar[str] = "Double-click {target}[ at {at}]"
    screenshot_at: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """The control to double-click."""
    at: Point | None = None
    """The point to click, in pixels right and down from the control's top left corner. Default: its center."""

    def act(self, context: StepContext) -> None:
        click(
            context,
            self.target,
            lambda control, options: control.dblclick(
                position=spot(control, self.at),
                **{**options, "timeout": 2 * options["timeout"]},  # two clicks, each of which a busy page may hold up
            ),
        )
