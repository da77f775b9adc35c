import time
from typing import ClassVar

from runwright.verb import Condition, Seconds, StepContext, Verb

DEFAULT_TIMEOUT = 60.0
"""Time limit in seconds of a step without `timeout`."""


class Wait(Verb):
    """Wait for a condition that takes long, and fail if it does not come to hold.

    The step waits up to 60 s, or up to `timeout`. For conditions that hold within seconds, use `expect`. If the page
    does not update itself, reload it with `reload_every`.

    ```yaml
    - wait: text "Certificate issued"
      timeout: 10m
      reload_every: 15s
    ```
    """

    name: ClassVar[str] = "wait"
    summary: ClassVar[str] = "Wait for {condition}"
    read_only: ClassVar[bool] = True

    condition: Condition
    """One condition, or a list of conditions that must all hold."""
    reload_every: Seconds | None = None
    """The interval between reloads of the page. Default: no reload."""

    def act(self, context: StepContext) -> None:
        deadline = time.monotonic() + context.time_limit(DEFAULT_TIMEOUT)
        while True:
            left = max(deadline - time.monotonic(), 0)
            if context.comes(self.condition, left if self.reload_every is None else min(left, self.reload_every)):
                return
            if time.monotonic() >= deadline:
                raise context.unmet(self.condition, context.time_limit(DEFAULT_TIMEOUT))
            context.reload()
