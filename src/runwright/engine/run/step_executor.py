"""The one loop in which a step runs: guard, find, journal the intent, act, settle, expect, picture, journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import ElementHandle, Error
from pydantic import ValidationError

from runwright.engine.browser import snapshot
from runwright.engine.browser.error_translation import COVERED, LEAVES, reason, unforeseen
from runwright.engine.browser.navigation import READY
from runwright.engine.browser.observation import Told
from runwright.engine.browser.screenshot import Extent
from runwright.engine.errors import Interrupted, NotUsable, StepFailed, Stopped
from runwright.engine.run.builtin_steps import never_ready
from runwright.engine.run.change_log import Commits, never_twice
from runwright.engine.run.context import ACTION, Stage
from runwright.engine.run.evidence_writer import Recorder, StepRecord
from runwright.engine.run.listener import Listener
from runwright.engine.run.step_screenshots import Pictures
from runwright.engine.run.verb_base import Verb
from runwright.evidence.atomic_io import EvidenceError
from runwright.language.conditions import CONDITIONS, Condition, resolve
from runwright.language.diagnostics import Mark, UserError
from runwright.language.expressions import ExpressionError, Template
from runwright.language.fields import Place as Address
from runwright.language.fields import Variable
from runwright.language.runbook_model import Frame, Step
from runwright.language.targets import Target

EXTENTS: dict[str, Extent] = {"yes": "window", "no": "window", "page": "page", "control": "control"}
"""What a picture shows, by what a step's `picture` says."""
READY_WHEN = "ready:"
"""How the condition is called that shows that a page is there; it is the first of those that are read off."""


@dataclass(frozen=True)
class Task:
    """A step about to be done, wherever it comes from."""

    part: str
    section: int
    verb: str
    build: Callable[[Mapping[str, Any]], Verb]
    """Makes the verb with every expression worked out."""
    mark: Mark
    path: Path
    frame: Frame = field(default_factory=Frame)
    conditions: tuple[tuple[str, Condition], ...] = ()
    """What is written down of the page when the step is over: held or not."""


