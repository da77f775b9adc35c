from typing import ClassVar

from runwright.verb import Condition, SectionName, StepContext, Verb, Words


class Manual(Verb):
    """Let a person do something in the browser window, and continue when it is done.

    The journal records what happens meanwhile, without screenshots. Without a visible window, the run stops for a
    person. If the window does not help, because somebody else must act or a section must be run again, omit `until`:
    the run then stops with the sentence.

    ```yaml
    - manual: Enter the code that was mailed to you.
      until: heading "Your Apps"

    - manual: The token is not accepted. Somebody has created a new one since it was read.
      when: text "Invalid token"
      redo: Store the token
    ```
    """

    name: ClassVar[str] = "manual"
    summary: ClassVar[str] = "{task}"
    read_only: ClassVar[bool] = True
    not_both: ClassVar[tuple[str, ...]] = ("until", "redo")

    task: Words
    """What the person must do, or who else must do what, and where."""
    until: Condition | None = None
    """What shows that it is done. Without it, the run always stops."""
    redo: SectionName | None = None
    """The section to run again, even if its page shows it as done; the run prints the command. Not with `until`."""

    def act(self, context: StepContext) -> None:
        until = self.until
        if until is None:
            context.stop(self.task, self.redo)
        context.by_person(self.task, lambda: context.holds(until))
