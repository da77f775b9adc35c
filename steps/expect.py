from typing import ClassVar

from runwright.verb import Condition, Stage, Verb


class Expect(Verb):
    """Wait until something holds, up to 5 s, and fail when it does not come. A look, not an act.

    ```yaml
    - expect: heading "Basic Information"
    - expect:
        - text "Connected"
        - no alert
    ```
    """

    name: ClassVar[str] = "expect"
    says: ClassVar[str] = "See {condition}"
    elsewhere: ClassVar[tuple[str, ...]] = ("assert", "verify", "see")
    looks_only: ClassVar[bool] = True

    condition: Condition
    """What must hold: one condition, or a list of which all must."""

    def act(self, stage: Stage) -> None:
        stage.expect(self.condition)