def task_of(step: Step, part: str, section: int) -> Task:
    """The task of a runbook's step."""
    model = step.model
    assert issubclass(model, Verb)

    def build(scope: Mapping[str, Any]) -> Verb:
        try:
            return model(**{name: worked_out(value, scope) for name, value in step.arguments.items()})
        except ValidationError as error:
            first = error.errors()[0]
            raise StepFailed(f"`{step.verb}`: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None

    return Task(part, section, step.verb, build, step.mark, step.path, step.frame)


def worked_out(value: Any, scope: Mapping[str, Any]) -> Any:
    """An argument with its expressions worked out."""
    if isinstance(value, Target | Address):
        return value.resolve(scope)
    if isinstance(value, CONDITIONS):
        return resolve(value, scope)
    if isinstance(value, Template):
        result = value.value(scope)
        return str(result) if isinstance(result, int | float) and not isinstance(result, bool) else result
    if isinstance(value, list):
        return [worked_out(item, scope) for item in value]
    return value


class Loop:
    """Runs steps, one after the other, and writes each down."""

    def __init__(
        self,
        stage: Stage,
        pictures: Pictures,
        recorder: Recorder,
        listener: Listener,
        effects: Callable[[], list[str]] | None,
    ) -> None:
        self._stage = stage
        self._pictures = pictures
        self._recorder = recorder
        self._listener = listener
        self._effects = effects
        """The effects that stand-ins recorded since it was last called; None on real sites."""
        self.commits = Commits(stage, recorder, listener)
        self.number = 0
        self.turn: tuple[str, ...] = ()
        """The items of the lists for which steps are being done, the outermost first."""

    def perform(self, task: Task) -> StepRecord:
        """Do one step. Raises StepFailed, Stopped, NotUsable or Interrupted, after writing the outcome down."""
        stage, frame = self._stage, task.frame
        self.number += 1
        mark = stage.traffic.mark()
        record = self._record(task)
        try:
            if frame.when is not None and not stage.holds(frame.when):
                return self._skipped(record, task, frame.when)
            stage.timeout = frame.timeout or ACTION
            stage.only_looks = lambda: not frame.commits and not stage.traffic.changes_since(mark)
            stage.page.context.set_default_timeout(stage.timeout * 1000)
            stage.dismiss()
            verb = task.build(stage.scope)
            self._name(record, task, verb)
            self._listener.step_begins(record.number, record.say)
            record.offered = snapshot.offered(stage.page)
            target = verb.target_named()
            first = frame.commits or (verb.pictured == "before" and frame.picture != "no")
            control, told = stage.find_and_tell(target, first) if target is not None else (None, None)
            stage.control = control
            if first:
                self._pictures.take(record, control, "before", EXTENTS[frame.picture], told)
            if frame.commits:
                self.commits.intend(record, task.frame.repeatable or verb.repeatable)
            new = self._still_to_come(frame.expect)
            self._act(verb)
            # a picture that follows at once has the page looked at in the same question
            at_once = verb.pictured == "after" and not (frame.commits or frame.expect or frame.picture == "no")
            came, told = self._settled_after(frame.commits, new, control if at_once else None)
            if frame.expect is not None:
                if not came:
                    self._expect(verb, frame)
                record.conditions.append((self._written("expect:", frame.expect), True))
            if frame.commits:
                self.commits.answered(mark, frame.expect is not None)
            record.requests = stage.traffic.changes_since(mark)
            self._no_forgotten_commit(frame.commits)
            record.read = self._read(verb)
            record.conditions += self._read_off(task.conditions)
            if frame.commits or (verb.pictured == "after" and frame.picture != "no"):
                shows = "after" if frame.commits else "look"
                self._pictures.take(record, control, shows, EXTENTS[frame.picture], told)
            self._over(record, "done")
            if frame.commits:
                self.commits.over()
            return record
        except (StepFailed, ExpressionError, Error) as error:
            raise self._failed(record, task, mark, error) from None
        except (Stopped, NotUsable, Interrupted):
            self._stopped(record, mark)
            raise
        except (EvidenceError, UserError):
            raise
        except Exception as error:  # a verb's own fault, or a page that answers what no page does
            raise self._failed(record, task, mark, StepFailed(unforeseen(error))) from None
        finally:
            stage.traffic.heard = None
            stage.tabs.answer = None

    def _act(self, verb: Verb) -> None:
        stage = self._stage
        page = stage.page
        try:
            try:
                verb.act(stage)
            except Error as error:
                if LEAVES in str(error):
                    return
                if COVERED not in str(error) or not stage.dismiss():
                    raise
                verb.act(stage)  # a banner had come over the page since it was looked for
        except Error as error:
            if page.is_closed():
                return  # a window that its own button closes: the opener is the page now, where there still is one
            raise StepFailed(reason(error), looked_for=str(verb.target_named() or "")) from None

    def _still_to_come(self, wanted: Condition | None) -> Condition | None:
        """What is expected, when it does not hold already; only what comes can be said to come by this step."""
        with suppress(Error, ExpressionError):  # it asks for what the step itself will read
            if wanted is not None and not self._stage.holds(wanted):
                return wanted
        return None

    def _settled(self, new: Condition | None, control: ElementHandle | None) -> tuple[bool, Told | None]:
        """Wait until the page rests; whether a condition came to hold meanwhile, and be it for a moment, and what the
        page tells of itself and the control.

        Messages go away by themselves, some before the page rests. While a request is under way nothing counts:
        pages show beforehand what they then take back.
        """
        stage, came = self._stage, False

        def look() -> None:
            nonlocal came
            came = came or (new is not None and not stage.traffic.under_way() and stage.holds(new))

        told = stage.settle(look if new is not None else None, control)
        return came, told

    def _settled_after(
        self, commits: bool, new: Condition | None, control: ElementHandle | None
    ) -> tuple[bool, Told | None]:
        """The same; where a commit leads to a page that does not come, nobody knows what became of it."""
        try:
            return self._settled(new, control)
        except NotUsable as unanswered:
            if not commits:
                raise
            raise never_twice(str(unanswered)) from None

    def _expect(self, verb: Verb, frame: Frame) -> None:
        """Wait for what is expected; meanwhile a click that is no commit is made again, at growing intervals."""
        stage, wanted = self._stage, frame.expect
        assert wanted is not None
        deadline = time.monotonic() + stage.timeout
        interval, times = 1.0, 1
        said: dict[str, None] = {}  # messages go away by themselves, often before it is known that they matter
        while True:
            with suppress(Error):  # the page is going elsewhere
                if stage.holds(wanted):
                    return
            said |= dict.fromkeys(stage.messages())
            left = deadline - time.monotonic()
            again = verb.again and not frame.commits
            if stage.comes(wanted, max(min(left, interval) if again else left, 0)):
                return
            if time.monotonic() >= deadline:
                failure = stage.unmet(wanted)
                if times > 1:
                    failure.message += f" Meanwhile the step was done {times} times, as it is no commit."
                failure.page_says += [f"{text} (it went away)" for text in said if text not in failure.page_says]
                raise failure
            interval *= 2
            with suppress(Error):  # the control may be gone: then the click was heard
                if stage.control.is_visible() and stage.control.is_enabled():
                    times += 1
                    verb.act(stage)
                    stage.settle()

    def _no_forgotten_commit(self, commits: bool) -> None:
        effects = self._effects() if self._effects is not None else []
        if effects and not commits:
            told = ", ".join(effects)
            message = f"The step changed something outside the browser ({told}), and does not say so."
            raise StepFailed(message, nearest=["commits: true"])

    def _stopped(self, record: StepRecord, mark: int) -> None:
        record.requests = self._stage.traffic.changes_since(mark)
        self._last_picture(record, "failure")
        self._over(record, "stopped")

    def _failed(
        self, record: StepRecord, task: Task, mark: int, error: Exception
    ) -> StepFailed | Stopped | Interrupted:
        stage = self._stage
        says = stage.page_says()
        if stage.tabs.ended is not None:  # whatever was asked of the page meanwhile failed by that
            if stage.interrupted:
                self._stopped(record, mark)
                return Interrupted()
            error = StepFailed(stage.tabs.ended)
        failure = error if isinstance(error, StepFailed) else StepFailed(reason(error))
        record.failure = failure
        record.requests = stage.traffic.changes_since(mark)
        failure.page_says = failure.page_says or says
        failure.clean(self._recorder.scrubber.text)
        self._last_picture(record, "failure")
        self._over(record, "failed")
        if task.frame.commits:
            try:
                self.commits.none_failed(mark)
            except Stopped as stopped:
                return stopped
        return failure

    def _record(self, task: Task) -> StepRecord:
        frame = task.frame
        return StepRecord(
            number=self.number,
            section=task.section,
            part=task.part,
            verb=task.verb,
            say=task.verb,
            follows=", ".join(frame.follows) or None,
            line=task.mark.line,
            file=task.path.name,
            commits=frame.commits,
            turn=self.turn,
            started=datetime.now(UTC),
        )

    def _skipped(self, record: StepRecord, task: Task, when: Condition) -> StepRecord:
        """Write down what would have been done, and which condition was not so."""
        record.conditions.append((self._written("when:", when), False))
        with suppress(ExpressionError, StepFailed):  # it speaks of what is read only where its condition holds
            record.say = self._sentence(task, task.build(self._stage.scope))
        return self._over(record, "skipped")

    def _name(self, record: StepRecord, task: Task, verb: Verb) -> None:
        record.say = self._sentence(task, verb)
        target = verb.target_named()
        record.target = str(target) if target is not None else None

    def _sentence(self, task: Task, verb: Verb) -> str:
        say = task.frame.say
        return self._recorder.scrubber.text(say.text(self._stage.scope) if say is not None else verb.sentence())

    def _read_off(self, asked: tuple[tuple[str, Condition], ...]) -> list[tuple[str, bool]]:
        """Conditions as they are written down, and whether each holds.

        Where none of the others holds, what shows that the page is there must hold before and after they were read:
        a page that is drawing its list anew does not say that something is not in it. Raises NeverReady.
        """
        stage = self._stage
        ready = dict(asked).get(READY_WHEN)

        def read() -> list[bool] | None:
            held = [stage.holds(condition) for _, condition in asked]
            others = [each for (label, _), each in zip(asked, held, strict=True) if label != READY_WHEN]
            there = ready is None or (held[0] and stage.holds(ready))
            return held if there or any(others) else None

        held = stage.until(read, READY) if asked else []
        if held is None:
            assert ready is not None
            raise never_ready(stage, ready)
        return [(self._written(label, condition), each) for (label, condition), each in zip(asked, held, strict=True)]

    def _written(self, label: str, condition: Condition) -> str:
        return self._recorder.scrubber.text(f"{label} {resolve(condition, self._stage.scope)}")

    def _read(self, verb: Verb) -> dict[str, str] | None:
        read = {}
        for name in type(verb).model_fields:
            variable = getattr(verb, name)
            if isinstance(variable, Variable):
                pending = self._pictures.pending
                self._pictures.pending = [each for each in pending if each.name != variable]
                read[str(variable)] = "secret" if variable in self._stage.vault else str(self._stage.scope[variable])
        return read or None

    def _last_picture(self, record: StepRecord, shows: str) -> None:
        """A picture of where it ended; there may be no page left to take it of."""
        with suppress(Error, TypeError, ValueError):  # or the page has its own functions in the browser's place
            if self._stage.tabs.ended is None:
                self._pictures.take(record, None, shows)

    def _over(self, record: StepRecord, status: str) -> StepRecord:
        record.status, record.ended = status, datetime.now(UTC)
        self._recorder.step(record)
        if record.commits:
            self._recorder.flush()
        self._listener.step_ends(record)
        return record
