"""The step loop: guard, find, journal the intent, act, settle, expect, screenshot, journal the outcome."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from playwright.sync_api import ElementHandle, Error

from runwright.engine.browser.condition_checks import hold_at_once
from runwright.engine.browser.error_translation import NAVIGATION_PENDING, reason, unexpected_error
from runwright.engine.browser.navigation import READY
from runwright.engine.browser.screenshot import Extent
from runwright.engine.browser.setting_values import SettingReader, place_in_view
from runwright.engine.browser.snapshot import PageReader, fits
from runwright.engine.errors import EnvironmentFailure, Interrupted, StepFailed, Stopped
from runwright.engine.log import log_internal_error
from runwright.engine.run.builtin_steps import never_ready
from runwright.engine.run.change_log import ChangeLog
from runwright.engine.run.context import RunContext
from runwright.engine.run.done_again import DoneAgain, DoneMeanwhile
from runwright.engine.run.evidence_writer import EvidenceWriter
from runwright.engine.run.expectation import Expectation
from runwright.engine.run.listener import Listener
from runwright.engine.run.pointer import was_cut
from runwright.engine.run.prior_values import PriorValues
from runwright.engine.run.step_policy import ChangingStep, PlainStep, classify
from runwright.engine.run.step_record import StepRecord
from runwright.engine.run.step_screenshots import StepScreenshots
from runwright.engine.run.step_state import StepState
from runwright.engine.run.step_task import DONE_LABEL, READY_LABEL, StepTask
from runwright.engine.run.verb_base import Verb
from runwright.engine.spans import rename, span, timed
from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.event_parts import Moment
from runwright.evidence.statuses import FailureClass, StepStatus
from runwright.language.conditions import Condition, resolve
from runwright.language.diagnostics import UserError
from runwright.language.expressions import ExpressionError
from runwright.language.fields import Variable
from runwright.language.targets import Target

EXTENTS: dict[str, Extent] = {"viewport": "window", "none": "window", "page": "page", "control": "control"}
"""The extent of a screenshot for each value of a step's `screenshot`."""


