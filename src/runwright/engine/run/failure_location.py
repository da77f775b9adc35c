"""Where in its runbook a run failed: at a step, or at the `done_when` that did not come to hold after the steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.engine.run.evidence_writer import StepRecord
    from runwright.engine.run.options import Result
    from runwright.engine.run.plan import Plan
    from runwright.language.runbook_model import Section

_DONE_WHEN = re.compile(r"""\s*(?:-\s+)?(["']?)done_when\1\s*:""")


@dataclass(frozen=True)
class Failed:
    """A place in a runbook, and the step whose last picture shows it."""

    path: Path
    line: int
    lines: tuple[str, ...]
    """What stands there, from this line on."""
    told: str
    follows: str | None
    """The item of the guide."""
    record: StepRecord
    by_step: bool
    """A step failed; else its section's `done_when` does not hold afterwards."""


def failed_at(plan: Plan, result: Result) -> Failed | None:
    """Where a run failed or stopped; None where it never came to a step."""
    section = _not_confirmed(plan, result)
    if section is not None:
        path, first = plan.runbook.path, section.mark.line
        text = plan.runbook.text.splitlines()
        line = next((n for n in range(first, len(text) + 1) if _DONE_WHEN.match(text[n - 1])), first)
        told = f"done_when of “{section.title}”"
        follows = ", ".join(section.head.follows) or None
        return Failed(path, line, _entry(text, line), told, follows, result.steps[-1], by_step=False)
    last = (each for each in reversed(result.steps) if each.status in ("failed", "stopped"))
    step = _of_its_failure(result) or next(last, None)
    if step is None:
        return None
    files = [plan.runbook.path, *(block.path for block in plan.runbook.blocks.values())]
    path = next(path for path in files if path.name == step.file)
    lines = _item(path.read_text("utf-8").splitlines(), step.line)
    return Failed(path, step.line, lines, f"step {step.number}: {step.say}", step.follows, step, by_step=True)


def went_on_after(result: Result) -> list[StepRecord]:
    """The steps that failed and did not end the run, but for the one that is told as its failure."""
    steps = result.steps if result.failure is not None else result.steps[:-1]  # by the last one it was stopped
    return [each for each in steps if each.failure is not None and each.failure is not result.failure]


def _of_its_failure(result: Result) -> StepRecord | None:
    """The step by whose failure a run failed; others may have come after it."""
    steps = (each for each in result.steps if result.failure is not None and each.failure is result.failure)
    return next(steps, None)


def _not_confirmed(plan: Plan, result: Result) -> Section | None:
    """The section whose steps are done, and whose `done_when` the page does not show afterwards."""
    last = result.steps[-1] if result.steps else None
    if result.failure is None or last is None or (last.part, last.status) != ("confirm", "done"):
        return None
    if _of_its_failure(result) is not None:
        return None
    return next(each for each in plan.runbook.sections if each.number == last.section)


def _item(lines: list[str], first: int) -> tuple[str, ...]:
    """The lines of the step that begins on line ``first``: those below that stand deeper."""
    indent = _indent(lines[first - 1])
    return _until(lines, first, lambda line: _indent(line) <= indent)


def _entry(lines: list[str], first: int) -> tuple[str, ...]:
    """The lines of the key on line ``first``: those below that stand deeper, or are items of its list."""
    begun = re.match(r"\s*(?:-\s+)?", lines[first - 1])
    indent = begun.end() if begun is not None else 0
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
