"""What a step expects: whether it has newly come to hold, and whether the act may be repeated until it does."""

from __future__ import annotations

import time
from contextlib import suppress

from playwright.sync_api import ElementHandle, Error

from runwright.engine.browser.dom import PageObservation
from runwright.engine.browser.stirrings import Stirrings
from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run.context import RunContext
from runwright.engine.run.step_policy import PlainStep
from runwright.engine.run.verb_base import Verb
from runwright.language.conditions import Condition
from runwright.language.expressions import ExpressionError


class Expectation:
    """The `expect` of one step, from right before it acts."""

    def __init__(self, context: RunContext, verb: Verb, policy: PlainStep, expected: Condition | None) -> None:
        self._context = context
        self._verb = verb
        self._policy = policy
        self._expected = expected
        self._stirrings: Stirrings | None = None
        self._met = False
        self.pending = self._not_met_yet()
        """The condition, unless it held before the step acted: then it proves nothing about the step."""

    def _not_met_yet(self) -> Condition | None:
        with suppress(Error, ExpressionError):  # it may name a value that this step will read
            if self._expected is not None and not self._context.holds(self._expected):
                return self._expected
        return None

    def acting(self) -> None:
        """The verb acts next: note what is to be compared before it may be repeated."""
        if self._expected is not None and self._verb.repeat_only_unheard and self._policy.may_repeat(self._verb):
            self._stirrings = Stirrings(self._context.tabs, self._context.network)

    def settle(self, control: ElementHandle | None) -> PageObservation | None:
        """Wait until the page is at rest, and note whether the condition held meanwhile; an observation with a control.

        Holding for a moment is enough: messages disappear, some before the page is at rest. While a request is in
        progress nothing counts, because pages show results in advance that they may take back. If a change leads to a
        page that does not arrive, its outcome is unknown.
        """
        context, pending = self._context, self.pending

        def watch() -> None:
            self._met = self._met or (
                pending is not None and not context.network.unanswered() and context.holds(pending)
            )

        try:
            return context.settle(watch if pending is not None else None, control)
        except EnvironmentFailure as unanswered:
            raise self._policy.unanswered(unanswered) from None

    def wait(self) -> None:
        """Wait for the condition; meanwhile repeat a click of which nothing was heard, at growing intervals.

        Raises StepFailed if it does not come.
        """
        expected = self._expected
        if self._met or expected is None:
            return
        context, verb = self._context, self._verb
        deadline = time.monotonic() + context.timeout
        interval, attempts = 1.0, 1
        shown: dict[str, None] = {}  # messages often disappear before it is known that they matter
        while True:
            with suppress(Error):  # the page is navigating
                if context.holds(expected):
                    return
            shown |= dict.fromkeys(context.failures.messages())
            left = deadline - time.monotonic()
            retry = self._policy.may_repeat(verb) and self._unheard()
            if context.comes(expected, max(min(left, interval) if retry else left, 0)):
                return
            if time.monotonic() >= deadline:
                failure = context.unmet(expected)
                if attempts > 1:
                    failure.message += f" The {verb.name} was retried ({attempts} attempts)."
                failure.page_messages += [
                    f"{text} (no longer shown)" for text in shown if text not in failure.page_messages
                ]
                raise failure
            interval *= 2
            if not self._unheard():
                continue
            with suppress(Error):  # if the control is gone, the click took effect
                if context.control.is_visible() and context.control.is_enabled():
                    attempts += 1
                    verb.act(context)
                    context.settle()

    def _unheard(self) -> bool:
        """Whether nothing was heard of the verb that acted, so that it may be repeated."""
        sent = self._context.network.changes_since(self._context.step.mark)
        return not sent and (self._stirrings is None or not self._stirrings.heard())
