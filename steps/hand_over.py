from typing import ClassVar

from runwright.verb import Condition, Stage, Verb


class HandOver(Verb):
    """Let a person do something in the window, and go on by itself once it is done.

    The stretch is followed in the journal, without pictures. Without a window the run stops for a person.

    ```yaml
    - hand_over: Enter the code that was mailed to you.
      until: heading "Your Apps"
    ```
    """

    name: ClassVar[str] = "hand_over"
    says: ClassVar[str] = "{task}"
    looks_only: ClassVar[bool] = True

    task: str
    """What the person has to do."""
    until: Condition
    """What shows that it is done."""

    def act(self, stage: Stage) -> None:
        stage.by_person(self.task, lambda: stage.holds(self.until))
