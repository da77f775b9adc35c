from typing import ClassVar

from runwright.verb import Point, StepContext, Target, Verb, click, spot


class RightClick(Verb):
    """Click a control with the right mouse button, for a context menu of the page.

    The context menu of the browser itself cannot be used.

    ```yaml
    - right_click: treeitem "Reports"
      expect: menuitem "Rename"
    ```
    """

    name: ClassVar[str] = "right_click"
    summary: ClassVar[str] = "Right-click {target}[ at {at}]"

    target: Target
    """The control to click."""
    at: Point | None = None
    """The point to click, in pixels right and down from the control's top left corner. Default: its center."""

    def act(self, context: StepContext) -> None:
        click(
            context,
            self.target,
            lambda control, options: control.click(button="right", position=spot(control, self.at), **options),
        )
