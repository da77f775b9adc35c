"""Step sequence: performs a list of steps with its groups, loops and conditions, one step after the other."""

from __future__ import annotations

from collections.abc import Callable

from runwright.engine.errors import StepFailed
from runwright.engine.run.context import RunContext
from runwright.engine.run.done_again import DoneMeanwhile
from runwright.engine.run.step_executor import StepExecutor
from runwright.engine.run.step_task import task_of
from runwright.evidence.event_parts import StepPart
from runwright.evidence.statuses import FailureClass
from runwright.language.runbook_model import Group, Step


class StepSequence:
    """Performs the lists of steps of a run's sections."""

    def __init__(self, context: RunContext, executor: StepExecutor) -> None:
        self._context = context
        self._executor = executor
        self.continued: list[StepFailed] = []
        """The failures of steps after which the run continued."""
        self.done_beside: Callable[[], bool] = lambda: False
        """Whether a page opened beside the current one shows that the section is done."""

    def perform(self, steps: tuple[Step | Group, ...], part: StepPart, section: int) -> None:
        """Perform steps. Raises StepFailed for a step that fails, unless it says `continue_on_error`.

        A refused sign-in always ends the run: the next one would send the same password again.
        """
        for each in steps:
            if isinstance(each, Group):
                self._group(each, part, section)
                continue
            try:
                self._step(each, part, section)
            except StepFailed as failure:
                if not each.common.continue_on_error or failure.failure_class is FailureClass.SIGN_IN:
                    raise
                self.continued.append(failure)

    def _step(self, step: Step, part: StepPart, section: int) -> None:
        """Perform one step. Raises DoneMeanwhile if its section is done by then, as a page beside it shows, too."""
        task = task_of(step, part, section)
        try:
            self._executor.perform(task)
        except DoneMeanwhile:
            if self.done_beside():
                raise
            self._executor.perform(task)

    def _group(self, group: Group, part: StepPart, section: int) -> None:
        context = self._context
        if group.items is None or group.variable is None:
            if self._applies(group):
                self.perform(group.steps, part, section)
            return
        values = group.items.value(context.scope)
        outer, turn = dict(context.scope), self._executor.turn
        try:
            for value in values if isinstance(values, list) else [values]:
                context.scope[group.variable] = value
                self._executor.turn = (*turn, str(value))
                if self._applies(group):
                    self.perform(group.steps, part, section)
        finally:
            self._executor.turn = turn
            context.scope.pop(group.variable, None)
            if group.variable in outer:
                context.scope[group.variable] = outer[group.variable]

    def _applies(self, group: Group) -> bool:
        if group.when is not None and not self._context.holds(group.when, group.within):
            return False
        return group.unless is None or not self._context.holds(group.unless, group.within)
