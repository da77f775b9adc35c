"""Steps that the runner adds to each section: open its page, check whether it is done, verify its result."""

from __future__ import annotations

from typing import ClassVar

from runwright.engine.browser.navigation import READY
from runwright.engine.errors import NeverReady
from runwright.engine.run.step_context import StepContext
from runwright.engine.run.verb_base import Verb
from runwright.language.conditions import AnyOf, Condition
from runwright.language.fields import Place


class OpenPage(Verb):
    """Open the page where a section begins."""

    name: ClassVar[str] = "open"
    summary: ClassVar[str] = "Open {place}"

    place: Place

    def act(self, context: StepContext) -> None:
        context.close_popups()
        context.open(self.place)


class StayOnPage(OpenPage):
    """Begin a section on the page that the one before has opened, and on which nothing was done since."""

    def act(self, context: StepContext) -> None:
        return


class OpenBeside(Verb):
    """Open the page where a section begins in a window beside the current one, which stays as it is."""

    name: ClassVar[str] = "open"
    summary: ClassVar[str] = "Open {place} beside it"

    place: Place

    def act(self, context: StepContext) -> None:
        context.open_beside(self.place)


class CheckDone(Verb):
    """Wait until the page of a section is ready, so that its conditions can be checked."""

    name: ClassVar[str] = "check"
    summary: ClassVar[str] = "Check whether “{title}” is done"
    read_only: ClassVar[bool] = True

    title: str
    ready: Condition | None = None
    waits_when: Condition | None = None

    def act(self, context: StepContext) -> None:
        """Raises NeverReady if neither `ready` nor `waits_when` holds in time."""
        if self.ready is None:
            return
        signs = (self.ready,) if self.waits_when is None else (self.ready, self.waits_when)
        if not context.comes(AnyOf(signs), READY):
            raise never_ready(context, self.ready)


def never_ready(context: StepContext, ready: Condition) -> NeverReady:
    """The failure for a page whose `ready` condition did not hold in time."""
    failure = context.unmet(ready)
    return NeverReady(
        f"Timed out after {READY:g} s waiting for the page to be ready. {failure.found}",
        failure.looked_for,
        failure.nearest,
        failure.page_messages,
        failure.candidates,
        failure.failure_class,
    )


class ConfirmDone(Verb):
    """Show the page after the steps of a section that has no `done_when`."""

    name: ClassVar[str] = "check"
    summary: ClassVar[str] = "Verify how “{title}” ended"
    read_only: ClassVar[bool] = True

    title: str

    def act(self, context: StepContext) -> None:
        context.wait_until_settled()
