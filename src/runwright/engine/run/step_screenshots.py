"""Screenshots of a run's steps. Before and after each one, the page is searched for values that must be redacted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from playwright.sync_api import ElementHandle, Error

from runwright.engine.browser.closed_roots import ClosedRoots
from runwright.engine.browser.dom import Box, PageObservation, box_of, shown
from runwright.engine.browser.observation import Observation, observe
from runwright.engine.browser.page_tiles import PageTiles, Tile
from runwright.engine.browser.redaction import RedactionSearch
from runwright.engine.browser.screenshot import Capture, Extent, ScreenshotTaker
from runwright.engine.browser.setting_values import PageSetting, place_in_view
from runwright.engine.browser.sign_in_state import text_of
from runwright.engine.run.context import RunContext
from runwright.engine.run.evidence_writer import EvidenceWriter
from runwright.engine.run.step_record import StepRecord
from runwright.engine.secrets.vault import Vault
from runwright.engine.spans import timed
from runwright.evidence.event_parts import Moment
from runwright.language.expressions import ExpressionError
from runwright.language.fields import Variable
from runwright.language.patterns import ANY_TEXT, Pattern
from runwright.language.runbook_model import Section
from runwright.language.targets import Target

MOST_OF_SETTINGS = 20
"""Screenshots of one step at most that show its settings."""
_TRIES = 5


@dataclass(frozen=True)
class PendingSecret:
    """A later `read` of a declared secret; until then every screenshot checks its target for the value."""

    name: str
    target: Target
    match: Pattern
    """The pattern of a complete value."""


class StepScreenshots:
    """Takes screenshots of a run's page, and hands them to the evidence writer."""

    def __init__(self, context: RunContext, taker: ScreenshotTaker, evidence: EvidenceWriter) -> None:
        self._context = context
        self._taker = taker
        self._evidence = evidence
        self._closed_roots = ClosedRoots(context.network)
        self.pending: list[PendingSecret] = []
        """The later reads of declared secrets in this section."""

    def show_settings(self, record: StepRecord, read: Callable[[], list[PageSetting]]) -> None:
        """Take screenshots in which each setting of the step can be seen; one if they fit, or if none has a control.

        ``read`` reads the settings once more: a page may have replaced their controls.
        """
        unseen = [each for each in record.settings if each.control is not None]
        if not unseen:
            self.take(record, None, "page")
        while unseen and len(record.screenshots) < MOST_OF_SETTINGS:
            first, number = unseen[0], len(record.screenshots)
            self.take(record, first.control, "page", outlined=False)
            with suppress(Error):  # the page navigates: what the screenshot shows is unknown
                self._note_shown(unseen, number, read)
            unseen = [each for each in unseen if each.screenshot is None and each is not first]

    def _note_shown(self, unseen: list[PageSetting], number: int, read: Callable[[], list[PageSetting]]) -> None:
        """Note which settings the page shows now, and where."""
        for each in unseen:
            for _ in range(_TRIES):
                each.box = place_in_view(each.control, self._context.page) if each.control is not None else None
                if each.box is not None or each.control is None or each.control.evaluate("(one) => one.isConnected"):
                    break
                each.control = next((one.control for one in read() if one.condition == each.condition), None)
            each.screenshot = number if each.box is not None else None

    @timed("collecting page facts")
    def take(
        self,
        record: StepRecord,
        control: ElementHandle | None,
        moment: Moment,
        extent: Extent = "window",
        observed: PageObservation | None = None,
        outlined: bool = True,
    ) -> None:
        """Take a screenshot of the page as it is, and record its address, title, server and signed-in person.

        ``observed`` is a fresh observation of the page and the control, if there is one. Without ``outlined``, the
        control is scrolled into view, and its place is not recorded.
        """
        context = self._context
        site = context.plan.sites.at(context.page.url)
        redacted = []
        if site is not None:
            redacted = [(f"area on {site.name}", each.resolve(context.scope)) for each in site.redact]
        if extent == "page":
            captures, seen = self._capture_page(control, redacted)
        else:
            capture, seen = self._capture(control, redacted, extent, observed)
            captures = [capture if outlined else replace(capture, box=None)]
        record.address, record.page_title = context.page.url, seen.title
        record.server = self._evidence.server(record.address, context.network)
        person = None
        if site is not None and site.signed_in_as is not None:
            names = context.matches(site.signed_in_as)
            person = text_of(names[0]) if names else None
        if site is not None and person and not context.tabs.in_own_window:
            context.sign_ins.seen(site, person)
        record.person = person or record.person
        for each in captures:
            self._evidence.screenshot(record, each, moment, person)

    def _capture_page(
        self, control: ElementHandle | None, redacted: list[tuple[str, Target]]
    ) -> tuple[list[Capture], Observation]:
        """Screenshots that together show the whole page, and the control in the one that contains it."""
        captures: list[Capture] = []
        with PageTiles(self._context.page) as tiles:
            box = box_of(control) if control is not None else None
            for tile in tiles:
                if captures:
                    self._context.settle()  # a list may draw what comes into view
                capture, seen = self._capture(None, redacted, "window", None, tile, box if tile.contains(box) else None)
                captures.append(capture)
        return captures, seen

    def _capture(
        self,
        control: ElementHandle | None,
        redacted: list[tuple[str, Target]],
        extent: Literal["window", "control"],
        observed: PageObservation | None,
        tile: Tile | None = None,
        box: Box | None = None,
    ) -> tuple[Capture, Observation]:
        """A screenshot; it is taken again if a secret appeared, or the page changed, meanwhile."""
        context = self._context
        for _ in range(_TRIES):
            seen, _ = self._observe(control, observed)
            observed = None
            fields, vault = context.typed.current(context.page), context.vault
            known = (*vault.known().values(), *vault.codes(), *vault.hidden)
            hides = self._closed_roots.possible(context.page, seen.roots)
            search = RedactionSearch(vault.find, known, tuple(fields), tuple(redacted), hides)
            capture = self._taker.take(context.page, box or seen.box, search, extent, tile)
            after, new = self._observe()
            new |= not hides and self._closed_roots.possible(context.page, after.roots)
            if after.changes != seen.changes and context.rests:
                context.settle()
            elif not new:
                return capture, after
        if not new:
            return capture, after
        names = [each.name for each in self.pending]
        return replace(capture, png=None, redacted=[], withheld=names), after

    def _observe(
        self, control: ElementHandle | None = None, observed: PageObservation | None = None
    ) -> tuple[Observation, bool]:
        """Observe the page, and register for redaction the values of later reads and undeclared credentials.

        The second value is true if any of them is new.
        """
        vault = self._context.vault
        new = False
        for each in self.pending:
            for handle in self._matches(each.target):
                value = shown(handle)
                if each.match.fullmatch(value):
                    new |= vault.notice(each.name, value)
        seen = observe(self._context.page, vault.credentials, control, observed)
        for kind, value in seen.credentials:
            new |= vault.notice(kind, value)
        return seen, new

    def _matches(self, target: Target) -> list[ElementHandle]:
        """The controls that match a target; none while a name in it has no value yet."""
        try:
            return self._context.matches(target)
        except ExpressionError:
            return []


def secrets_to_read(section: Section, vault: Vault) -> list[PendingSecret]:
    """The steps of a section that read declared secrets off a page."""
    found = []
    for step in section.every_step:
        if not step.model.read_only:  # its target is what it acts on, not what it reads
            continue
        names = [value for value in step.arguments.values() if isinstance(value, Variable)]
        targets = [value for value in step.arguments.values() if isinstance(value, Target)]
        pattern = step.arguments.get("match")
        match = pattern if isinstance(pattern, Pattern) else ANY_TEXT
        found += [PendingSecret(str(n), t, match) for n in names if n in vault for t in targets]
    return found
