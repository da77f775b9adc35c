"""Whether a section is done: opens its page, goes its navigation, waits for `ready`, and reads `done_when`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from runwright.engine.browser.navigation import READY
from runwright.engine.errors import SignedOut, StepFailed, Stopped
from runwright.engine.run.builtin_steps import CheckDone, OpenBeside, OpenPage, StayOnPage
from runwright.engine.run.context import RunContext
from runwright.engine.run.step_executor import StepExecutor
from runwright.engine.run.step_task import DONE_LABEL, READY_LABEL, StepTask
from runwright.engine.run.verb_base import Verb
from runwright.evidence.event_parts import SettingRecord, StepPart
from runwright.evidence.statuses import Status
from runwright.language.conditions import Condition, resolve
from runwright.language.runbook_model import Group, Section, Step

GROWING = 2.0
"""Seconds that a page gets to show the result before it is opened again the first time; twice as long each time."""


@dataclass(frozen=True)
class _Standing:
    """A page that was opened and looked at, with no step in between."""

    address: str
    """The address that was opened."""
    opened: int
    """The number of the step that opened it."""
    looked: int
    """The number of the step that looked at it."""
    page: Page
    url: str
    """Its address then."""


class SectionChecks:
    """Reads off their pages whether sections are done."""

    def __init__(
        self,
        context: RunContext,
        executor: StepExecutor,
        path: Path,
        do_steps: Callable[[tuple[Step | Group, ...], StepPart, int], None],
    ) -> None:
        """``path`` is the runbook's; ``do_steps`` performs the steps of a part of the section with this number."""
        self._context = context
        self._executor = executor
        self._path = path
        self._do_steps = do_steps
        self.settings: tuple[SettingRecord, ...] = ()
        """What the last look at a `done_when` has read."""
        self.found = ""
        """What it found instead, in sentences; empty if the `done_when` held."""
        self._standing: _Standing | None = None

    def check(self, section: Section, part: StepPart) -> bool:
        """Open the section's page; whether its `done_when` holds there. Raises Stopped if `waits_when` holds."""
        place = section.fields.open
        address, opened = self._context.address(place), self._executor.number + 1
        if part == "check" and self._stands(address):
            assert self._standing is not None
            opened = self._standing.opened
            task = self.task("open", section, lambda scope: StayOnPage(place=place.resolve(scope)))
            unseen = task.common.model_copy(update={"screenshot": "none"})
            self._executor.perform(replace(task, common=unseen, page_of=opened))
        else:
            self._executor.perform(self.task("open", section, lambda scope: OpenPage(place=place.resolve(scope))))
        before = self._executor.number
        self._do_steps(section.navigation, "navigation", section.number)
        done, page = self.read(section, part), self._context.page
        if self._executor.number == before + 1:  # nothing but the look
            self._standing = _Standing(address, opened, self._executor.number, page, page.url)
        return done

    def _stands(self, address: str) -> bool:
        """Whether the page that an address opens was opened before, and the last step has but looked at it.

        A section that begins with a change whose outcome nobody knows opens its page afresh.
        """
        last, page = self._standing, self._context.page
        if last is None or self._executor.number != last.looked or self._executor.changes.any_outcome_unknown():
            return False
        return last.address == address and last.page == page and not page.is_closed() and page.url == last.url

    def read(self, section: Section, part: StepPart) -> bool:
        """Whether a section's `done_when` holds on its page as it is. Raises Stopped if `waits_when` holds."""
        fields = section.fields
        if fields.ready is None and fields.waits_when is None and fields.done_when is None:
            return False
        conditions = [
            (READY_LABEL, fields.ready),
            ("waits_when:", fields.waits_when),
            (DONE_LABEL, fields.done_when),
        ]
        checked = tuple((label, condition) for label, condition in conditions if condition is not None)
        verb = CheckDone(title=section.name, ready=fields.ready, waits_when=fields.waits_when)
        task = replace(self.task(part, section, lambda scope: verb, checked), settings=fields.done_when)
        record = self._executor.perform(task)
        self.settings = record.setting_records()
        self.found = " ".join(record.found.values())
        held = dict(zip((label for label, _ in checked), (held for _, held in record.conditions), strict=True))
        if held.get(DONE_LABEL):
            return True
        if held.get("waits_when:"):
            sentence = fields.waits_for.text(self._context.scope) if fields.waits_for is not None else None
            assert fields.waits_when is not None
            shown = resolve(fields.waits_when, self._context.scope)
            default = f"“{section.name}” is waiting for somebody else: the page shows {shown}."
            raise Stopped(sentence or default, Status.WAITING)
        return False

    def verify(self, section: Section, done_when: Condition) -> None:
        """Raises StepFailed if the reopened page does not show that the section is done; a person's word counts."""
        settled = self._executor.changes.settled_by is not None
        seconds = GROWING if settled else READY
        if not self.check(section, "verification") and not self.wait_until_done(section, done_when, seconds):
            if settled:
                return
            if (made := self._executor.changes.nothing_left()) is not None:
                raise made
            failure = self._context.unmet(done_when)
            failure.message = f"The steps ran, but the reopened page does not show it. {failure.found}"
            raise failure

    def wait_until_done(self, section: Section, done_when: Condition, seconds: float) -> bool:
        """Give the section's page growing time to show `done_when`, and open it again in between.

        Pages show their lists late, some saves take effect late, and some are lost. The page was opened just before.
        """
        deadline = time.monotonic() + seconds
        patience = min(GROWING, seconds)
        while True:
            if self._context.comes(done_when, patience) and self.read(section, "verification"):
                return True
            if time.monotonic() > deadline:
                return False
            if self.check(section, "verification"):
                return True
            patience = min(patience * 2, 8.0)

    def done_beside(self, section: Section) -> bool:
        """Whether a section's page, opened beside the current one, shows that it is done."""
        page, place = self._context.page, section.fields.open
        try:
            self._executor.perform(self.task("check", section, lambda scope: OpenBeside(place=place.resolve(scope))))
            self._do_steps(section.navigation, "navigation", section.number)
            if self.read(section, "check"):
                return True
            done_when = section.fields.done_when  # where the list came late before, it comes late again
            late = done_when is not None and self._context.comes(done_when, GROWING)
            return late and self.read(section, "check")
        except (SignedOut, StepFailed):  # a window of its own may need a sign-in of its own
            return False
        finally:
            self._context.tabs.close_above(page)

    def task(
        self,
        part: StepPart,
        section: Section,
        build: Callable[[Mapping[str, Any]], Verb],
        conditions: tuple[tuple[str, Condition], ...] = (),
    ) -> StepTask:
        """The task of a built-in step of a section."""
        verb = "open" if part == "open" else "check"
        path = self._path
        return StepTask(part, section.number, verb, build, section.mark, path, conditions=conditions)
