from typing import ClassVar

from runwright.verb import Place, Stage, Verb


class Open(Verb):
    """Go to a page: a site's name and a path on it.

    Waits until the page has loaded and rests, up to 30 s. A server that is just starting (5xx, no connection)
    is asked again meanwhile.

    ```yaml
    - open: slack /apps
    ```
    """

    name: ClassVar[str] = "open"
    says: ClassVar[str] = "Open {place}"
    elsewhere: ClassVar[tuple[str, ...]] = ("goto", "go_to", "navigate", "visit")

    place: Place
    """The site's name as declared under `sites`, and the path."""

    def act(self, stage: Stage) -> None:
        stage.open(self.place)
