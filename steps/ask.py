from typing import ClassVar

from runwright.verb import Stage, Variable, Verb, Words


class Ask(Verb):
    """Ask the person at the terminal for a value. What is a secret is not shown as it is typed. Without a
    terminal the run stops for a person.

    ```yaml
    - ask: Which code did the mail bring?
      into: code
    ```
    """

    name: ClassVar[str] = "ask"
    says: ClassVar[str] = "Ask: {question}"
    looks_only: ClassVar[bool] = True

    question: Words
    """The question."""
    into: Variable
    """The name, or the declared secret, that gets the answer."""

    def act(self, stage: Stage) -> None:
        stage.ask(self.question, str(self.into))
