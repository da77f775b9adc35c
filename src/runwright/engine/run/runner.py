"""A whole run: section after section, each skipped where it is done, and what the run ends with."""

from __future__ import annotations

import re
import shlex
import time
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Error

from runwright.engine.browser.navigation import READY
from runwright.engine.browser.network import Blocked, Guard, Traffic
from runwright.engine.browser.screenshot import Camera
from runwright.engine.browser.tabs import Tabs, first_line
from runwright.engine.errors import Ending, Interrupted, SignedOut, StepFailed, Stopped, Undecided
from runwright.engine.run.builtin_steps import Look, Opening, Outcome
from runwright.engine.run.context import Stage
from runwright.engine.run.evidence_writer import Recorder, StepRecord
from runwright.engine.run.listener import Listener
from runwright.engine.run.operator import Person
from runwright.engine.run.options import STATUS_EXIT, Backdrop, Given, Result, SectionResult
from runwright.engine.run.plan import Plan
from runwright.engine.run.sign_in import wait_for_sign_in
from runwright.engine.run.step_executor import READY_WHEN, Loop, Task, task_of
from runwright.engine.run.step_screenshots import Pending, Pictures
from runwright.engine.run.verb_base import Verb
from runwright.engine.secrets.vault import Vault
from runwright.language.conditions import Condition
from runwright.language.expressions import ExpressionError
from runwright.language.fields import Variable
from runwright.language.runbook_model import Group, Section, Step, flat
from runwright.language.targets import Target

LATE = 10.0
"""Seconds in which a change shows on the page that was under way when a run was killed."""


