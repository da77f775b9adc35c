"""Which files the commands of `runwright guide` read and write: runbooks, guides, and what is kept beside a runbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.guide.baseline.relink import Relinked
    from runwright.guide.check_result import Report
    from runwright.guide.parse.guide_model import Guide
    from runwright.language.diagnostics import UserError
    from runwright.language.runbook_model import Runbook


def book_of(name: str) -> Runbook:
    """A runbook, by its path or name. Raises UserError."""
    from runwright.language.runbook_loader import load
    from runwright.project.discovery import find_runbook, words_for

    path = find_runbook(name)
    return load(path, words_for(path))


def guides_of(given: list[Path] | None, book: Runbook | None) -> list[Guide]:
    """The guides that are given, else those that the project file names; the source language first."""
    from runwright.guide.parse.guide_reader import read_guide
    from runwright.language.diagnostics import Fault, UserError
    from runwright.project.discovery import PROJECT_FILE, read_project

    project = read_project()
    if given:
        read = [read_guide(path) for path in given]
        return sorted(read, key=lambda each: project.source is not None and each.language != project.source)
    name = book.guide if book is not None else None
    files = project.guide_files(name) if name else []
    if not files:
        remedy = f"Give --guide FILE, or write `guides: content/{{lang}}/**/{{guide}}.md` into {PROJECT_FILE}."
        raise UserError(Fault("There is no guide.", remedy))
    return [read_guide(path, language) for path, language in files]


def other_languages(guides: list[Guide], book: Runbook | None) -> list[Guide]:
    """The other languages of guides, where the project file names them among its own."""
    from runwright.guide.parse.guide_reader import read_guide
    from runwright.project.discovery import read_project

    given = {each.path.resolve() for each in guides}
    files = read_project().guide_files(book.guide) if book is not None and book.guide else []
    if not given & {path.resolve() for path, _ in files}:
        return []
    return [read_guide(path, language) for path, language in files if path.resolve() not in given]


def home_of(name: str, book: Runbook | None) -> Path | None:
    """The runbook's file beside which lock and accepted findings lie: not the copy in a run's folder."""
    from runwright.project.discovery import runbook_files

    if book is not None and book.path.parent.name != "procedure":
        return book.path
    return runbook_files().get(name)


def refuse_shipped(path: Path) -> None:
    """Raises UserError where a file ships with runwright, so that nothing may be written to it or beside it."""
    from runwright.language.diagnostics import Fault, UserError
    from runwright.project.discovery import SHIPPED_RUNBOOKS

    package = SHIPPED_RUNBOOKS.absolute().parent
    if path.absolute().is_relative_to(package):
        message = f"{path.name} ships with runwright; what you keep of a guide cannot lie there."
        raise UserError(Fault(message, f"Copy it first: cp {path} runbooks/", path=path))


def not_moved(done: Relinked) -> UserError:
    """What to say of ties that cannot be moved: nothing was written, so that none is taken for reviewed."""
    from runwright.language.diagnostics import Fault, UserError

    remedy = "Take the tie out, run this again, then tie the step to the item that it follows now."
    faults = [Fault(f"follows {each.follows}: {each.why}.", remedy, each.mark, each.path) for each in done.stuck]
    return UserError(faults)


def lock_home(report: Report) -> Path:
    """The runbook beside which what a report found is kept. Raises UserError where there is none of one's own."""
    from runwright.language.diagnostics import Fault, UserError

    home = home_of(report.runs[0].name, None)
    if home is None:
        message = f"There is no runbook `{report.runs[0].name}` here."
        raise UserError(Fault(message, "Go to the folder that has it under runbooks/."))
    refuse_shipped(home)
    return home
