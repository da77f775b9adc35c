from typing import ClassVar

from runwright.verb import StepContext, Target, Verb


class Greet(Verb):
    """Write a greeting into a field.

    ```yaml
    - greet: textbox "Note"
    ```
    """

    name: ClassVar[str] = "greet"
    summary: ClassVar[str] = "Greet in {target}"

    target: Target
    """The field."""

    def act(self, context: StepContext) -> None:
        context.control.fill("Hello")
