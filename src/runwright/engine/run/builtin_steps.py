"""The two things that the run itself does at a section's ends: open its place, and look whether it is done."""

from __future__ import annotations

from typing import ClassVar

from runwright.engine.browser.navigation import READY
from runwright.engine.errors import NeverReady
from runwright.engine.run.context import Stage
from runwright.engine.run.verb_base import Verb
from runwright.language.conditions import AnyOf, Condition
from runwright.language.fields import Place


class Opening(Verb):
    """Open the place where a section begins."""

    name: ClassVar[str] = "open"
    says: ClassVar[str] = "Open {place}"

    place: Place

    def act(self, stage: Stage) -> None:
        stage.tabs.first()
        stage.open(self.place)


class Look(Verb):
    """Wait until what shows that a place is there has come."""

    name: ClassVar[str] = "look"
    says: ClassVar[str] = "Look whether “{title}” is done"
    looks_only: ClassVar[bool] = True

    title: str
    ready: Condition | None = None
    waits_when: Condition | None = None

    def act(self, stage: Stage) -> None:
        """Raises NeverReady when the sign does not come."""
        if self.ready is None:
            return
        signs = (self.ready,) if self.waits_when is None else (self.ready, self.waits_when)
        if not stage.comes(AnyOf(signs), READY):
            raise never_ready(stage, self.ready)
        stage.settle()


def never_ready(stage: Stage, ready: Condition) -> NeverReady:
    """What to say of a page that did not come to show that it is there."""
    failure = stage.unmet(ready)
    return NeverReady(
        f"The page never showed that it is ready: {failure.looked_for}.",
        failure.looked_for,
        failure.nearest,
        failure.page_says,
        failure.candidates,
    )


class Outcome(Verb):
    """Show the page as a section left it that nothing confirms afterwards."""

    name: ClassVar[str] = "look"
    says: ClassVar[str] = "See how “{title}” ended"
    looks_only: ClassVar[bool] = True

    title: str

    def act(self, stage: Stage) -> None:
        stage.settle()
