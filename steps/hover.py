from typing import ClassVar

from runwright.verb import Point, Stage, Target, Verb, spot


class Hover(Verb):
    """Move the pointer over a control, for menus and hints that come up then.

    ```yaml
    - hover: menuitem "Settings"
      expect: menuitem "Notifications"
    ```
    """

    name: ClassVar[str] = "hover"
    says: ClassVar[str] = "Point at {target}[ at {at}]"
    again: ClassVar[bool] = True

    target: Target
    """What to point at."""
    at: Point | None = None
    """Where in it, in pixels to the right and down from its top left corner. Without it: its middle."""

    def act(self, stage: Stage) -> None:
        stage.control.hover(position=spot(stage.control, self.at))
