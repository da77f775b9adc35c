from typing import ClassVar

from runwright.verb import Point, Stage, Target, Verb, spot


class RightClick(Verb):
    """Click a control with the right mouse button, for the menu that the page opens then.

    The browser's own menu cannot be used; what it offers has another way.

    ```yaml
    - right_click: treeitem "Reports"
      expect: menuitem "Rename"
    ```
    """

    name: ClassVar[str] = "right_click"
    says: ClassVar[str] = "Right-click {target}[ at {at}]"

    target: Target
    """What to click."""
    at: Point | None = None
    """Where in it, in pixels to the right and down from its top left corner. Without it: its middle."""

    def act(self, stage: Stage) -> None:
        stage.control.click(button="right", position=spot(stage.control, self.at))
