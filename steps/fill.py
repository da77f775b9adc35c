import time
from typing import ClassVar

from pydantic import Field

from runwright.verb import ElementHandle, Secret, StepContext, StepFailed, Target, Verb, as_value, attached

_TAKES_KEYS = "(e) => e.matches('input:is([type=text], [type=tel], [type=search], :not([type]))')"
"""Whether the field is one line of text."""


class Fill(Verb):
    """Replace the text of a field, and read it back.

    The step fails if the field then has another value, for example because it cuts off long texts. For a field that
    formats its input, write the formatted value in `displays`. The step sends the field the events of an input, but
    none of a key: for lists and buttons that only react to key presses, use `type`. A field that then still holds its
    old text, as one with an input mask may, gets the text once more, by keys.
    If `expect` does not come to hold, the step fills the field again until the timeout, since pages that are still
    loading can ignore input.

    ```yaml
    - fill: textbox "App Name"
      with: ${app_name}
    - fill: textbox "Phone"
      with: "5551234"
      displays: 555-1234
    ```
    """

    name: ClassVar[str] = "fill"
    summary: ClassVar[str] = "Fill {target} with {with_}"
    aliases: ClassVar[tuple[str, ...]] = ("enter", "input", "write")
    retry_until_expected: ClassVar[bool] = True

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text. A secret can only be the whole value."""
    displays: str | None = None
    """The value that the field shows afterwards, if it formats its input."""

    def act(self, context: StepContext) -> None:
        value = ""

        def fill(control: ElementHandle) -> None:
            nonlocal value
            value = context.reveal(self.with_)  # once more if the page was replaced: it may be another site's by then
            control.fill(value)

        deadline = time.monotonic() + context.timeout
        before = _value(context)
        while True:
            attached(context, self.target, fill)
            expected = value if self.displays is None else self.displays
            filled = context.until(lambda: _same(_value(context), expected), 0.5)  # noqa: B023
            if filled or time.monotonic() > deadline or not self._replaced(context):
                break  # a page that replaces a field at that moment loses the text
        if filled is None and not isinstance(self.with_, Secret) and _same(_value(context), before):
            filled = self._by_keys(context, value, expected)
        if filled is None:
            if isinstance(self.with_, Secret):
                raise StepFailed(f"The field does not have the value {self.with_} after it was filled.")
            if not _value(context):
                hint = "It needs another format, or only reacts to key presses: then use `type`."
                raise StepFailed(f"The field was filled with “{value}” but is empty. {hint}")
            raise StepFailed(
                f"The field was filled with “{value}” but has the value “{_value(context)}”"
                + (f"; `displays` expects “{expected}”." if self.displays is not None else "."),
                nearest=[f"displays: {as_value(_value(context).replace('${', '$${'))}"],
            )

    def _replaced(self, context: StepContext) -> bool:
        """Whether the page replaced the field; it is then found again."""
        if context.control.evaluate("(field) => field.isConnected") or not context.matches(self.target):
            return False
        context.relocate(self.target)
        return True

    @staticmethod
    def _by_keys(context: StepContext, value: str, expected: str) -> bool | None:
        """Select the old text, and type over it as a person does."""
        if "\n" in value or not context.control.evaluate(_TAKES_KEYS):
            return None
        context.control.select_text()
        context.control.type(value)
        return context.until(lambda: _same(_value(context), expected), 0.5)


def _same(actual: str, expected: str) -> bool:
    return actual.replace("\r\n", "\n") == expected.replace("\r\n", "\n")


def _value(context: StepContext) -> str:
    return str(context.control.evaluate("(field) => field.value ?? field.innerText"))
