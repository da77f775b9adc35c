from typing import ClassVar

from runwright.verb import Stage, Target, Verb


class Hover(Verb):
    """Move the pointer over a control, for menus and hints that come up then.

    ```yaml
    - hover: menuitem "Settings"
      expect: menuitem "Notifications"
    ```
    """

    name: ClassVar[str] = "hover"
    says: ClassVar[str] = "Point at {target}"
    again: ClassVar[bool] = True

    target: Target
    """What to point at."""

    def act(self, stage: Stage) -> None:
        stage.control.hover()
