from typing import ClassVar

from runwright.verb import Keys, Stage, Target, Verb


class Press(Verb):
    """Press a key, or keys together, while a control has the focus.

    ```yaml
    - press: textbox "Search"
      key: Enter
    - press: textbox "Notes"
      key: Control+A
    ```
    """

    name: ClassVar[str] = "press"
    says: ClassVar[str] = "Press {key} in {target}"

    target: Target
    """What has the focus."""
    key: Keys | str
    """The key by its name in the DOM: Enter, Escape, ArrowDown, a; with Control+, Shift+, Alt+ or Meta+."""

    def act(self, stage: Stage) -> None:
        stage.control.press(self.key)
