from typing import ClassVar

from runwright.verb import Stage, StepFailed, Target, Verb, press

HOLD = 120
"""Milliseconds that the button is held: switches are known that ignore an instant click."""


class Set(Verb):
    """Turn a switch or a box on or off. Does nothing where it is so already.

    ```yaml
    - set: checkbox "Notify me"
      to: on
    - set: switch in row containing "Run finished" column "Slack"
      to: on
      commits: true
    - set: menuitem "Wrap lines" or menuitemcheckbox "Wrap lines"
      to: on
    ```

    A box that a page keeps out of sight, to draw its own in its label, is clicked there.

    A menu item that is a `menuitemcheckbox` only while it is on is named by both roles, as above. A menu that closes
    over its item cannot be read back: open it again and `expect` what it shows.
    """

    name: ClassVar[str] = "set"
    says: ClassVar[str] = "Set {target} to {to}"
    elsewhere: ClassVar[tuple[str, ...]] = ("check", "uncheck", "tick", "toggle", "switch")
    repeatable: ClassVar[bool] = True

    target: Target
    """The switch, check box or toggle button."""
    to: bool
    """`on` or `off`."""

    def sentence(self) -> str:
        return f"Turn {'on' if self.to else 'off'} {self.target}"

    def act(self, stage: Stage) -> None:
        if self._is_on(stage) == self.to:
            return
        press(stage, stage.control, HOLD)
        if stage.until(lambda: self._closed(stage) or self._is_on(stage) == self.to, stage.timeout) is None:
            raise StepFailed(f"It was clicked and is still {'off' if self.to else 'on'}.")

    def _is_on(self, stage: Stage) -> bool:
        state = stage.control.evaluate(
            """(element) => {
              const inner = element.matches('input') ? element : element.querySelector('input[type=checkbox]');
              const said = element.getAttribute('aria-checked') ?? element.getAttribute('aria-pressed');
              return said !== null ? said === 'true' : inner ? inner.checked : null;
            }"""
        )
        if state is None and not self._on_by_role():
            raise StepFailed("This control has no state that could be on or off.")
        return bool(state)

    def _on_by_role(self) -> bool:
        """The target names an item that has another role while it is on: without that role it is off."""
        roles = {head.role for head in self.target.heads}
        return "menuitem" in roles and bool(roles & {"menuitemcheckbox", "menuitemradio"})

    def _closed(self, stage: Stage) -> bool:
        """The menu went away with its item."""
        return self._on_by_role() and not stage.control.is_visible()
