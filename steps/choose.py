import re
from typing import ClassVar

from runwright.verb import ElementHandle, StepContext, StepFailed, Target, Verb, named

REDRAWN = 10
"""How often the page may redraw the list during the click."""


class Choose(Verb):
    """Choose an option of a list: a native list, or a custom list box.

    The step opens a list box with a click. If the list box has a text field, the step types the option to find it.
    Name the option by its whole text, or by its first words if only one option starts with them. In a native list
    with multiple selection, exactly the named options are selected afterwards.

    ```yaml
    - choose: combobox "Pick a workspace to develop your app in:"
      option: ${workspace}
    - choose: listbox "Days"
      option: [Monday, Tuesday]
    ```
    """

    name: ClassVar[str] = "choose"
    summary: ClassVar[str] = "Choose “{option}” in {target}"
    aliases: ClassVar[tuple[str, ...]] = ("select", "select_option", "pick")

    target: Target
    """The list: a combobox, a list box, or the button that opens one."""
    option: str | list[str]
    """The text of the option; a list of texts for a native list with multiple selection."""

    def act(self, context: StepContext) -> None:
        control = context.control
        if control.evaluate("(element) => element.tagName") == "SELECT":
            self._native(control)
            return
        option = self.option
        if not isinstance(option, str):
            raise StepFailed("This list accepts one option at a time: use one `choose` step per option.")
        if control.get_attribute("aria-expanded") != "true" and control.get_attribute("role") != "listbox":
            control.click()
        if control.evaluate("(e) => e.matches('input, textarea, [contenteditable=true]') && !e.readOnly"):
            control.fill("")
            control.type(option)
        if not any(self._clicked(context, option) for _ in range(REDRAWN)):
            raise StepFailed("The list keeps changing.")
        context.until(lambda: self._gone_or_chosen(context), 2.0)

    def _native(self, control: ElementHandle) -> None:
        requested = [self.option] if isinstance(self.option, str) else self.option
        options = control.evaluate("(e) => [...e.options].map((o) => [o.label, o.matches(':disabled')])")
        names = [" ".join(text.split()) for text, _ in options]
        disabled = {name for name, (_, off) in zip(names, options, strict=True) if off}
        chosen = []
        for option in requested:
            matching = [name for name in names if name == option] or [
                name for name in names if re.match(_beginning(option), name)
            ]
            if len(matching) != 1:
                message = f"The list has {len(matching) or 'no'} option{'s' if matching else ''} “{option}”."
                raise StepFailed(message, f'option "{option}"', [f"option: {name}" for name in names[:20]])
            if matching[0] in disabled:
                raise StepFailed(f"The option “{matching[0]}” is disabled.", f'option "{option}"')
            chosen += matching
        if len(requested) != 1 and not control.evaluate("(e) => e.multiple"):
            raise StepFailed(f"This list accepts one option, not {len(requested)}.")
        control.scroll_into_view_if_needed()
        control.select_option(label=chosen)

    def _clicked(self, context: StepContext, name: str) -> bool:
        """Click the option; False if the list replaced it before the click, as lists do while they filter."""
        from playwright.sync_api import Error

        option = self._option(context, name)
        try:
            option.click()
        except Error as error:
            if "not attached" not in str(error):
                raise
            return False
        return True

    def _option(self, context: StepContext, name: str) -> ElementHandle:
        exact = named("option", name)
        begins = named("option", _beginning(name), "pattern")
        several = 0

        def find() -> ElementHandle | None:
            nonlocal several
            for target in (exact, begins):
                found = context.matches(target)
                several = len(found)
                if several == 1:
                    return found[0]
                if several > 1:
                    return None
            return None

        option = context.until(find, context.timeout)
        if option is None:
            raise context.not_found(exact, several)
        return option

    def _gone_or_chosen(self, context: StepContext) -> bool:
        from playwright.sync_api import Error

        try:
            return bool(context.control.evaluate("(e) => !e.isConnected || e.getAttribute('aria-expanded') !== 'true'"))
        except Error:  # the page with the list is gone
            return True


def _beginning(option: str) -> str:
    """The pattern of names that start with the words of an option."""
    words = r"\s+".join(re.escape(word) for word in option.split())
    return rf"^\s*[#@]?\s*{words}(\s|$)"
