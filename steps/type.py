from typing import ClassVar

from pydantic import Field

from runwright.verb import Secret, Stage, Target, Verb


class Type(Verb):
    """Type a text key by key, behind what stands in the field. For pages that listen to keys alone.

    Where the field has the focus already, the text goes where the caret is.

    ```yaml
    - type: searchbox "Filter"
      with: alerts
      expect: option "alerts"
    ```
    """

    name: ClassVar[str] = "type"
    says: ClassVar[str] = "Type {with_} into {target}"

    target: Target
    """The field."""
    with_: str | Secret = Field(alias="with")
    """The text; a secret stands alone."""

    def act(self, stage: Stage) -> None:
        stage.caret_behind()
        stage.control.type(stage.reveal(self.with_))
