"""Reads a section's `done_when` once more right before its first change: it may hold by then.

A list may arrive late, or somebody else may make the change meanwhile. What a step of the section typed or switched
itself proves nothing, so a value or state counts only if it came to hold by itself; and what is read on the page as it
stands must hold on a page opened beside it.
"""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error

from runwright.engine.run.context import RunContext
from runwright.language.conditions import All, AnyOf, Condition, Count, Present, resolve
from runwright.language.expressions import ExpressionError


class DoneMeanwhile(Exception):
    """A section's `done_when` holds right before its first change, for which nothing has been written or done."""


class DoneAgain:
    """The `done_when` of one section, until its first change."""

    def __init__(self, context: RunContext, done_when: Condition) -> None:
        self.done_when = done_when
        self._context = context
        self._held = False
        """Whether it held when the last step ended."""

    def step_ended(self) -> None:
        """Read it after a step that makes no change."""
        self._held = self._holds()

    def check(self) -> None:
        """Read it right before the change. Raises DoneMeanwhile."""
        if self._holds() and (not self._held or self._of_things()):
            raise DoneMeanwhile

    def _holds(self) -> bool:
        with suppress(Error, ExpressionError):  # the page navigates, or a value is read later
            return self._context.holds(self.done_when)
        return False

    def _of_things(self) -> bool:
        """Whether it asks only for what is on the page, not for values and states, which steps set."""
        return _things(resolve(self.done_when, self._context.scope))


def _things(condition: Condition) -> bool:
    match condition:
        case All(conditions) | AnyOf(conditions):
            return all(_things(each) for each in conditions)
        case Present(target) | Count(target):
            return not any(head.states for head in target.alternatives)
    return False
