"""A check of guides from the files that a caller names to a report; needs no browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runwright.guide.baseline.accepted_findings import Accepts, fresh
from runwright.guide.baseline.reviewed_items import Lock
from runwright.guide.check_result import Checked, Report
from runwright.guide.match.compare import compare
from runwright.guide.match.observations import Seen, read_run
from runwright.guide.match.references import coverage
from runwright.guide.parse.guide_model import Guide
from runwright.language.diagnostics import Fault, UserError
from runwright.language.runbook_model import Runbook


def run_folders(paths: Sequence[Path]) -> list[Path]:
    """The runs' folders at or below these. Raises UserError where there is none."""
    found: list[Path] = []
    for path in paths:
        if (path / "events.jsonl").is_file():
            found.append(path)
            continue
        below = sorted(each.parent for each in path.rglob("events.jsonl"))
        if not below:
            message = f"{path} is no run's folder: there is no events.jsonl in it."
            raise UserError(Fault(message, "Give the folder that a run named at its end."))
        found += below
    return found


def read_runs(paths: Sequence[Path]) -> list[Seen]:
    """All runs of these folders, which must be runs of one runbook. Raises UserError."""
    runs = [read_run(folder) for folder in run_folders(paths)]
    names = sorted({run.name for run in runs})
    if len(names) > 1:
        message = f"These are runs of several runbooks: {', '.join(names)}."
        raise UserError(Fault(message, "Check the guide of one runbook at a time."))
    return runs


def check(
    guides: Sequence[Guide],
    runs: Sequence[Seen],
    lock: Lock | None,
    accepts: Accepts | None,
    runbook: Runbook | None = None,
) -> Report:
    """Hold guides, the source language first, against runs.

    With ``accepts`` findings that somebody accepted are left out. Without ``runbook`` coverage is told from the one
    that the runs followed.
    """
    book = runbook or next((run.runbook for run in runs if run.runbook is not None), None)
    checked = []
    for guide in guides:
        verdict = compare(guide, lock.of(guide) if lock is not None else None, runs)
        if accepts is not None:
            verdict = replace(verdict, findings=fresh(verdict.findings, accepts))
        checked.append(Checked(verdict, coverage(guide, book) if book is not None else None))
    return Report(tuple(checked), tuple(runs))