class Run:
    """One run from its first event to its last."""

    def __init__(
        self,
        plan: Plan,
        given: Given,
        listener: Listener,
        interrupt: Event,
        backdrop: Backdrop | None,
        recorder: Recorder,
        vault: Vault,
        browser: Browser,
        context: BrowserContext,
    ) -> None:
        self._plan = plan
        self._listener = listener
        self._interrupt = interrupt
        self._recorder = recorder
        self._backdrop = backdrop
        self._given = given
        self._browser_version = browser.version
        tabs = Tabs(context, recorder.tell, recorder.scrubber.text)
        guard = Guard(browser, plan.sites, self._blocked)
        person = Person(given.headed, given.command, given.terminal, listener.says, guard, recorder.tell)
        self._stage = Stage(plan, tabs, Traffic(context), vault, recorder.tell, interrupt, person)
        self._stage.keep = recorder.download
        self._last_effect = 0
        watch = self._effects if backdrop is not None else None
        self._steps: list[StepRecord] = []
        self._pictures = Pictures(self._stage, Camera(context), recorder)
        self._loop = Loop(self._stage, self._pictures, recorder, _Keeping(listener, self._steps), watch)
        self._sections: list[SectionResult] = []
        self._went_on: list[StepFailed] = []
        """The failures of steps after which the run went on."""

    def go(self) -> Result:
        """Run every section, and close the evidence however it ends."""
        begun = time.monotonic()
        self._recorder.begin(self._browser_version, self._given.facts)
        self._effects()  # what was done before this run is not this run's
        status, reason, failure, remedy, undecided, redo = "done", None, None, "", False, None
        try:
            for section in self._plan.runbook.sections:
                if not section.head.probe or self._plan.probing:
                    self._section(section)
            status = self._verdict()
            if self._went_on:
                failure, reason = self._went_on[0], str(self._went_on[0])
        except (Interrupted, KeyboardInterrupt):
            status, reason = self._interrupted()
        except Ending as ending:
            status, reason, remedy = ending.status, str(ending), ending.remedy
            failure = ending if isinstance(ending, StepFailed) else None
            if failure is not None:  # what failed between two steps was told to nobody yet
                failure.clean(self._recorder.scrubber.text)
                reason = str(failure)
            undecided = isinstance(ending, Undecided)
            redo = ending.redo if isinstance(ending, Stopped) else None
        except Error as error:
            status, reason = "unknown", f"The browser was lost: {first_line(error)}"
            if self._interrupt.is_set():  # a signal to the whole group of processes ends the browser too
                status, reason = self._interrupted()
        reason = self._recorder.scrubber.text(reason) if reason is not None else None
        exit_code = STATUS_EXIT[status]
        head = self._recorder.end(status, exit_code, reason, round(time.monotonic() - begun, 3))
        folder = self._recorder.folder.path
        run = self._recorder.run
        if redo is not None and self._given.again:
            remedy = f"To have “{redo}” done again: {self._given.again} --redo {shlex.quote(redo)}"
        elif exit_code != 0 and self._plan.mode == "run" and self._given.go_on:
            remedy = "\n".join(filter(None, (remedy, self._how_to_go_on(undecided))))
        return Result(run, status, exit_code, reason, folder, head, self._sections, self._steps, failure, remedy)

    def _interrupted(self) -> tuple[str, str]:
        self._recorder.tell("interrupted")
        return "interrupted", "Interrupted by Ctrl-C, or by the system."

    def _how_to_go_on(self, undecided: bool) -> str:
        command = self._given.go_on.replace("{run}", self._recorder.run)
        if not undecided:
            return f"To go on from here: {command}"
        title = shlex.quote(self._sections[-1].title)
        return f"If the change was made, go on: {command}\nIf it was not, have it made: {command} --redo {title}"

    def _verdict(self) -> str:
        """How a run ends that went through all its sections."""
        if self._went_on:
            return "failed"
        seen = {section.status for section in self._sections}
        if self._plan.mode == "check":
            return next((each for each in ("to do", "unknown", "waiting") if each in seen), "done")
        if not self._steps:
            raise StepFailed("Nothing was run: no section applied.")
        return "done"

    def _section(self, section: Section) -> None:
        head = section.head
        begun = time.monotonic()
        self._listener.section_begins(section.number, section.title)
        follows = ", ".join(head.follows) or None
        self._recorder.tell(
            "section",
            section=section.number,
            title=section.title,
            line=section.mark.line,
            follows=follows,
            controls=list(head.controls),
            redo=section.number in self._given.redo,
        )
        status, reason = "unknown", None  # the browser was lost, or a second Ctrl-C came
        try:
            status, reason = self._worked_out(section)
        except Ending as ending:
            status, reason = ending.status, str(ending)
            raise
        finally:
            reason = self._recorder.scrubber.text(reason) if reason is not None else None
            self._sections.append(SectionResult(section.title, status, reason))
            seconds = round(time.monotonic() - begun, 3)
            self._recorder.tell("section-ended", section=section.number, status=status, reason=reason, seconds=seconds)
            self._listener.section_ends(section.number, section.title, status, reason)

    def _section_with_sign_in(self, section: Section) -> tuple[str, str | None]:
        """Do a section; where nobody is signed in, let the person do so and begin it again."""
        when = section.head.when
        if when is not None and not when.value(self._stage.scope):
            return "skipped", f"{when} is not so."
        past, redo = self._given.past, section.number in self._given.redo
        self._loop.commits.section(past.begun.get(section.number, {}) if past is not None and not redo else {})
        while True:
            self._pictures.pending = self._secrets_to_read(section)
            try:
                if self._plan.mode == "check":
                    return self._check(section)
                return self._do(section, redo)
            except SignedOut as signed_out:
                address = self._stage.address(section.head.open)
                wait_for_sign_in(self._stage, signed_out.site, address, section.head.ready)
                self._loop.commits.section_again()

    def _worked_out(self, section: Section) -> tuple[str, str | None]:
        """The section done; an expression of its own that cannot be worked out fails it."""
        try:
            return self._section_with_sign_in(section)
        except ExpressionError as error:
            raise StepFailed(f"{error} {error.remedy}".strip()) from None

    def _do(self, section: Section, redo: bool) -> tuple[str, str | None]:
        """Open, reach, look; where it is not done, do the steps, then look again on a fresh page."""
        past = self._given.past
        if past is not None and section.head.every_time is not None and section.number in past.done and not redo:
            return "already done", f"It was done in {past.done[section.number]}, and no page shows its effect."
        done = self._look(section, "look")
        done_when = section.head.done_when
        if not done and done_when is not None and self._loop.commits.any_undecided():
            done = self._comes_to_hold(section, done_when, LATE)
        if done and not redo:
            return "already done", None
        before = len(self._went_on)
        self._do_steps(section.steps, "steps", section.number)
        if section.head.done_when is not None:
            self._confirm(section, section.head.done_when)
            return "done", None
        if section.steps:
            self._loop.perform(self._task("confirm", section, lambda scope: Outcome(title=section.title)))
        failed = self._went_on[before:]  # and nothing but its steps tells whether it is done
        return ("failed", str(failed[0])) if failed else ("done", None)

    def _check(self, section: Section) -> tuple[str, str | None]:
        head = section.head
        if head.every_time is not None:
            return "not checkable", head.every_time
        try:
            done = self._look(section, "look")
        except (SignedOut, Interrupted):
            raise
        except Ending as ending:
            return ("unknown" if isinstance(ending, StepFailed) else ending.status), str(ending)
        if head.done_when is None:
            return "not checkable", "It has no `done_when`."
        return ("done", None) if done else ("to do", self._stage.not_so(head.done_when) or None)

    def _look(self, section: Section, part: str) -> bool:
        """Go to the section's place; whether its `done_when` holds there. Raises Stopped while it waits."""
        head = section.head
        self._loop.perform(self._task("open", section, lambda scope: Opening(place=head.open)))
        self._do_steps(section.reach, "reach", section.number)
        if head.ready is None and head.waits_when is None and head.done_when is None:
            return False
        conditions = [(READY_WHEN, head.ready), ("waits_when:", head.waits_when), ("done_when:", head.done_when)]
        asked = tuple((label, condition) for label, condition in conditions if condition is not None)
        look = Look(title=section.title, ready=head.ready, waits_when=head.waits_when)
        record = self._loop.perform(self._task(part, section, lambda scope: look, asked))
        held = dict(zip((label for label, _ in asked), (held for _, held in record.conditions), strict=True))
        if held.get("done_when:"):
            return True
        if held.get("waits_when:"):
            sentence = head.waits_for.text(self._stage.scope) if head.waits_for is not None else None
            shown = f"“{section.title}” waits for somebody: the page shows {head.waits_when}."
            raise Stopped(sentence or shown, "waiting")
        return False

    def _confirm(self, section: Section, done_when: Condition) -> None:
        """Raises StepFailed when the page does not show that the section is done."""
        if not self._look(section, "confirm") and not self._comes_to_hold(section, done_when, READY):
            failure = self._stage.unmet(done_when)
            failure.message = f"The steps were done, but the page, opened afresh, does not show: {failure.looked_for}."
            raise failure

    def _comes_to_hold(self, section: Section, done_when: Condition, seconds: float) -> bool:
        """Open the place afresh until `done_when` holds there: saves may take effect late, and some are lost."""
        deadline = time.monotonic() + seconds
        patience = 0.5
        while time.monotonic() <= deadline:
            self._stage.comes(done_when, patience)  # where it comes by itself, the next look has it in its picture
            if self._look(section, "confirm"):
                return True
            patience = min(patience * 2, 4.0)
        return False

    def _do_steps(self, steps: tuple[Step | Group, ...], part: str, section: int) -> None:
        for each in steps:
            if isinstance(each, Group):
                self._group(each, part, section)
                continue
            try:
                self._loop.perform(task_of(each, part, section))
            except StepFailed as failure:
                if not each.frame.go_on:
                    raise
                self._went_on.append(failure)

    def _group(self, group: Group, part: str, section: int) -> None:
        stage = self._stage
        if group.items is None or group.variable is None:
            if self._applies(group):
                self._do_steps(group.steps, part, section)
            return
        values = group.items.value(stage.scope)
        outer, turn = dict(stage.scope), self._loop.turn
        try:
            for value in values if isinstance(values, list) else [values]:
                stage.scope[group.variable] = value
                self._loop.turn = (*turn, str(value))
                if self._applies(group):
                    self._do_steps(group.steps, part, section)
        finally:
            self._loop.turn = turn
            stage.scope.pop(group.variable, None)
            if group.variable in outer:
                stage.scope[group.variable] = outer[group.variable]

    def _applies(self, group: Group) -> bool:
        if group.when is not None and not self._stage.holds(group.when):
            return False
        return group.unless is None or not self._stage.holds(group.unless)

    def _secrets_to_read(self, section: Section) -> list[Pending]:
        """The reads of declared secrets off a page that are to come in this section."""
        found = []
        for step in flat((*section.reach, *section.steps)):
            if not step.model.looks_only:  # its target is what it acts on
                continue
            names = [value for value in step.arguments.values() if isinstance(value, Variable)]
            targets = [value for value in step.arguments.values() if isinstance(value, Target)]
            written = step.arguments.get("match")
            match = written if isinstance(written, re.Pattern) else re.compile(r"(?s).*\S.*")
            found += [Pending(str(n), t, match) for n in names if n in self._stage.vault for t in targets]
        return found

    def _effects(self) -> list[str]:
        """What stand-ins changed since this was last asked."""
        if self._backdrop is None:
            return []
        new = self._backdrop.effects(self._last_effect)
        if new:
            self._last_effect = new[-1]["number"]
        return [f"{effect['kind']} at {effect['site']}" for effect in new]

    def _blocked(self, blocked: Blocked) -> None:
        self._recorder.tell("blocked", address=blocked.address, frame=blocked.frame)
        self._stage.blocked.append(blocked)

    def _task(
        self,
        part: str,
        section: Section,
        build: Callable[[Mapping[str, Any]], Verb],
        conditions: tuple[tuple[str, Condition], ...] = (),
    ) -> Task:
        """A step of the run's own, at one of a section's ends."""
        verb = "open" if part == "open" else "look"
        path = self._plan.runbook.path
        return Task(part, section.number, verb, build, section.mark, path, conditions=conditions)


class _Keeping:
    """Passes everything on to a listener, and keeps the steps for the run's result."""

    def __init__(self, listener: Listener, steps: list[StepRecord]) -> None:
        self._listener = listener
        self._steps = steps

    def step_ends(self, record: StepRecord) -> None:
        self._listener.step_ends(record)
        self._steps.append(record)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._listener, name)
