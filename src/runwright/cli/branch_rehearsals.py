"""The runs that a check of a guide is held against, made first: every branch that a runbook's choices give."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product
from pathlib import Path
from typing import Any

from rich.console import Console

from runwright.engine.run.interrupts import interrupts
from runwright.engine.run.launcher import execute
from runwright.engine.run.listener import Silent
from runwright.engine.run.options import Given, Result
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_model import Runbook
from runwright.rehearsal.lifecycle import join

MOST_BRANCHES = 32
"""How many combinations of choices are run at most."""


def rehearse_branches(
    book: Runbook, given: dict[str, Any], scenarios: Sequence[str], out: Path, console: Console
) -> list[Path]:
    """Rehearse a runbook on every branch, each in a fresh world; then again in the world of each scenario.

    Gives the runs' folders, those of failed runs too. Raises UserError and NotUsable as a run does, and
    KeyboardInterrupt after a run that was ended by it.
    """
    folders: list[Path] = []
    for world in ([], *([scenario] for scenario in scenarios)):
        for choice in branches(book, given):
            named = ", ".join([*(f"{name} = {value}" for name, value in choice.items()), *world]) or "the only branch"
            result = _rehearse(book, {**given, **choice}, world, out, console)
            console.print(f"{result.status}  {named}: {result.folder}", markup=False)
            folders.append(result.folder)
            if result.status == "interrupted":
                raise KeyboardInterrupt
    return folders


def branches(book: Runbook, given: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Every combination of the choices that are not given."""
    open_ = {name: each.choices for name, each in book.inputs.items() if each.choices and name not in given}
    every = (dict(zip(open_, values, strict=True)) for values in product(*open_.values()))
    yield from islice(every, MOST_BRANCHES)


def _rehearse(book: Runbook, inputs: dict[str, Any], world: Sequence[str], out: Path, console: Console) -> Result:
    plan = replace(make_plan(book, inputs, {}, True), probing=True)
    facts = {"ticket": None, "guide": {"name": book.guide, "path": None, "sha256": None} if book.guide else None}
    with join(plan, None, world) as backdrop, interrupts() as interrupt:
        return execute(plan, Given(out, facts=facts), Silent(), interrupt, backdrop)
