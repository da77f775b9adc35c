"""The state of one step: its time limits, its control, and where the network stood when it began."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import ElementHandle, Error

from runwright.language.targets import Target

ACTION = 5.0
"""Default time limit in seconds for finding a control, for acting on it, and for an `expect`."""
MAX_OLD_CONTROLS = 50
"""Handles of controls from earlier steps that are kept; then all are disposed at once, which costs less."""


@dataclass
class StepState:
    """What belongs to the step that is being performed, and ends with it."""

    declared_timeout: float | None = None
    """The step's own `timeout` in seconds; None if it has none."""
    mark: int = 0
    """The number of change requests before the step."""
    changes: bool = False
    """Whether the step declares a change."""
    control: ElementHandle | None = None
    """The control that matches the verb's target."""
    target: Target | None = None
    """The verb's target, resolved."""

    @property
    def timeout(self) -> float:
        """The time limit of the step in seconds."""
        return self.declared_timeout or ACTION


@dataclass
class OldControls:
    """The controls of earlier steps, whose handles keep elements of the page alive until they are disposed."""

    _handles: list[ElementHandle] = field(default_factory=list)

    def add(self, handle: ElementHandle | None) -> None:
        """Keep the control of a step that is over, or dispose of all that were kept."""
        if handle is not None:
            self._handles.append(handle)
        if len(self._handles) >= MAX_OLD_CONTROLS:
            for control in self._taken():
                with suppress(Error):  # its page may be gone
                    control.dispose()

    def _taken(self) -> Iterator[ElementHandle]:
        while self._handles:
            yield self._handles.pop()
