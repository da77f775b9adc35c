import re
from typing import ClassVar

from runwright.verb import ElementHandle, Stage, StepFailed, Target, Verb, named

REDRAWN = 10
"""How often a list may be drawn anew under the click."""


class Choose(Verb):
    """Choose an option of a list: a native one, or a list box that a page made itself.

    A list box is opened by a click; where it can be typed into, the option is typed to find it. The option is
    named by its whole name, or by the words that its name begins with, when only one does. In a native list
    of which several may be chosen, it is then the only one that is.

    ```yaml
    - choose: combobox "Pick a workspace to develop your app in:"
      option: ${workspace}
    ```
    """

    name: ClassVar[str] = "choose"
    says: ClassVar[str] = "Choose “{option}” in {target}"
    elsewhere: ClassVar[tuple[str, ...]] = ("select", "select_option", "pick")

    target: Target
    """The list: a combobox, a list box, or the button that opens one."""
    option: str
    """The option's text."""

    def act(self, stage: Stage) -> None:
        control = stage.control
        if control.evaluate("(element) => element.tagName") == "SELECT":
            self._native(stage, control)
            return
        if control.get_attribute("aria-expanded") != "true" and control.get_attribute("role") != "listbox":
            control.click()
        if control.evaluate("(e) => e.matches('input, textarea, [contenteditable=true]') && !e.readOnly"):
            control.fill("")
            control.type(self.option)
        if not any(self._clicked(stage) for _ in range(REDRAWN)):
            raise StepFailed("The list does not stop changing.")
        stage.until(lambda: self._gone_or_chosen(stage), 2.0)

    def _native(self, stage: Stage, control: ElementHandle) -> None:
        names = [" ".join(text.split()) for text in control.evaluate("(e) => [...e.options].map((o) => o.label)")]
        fits = [name for name in names if name == self.option]
        if len(fits) != 1:
            message = f"The list has {len(fits) or 'no'} option{'s' if len(fits) > 1 else ''} “{self.option}”."
            raise StepFailed(message, f'option "{self.option}"', [f"option: {name}" for name in names[:20]])
        control.scroll_into_view_if_needed()
        control.select_option(label=self.option)

    def _clicked(self, stage: Stage) -> bool:
        """Click the option; False when the list put another in its place before that, as it does while it filters."""
        from playwright.sync_api import Error

        option = self._option(stage)
        try:
            option.click()
        except Error as error:
            if "not attached" not in str(error):
                raise
            return False
        return True

    def _option(self, stage: Stage) -> ElementHandle:
        exact = named("option", self.option)
        words = r"\s+".join(re.escape(word) for word in self.option.split())
        begins = named("option", rf"^\s*[#@]?\s*{words}(\s|$)", "pattern")
        several = 0

        def look() -> ElementHandle | None:
            nonlocal several
            for target in (exact, begins):
                found = stage.matches(target)
                several = len(found)
                if several == 1:
                    return found[0]
                if several > 1:
                    return None
            return None

        option = stage.until(look, stage.timeout)
        if option is None:
            raise stage.not_found(exact, several)
        return option

    def _gone_or_chosen(self, stage: Stage) -> bool:
        from playwright.sync_api import Error

        try:
            return bool(stage.control.evaluate("(e) => !e.isConnected || e.getAttribute('aria-expanded') !== 'true'"))
        except Error:  # the page that held the list is gone
            return True
