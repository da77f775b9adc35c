from typing import ClassVar

from runwright.verb import Condition, SectionTitle, Stage, Verb, Words


class HandOver(Verb):
    """Let a person do something in the window, and go on by itself once it is done.

    The stretch is followed in the journal, without pictures. Without a window the run stops for a person. Where no
    window helps, since somebody else must act or something must be done again, leave `until` out: the run stops
    there, with the sentence.

    ```yaml
    - hand_over: Enter the code that was mailed to you.
      until: heading "Your Apps"

    - hand_over: The token is not taken. Somebody has made a new one since it was read.
      when: text "Invalid token"
      redo: Store the token
    ```
    """

    name: ClassVar[str] = "hand_over"
    says: ClassVar[str] = "{task}"
    looks_only: ClassVar[bool] = True
    not_both: ClassVar[tuple[str, ...]] = ("until", "redo")

    task: Words
    """What the person has to do, or who else has to do what, and where."""
    until: Condition | None = None
    """What shows that it is done. Without it the run stops, with a window too."""
    redo: SectionTitle | None = None
    """The section that is to be done again, whatever its page says; the run prints the command. Without `until`."""

    def act(self, stage: Stage) -> None:
        until = self.until
        if until is None:
            stage.stop(self.task, self.redo)
        stage.by_person(self.task, lambda: stage.holds(until))
