"""The pictures of a run's steps: what a page must not show is looked for before and after each is taken."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace

from playwright.sync_api import ElementHandle, Error

from runwright.engine.browser.dom import shown
from runwright.engine.browser.observation import Glance, Told, glance
from runwright.engine.browser.screenshot import Camera, Extent, Shot
from runwright.engine.run.context import Stage
from runwright.engine.run.evidence_writer import Recorder, StepRecord
from runwright.language.expressions import ExpressionError
from runwright.language.targets import Target

_TRIES = 5


@dataclass(frozen=True)
class Pending:
    """A read of a declared secret that is still to come; until then each picture first looks at its target."""

    name: str
    target: Target
    match: re.Pattern[str]
    """What the whole value fits once it is there."""


class Pictures:
    """Takes pictures of a run's page, and hands them to the recorder."""

    def __init__(self, stage: Stage, camera: Camera, recorder: Recorder) -> None:
        self._stage = stage
        self._camera = camera
        self._recorder = recorder
        self.pending: list[Pending] = []
        """Reads of declared secrets that are still to come in this section."""

    def take(
        self,
        record: StepRecord,
        control: ElementHandle | None,
        shows: str,
        extent: Extent = "window",
        told: Told | None = None,
    ) -> None:
        """Take a picture of the page as it is, and write down where and when that was. ``told`` is what the page told
        of itself and the control, where it was just asked.
        """
        stage = self._stage
        site = stage.plan.sites.at(stage.page.url)
        concealed = []
        if site is not None:
            concealed = [(f"concealed at {site.name}", each.resolve(stage.scope)) for each in site.conceal]
        shot, seen = self._shoot(control, concealed, extent, told)
        record.address, record.page_title = stage.page.url, seen.title
        record.server = self._recorder.server(record.address, stage.traffic.document(record.address))
        person = None
        if site is not None and site.signed_in_as is not None:
            names = stage.matches(site.signed_in_as)
            person = _called(names[0]) if names else None
        self._recorder.picture(record, shot, shows, person)

    def _shoot(
        self, control: ElementHandle | None, concealed: list[tuple[str, Target]], extent: Extent, told: Told | None
    ) -> tuple[Shot, Glance]:
        """A picture, taken again when a secret came up, or the page changed, while it was taken."""
        stage = self._stage
        for _ in range(_TRIES):
            seen, _ = self._look(control, told)
            told = None
            shot = self._camera.shoot(stage.page, seen.box, stage.vault.known().values(), concealed, extent)
            after, new = self._look()
            if after.changes != seen.changes and stage.rests:
                stage.settle()
            elif not new:
                return shot, after
        if not new:
            return shot, after
        names = [each.name for each in self.pending]
        return replace(shot, png=None, painted=[], withheld=names), after

    def _look(self, control: ElementHandle | None = None, told: Told | None = None) -> tuple[Glance, bool]:
        """Register what reads still to come would read by now, and credentials that nobody declared; whether new."""
        vault = self._stage.vault
        new = False
        for each in self.pending:
            for handle in self._named(each.target):
                value = shown(handle)
                if each.match.fullmatch(value):
                    new |= vault.notice(each.name, value)
        seen = glance(self._stage.page, control, told)
        for kind, value in seen.credentials:
            new |= vault.notice(kind, value)
        return seen, new

    def _named(self, target: Target) -> list[ElementHandle]:
        """The controls that a target names; none while a name in it has no value yet."""
        try:
            return self._stage.matches(target)
        except ExpressionError:
            return []


def _called(shown: ElementHandle) -> str | None:
    """What stands there, or what a picture that stands for it is called."""
    with suppress(Error):  # it has just gone
        called: str | None = shown.evaluate(
            """(element) => (element.innerText || element.textContent || '').trim()
              || element.getAttribute('aria-label') || element.getAttribute('alt') || element.getAttribute('title')"""
        )
        return called
    return None
