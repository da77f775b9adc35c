"""Putting back: performs the `on_failure` steps of a section that failed, and journals how they ended.

They run only where the outcome of every change of the section is known. The failure stays the run's failure.
"""

from __future__ import annotations

from collections.abc import Callable

from runwright.engine.errors import Interrupted, RunEnded, StepFailed
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.change_log import ChangeLog
from runwright.engine.run.context import RunContext
from runwright.engine.run.step_sequence import StepSequence
from runwright.evidence.event_parts import Event
from runwright.evidence.events import PutBackEvent
from runwright.evidence.statuses import Status
from runwright.language.expressions import ExpressionError
from runwright.language.runbook_model import Section


class PuttingBack:
    """Puts things back after sections that failed."""

    def __init__(
        self, context: RunContext, sequence: StepSequence, changes: ChangeLog, emit: Callable[[Event], None]
    ) -> None:
        self._context = context
        self._sequence = sequence
        self._changes = changes
        self._emit = emit

    def after(self, section: Section, failure: StepFailed) -> None:
        """Perform the section's `on_failure`, else the runbook's; note in the failure how it ended. Raises Interrupted.

        A change whose outcome is unknown may or may not be there: then nothing is put back, and a person must look.
        """
        shared = () if section.fields.probe else self._context.plan.runbook.on_failure  # a probe changes nothing
        steps = section.on_failure or shared
        if not steps or failure.status is not Status.FAILED:
            return
        unknown = self._changes.unknown_outcome()
        if unknown is not None:
            reason = f"It is not known whether a change was made: {unknown.name}."
            self._emit(PutBackEvent(section=section.number, status="not run", reason=reason))
            failure.remedy = f"`on_failure` was not run. {reason} Check at the site, and put things back by hand."
            return
        tabs, mark = self._context.tabs, len(self._sequence.continued)
        try:
            if tabs.ended is not None:  # the page of the failure is gone
                tabs.replace_all()
            self._sequence.perform(steps, "on_failure", section.number)
            if len(self._sequence.continued) > mark:
                raise self._sequence.continued[mark]
        except Interrupted:
            self._failed(section, failure, "Interrupted.")
            raise
        except (RunEnded, ExpressionError) as second:
            self._failed(section, failure, str(second))
            return
        self._changes.put_back()
        self._emit(PutBackEvent(section=section.number, status="put back", reason=None))
        failure.remedy = "`on_failure` was run: what the section had changed was put back."

    def _failed(self, section: Section, failure: StepFailed, reason: str) -> None:
        reason = self._context.clean(reason)
        self._emit(PutBackEvent(section=section.number, status="failed", reason=reason))
        failure.remedy = f"`on_failure` failed, too: {reason} Check at the site what was put back."
        if self._changes.any_started():
            failure.next_actions = (NextAction(ActionKind.SETTLE, sections=(section.name,)),)
