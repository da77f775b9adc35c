"""A step as the step loop performs it: a runbook's step with what stands around its verb, or a built-in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from runwright.engine.errors import StepFailed
from runwright.engine.run.verb_base import Verb
from runwright.evidence.event_parts import StepPart
from runwright.language.conditions import CONDITIONS, Condition, resolve
from runwright.language.diagnostics import Mark
from runwright.language.expressions import Template
from runwright.language.fields import Place as Address
from runwright.language.runbook_model import CommonFields, Step
from runwright.language.targets import Target

DONE_LABEL = "done_when:"
"""The label of a section's `done_when`."""
READY_LABEL = "ready:"
"""The label of a section's `ready`, which is the first of the conditions that are evaluated."""


@dataclass(frozen=True)
class StepTask:
    """A step to perform: from the runbook, or built in."""

    part: StepPart
    section: int
    verb: str
    build: Callable[[Mapping[str, Any]], Verb]
    """Builds the verb with all its expressions evaluated."""
    mark: Mark
    path: Path
    common: CommonFields = field(default_factory=CommonFields)
    conditions: tuple[tuple[str, Condition], ...] = ()
    """Labels and conditions that are evaluated and journalled at the end of the step."""
    settings: Condition | None = None
    """The condition whose settings are journalled with their values, and shown in the step's screenshots."""
    page_of: int | None = None
    """Of a step that opens a page: the step that has opened it already."""


def task_of(step: Step, part: StepPart, section: int) -> StepTask:
    """The task of a runbook's step."""
    model = step.model
    assert issubclass(model, Verb)

    def build(scope: Mapping[str, Any]) -> Verb:
        try:
            return model(**{name: evaluated(value, scope) for name, value in step.arguments.items()})
        except ValidationError as error:
            first = error.errors()[0]
            raise StepFailed(f"`{step.verb}`: {'.'.join(map(str, first['loc']))}: {first['msg']}.") from None

    return StepTask(part, section, step.verb, build, step.mark, step.path, step.common)


def evaluated(value: Any, scope: Mapping[str, Any]) -> Any:
    """An argument with its expressions evaluated."""
    if isinstance(value, Target | Address):
        return value.resolve(scope)
    if isinstance(value, CONDITIONS):
        return resolve(value, scope)
    if isinstance(value, Template):
        result = value.value(scope)
        return str(result) if isinstance(result, int | float) and not isinstance(result, bool) else result
    if isinstance(value, list):
        return [evaluated(item, scope) for item in value]
    return value
