from typing import ClassVar, Literal

from runwright.verb import Point, Stage, Target, Verb, press, spot

BOXES = frozenset({"checkbox", "radio", "switch"})
"""What pages keep out of sight, to draw their own in its label."""


class Click(Verb):
    """Click a control.

    A click that is no commit and whose `expect` does not come is made again while its time lasts: pages that
    still come to life swallow clicks. A commit is clicked once.

    ```yaml
    - click: button "Save"
      commits: true
      expect: text "Saved"
    - click: button "Delete App"
      answer: yes
    ```
    """

    name: ClassVar[str] = "click"
    says: ClassVar[str] = "Click {target}[ at {at}]"
    elsewhere: ClassVar[tuple[str, ...]] = ("tap", "push")
    again: ClassVar[bool] = True
    pictured: ClassVar[Literal["before", "after"]] = "before"

    target: Target
    """What to click."""
    at: Point | None = None
    """Where in it, in pixels to the right and down from its top left corner. Without it: its middle."""
    answer: str | None = None
    """What each dialog that comes up is answered with: `yes`, `no`, or a text to enter. Without it: `no`."""

    def act(self, stage: Stage) -> None:
        stage.tabs.answer = self.answer
        if self.at is None and any(head.role in BOXES for head in self.target.heads):
            press(stage, stage.control)
        else:
            stage.control.click(position=spot(stage.control, self.at))
