import re
from typing import ClassVar

from runwright.verb import ElementHandle, Stage, StepFailed, Target, Verb, named

REDRAWN = 10
"""How often a list may be drawn anew under the click."""


class Choose(Verb):
    """Choose an option of a list: a native one, or a list box that a page made itself.

    A list box is opened by a click; where it can be typed into, the option is typed to find it. The option is
    named by its whole name, or by the words that its name begins with, when only one does. In a native list
    of which several may be chosen, those that are named are chosen then, and no other.

    ```yaml
    - choose: combobox "Pick a workspace to develop your app in:"
      option: ${workspace}
    - choose: listbox "Days"
      option: [Monday, Tuesday]
    ```
    """

    name: ClassVar[str] = "choose"
    says: ClassVar[str] = "Choose “{option}” in {target}"
    elsewhere: ClassVar[tuple[str, ...]] = ("select", "select_option", "pick")

    target: Target
    """The list: a combobox, a list box, or the button that opens one."""
    option: str | list[str]
    """The option's text; a list of them where a native list lets several be chosen."""

    def act(self, stage: Stage) -> None:
        control = stage.control
        if control.evaluate("(element) => element.tagName") == "SELECT":
            self._native(control)
            return
        wanted = self.option
        if not isinstance(wanted, str):
            raise StepFailed("Several options at once are for native lists: choose one after the other here.")
        if control.get_attribute("aria-expanded") != "true" and control.get_attribute("role") != "listbox":
            control.click()
        if control.evaluate("(e) => e.matches('input, textarea, [contenteditable=true]') && !e.readOnly"):
            control.fill("")
            control.type(wanted)
        if not any(self._clicked(stage, wanted) for _ in range(REDRAWN)):
            raise StepFailed("The list does not stop changing.")
        stage.until(lambda: self._gone_or_chosen(stage), 2.0)

    def _native(self, control: ElementHandle) -> None:
        wanted = [self.option] if isinstance(self.option, str) else self.option
        options = control.evaluate("(e) => [...e.options].map((o) => [o.label, o.matches(':disabled')])")
        names = [" ".join(text.split()) for text, _ in options]
        disabled = {name for name, (_, off) in zip(names, options, strict=True) if off}
        chosen = []
        for option in wanted:
            like = [name for name in names if name == option] or [
                name for name in names if re.match(_beginning(option), name)
            ]
            if len(like) != 1:
                message = f"The list has {len(like) or 'no'} option{'s' if like else ''} “{option}”."
                raise StepFailed(message, f'option "{option}"', [f"option: {name}" for name in names[:20]])
            if like[0] in disabled:
                raise StepFailed(f"The option “{like[0]}” is disabled, so it cannot be chosen.", f'option "{option}"')
            chosen += like
        if len(wanted) != 1 and not control.evaluate("(e) => e.multiple"):
            raise StepFailed(f"One option of this list can be chosen, not {len(wanted)}.")
        control.scroll_into_view_if_needed()
        control.select_option(label=chosen)

    def _clicked(self, stage: Stage, name: str) -> bool:
        """Click the option; False when the list put another in its place before that, as it does while it filters."""
        from playwright.sync_api import Error

        option = self._option(stage, name)
        try:
            option.click()
        except Error as error:
            if "not attached" not in str(error):
                raise
            return False
        return True

    def _option(self, stage: Stage, name: str) -> ElementHandle:
        exact = named("option", name)
        begins = named("option", _beginning(name), "pattern")
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


def _beginning(option: str) -> str:
    """What a name matches that begins with an option's words."""
    words = r"\s+".join(re.escape(word) for word in option.split())
    return rf"^\s*[#@]?\s*{words}(\s|$)"
