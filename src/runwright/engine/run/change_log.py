"""At-most-once changes via write-ahead intents.

Before a step with `changes: true` acts, its intent is on disk; afterwards its outcome. A change whose intent exists
already, in this run or in the one that is being resumed, is never started again unless it is idempotent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from runwright.engine.browser.network import ChangeRequest
from runwright.engine.browser.settle import nothing_due
from runwright.engine.errors import OutcomeUnknown, StepFailed, Stopped, first_line
from runwright.engine.log import log_internal_error
from runwright.engine.run.change_gate import ALLOWED, ChangeGate, ChangeIntent, ChangeOutcome, GateAnswer
from runwright.engine.run.context import RunContext
from runwright.engine.run.evidence_writer import EvidenceWriter
from runwright.engine.run.listener import Listener
from runwright.engine.run.resume import Place, PriorChange, place
from runwright.engine.run.step_record import StepRecord
from runwright.evidence.event_codec import cleaned
from runwright.evidence.events import ChangeRequestEvent, IntentEvent, IntentWithdrawnEvent
from runwright.evidence.statuses import FailureClass
from runwright.language.runbook_model import Section

BEGINS = 1.0
"""Seconds within which the request of a change must start; some pages save a moment after the click."""
ANSWERED = 30.0
"""Seconds within which the request must be answered."""
_SENT_AGAIN = (401, 407, 408, 421, 425)
"""Statuses after which the browser may send a request again by itself."""
_NO_ANSWER = (408, 421, 425, 429)
"""Statuses that say nothing about the change: the request came too late, too early or too often, perhaps in part."""


class ChangeLog:
    """The changes of the current section, and those that were started before the section was repeated."""

    def __init__(self, context: RunContext, evidence: EvidenceWriter, listener: Listener, gate: ChangeGate) -> None:
        self._context = context
        self._evidence = evidence
        self._listener = listener
        self._gate = gate
        self._section_name = ""
        self._before: dict[Place, PriorChange] = {}
        self._made: dict[Place, PriorChange] = {}
        self._passed: list[PriorChange] = []
        """The changes that were passed over, because they are known to be made."""
        self._refused: set[Place] = set()
        """The changes that the site refused, or that were not sent: they were not made."""
        self._open: ChangeIntent | None = None
        """The intent of the current step, until the gate has been told its outcome."""

    def section(self, section: Section, started: Mapping[Place, PriorChange]) -> None:
        """Start a section. ``started`` holds the changes of it that an earlier run has started."""
        self._section_name = section.name
        self._before, self._made, self._passed = dict(started), {}, []
        self._refused = set()

    def section_again(self) -> None:
        """Start the same section once more: none of the changes it has started is started again."""
        self._before |= {where: each for where, each in self._made.items() if where not in self._refused}
        self._made, self._passed = {}, []

    def any_outcome_unknown(self) -> bool:
        """Whether the outcome of an earlier change of this section is not recorded."""
        return any(not each.outcome_known for each in self._before.values())

    def unknown_outcome(self) -> PriorChange | None:
        """A change of this section that was started and may or may not be made; None if the outcome of all is known."""
        started = {**self._before, **self._made}
        return next(
            (each for where, each in started.items() if not each.outcome_known and where not in self._refused), None
        )

    def any_started(self) -> bool:
        """Whether this run has started a change in the current section that was not refused."""
        return bool(self._made.keys() - self._refused)

    def put_back(self) -> None:
        """Note that what the section changed was put back: it counts as not begun."""
        self._before, self._made, self._passed = {}, {}, []

    def pass_over(self, record: StepRecord, idempotent: bool) -> PriorChange | None:
        """The change of a step, if it is known that it was made before: then it is passed over, and the next is due."""
        before = self._before.get(place(cleaned(_intent(record), self._evidence.scrubber.text)))
        if before is None or idempotent or not before.outcome_known:
            return None
        self._passed.append(before)
        return before

    @property
    def settled_by(self) -> str | None:
        """The person whose word a section without a further change rests on: that the last of its changes was made."""
        last = self._passed[-1] if self._passed and not self.any_made() else None
        return last.settled_by if last is not None else None

    def nothing_left(self) -> OutcomeUnknown | None:
        """The exception for a section that is not done although all its changes were made before; else None."""
        if not self._passed or self.any_made() or self.settled_by is not None:
            return None
        return _made_before(self._passed[-1])

    def intend(self, record: StepRecord, idempotent: bool) -> None:
        """Record that a change is about to be made, and ask the gate.

        Raises OutcomeUnknown if it may have been made already, Stopped if the gate refuses it.
        """
        intent = _intent(record)
        known = cleaned(intent, self._evidence.scrubber.text)
        where = place(known)
        before = self._before.get(where)
        if before is not None and not idempotent:
            raise _made_before(before)
        self._listener.change_reached("before the intent")
        self._evidence.emit(intent)
        self._evidence.flush()  # on disk before the change is made
        self._made[where] = PriorChange(self._evidence.run, record.name, outcome_known=False)
        self._listener.change_reached("intent")
        self._ask_gate(known, where)
        self._context.network.change_begins()
        self._context.network.on_change = lambda change: self._listener.change_reached("sent")

    def _ask_gate(self, event: IntentEvent, where: Place) -> None:
        """Raises Stopped if the gate does not clearly allow the change. Nothing has acted."""
        intent = ChangeIntent(
            run=self._evidence.run,
            runbook=self._context.plan.runbook.slug,
            section=event.section,
            section_name=self._section_name,
            step=event.step,
            verb=event.verb,
            name=event.name,
            file=event.file,
            line=event.line,
            target=event.target,
            turn=event.turn,
        )
        try:
            answer = self._gate.ask(intent)
        except Exception as error:
            log_internal_error(error, self._evidence.scrubber.text)
            answer = GateAnswer(False, f"Nobody could be asked whether to make this change: {first_line(error)}")
        if answer == ALLOWED:
            self._open = intent
            return
        if answer.failure_class is FailureClass.OUTCOME_UNKNOWN:
            raise OutcomeUnknown(answer.reason)
        del self._made[where]
        self._evidence.emit(
            IntentWithdrawnEvent(
                step=event.step,
                section=event.section,
                reason=answer.reason,
                file=event.file,
                line=event.line,
                target=event.target,
                turn=event.turn,
            )
        )
        self._evidence.flush()
        raise Stopped(answer.reason, failure_class=answer.failure_class)

    def page_requested(self, address: str) -> None:
        """Write down the address of a page that a change requests, before it is requested. Raises EvidenceError."""
        intent = self._open
        if intent is not None and self._context.network.addresses.may_be_own(address):
            self._evidence.emit(ChangeRequestEvent(step=intent.step, address=address))
            self._evidence.flush()

    def tell(self, outcome: ChangeOutcome) -> None:
        """Tell the gate how the change of the current step ended, if the step has begun one."""
        intent, self._open = self._open, None
        if intent is not None:
            if outcome is ChangeOutcome.NOT_MADE:
                self._refused.add((intent.file, intent.line, intent.target or "", intent.turn))
            try:
                self._gate.tell(intent, outcome)
            except Exception as error:
                log_internal_error(error, self._evidence.scrubber.text)

    def answered(self, mark: int, met: bool) -> bool:
        """Wait until the requests that a change has sent since the mark are answered.

        Returns whether it did not wait for one, because the expectation was ``met`` and no script is due that could
        send it. Raises OutcomeUnknown if one of them failed. If no expectation was ``met``, raises StepFailed when the
        server refused them all, or when a dialog was dismissed and nothing was sent.
        """
        context = self._context

        def requests() -> list[ChangeRequest]:
            return self._requests(mark)

        nothing = context.until(lambda: requests() or (met and self._nothing_due()), BEGINS) is True
        context.until(lambda: all(change.finished for change in requests()), ANSWERED)
        context.settle()
        self.none_failed(mark, met)
        if not met and self.refused(mark):
            first = self._sent(mark)[0]
            message = f"The request {first.method} {first.address} was refused with status {first.status}."
            raise StepFailed(message, failure_class=FailureClass.REFUSED)
        if not met and not self._sent(mark) and context.tabs.declined:
            raise StepFailed("A dialog opened and was dismissed, so nothing was sent.", nearest=["answer: yes"])
        self._listener.change_reached("answered")
        return nothing

    def _nothing_due(self) -> bool:
        """Whether no page of the run can start a request by itself before the wait for it would be over."""
        return nothing_due(self._context.page.context, BEGINS)

    def none_failed(self, mark: int, met: bool = False) -> None:
        """Raises OutcomeUnknown if a request since the mark was lost, so that its outcome is unknown."""
        sent = self._sent(mark)
        answered = any(change.finished and not _lost(change) for change in sent)
        for change in sent:
            incomplete = change.abandoned or not change.finished
            if not _failed(change) and ((met and incomplete) or (answered and not change.finished)):
                continue  # the expectation that was met, or another request, shows that there was an answer
            if answer := _lost(change):
                raise self.outcome_unknown(f"The request {change.method} {change.address} {answer}.")

    def outcome_unknown(self, sentence: str) -> OutcomeUnknown:
        """The exception for a change that was sent and whose outcome is unknown.

        The browser may send a request again by itself when its connection breaks, if there is no gateway, or after
        certain answers.
        """
        statuses = {each.status for each in self._context.network.changes_since(self._context.step.mark)}
        if self._context.network.gateway is not None and not statuses.intersection(_SENT_AGAIN):
            return OutcomeUnknown(f"{sentence} Check on the page whether the change was made: it is never sent twice.")
        remedy = "Check on the page whether the change was made, and whether it was made once"
        return OutcomeUnknown(f"{sentence} {remedy}: runwright does not repeat it, but the browser may have.")

    def refused(self, mark: int) -> bool:
        """Whether requests were sent to the runbook's sites since the mark, and the sites refused them all."""
        sent = self._sent(mark)
        return bool(sent) and all(400 <= (each.status or 0) < 500 and each.status not in _NO_ANSWER for each in sent)

    @property
    def begun(self) -> bool:
        """Whether the current step has begun a change whose outcome the gate has not been told."""
        return self._open is not None

    def any_made(self) -> bool:
        """Whether this run has made a change in the current section."""
        return any(change.outcome_known for change in self._made.values())

    def over(self) -> None:
        """Note that the outcome of the last change is on disk."""
        self._made = {where: replace(change, outcome_known=True) for where, change in self._made.items()}
        self._listener.change_reached("outcome")
        self.tell(ChangeOutcome.MADE)

    def _requests(self, mark: int) -> list[ChangeRequest]:
        return [change for change in self._context.network.changes_since(mark) if not change.background]

    def _sent(self, mark: int) -> list[ChangeRequest]:
        return [change for change in self._requests(mark) if self._context.plan.sites.allow(change.address)]


def _intent(record: StepRecord) -> IntentEvent:
    """The event that announces the change of a step."""
    return IntentEvent(
        step=record.number,
        section=record.section,
        verb=record.verb,
        name=record.name,
        file=record.file,
        line=record.line,
        target=record.target,
        turn=record.turn,
        part=record.part,
    )


def _made_before(before: PriorChange) -> OutcomeUnknown:
    """The exception for a change that was started before, and that the page does not show."""
    how = "made this change" if before.outcome_known else "started this change and recorded no outcome"
    return OutcomeUnknown(
        f"The run {before.run} {how}: {before.name}. The page does not show its effect. "
        "Check whether the change was made: runwright never makes a change twice on its own."
    )


def _lost(change: ChangeRequest) -> str:
    """What became of a request whose outcome is unknown, in words; an empty text if its answer is known."""
    if _failed(change):
        return f"was answered with status {change.status}"
    if not change.finished:
        return "has got no answer yet"
    return "got no complete answer" if change.status is None else ""


def _failed(change: ChangeRequest) -> bool:
    """Whether the head of the answer came, and says that the server failed."""
    return change.status is not None and (change.status >= 500 or change.status in _NO_ANSWER)
