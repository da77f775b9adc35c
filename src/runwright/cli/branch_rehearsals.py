"""Rehearsals for a guide check: one for each branch, that is, each combination of a runbook's choices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

from rich.console import Console

from runwright.engine.run.interrupts import interrupts
from runwright.engine.run.launcher import execute
from runwright.engine.run.listener import NullListener
from runwright.engine.run.options import RunOptions, RunResult
from runwright.engine.run.plan import make_plan
from runwright.evidence.statuses import Status
from runwright.language.runbook_model import Runbook
from runwright.rehearsal.lifecycle import join

MAX_BRANCHES = 32
"""The largest number of branches that are rehearsed."""


def rehearse_branches(
    runbook: Runbook, inputs: dict[str, Any], scenarios: Sequence[str], out: Path, console: Console
) -> list[Path]:
    """Rehearse a runbook on every branch, each with fresh simulators; then all branches again in each scenario.

    Returns the run folders, including those of failed runs. Raises UserError and EnvironmentFailure like a run, and
    KeyboardInterrupt after a run that was interrupted.
    """
    folders: list[Path] = []
    for active in ([], *([scenario] for scenario in scenarios)):
        for choices in branches(runbook, inputs):
            branch = ", ".join([*(f"{name} = {value}" for name, value in choices.items()), *active])
            result = _rehearse(runbook, {**inputs, **choices}, active, out, console)
            console.print(f"{result.status}  {branch or 'the only branch'}: {result.folder}", markup=False)
            folders.append(result.folder)
            if result.status == Status.INTERRUPTED:
                raise KeyboardInterrupt
    return folders


def branches(runbook: Runbook, inputs: dict[str, Any]) -> Iterator[dict[str, str]]:
    """All combinations of the choices that ``inputs`` leaves open, at most `MAX_BRANCHES`."""
    choices = {name: each.choices for name, each in runbook.inputs.items() if each.choices and name not in inputs}
    combinations = (dict(zip(choices, values, strict=True)) for values in product(*choices.values()))
    yield from islice(combinations, MAX_BRANCHES)


def _rehearse(
    runbook: Runbook, inputs: dict[str, Any], scenarios: Sequence[str], out: Path, console: Console
) -> RunResult:
    plan = replace(make_plan(runbook, inputs, {}, True), probing=True)
    guide = {"name": runbook.guide, "path": None, "sha256": None} if runbook.guide else None
    options = RunOptions(out, facts={"ticket": None, "guide": guide})
    with join(plan, None, scenarios) as simulators, interrupts() as interrupt:
        return execute(plan, options, NullListener(), interrupt, simulators)
