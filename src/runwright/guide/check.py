"""The guide check: finds run folders, compares guides with the runs, and returns a report. Needs no browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runwright.guide.baseline.accepted_findings import AcceptedFindings, without_accepted
from runwright.guide.baseline.reviewed_items import Baseline
from runwright.guide.check_result import CheckedGuide, Report
from runwright.guide.match.compare import compare
from runwright.guide.match.findings import ComparisonResult
from runwright.guide.match.observations import RunObservations, read_run
from runwright.guide.match.references import coverage, references
from runwright.guide.parse.guide_model import Guide
from runwright.guide.two_processes import spread
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_model import Runbook

_NO_GUIDE = Guide(Path(), "", None, (), (), ())


def run_folders(paths: Sequence[Path]) -> list[Path]:
    """The run folders at or below these paths. Raises UserError for a path without any."""
    found: list[Path] = []
    for path in paths:
        if (path / "events.jsonl").is_file():
            found.append(path)
            continue
        below = sorted(each.parent for each in path.rglob("events.jsonl"))
        if not below:
            message = f"{path} is not a run folder: it has no events.jsonl."
            raise UserError(Diagnostic(message, "Pass the folder that the run printed when it ended."))
        found += below
    return found


def read_runs(paths: Sequence[Path], own_steps: Sequence[Path] = ()) -> list[RunObservations]:
    """Read all runs at or below these paths. Raises UserError when they are not runs of one runbook.

    ``own_steps`` are the project's own `steps/` folders, see `read_run`.
    """
    runs = [read_run(folder, own_steps=own_steps) for folder in run_folders(paths)]
    names = sorted({run.name for run in runs})
    if len(names) > 1:
        message = f"The runs belong to several runbooks: {', '.join(names)}."
        raise UserError(Diagnostic(message, "Pass runs of one runbook at a time."))
    return runs


def check(
    guides: Sequence[Guide],
    runs: Sequence[RunObservations],
    baseline: Baseline | None,
    accepted: AcceptedFindings | None,
    runbook: Runbook | None = None,
) -> Report:
    """Compare guides, the source language first, with runs.

    With ``accepted``, findings in it are omitted. Without ``runbook``, the coverage uses the copy in the run folders.
    """
    book = runbook or next((run.runbook for run in runs if run.runbook is not None), None)
    every = tuple(references(book)) if book is not None else ()

    def compared(guide: Guide) -> ComparisonResult:
        found = compare(guide, baseline.of(guide) if baseline is not None else None, runs)
        return replace(found, guide=_NO_GUIDE)  # the guide need not go to another process and back

    checked = []
    for guide, found in zip(guides, spread(compared, guides), strict=True):
        comparison = replace(found, guide=guide)
        if accepted is not None:
            comparison = replace(comparison, findings=without_accepted(comparison.findings, accepted))
        checked.append(CheckedGuide(comparison, coverage(guide, book, every) if book is not None else None))
    return Report(tuple(checked), tuple(runs))
