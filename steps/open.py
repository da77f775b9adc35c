from typing import ClassVar

from runwright.verb import Place, StepContext, Verb


class Open(Verb):
    """Open a page, named by a site and a path.

    The step waits up to 30 s until the page has loaded and is idle. If the server does not accept connections yet or
    answers with 5xx, the step tries again within that time.

    ```yaml
    - open: slack /apps
    ```
    """

    name: ClassVar[str] = "open"
    summary: ClassVar[str] = "Open {place}"
    aliases: ClassVar[tuple[str, ...]] = ("goto", "go_to", "navigate", "visit")

    place: Place
    """The name of a site under `sites`, and the path."""

    def act(self, context: StepContext) -> None:
        context.open(self.place)
