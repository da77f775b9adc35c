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
        text = stage.reveal(self.with_)
        # keys go where the focus is: each of a secret's first finds the field anew, which a page that came since lacks
        for keys in text if isinstance(self.with_, Secret) else [text]:
            stage.control.type(keys)
