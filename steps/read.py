import re
from typing import ClassVar

from runwright.verb import Stage, StepFailed, Target, Variable, Verb, shown


class Read(Verb):
    """Take a value off the page into a name, or into a declared secret.

    Waits until the value fits `match`, so that dots or a placeholder are not taken for it. A name counts in
    its section; read in `reach` it counts in later sections too.

    ```yaml
    - read: textbox "Client ID"
      into: client_id
      match: "[0-9]+\\\\.[0-9]+"
    ```
    """

    name: ClassVar[str] = "read"
    says: ClassVar[str] = "Read {target}"
    elsewhere: ClassVar[tuple[str, ...]] = ("get", "extract")
    looks_only: ClassVar[bool] = True

    target: Target
    """What shows the value: a field's value, a list's chosen option, a box's `on` or `off`, else its text."""
    into: Variable
    """The name that gets the value."""
    match: re.Pattern[str] = re.compile(r"(?s).*\S.*")
    """A regular expression that the whole value fits."""

    def act(self, stage: Stage) -> None:
        there = ""

        def look() -> str | None:
            nonlocal there
            there = shown(stage.control)
            return there if self.match.fullmatch(there) else None

        value = stage.until(look, stage.timeout)
        if value is None:
            what = "" if str(self.into) in stage.vault else f", “{stage.vault.clean(there)[:100]}”,"
            raise StepFailed(f"What stands there{what} does not fit {self.match.pattern!r}.", str(self.target))
        stage.set(str(self.into), value)
