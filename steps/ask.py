from typing import ClassVar

from runwright.verb import StepContext, Variable, Verb, Words


class Ask(Verb):
    """Ask the person at the terminal for a value.

    The input of a secret is hidden. Without a terminal, the run stops for a person.

    ```yaml
    - ask: Which code did the mail bring?
      into: code
    ```
    """

    name: ClassVar[str] = "ask"
    summary: ClassVar[str] = "Ask: {question}"
    read_only: ClassVar[bool] = True

    question: Words
    """The question."""
    into: Variable
    """The variable, or the declared secret, that receives the answer."""

    def act(self, context: StepContext) -> None:
        context.ask(self.question, str(self.into))
