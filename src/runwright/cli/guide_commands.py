"""The commands of `runwright guide`. Each imports what it needs, so that `--help` is quick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, TypeVar

import typer

from runwright.cli.guide_files import (
    book_of,
    guides_of,
    home_of,
    lock_home,
    not_moved,
    other_languages,
    refuse_shipped,
)
from runwright.evidence.sanitize import for_terminal

if TYPE_CHECKING:
    from runwright.guide.check_result import Report
    from runwright.language.runbook_model import Runbook

T = TypeVar("T")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Holds guides against the pages: what a reader would stumble over, and what to write instead.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

BookName = Annotated[str, typer.Argument(help="A runbook's path, or its name under runbooks/.", metavar="RUNBOOK")]
MaybeBook = Annotated[
    str | None, typer.Argument(help="A runbook: its runs are made first, on every branch.", metavar="[RUNBOOK]")
]
Guides = Annotated[
    list[Path] | None,
    typer.Option("--guide", metavar="FILE", help="A guide, the source language first; else as the project file says."),
]
Runs = Annotated[
    list[Path] | None, typer.Option("--run", metavar="FOLDER", help="A run's folder, or a folder with some.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
FORMS = ("text", "json", "summary", "diff", "sarif", "html")
ENDINGS = {".html": "html", ".htm": "html", ".json": "json", ".md": "summary", ".diff": "diff", ".sarif": "sarif"}
"""The form that a file's ending asks for."""


@app.command(
    epilog="Example: runwright guide check --run screenshots/slack-alerts/20261124T033000Z-7f3a --guide slack-alerts.md"
)
def check(
    runbook: MaybeBook = None,
    run: Runs = None,
    guide: Guides = None,
    inputs: Annotated[
        list[str] | None, typer.Option("-i", "--input", metavar="NAME=VALUE", help="An input's value; fixes a branch.")
    ] = None,
    scenario: Annotated[
        list[str] | None, typer.Option("--scenario", metavar="NAME", help="Rehearse again in this scenario.")
    ] = None,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where the runs go.")] = Path("screenshots"),
    form: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="FORM", help=f"{', '.join(FORMS)}; without it as the ending of --to says, or text."
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE", help=f"Write it there: {', '.join(ENDINGS)}, or another ending for text."),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Leave out what `guide accept` keeps.")] = False,
    fail_on: Annotated[
        str, typer.Option("--fail-on", metavar="SEVERITY", help="error, warning, note or never.")
    ] = "warning",
    json: Json = False,
) -> None:
    """Name every place where guide and pages disagree. With --run no browser is needed.

    With a runbook its rehearsals are made first, one for each branch that its choices give. Runs on real sites are
    made with `runwright run`, and given with --run.
    """
    from runwright.guide.match.findings import at_least

    if json and form not in (None, "json"):
        _fail(f"--json and --as {form} are two forms.", "Say one of them.")
    if form is None:
        form = "json" if json else ENDINGS.get(to.suffix.lower(), "text") if to is not None else "text"
    if form not in FORMS:
        _fail(f"There is no form `{form}`.", f"It is one of {', '.join(FORMS)}.")
    if fail_on not in ("error", "warning", "note", "never"):
        _fail(f"`{fail_on}` is no severity.", "It is one of error, warning, note, never.")
    _writable(to)
    report = _guarded(lambda: _report(runbook, run, guide, inputs or [], scenario or [], out, new, form != "text"))
    _put(_shown(report, form, to), to)
    unknown = report.says_nothing and fail_on != "never"
    raise typer.Exit(1 if unknown or at_least(report.findings, fail_on) else 0)


