"""Where in its runbook a run failed: at a step, or at a `done_when` that did not hold after the steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.evidence.statuses import StepStatus

if TYPE_CHECKING:
    from runwright.engine.run.options import RunResult
    from runwright.engine.run.plan import Plan
    from runwright.evidence.events import StepEvent
from runwright.language.runbook_model import Section

_DONE_WHEN = re.compile(r"""\s*(?:-\s+)?(["']?)done_when\1\s*:""")


@dataclass(frozen=True)
class FailureLocation:
    """A place in a runbook, and the step whose last screenshot shows the failure."""

    path: Path
    line: int
    lines: tuple[str, ...]
    """The lines of YAML there; the first one has the number ``line``."""
    label: str
    """The step's number and name, or the section's `done_when`."""
    follows: str | None
    """The item of the guide."""
    record: StepEvent
    by_step: bool
    """Whether a step failed; otherwise the section's `done_when` does not hold afterwards."""


def failed_at(result: RunResult) -> FailureLocation | None:
    """Where a run failed or stopped; None if it ended before its first step."""
    plan = result.plan
    section = _not_confirmed(plan, result)
    if section is not None:
        path, first = plan.runbook.path, section.mark.line
        text = plan.runbook.text.splitlines()
        line = next((n for n in range(first, len(text) + 1) if _DONE_WHEN.match(text[n - 1])), first)
        label = f"done_when of “{section.name}”"
        follows = ", ".join(section.fields.follows) or None
        return FailureLocation(path, line, _entry(text, line), label, follows, _own_steps(result)[-1], by_step=False)
    last = (each for each in reversed(_own_steps(result)) if each.status in (StepStatus.FAILED, StepStatus.STOPPED))
    step = _of_its_failure(result) or next(last, None)
    if step is None:
        return None
    files = [plan.runbook.path, *(block.path for block in plan.runbook.blocks.values())]
    path = next(path for path in files if path.name == step.file)
    lines = _item(path.read_text("utf-8").splitlines(), step.line)
    return FailureLocation(path, step.line, lines, f"step {step.step}: {step.name}", step.follows, step, by_step=True)


def continued_failures(result: RunResult) -> list[StepEvent]:
    """The failed steps after which the run continued, without the one that is reported as the run's failure."""
    steps = result.steps if result.failure is not None else result.steps[:-1]  # the last one stopped the run
    own = result.failure.step if result.failure is not None else None
    return [each for each in steps if each.failure is not None and each.step != own]


def _own_steps(result: RunResult) -> list[StepEvent]:
    """The steps without those that put things back after the failure."""
    return [each for each in result.steps if each.part != "on_failure"]


def _of_its_failure(result: RunResult) -> StepEvent | None:
    """The step that the run's failure belongs to; later steps may follow it."""
    failure = result.failure
    return next((each for each in result.steps if failure is not None and each.step == failure.step), None)


def _not_confirmed(plan: Plan, result: RunResult) -> Section | None:
    """The section whose steps are done, and whose `done_when` did not hold afterwards."""
    last = next(reversed(_own_steps(result)), None)
    if result.failure is None or last is None or (last.part, last.status) != ("verification", StepStatus.DONE):
        return None
    if _of_its_failure(result) is not None:
        return None
    return next(each for each in plan.runbook.sections if each.number == last.section)


def _item(lines: list[str], first: int) -> tuple[str, ...]:
    """The lines of the step that starts on line ``first``: that line and the deeper ones below it."""
    indent = _indent(lines[first - 1])
    return _until(lines, first, lambda line: _indent(line) <= indent)


def _entry(lines: list[str], first: int) -> tuple[str, ...]:
    """The lines of the key on line ``first``: that line and those below that are deeper, or items of its list."""
    start = re.match(r"\s*(?:-\s+)?", lines[first - 1])
    indent = start.end() if start is not None else 0
    return _until(
        lines, first, lambda line: _indent(line) < indent or (_indent(line) == indent and line.lstrip()[:2] != "- ")
    )


def _until(lines: list[str], first: int, ends: Callable[[str], bool]) -> tuple[str, ...]:
    last = next((n for n in range(first, len(lines)) if lines[n].strip() and ends(lines[n])), len(lines))
    while last > first and not lines[last - 1].strip():
        last -= 1
    return tuple(lines[first - 1 : last])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
