"""Files that a guide check reads and writes: runbooks, guides, baselines, accepted findings."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.guide.baseline.relink import RelinkResult
    from runwright.guide.check_result import Report
    from runwright.guide.parse.guide_model import Guide
    from runwright.language.diagnostics import UserError
    from runwright.language.runbook_model import Runbook


def read_guides(paths: Sequence[Path] | None, runbook: Runbook | None) -> list[Guide]:
    """Read the guides at ``paths``, else those that the project file names, the source language first.

    Raises UserError if there is none.
    """
    from runwright.guide.parse.guide_reader import read_guide
    from runwright.guide.two_processes import spread
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.discovery import PROJECT_FILE, read_project

    project = read_project()
    if paths:
        guides = spread(read_guide, paths)
        return sorted(guides, key=lambda each: project.source is not None and each.language != project.source)
    name = runbook.guide if runbook is not None else None
    files = project.guide_files(name) if name else []
    if not files:
        remedy = f"Pass --guide FILE, or add `guides: content/{{lang}}/**/{{guide}}.md` to {PROJECT_FILE}."
        raise UserError(Diagnostic("No guide found.", remedy))
    return [read_guide(path, language) for path, language in files]


def translations(guides: list[Guide], runbook: Runbook | None) -> list[Guide]:
    """Read the guides in all other languages; empty unless the project file names ``guides``."""
    from runwright.guide.parse.guide_reader import read_guide
    from runwright.project.discovery import read_project

    known = {each.path.resolve() for each in guides}
    files = read_project().guide_files(runbook.guide) if runbook is not None and runbook.guide else []
    if not known & {path.resolve() for path, _ in files}:
        return []
    return [read_guide(path, language) for path, language in files if path.resolve() not in known]


def original_runbook(name: str, runbook: Runbook | None) -> Path | None:
    """The runbook file that has the baseline and the accepted findings beside it: not the copy in a run folder."""
    from runwright.project.discovery import runbook_files

    if runbook is not None and runbook.path.parent.name != "procedure":
        return runbook.path
    return runbook_files().get(name)


def refuse_shipped(path: Path) -> None:
    """Raise UserError if the file ships with runwright or is evidence: nothing may be written to it or beside it."""
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.discovery import SHIPPED_RUNBOOKS

    package = SHIPPED_RUNBOOKS.absolute().parent
    if path.absolute().is_relative_to(package):
        message = f"{path.name} ships with runwright: cannot change it or write files beside it."
        raise UserError(Diagnostic(message, f"Copy it first: cp {path} runbooks/", path=path))
    if (path.absolute().parent.parent / "events.jsonl").exists():
        message = f"{path.name} is part of a run folder, which must not change."
        raise UserError(Diagnostic(message, "Pass the runbook of your project.", path=path))


def unmovable_error(result: RelinkResult) -> UserError:
    """The error for references that relink cannot update. Nothing is written, so none counts as reviewed."""
    from runwright.language.diagnostics import Diagnostic, UserError

    remedy = "Remove the reference, run relink again, then add a reference to the item that the step follows now."
    diagnostics = [
        Diagnostic(f"Cannot update `follows: {each.follows}`: {each.reason}.", remedy, each.mark, each.path)
        for each in result.unmovable
    ]
    return UserError(diagnostics)


def runbook_of_report(report: Report) -> Path:
    """The runbook file of a report, to write files beside it. Raises UserError if there is none or it ships."""
    from runwright.language.diagnostics import Diagnostic, UserError

    path = original_runbook(report.runs[0].name, None)
    if path is None:
        message = f"No runbook `{report.runs[0].name}` in this folder."
        raise UserError(Diagnostic(message, "Change to the folder that has it under runbooks/."))
    refuse_shipped(path)
    return path
