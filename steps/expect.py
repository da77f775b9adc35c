from typing import ClassVar

from runwright.verb import Condition, StepContext, Verb


class Expect(Verb):
    """Verify a condition: wait up to 5 s until it holds, and fail if it does not.

    The step does not act on the page. For a longer wait, set `timeout` or use `wait`.

    ```yaml
    - expect: heading "Basic Information"
    - expect:
        - text "Connected"
        - no alert
    ```
    """

    name: ClassVar[str] = "expect"
    summary: ClassVar[str] = "Verify {condition}"
    aliases: ClassVar[tuple[str, ...]] = ("assert", "verify", "see")
    read_only: ClassVar[bool] = True

    condition: Condition
    """One condition, or a list of conditions that must all hold."""

    def act(self, context: StepContext) -> None:
        context.expect(self.condition)
