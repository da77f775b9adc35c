from typing import Any, ClassVar, Literal

from pydantic import Field

from runwright.verb import ElementHandle, Point, StepContext, Target, Verb, click, press, spot

BOXES = frozenset({"checkbox", "radio", "switch"})
"""Roles whose native control pages often hide, to draw their own in its label."""


class Click(Verb):
    """Click a control.

    If the `expect` of a click does not come to hold, the step clicks again until the timeout, since pages that are
    still loading can lose clicks; but only while nothing was heard of the click: no request, no navigation, no dialog,
    no change of the page, whether or not the click has caused it. A click with `changes: true` is never repeated.

    ```yaml
    - click: button "Save"
      changes: true
      expect: text "Saved"
    - click: button "Delete App"
      answer: yes
    - click: row containing "prod-3"
      modifiers: Shift
    ```
    """

    name: ClassVar[str] = "click"
    summary: ClassVar[str] = "Click {target}[ at {at}]"
    aliases: ClassVar[tuple[str, ...]] = ("tap", "push")
    retry_until_expected: ClassVar[bool] = True
    repeat_only_unheard: ClassVar[bool] = True
    screenshot_at: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """The control to click."""
    at: Point | None = None
    """The point to click, in pixels right and down from the control's top left corner. Default: its center."""
    answer: str | None = None
    """The answer to each JavaScript dialog: `yes`, `no`, or a text to enter. Default: `no`."""

    modifiers: list[Literal["Shift", "Control", "ControlOrMeta", "Alt", "Meta"]] = Field(default_factory=list)
    """Keys held down during the click: Shift, Control, ControlOrMeta (Meta on a Mac), Alt, Meta."""

    def act(self, context: StepContext) -> None:
        context.answer_dialogs(self.answer)
        if self.at is None and not self.modifiers and any(head.role in BOXES for head in self.target.alternatives):
            press(context, self.target)
        else:
            click(context, self.target, self._click)

    def _click(self, control: ElementHandle, options: dict[str, Any]) -> None:
        control.click(position=spot(control, self.at), modifiers=self.modifiers or None, **options)
