from typing import ClassVar

from runwright.verb import ANY_TEXT, Pattern, StepContext, StepFailed, Target, Variable, Verb, shown


class Read(Verb):
    """Read a value from the page into a variable, or into a declared secret.

    The step waits until the value matches `match`, so that it does not read dots or a placeholder. A variable is
    defined in its section; if `navigation` reads it, later sections can use it too.

    ```yaml
    - read: textbox "Client ID"
      into: client_id
      match: "[0-9]+\\\\.[0-9]+"
    ```
    """

    name: ClassVar[str] = "read"
    summary: ClassVar[str] = "Read {target}"
    aliases: ClassVar[tuple[str, ...]] = ("get", "extract")
    read_only: ClassVar[bool] = True

    target: Target
    """The control to read: a field's value, a list's selected option, a check box's `on` or `off`, else its text."""
    into: Variable
    """The variable, or the declared secret, that receives the value."""
    match: Pattern = ANY_TEXT
    """A regular expression that the whole value must match."""

    def act(self, context: StepContext) -> None:
        text = ""

        def read() -> str | None:
            nonlocal text
            if not context.control.evaluate("(element) => element.isConnected") and context.matches(self.target):
                context.relocate(self.target)  # the page replaced it: the old one keeps its old value
            text = shown(context.control)
            return text if self.match.fullmatch(text) else None

        value = context.until(read, context.timeout)
        if value is None:
            shown_text = "" if context.is_secret(str(self.into)) else f" “{context.clean(text)[:100]}”"
            raise StepFailed(f"The value{shown_text} does not match {self.match.source!r}.", str(self.target))
        context.set(str(self.into), value)