@app.command(epilog="Example: runwright guide coverage slack-alerts --guide slack-alerts.md")
def coverage(
    runbook: BookName,
    guide: Guides = None,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to", metavar="FILE", help="Write it there; .html makes a page with both side by side, .json, .txt."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Say which steps follow which item, which items none follows, which ties point nowhere or have moved."""
    from runwright.guide.baseline.reviewed_items import changes, read_lock
    from runwright.guide.check_result import coverage_data
    from runwright.guide.match.references import coverage as cover
    from runwright.guide.render.html_page import coverage_page
    from runwright.guide.render.plain_text import coverage_text

    form = "json" if json else _form_of(to)
    _writable(to)

    def work() -> tuple[str, bool]:
        book = book_of(runbook)
        lock = read_lock(book.path)
        texts, rows, pages, sound = [], [], [], True
        for each in guides_of(guide, book):
            found = cover(each, book)
            kept = lock.of(each)
            gone = [change for change in changes(each, kept) if change.state != "same"] if kept is not None else []
            sound &= not found.nowhere and not gone
            pages.append((each, found))
            rows.append(
                {
                    "guide": str(each.path),
                    "coverage": coverage_data(found),
                    "unfollowed": [item.address for item in found.unfollowed],
                    "nowhere": [{"line": tie.line, "follows": tie.follows, "says": tie.says} for tie in found.nowhere],
                    "changes": [{"item": c.address, "state": c.state, "now": c.now} for c in gone],
                }
            )
            text = coverage_text(each, found)
            if kept is None:
                text += "It was never reviewed: `runwright guide relink` keeps its items' digests.\n"
            for change in gone:
                where = f" to {change.now}" if change.state == "moved" else ""
                text += f"  item {change.address} {change.state}{where} since {kept.reviewed if kept else ''}\n"
            texts.append(text)
        if form == "json":
            return _json(rows[0] if len(rows) == 1 else {"guides": rows}), sound
        return coverage_page(pages) if form == "html" else "\n".join(texts), sound

    text, sound = _guarded(work)
    _put(text, to)
    raise typer.Exit(0 if sound else 1)


@app.command(epilog="Example: runwright guide relink slack-alerts --guide slack-alerts.md")
def relink(
    runbook: BookName,
    guide: Guides = None,
    show: Annotated[bool, typer.Option("--show", help="Only say what would be done.")] = False,
) -> None:
    """Move the ties whose item went elsewhere, and keep the items' digests as reviewed today."""
    from datetime import UTC, datetime

    from runwright.evidence.atomic_io import write_whole
    from runwright.guide.baseline.relink import Relinked, behind, moves, relinked
    from runwright.guide.baseline.reviewed_items import changes, followed, keep, read_lock, write_lock

    def work() -> list[str]:
        book = book_of(runbook)
        refuse_shipped(book.path)
        lock = read_lock(book.path)
        first, *others = guides_of(guide, book)
        kept = lock.of(first)
        done = relinked(book, first, kept) if kept is not None else Relinked()
        if done.stuck:
            raise not_moved(done)
        said = [f"{old} -> {new}" for old, new in sorted(done.moved.items())]
        for path, text in {} if show else done.texts.items():
            refuse_shipped(path)
            write_whole(path, text.encode())
        for change in changes(first, kept) if kept is not None else ():
            if change.state == "changed" and change.address in followed(book, first):
                said.append(f"{change.address} {change.state}: look at it yourself")
        if show:
            kept_in = (
                f"{each.path}: its {len(each.items)} items would be kept as reviewed today" for each in (first, *others)
            )
            return [*said, *kept_in]
        for each in (first, *others):
            old = lock.of(each)
            lag = behind(each, old, moves(first, kept)) if old is not None and kept is not None else None
            if lag is not None and each is not first:
                keep(lock, each, lag)
                said.append(f"{each.path} has not changed in the same way: it stays as reviewed on {lag.reviewed}")
                continue
            write_lock(lock, each, datetime.now(UTC).date())
            said.append(f"reviewed {each.path}: {len(each.items)} items are kept in {lock.path}")
        return said

    for line in _guarded(work):
        typer.echo(line)


@app.command(
    epilog='Example: runwright guide accept --run FOLDER --guide slack-alerts.md --line 29 --reason "Known to readers."'
)
def accept(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it may stay as it is.")],
    run: Runs = None,
    guide: Guides = None,
    line: Annotated[
        int | None, typer.Option("--line", metavar="N", help="Only findings on this line of the guide named first.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only findings of this kind.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All findings there are.")] = False,
) -> None:
    """Keep findings, with reason and date, so that `guide check --new` leaves them out: in all languages at once."""
    from datetime import UTC, datetime
    from typing import get_args

    from runwright.guide.baseline.accepted_findings import accept as keep
    from runwright.guide.baseline.accepted_findings import read_accepts
    from runwright.guide.match.findings import Kind

    if not reason.strip():
        _fail("Nobody will know why.", "Say it with --reason TEXT.")
    if kind is not None and kind not in get_args(Kind):
        _fail(f"There is no kind `{kind}`.", f"It is one of {', '.join(get_args(Kind))}.")
    if line is None and kind is None and not every:
        _fail("Which findings?", "Say --line N, --kind KIND, or --all.")

    def work() -> list[str]:
        report = _report(None, run, guide, [], [], Path(), False, True, every_language=True)
        named = guide[0].resolve() if guide else report.guides[0].verdict.guide.path.resolve()
        chosen = []
        for group in report.grouped():
            members = [(group.checked, group.finding), *group.others]
            of_kind = [each for each in members if kind in (None, each[1].kind)]
            if any(line is None or (line == f.line and c.verdict.guide.path.resolve() == named) for c, f in of_kind):
                chosen += members
        if not chosen:
            from runwright.language.diagnostics import Fault, UserError

            raise UserError(Fault("There is no such finding.", "`runwright guide check` names them all."))
        accepts = read_accepts(lock_home(report))
        keep(accepts, [finding for _, finding in chosen], reason, datetime.now(UTC).date())
        said = [f"accepted {each.kind}, {checked.name}, item {each.item}: {each.key}" for checked, each in chosen]
        return [*said, str(accepts.path)]

    for said in _guarded(work):
        typer.echo(said)


@app.command(epilog="Example: runwright guide draft slack-alerts.md > runbooks/slack-alerts.yaml")
def draft(file: Annotated[Path, typer.Argument(metavar="FILE", help="A guide.")]) -> None:
    """Write the skeleton of a runbook that follows a guide; comments say where a person must decide."""
    from runwright.guide.draft import draft as make
    from runwright.guide.parse.guide_reader import read_guide

    typer.echo(_guarded(lambda: make(read_guide(file))), nl=False)


def _report(
    runbook: str | None,
    run: list[Path] | None,
    guide: list[Path] | None,
    inputs: list[str],
    scenarios: list[str],
    out: Path,
    new: bool,
    quiet: bool,
    every_language: bool = False,
) -> Report:
    from runwright.guide.baseline.accepted_findings import read_accepts
    from runwright.guide.baseline.reviewed_items import read_lock
    from runwright.guide.check import check as hold
    from runwright.guide.check import read_runs
    from runwright.language.diagnostics import Fault, UserError

    book = book_of(runbook) if runbook is not None else None
    folders = list(run or [])
    if folders and (inputs or scenarios):
        what = "-i" if inputs else "--scenario"
        raise UserError(Fault(f"{what} is for runs that are made first.", "Leave it out, or leave out --run."))
    if not folders:
        if book is None:
            raise UserError(Fault("Nothing to hold the guide against.", "Give --run FOLDER, or a runbook."))
        guides = guides_of(guide, book)  # a guide that is not there is told before anything runs
        folders = _rehearsed(book, inputs, scenarios, out, quiet)
    runs = read_runs(folders)
    book = book or next((each.runbook for each in runs if each.runbook is not None), None)
    guides = guides_of(guide, book)
    if every_language and guide:
        guides += other_languages(guides, book)
    home = home_of(runs[0].name, book)
    lock = read_lock(home) if home is not None else None
    accepts = read_accepts(home) if home is not None and new else None
    return hold(guides, runs, lock, accepts, book)


def _rehearsed(book: Runbook, inputs: list[str], scenarios: list[str], out: Path, quiet: bool) -> list[Path]:
    from runwright.cli import run_output as ui
    from runwright.cli.branch_rehearsals import rehearse_branches
    from runwright.engine.errors import NotUsable
    from runwright.evidence.atomic_io import EvidenceError
    from runwright.project.discovery import read_inputs

    try:
        return rehearse_branches(book, read_inputs(inputs, None), scenarios, out, ui.make(stderr=quiet))
    except NotUsable as error:
        raise EvidenceError(f"{error}\n{error.remedy}") from None


def _shown(report: Report, form: str, to: Path | None) -> str:
    if form == "json":
        return _json(report.data())
    if form == "summary":
        from runwright.guide.render.summary import summary

        return summary(report)
    if form == "diff":
        from runwright.guide.render.suggested_diff import diff

        return diff(report)
    if form == "sarif":
        from runwright.guide.render.sarif import sarif

        return _json(sarif(report))
    if form == "html":
        from runwright.guide.render.html_page import page

        return page(report, to)
    from runwright.evidence.sanitize import for_terminal
    from runwright.guide.render.plain_text import text

    return for_terminal(text(report))


def _json(data: Any) -> str:
    import json

    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def _put(text: str, to: Path | None) -> None:
    from runwright.evidence.atomic_io import EvidenceError, write_whole

    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        write_whole(to, text.encode("utf-8", "backslashreplace"))
    except EvidenceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(4) from None
    typer.echo(str(to), err=True)


def _guarded(work: Callable[[], T]) -> T:
    """Do it; what the caller got wrong is exit code 2, what the machine does not give exit code 4."""
    from runwright.cli import run_output as ui
    from runwright.evidence.atomic_io import EvidenceError
    from runwright.language.diagnostics import UserError

    try:
        return work()
    except UserError as error:
        ui.show_error(error, ui.make(stderr=True))
        raise typer.Exit(2) from None
    except EvidenceError as error:
        typer.echo(for_terminal(str(error)), err=True)
        raise typer.Exit(4) from None


def _writable(to: Path | None) -> None:
    """Ends the call where a file has no folder to lie in: said before anything is done."""
    if to is not None and not to.parent.is_dir():
        _fail(f"There is no folder {to.parent}.", "Make it first, or give another path.")


def _form_of(to: Path | None) -> str:
    """The form that a file's ending asks for; text where nothing is written to a file."""
    forms = {ending: form for ending, form in ENDINGS.items() if form in ("html", "json")} | {".txt": "text"}
    if to is not None and to.suffix.lower() not in forms:
        _fail(f"{to}: no form of coverage ends like this.", f"Let it end in one of {', '.join(forms)}.")
    return forms[to.suffix.lower()] if to is not None else "text"


def _fail(message: str, remedy: str) -> NoReturn:
    typer.echo(f"{message}\n  {remedy}", err=True)
    raise typer.Exit(2)
