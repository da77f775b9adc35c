import re
from typing import ClassVar

from runwright.verb import (
    DrawnList,
    StepContext,
    StepFailed,
    Target,
    Verb,
    attached,
    is_name,
    no_option,
    plain,
    shown,
)


class Choose(Verb):
    """Choose an option of a list: a native list, or a custom list box.

    The step opens the list, picks the option among those in view, closes the list and reads the choice back. If the
    option is not in view, it types the option into the list's text field, or scrolls through the list. Name the option
    by its whole text, or by its first words if only one option starts with them. In a list of several, options that are
    chosen already stay, unless `only: yes` is written.

    ```yaml
    - choose: combobox "Pick a workspace to develop your app in:"
      option: ${workspace}
    - choose: listbox "Days"
      option: [Monday, Tuesday]
      only: yes
    ```
    """

    name: ClassVar[str] = "choose"
    summary: ClassVar[str] = "Choose “{option}” in {target}"
    aliases: ClassVar[tuple[str, ...]] = ("select", "select_option", "pick")

    target: Target
    """The list: a combobox, a list box, or the button that opens one."""
    option: str | list[str]
    """The text of the option; a list of texts for a list with multiple selection."""
    only: bool = False
    """In a native list with multiple selection: deselect all other options."""

    def act(self, context: StepContext) -> None:
        options = [self.option] if isinstance(self.option, str) else self.option
        if context.control.evaluate("(element) => element.tagName") == "SELECT":
            self._native(context, options)
        elif self.only:
            raise StepFailed("`only` works with native lists; this list is drawn by the page.")
        else:
            DrawnList(context, self.target).choose(options)

    def _native(self, context: StepContext, requested: list[str]) -> None:
        control = context.control
        options = control.evaluate("(e) => [...e.options].map((o) => [o.label, o.matches(':disabled'), o.selected])")
        names = [plain(text) for text, _, _ in options]
        disabled = {name for name, (_, off, _) in zip(names, options, strict=True) if off}
        several = control.evaluate("(e) => e.multiple")
        chosen = []
        for option in requested:
            matching = (
                [name for name in names if name == plain(option)]
                or [name for name in names if is_name(name, option)]
                or [name for name in names if re.match(_beginning(option), name)]
            )
            if len(matching) != 1:
                raise no_option(option, names, len(matching))
            if matching[0] in disabled:
                raise StepFailed(f"The option “{matching[0]}” is disabled.", f'option "{option}"')
            chosen += matching
        if len(requested) != 1 and not several:
            raise StepFailed(f"This list accepts one option, not {len(requested)}.")
        kept = [number for number, (_, _, on) in enumerate(options) if on] if several and not self.only else []
        indexes = sorted({*kept, *(names.index(name) for name in chosen)})
        attached(context, self.target, lambda control: control.select_option(index=indexes))
        if context.until(lambda: self._reads(context, chosen), 2.0) is None:
            found = context.clean(shown(context.control))[:100]
            raise StepFailed(f"Chose “{', '.join(chosen)}”, but the list shows “{found}”.")

    def _reads(self, context: StepContext, chosen: list[str]) -> bool:
        """Whether the list shows the options, or the page has replaced it."""
        if not context.control.evaluate("(e) => e.isConnected"):
            if len(context.matches(self.target)) != 1:
                return True
            context.relocate(self.target)
        text = plain(shown(context.control))
        return all(name in text for name in chosen)


def _beginning(option: str) -> str:
    """The pattern of names that start with the words of an option."""
    words = r"\s+".join(re.escape(word) for word in option.split())
    return rf"^\s*[#@]?\s*{words}(\s|$)"
