import time
from typing import ClassVar

from runwright.verb import Condition, Seconds, Stage, Verb


class Wait(Verb):
    """Wait for something that takes its time, and fail when it does not come. A look, not an act.

    For what comes within seconds, `expect` is enough. A page that does not change by itself is loaded again with
    `reload_every`.

    ```yaml
    - wait: text "Certificate issued"
      up_to: 10m
      reload_every: 15s
    ```
    """

    name: ClassVar[str] = "wait"
    says: ClassVar[str] = "Wait for {condition}"
    looks_only: ClassVar[bool] = True

    condition: Condition
    """What must hold: one condition, or a list of which all must."""
    up_to: Seconds = Seconds(60)
    """How long it may take."""
    reload_every: Seconds | None = None
    """How often to load the page again meanwhile. Without it: never."""

    def act(self, stage: Stage) -> None:
        deadline = time.monotonic() + self.up_to
        while True:
            left = max(deadline - time.monotonic(), 0)
            if stage.comes(self.condition, left if self.reload_every is None else min(left, self.reload_every)):
                return
            if time.monotonic() >= deadline:
                raise stage.unmet(self.condition)
            stage.reload()
