from typing import ClassVar, Literal

from runwright.verb import Point, Stage, Target, Verb, spot


class DoubleClick(Verb):
    """Click a control twice in a row, for what opens or can be edited then.

    ```yaml
    - double_click: cell "Draft"
      expect: textbox "New name"
    ```
    """

    name: ClassVar[str] = "double_click"
    says: ClassVar[str] = "Double-click {target}[ at {at}]"
    pictured: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """What to click twice."""
    at: Point | None = None
    """Where in it, in pixels to the right and down from its top left corner. Without it: its middle."""

    def act(self, stage: Stage) -> None:
        stage.control.dblclick(position=spot(stage.control, self.at))