class StepExecutor:
    """Performs steps one after the other, and journals each."""

    def __init__(
        self,
        context: RunContext,
        screenshots: StepScreenshots,
        evidence: EvidenceWriter,
        listener: Listener,
        changes: ChangeLog,
        effects: Callable[[], list[str]] | None,
        prior_values: PriorValues,
    ) -> None:
        self._context = context
        self._screenshots = screenshots
        self._evidence = evidence
        self._listener = listener
        self._effects = effects
        """The effects that simulators recorded since the last call; None on real sites."""
        self._reader = PageReader()
        self._settings = SettingReader(
            context.plan.sites, context.scope, evidence.scrubber.text, context.failures.loads.loaded
        )
        self.changes = changes
        self.prior_values = prior_values
        self.number = 0
        self.turn: tuple[str, ...] = ()
        """The current items of the enclosing `for_each` lists, the outermost first."""
        self.done_again: DoneAgain | None = None
        """The `done_when` to read once more before the section's first change; None after it."""

    def perform(self, task: StepTask) -> StepRecord:
        """Perform one step. Raises StepFailed, Stopped, EnvironmentFailure or Interrupted once it is journalled.

        Also DoneMeanwhile, once the step is journalled as skipped.
        """
        self.number += 1
        with span(f"{self.number}  {task.verb}", "step"):
            record = self._perform(task)
        self._context.sign_ins.check()
        return record

    def _perform(self, task: StepTask) -> StepRecord:
        context, common = self._context, task.common
        context.network.change_over()
        mark = context.network.mark()
        context.begin(StepState(common.timeout, mark, common.changes))
        policy = ChangingStep(common, self.changes, mark) if common.changes else PlainStep(common)
        record = self._record(task)
        try:
            if common.when is not None and not context.holds(common.when, common.within):
                return self._skipped(record, task, common.when)
            context.page.context.set_default_timeout(context.timeout * 1000)
            context.dismiss()
            verb = task.build(context.scope)
            self._name(record, task, verb)
            if (run := policy.made_before(record, verb)) is not None:
                record.conditions.append((f"not made in run {run}", False))
                return self._end(record, StepStatus.SKIPPED)
            self._listener.step_begins(record.number, record.name)
            target = verb.target_named()
            self._offered(record, verb, target)
            first = policy.proof_before(verb)
            control, seen = None, None
            if target is not None:
                control, seen = context.find_and_observe(target, first, self._reader.singled)
            context.step.control = control
            context.step.target = target.resolve(context.scope) if target is not None else None
            if first:
                self._screenshots.take(record, control, "before", EXTENTS[common.screenshot], seen)
            if common.changes:
                context.sign_ins.check()
            if common.changes and self.done_again is not None:
                again, self.done_again = self.done_again, None
                again.check()
            policy.begin(record, verb)
            expectation = Expectation(context, verb, policy, common.expect)
            if not verb.read_only:
                context.failures.acting(control, record.offered)
            expectation.acting()
            self._act(verb, expectation.pending)
            seen = expectation.settle(control if policy.observes_at_once(verb) else None)
            if common.expect is not None:
                expectation.wait()
                record.conditions.append((self._text_of("expect:", common.expect), True))
            record.nothing_due = policy.answered(expectation.pending is not None)
            record.requests = context.network.changes_since(mark)
            context.secrets.take_registered(context.page.context)
            policy.undeclared(self._effects() if self._effects is not None else [])
            self.prior_values.keep(record, self._context.set, self._evidence.scrubber.text)
            record.read = self._values_read(verb)
            record.conditions += self._evaluate(task.conditions)
            record.found = self._found(task.conditions, record.conditions)
            moment = policy.proof_after(verb)
            shown = task.settings or verb.condition_named()
            if shown is not None and moment is not None:
                self._show_settings(record, shown)
            elif moment is not None:
                extent = EXTENTS[common.screenshot]
                elsewhere = self._out_of_view(common.expect) if extent == "window" else None
                if elsewhere is not None:
                    self._screenshots.take(record, elsewhere, moment, outlined=False)
                else:
                    self._screenshots.take(record, control, moment, extent, seen)
            record.outcome = "made" if common.changes else None
            self._end(record, StepStatus.DONE)
            policy.done()
            if self.done_again is not None and not verb.read_only:
                self.done_again.step_ended()
            return record
        except DoneMeanwhile:
            record.conditions.append((self._text_of(DONE_LABEL, again.done_when), True))
            self._end(record, StepStatus.SKIPPED)
            raise
        except (StepFailed, ExpressionError, Error) as error:
            raise self._failed(record, policy, mark, error) from None
        except (Stopped, EnvironmentFailure, Interrupted):
            record.outcome = policy.outcome()
            self._stopped(record, mark)
            raise
        except (EvidenceError, UserError):
            raise
        except Exception as error:  # a bug in a verb, or a page that replaced the browser's own functions
            log_internal_error(error, self._evidence.scrubber.text)
            failure = StepFailed(unexpected_error(error), failure_class=FailureClass.INTERNAL)
            raise self._failed(record, policy, mark, failure) from None
        finally:
            if record.ended is None and isinstance(sys.exception(), KeyboardInterrupt):
                self._end(record, StepStatus.STOPPED)  # a second signal; its screenshots are in the folder already
            context.network.on_change = None
            context.tabs.answer = None
            policy.over()

    def _offered(self, record: StepRecord, verb: Verb, target: Target | None) -> None:
        """Record what the page offers before the step, and how much of it its target fits."""
        if self.number == 1 and self._context.page.url == "about:blank":
            return  # nothing was opened yet
        resolved = target.resolve(self._context.scope) if target is not None else None
        record.offered = self._reader.read(self._context.page, resolved, verb.texts())
        record.offered_incomplete = self._reader.incomplete
        whole = resolved is not None and self._reader.incomplete is None
        record.fits = fits(resolved, record.offered) if whole and resolved is not None else None

    @timed("acting")
    def _act(self, verb: Verb, pending: Condition | None) -> None:
        """Perform the verb's act. If the page was too busy to say that it is made, what is ``pending`` decides."""
        page = self._context.page
        try:
            verb.act(self._context)
        except Error as error:
            if NAVIGATION_PENDING in str(error) or page.is_closed():
                return  # a window that its own button closed: its opener is now the current page
            if pending is not None and was_cut(str(error)):
                return
            raise StepFailed(reason(error), looked_for=str(verb.target_named() or "")) from None

    def _stopped(self, record: StepRecord, mark: int) -> None:
        record.requests = self._context.network.changes_since(mark)
        self._last_screenshot(record, "failure")
        self._end(record, StepStatus.STOPPED)

    def _failed(
        self, record: StepRecord, policy: PlainStep, mark: int, error: Exception
    ) -> StepFailed | Stopped | Interrupted:
        """Journal a failed step; the exception to raise."""
        context = self._context
        messages = context.failures.page_messages()
        if context.tabs.ended is not None:  # every question to the page failed because of that
            if context.interrupted:
                self._stopped(record, mark)
                return Interrupted()
            error = context.failures.page_gone(context.tabs.ended)
        failure = error if isinstance(error, StepFailed) else StepFailed(reason(error))
        record.outcome = policy.outcome()
        unknown = policy.unknown()
        refused = context.access.refused_sign_in(context.signed_out() is not None) if unknown is None else None
        classify(failure, policy, unknown, refused)
        record.failure, failure.step = failure, record.number
        record.requests = context.network.changes_since(mark)
        failure.page_messages = failure.page_messages or messages
        with suppress(Error):
            failure.appeared = context.failures.appeared() if context.tabs.ended is None else []
        failure.clean(self._evidence.scrubber.text)
        self._last_screenshot(record, "failure")
        self._end(record, StepStatus.FAILED)
        return unknown or policy.unknown() or failure

    def _record(self, task: StepTask) -> StepRecord:
        common = task.common
        return StepRecord(
            number=self.number,
            section=task.section,
            part=task.part,
            verb=task.verb,
            name=task.verb,
            follows=", ".join(common.follows) or None,
            item=self._context.plan.item(common.follows) if common.name is None else None,
            line=task.mark.line,
            file=task.path.name,
            changes=common.changes,
            turn=self.turn,
            started=datetime.now(UTC),
            page_of=task.page_of,
        )

    def _skipped(self, record: StepRecord, task: StepTask, when: Condition) -> StepRecord:
        """Journal a step whose `when` does not hold."""
        record.conditions.append((self._text_of("when:", when), False))
        with suppress(ExpressionError, StepFailed):  # it may name a value that is read only if the condition holds
            record.name = self._sentence(task, task.build(self._context.scope))
        return self._end(record, StepStatus.SKIPPED)

    def _name(self, record: StepRecord, task: StepTask, verb: Verb) -> None:
        record.name = self._sentence(task, verb)
        rename("step", f"{record.number}  {record.name}")
        target = verb.target_named()
        record.target = str(target) if target is not None else None

    def _sentence(self, task: StepTask, verb: Verb) -> str:
        name = task.common.name
        return self._evidence.scrubber.text(name.text(self._context.scope) if name is not None else verb.sentence())

    def _evaluate(self, conditions: tuple[tuple[str, Condition], ...]) -> list[tuple[str, bool]]:
        """The conditions as the journal writes them, and whether each holds.

        If no condition but `ready` holds, `ready` must hold before and after the others were evaluated: while a page
        redraws its list, a missing entry proves nothing. Raises NeverReady.
        """
        context = self._context
        ready = dict(conditions).get(READY_LABEL)

        def read() -> list[bool] | None:
            resolved = [resolve(condition, context.scope) for _, condition in conditions]
            at_once = hold_at_once(resolved, context.page, context.plan.sites, context.scope)
            if at_once is not None:
                there = ready is None or at_once[0] or any(at_once)
                return at_once if there else None
            held = [context.holds(condition) for _, condition in conditions]
            others = [each for (label, _), each in zip(conditions, held, strict=True) if label != READY_LABEL]
            there = ready is None or (held[0] and context.holds(ready))
            return held if there or any(others) else None

        held = context.until(read, READY) if conditions else []
        if held is None:
            assert ready is not None
            raise never_ready(context, ready)
        return [
            (self._text_of(label, condition), each) for (label, condition), each in zip(conditions, held, strict=True)
        ]

    def _show_settings(self, record: StepRecord, condition: Condition) -> None:
        """Journal the settings that a condition names, and take screenshots that show each."""
        found = self._context.until(lambda: (self._settings.read(condition, self._context.page),), READY)
        record.settings = found[0] if found else []
        self._screenshots.show_settings(record, lambda: self._settings.read(condition, self._context.page))

    def _out_of_view(self, expected: Condition | None) -> ElementHandle | None:
        """The first control that an expectation names and the window does not show."""
        if expected is None:
            return None
        with suppress(Error):  # the page navigates
            for each in self._settings.read(expected, self._context.page):
                if each.control is not None and place_in_view(each.control, self._context.page) is None:
                    return each.control
        return None

    def _found(self, conditions: tuple[tuple[str, Condition], ...], read: list[tuple[str, bool]]) -> dict[str, str]:
        """What the page shows instead of a `done_when` that does not hold."""
        held = dict(read)
        texts = {self._text_of(label, each): each for label, each in conditions if label == DONE_LABEL}
        clean, failures = self._evidence.scrubber.text, self._context.failures
        return {text: clean(failures.summary(each)) for text, each in texts.items() if not held[text]}

    def _text_of(self, label: str, condition: Condition) -> str:
        return self._evidence.scrubber.text(f"{label} {resolve(condition, self._context.scope)}")

    def _values_read(self, verb: Verb) -> dict[str, str] | None:
        """The names that the step assigned, with their values; `secret` in place of a secret's value."""
        read = {}
        for name in type(verb).model_fields:
            variable = getattr(verb, name)
            if isinstance(variable, Variable):
                pending = self._screenshots.pending
                self._screenshots.pending = [each for each in pending if each.name != variable]
                read[str(variable)] = (
                    "secret" if variable in self._context.vault else str(self._context.scope[variable])
                )
        return read or None

    def _last_screenshot(self, record: StepRecord, moment: Moment) -> None:
        """Take a screenshot of the state in which the step ended, if there still is a page."""
        with suppress(Error, TypeError, ValueError):  # or the page replaced the browser's own functions
            if self._context.tabs.ended is None:
                self._screenshots.take(record, None, moment)

    def _end(self, record: StepRecord, status: StepStatus) -> StepRecord:
        record.status, record.ended = status, datetime.now(UTC)
        self._evidence.step(record)
        if record.changes:
            self._evidence.flush()
        return record
