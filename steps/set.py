import time
from typing import ClassVar

from runwright.verb import StepContext, StepFailed, Target, Verb, press, unreported

HOLD = 120
"""Milliseconds that the mouse button is held, since some switches ignore an instant click."""


class Set(Verb):
    """Turn a switch, check box or toggle button on or off; do nothing if it already has that state.

    ```yaml
    - set: checkbox "Notify me"
      to: on
    - set: switch column "Slack" in row containing "Run finished"
      to: on
      changes: true
    - set: menuitem "Wrap lines" or menuitemcheckbox "Wrap lines"
      to: on
    ```

    If a page hides the native check box and draws its own in the label, the step clicks the label.

    Name a menu item that is a `menuitemcheckbox` only while it is on by both roles, as above. If the menu closes on the
    click, the step cannot read the new state: open the menu again and verify it with `expect`.
    """

    name: ClassVar[str] = "set"
    summary: ClassVar[str] = "Set {target} to {to}"
    aliases: ClassVar[tuple[str, ...]] = ("check", "uncheck", "tick", "toggle", "switch")
    idempotent: ClassVar[bool] = True

    target: Target
    """The switch, check box or toggle button."""
    to: bool
    """`on` or `off`."""

    def sentence(self) -> str:
        return f"Turn {'on' if self.to else 'off'} {self.target}"

    def act(self, context: StepContext) -> None:
        if self._is_on(context) == self.to:
            return
        mark, hold = context.requests_sent(), HOLD
        deadline = time.monotonic() + context.timeout
        while True:
            pressed = context.control
            unreported(lambda: press(context, self.target, hold))  # noqa: B023
            if context.until(lambda: self._closed(context) or self._is_on(context) == self.to, 1.0):
                return
            # a control that the page replaced while it was pressed got no click
            replaced = not pressed.evaluate("(element) => element.isConnected")
            left = deadline - time.monotonic()
            if replaced and context.requests_sent() == mark and left > 0:
                hold = 0
            elif context.until(lambda: self._closed(context) or self._is_on(context) == self.to, max(left, 0)):
                return
            else:
                raise StepFailed(f"The control was clicked but is still {'off' if self.to else 'on'}.")

    def _is_on(self, context: StepContext) -> bool:
        connected, state = context.control.evaluate(
            """(element) => {
              const inner = element.matches('input') ? element : element.querySelector('input[type=checkbox]');
              const state = element.getAttribute('aria-checked') ?? element.getAttribute('aria-pressed');
              const on = state !== null ? state === 'true' : inner ? inner.checked : null;
              return [element.isConnected, on];
            }"""
        )
        if not connected and context.matches(self.target):
            context.relocate(self.target)  # the page replaced it
            return self._is_on(context)
        if state is None and not self._on_by_role():
            raise StepFailed("This control has no on or off state.")
        return bool(state)

    def _on_by_role(self) -> bool:
        """Whether the target names an item that has another role while it is on; without that role it is off."""
        roles = {head.role for head in self.target.alternatives}
        return "menuitem" in roles and bool(roles & {"menuitemcheckbox", "menuitemradio"})

    def _closed(self, context: StepContext) -> bool:
        """Whether the menu closed with its item."""
        return self._on_by_role() and not context.control.is_visible()
