"""What a step that changes something does differently from one that does not: its order, its proof, its failures."""

from __future__ import annotations

from runwright.engine.errors import EnvironmentFailure, OutcomeUnknown, RunEnded, StepFailed
from runwright.engine.run.change_gate import ChangeOutcome
from runwright.engine.run.change_log import ChangeLog
from runwright.engine.run.step_record import StepRecord
from runwright.engine.run.verb_base import Verb
from runwright.evidence.event_parts import Moment, StepOutcome
from runwright.evidence.statuses import FailureClass, Status
from runwright.language.runbook_model import CommonFields


class PlainStep:
    """A step that declares no change."""

    def __init__(self, common: CommonFields) -> None:
        self._common = common

    def may_repeat(self, verb: Verb) -> bool:
        """Whether the verb acts again while its `expect` does not hold."""
        return verb.retry_until_expected

    def proof_before(self, verb: Verb) -> bool:
        """Whether there is a screenshot before the verb acts."""
        return verb.screenshot_at == "before" and self._common.screenshot != "none"

    def proof_after(self, verb: Verb) -> Moment | None:
        """The moment of the screenshot after the verb acted; None if there is none.

        A verb that is shown before it acts is shown afterwards as well where it has an `expect`.
        """
        if self._common.screenshot == "none":
            return None
        if verb.screenshot_at == "after":
            return "page"
        return "after" if self._common.expect is not None else None

    def made_before(self, record: StepRecord, verb: Verb) -> str | None:
        """The run that made the step's change already, so that the step is passed over; None if there is none."""
        return None

    def begin(self, record: StepRecord, verb: Verb) -> None:
        """Right before the verb acts."""

    def observes_at_once(self, verb: Verb) -> bool:
        """Whether a screenshot follows the act at once, so that the page is observed in the same round trip."""
        return self.proof_after(verb) is not None and self._common.expect is None

    def unanswered(self, error: EnvironmentFailure) -> RunEnded:
        """The exception for a page that does not arrive after the act."""
        return error

    def answered(self, met: bool) -> bool:
        """After `expect`: wait for what else the step must know. ``met`` is whether it has newly come to hold.

        Returns whether it did not wait for a request, because nothing is due that could send one.
        """
        return False

    def undeclared(self, effects: list[str]) -> None:
        """Raises StepFailed if simulators recorded effects of the step."""
        if effects:
            message = f"The step made a change ({', '.join(effects)}) without `changes: true`."
            raise StepFailed(message, nearest=["changes: true"])

    def done(self) -> None:
        """After the outcome is on disk."""

    def over(self) -> None:
        """After the step, however it ended."""

    def outcome(self) -> StepOutcome | None:
        """How the change ended that the step has begun, if it failed; None if it began none."""
        return None

    def unknown(self) -> OutcomeUnknown | None:
        """The exception for an outcome that nobody knows."""
        return None

    def refused(self) -> bool:
        """Whether the site refused what the step requested."""
        return False


class ChangingStep(PlainStep):
    """A step that declares a change: its intent is on disk before it acts, and it never acts twice."""

    def __init__(self, common: CommonFields, changes: ChangeLog, mark: int) -> None:
        super().__init__(common)
        self._changes = changes
        self._mark = mark

    def may_repeat(self, verb: Verb) -> bool:
        return False

    def proof_before(self, verb: Verb) -> bool:
        return True

    def proof_after(self, verb: Verb) -> Moment | None:
        return "after"

    def made_before(self, record: StepRecord, verb: Verb) -> str | None:
        before = self._changes.pass_over(record, self._common.idempotent or verb.idempotent)
        return before.run if before is not None else None

    def begin(self, record: StepRecord, verb: Verb) -> None:
        """Write the intent, and ask the gate. Raises Stopped."""
        self._changes.intend(record, self._common.idempotent or verb.idempotent)

    def observes_at_once(self, verb: Verb) -> bool:
        return False

    def unanswered(self, error: EnvironmentFailure) -> RunEnded:
        return self._changes.outcome_unknown(str(error))

    def answered(self, met: bool) -> bool:
        """Wait until its requests are answered. Raises OutcomeUnknown, and StepFailed if they were refused."""
        return self._changes.answered(self._mark, met)

    def undeclared(self, effects: list[str]) -> None:
        return

    def done(self) -> None:
        self._changes.over()

    def over(self) -> None:
        self._changes.tell(ChangeOutcome.NOT_MADE if self.refused() else ChangeOutcome.UNKNOWN)

    def outcome(self) -> StepOutcome | None:
        if not self._changes.begun:
            return None
        return "not made" if self.refused() else "unknown"

    def unknown(self) -> OutcomeUnknown | None:
        try:
            self._changes.none_failed(self._mark)
        except OutcomeUnknown as unknown:
            return unknown
        return None

    def refused(self) -> bool:
        return self._changes.refused(self._mark)


def classify(failure: StepFailed, policy: PlainStep, unknown: OutcomeUnknown | None, sign_in: str | None) -> None:
    """Give a failed step the class that says who must act. ``sign_in`` is the sentence for a refused sign-in."""
    if unknown is not None:
        failure.failure_class = FailureClass.OUTCOME_UNKNOWN
    elif sign_in is not None and failure.failure_class in (FailureClass.PAGE_CHANGED, FailureClass.REFUSED):
        failure.message = f"{sign_in} {failure.message}"
        failure.failure_class, failure.status = FailureClass.SIGN_IN, Status.STOPPED
    elif failure.failure_class is FailureClass.PAGE_CHANGED and policy.refused():
        failure.failure_class = FailureClass.REFUSED
