from typing import ClassVar

from runwright.verb import Stage, StepFailed, Target, Verb

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
    ```
    """

    name: ClassVar[str] = "set"
    says: ClassVar[str] = "Set {target} to {to}"
    repeatable: ClassVar[bool] = True

    target: Target
    """The switch, check box or toggle button."""
    to: bool
    """`on` or `off`."""

    def sentence(self) -> str:
        return f"Turn {'on' if self.to else 'off'} {self.target}"

    def act(self, stage: Stage) -> None:
        if _is_on(stage) == self.to:
            return
        stage.control.click(delay=HOLD)
        if stage.until(lambda: _is_on(stage) == self.to, stage.timeout) is None:
            raise StepFailed(f"It was clicked and is still {'off' if self.to else 'on'}.")


def _is_on(stage: Stage) -> bool:
    state = stage.control.evaluate(
        """(element) => {
          const inner = element.matches('input') ? element : element.querySelector('input[type=checkbox]');
          const said = element.getAttribute('aria-checked') ?? element.getAttribute('aria-pressed');
          return said !== null ? said === 'true' : inner ? inner.checked : null;
        }"""
    )
    if state is None:
        raise StepFailed("This control has no state that could be on or off.")
    return bool(state)
