from typing import ClassVar

from pydantic import Field

from runwright.verb import ElementHandle, Secret, StepContext, Target, Verb, attached


class Type(Verb):
    """Type a text key by key at the end of a field, for pages that only react to key presses.

    If the field already has the focus, the step types at the caret.

    ```yaml
    - type: searchbox "Filter"
      with: alerts
      expect: option "alerts"
    ```
    """

    name: ClassVar[str] = "type"
    summary: ClassVar[str] = "Type {with_} into {target}"

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text. A secret can only be the whole value."""

    def act(self, context: StepContext) -> None:
        pieces: list[str] = []

        def begin(control: ElementHandle) -> None:
            context.focus_at_end()
            text = context.reveal(self.with_)  # once more if the page was replaced: it may be another site's by then
            pieces[:] = (list(text) if isinstance(self.with_, Secret) else [text]) or [""]
            control.type(pieces[0])

        attached(context, self.target, begin)
        # keys go to the focused control; before each key of a secret the field is located again, so that a page that
        # was loaded meanwhile gets none of them
        for keys in pieces[1:]:
            context.control.type(keys)
