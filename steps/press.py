from typing import ClassVar

from runwright.verb import Keys, StepContext, Target, Verb, attached


class Press(Verb):
    """Press a key or a key combination in a control.

    The step focuses the control first.

    ```yaml
    - press: textbox "Search"
      key: Enter
    - press: textbox "Notes"
      key: Control+A
    ```
    """

    name: ClassVar[str] = "press"
    summary: ClassVar[str] = "Press {key} in {target}"

    target: Target
    """The control that gets the focus."""
    key: Keys | str
    """The key by its DOM name: Enter, Escape, ArrowDown, a; with Control+, Shift+, Alt+ or Meta+ before it."""

    def act(self, context: StepContext) -> None:
        attached(context, self.target, lambda control: control.press(self.key))
