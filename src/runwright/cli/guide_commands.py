"""The `runwright guide` commands. Each imports what it needs inside, so that `--help` starts fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runwright.cli.guide_output import (
    FORMATS,
    SUFFIXES,
    coverage_format,
    fail,
    guarded,
    json_text,
    rendered,
    report_format,
    require_folder_of,
    write_beside,
    write_output,
)
from runwright.cli.shared_options import Json, NoProjectSteps, Out
from runwright.cli.shared_options import Runbook as RunbookName
from runwright.evidence.statuses import EXIT_FINDINGS, EXIT_OK
from runwright.project.guide_files import (
    read_guides,
    refuse_shipped,
    runbook_of_report,
    unmovable_error,
)

if TYPE_CHECKING:
    from runwright.engine.run.options import RunResult
    from runwright.guide.check_result import Report

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Compare guides with the real pages. Names where a reader would get stuck, and what to write instead.",
    context_settings={"help_option_names": ["-h", "--help"]},
)

OptionalRunbook = Annotated[
    str | None,
    typer.Argument(help="A runbook. Without --run, it is rehearsed first, on every branch.", metavar="[RUNBOOK]"),
]
Guides = Annotated[
    list[Path] | None,
    typer.Option(
        "--guide",
        metavar="FILE",
        help="A guide, the source language first; may be repeated. Default: those of the project file.",
    ),
]
Runs = Annotated[
    list[Path] | None, typer.Option("--run", metavar="FOLDER", help="A run folder, or a folder that contains some.")
]
SEVERITIES = ("error", "warning", "note", "never")


@app.command(
    epilog="Example: runwright guide check --run screenshots/slack-alerts/20261124T033000Z-7f3a --guide slack-alerts.md"
)
def check(
    runbook: OptionalRunbook = None,
    run: Runs = None,
    guide: Guides = None,
    inputs: Annotated[
        list[str] | None,
        typer.Option("-i", "--input", metavar="NAME=VALUE", help="An input's value. Restricts the branches."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Rehearse every branch again in this scenario."),
    ] = None,
    out: Out = Path("screenshots"),
    format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help=f"{', '.join(FORMATS)}. Default: by the suffix of --output, else text."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help=f"Write to this file: {', '.join(SUFFIXES)}, or another suffix for text."
        ),
    ] = None,
    new: Annotated[bool, typer.Option("--new", help="Omit the findings accepted with `guide accept`.")] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on", metavar="SEVERITY", help="Exit with 1 from this severity on: error, warning, note or never."
        ),
    ] = "warning",
    json: Json = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Report every place where guide and pages disagree. With --run, no browser is needed.

    With a runbook and without --run, the command rehearses the runbook first, once for each branch (combination of its
    choices). To check a guide against real pages, use `runwright run` and pass the run folders with --run.
    """
    from runwright.guide.match.findings import at_least

    format = report_format(format, json, output)
    if fail_on not in SEVERITIES:
        fail(f"Unknown severity `{fail_on}`.", f"Pass one of {', '.join(SEVERITIES)}.")
    require_folder_of(output)
    report = guarded(lambda: _report(runbook, run, guide, inputs or [], scenario or [], out, new, format != "text"))
    write_output(rendered(report, format, output), output)
    write_beside(report, format, output)
    inconclusive = report.inconclusive and fail_on != "never"
    raise typer.Exit(EXIT_FINDINGS if inconclusive or at_least(report.findings, fail_on) else EXIT_OK)


@app.command(epilog="Example: runwright guide coverage slack-alerts --guide slack-alerts.md")
def coverage(
    runbook: RunbookName,
    guide: Guides = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", metavar="FILE", help="Write to this file: .html (guide and steps side by side), .json, .txt."
        ),
    ] = None,
    json: Json = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Show the steps that follow each item, items without a step, and references that are unresolved or moved."""
    from runwright.guide.baseline.reviewed_items import changes, read_baseline
    from runwright.guide.check_result import coverage_data
    from runwright.guide.match.references import coverage as compare
    from runwright.guide.render.html_page import coverage_page
    from runwright.guide.render.plain_text import coverage_text
    from runwright.project.discovery import load_runbook

    format = "json" if json else coverage_format(output)
    require_folder_of(output)

    def work() -> tuple[str, bool]:
        book = load_runbook(runbook)
        baseline = read_baseline(book.path)
        texts, rows, pages, correct = [], [], [], True
        for each in read_guides(guide, book):
            found = compare(each, book)
            reviewed = baseline.of(each)
            changed = [one for one in changes(each, reviewed) if one.state != "same"] if reviewed is not None else []
            correct &= not found.unresolved and not changed
            pages.append((each, found))
            rows.append(
                {
                    "guide": str(each.path),
                    "coverage": coverage_data(found),
                    "unfollowed": [item.address for item in found.unfollowed],
                    "unresolved": [
                        {"line": reference.line, "follows": reference.follows, "summary": reference.summary}
                        for reference in found.unresolved
                    ],
                    "changes": [{"item": one.address, "state": one.state, "now": one.now} for one in changed],
                }
            )
            text = coverage_text(each, found)
            if reviewed is None:
                text += "Not reviewed yet: run `runwright guide relink` to record the items in the baseline.\n"
            for one in changed:
                to = f" to {one.now}" if one.state == "moved" else ""
                text += f"  item {one.address} {one.state}{to} since {reviewed.reviewed if reviewed else ''}\n"
            texts.append(text)
        if format == "json":
            return json_text(rows[0] if len(rows) == 1 else {"guides": rows}), correct
        return coverage_page(pages) if format == "html" else "\n".join(texts), correct

    text, correct = guarded(work)
    write_output(text, output)
    raise typer.Exit(EXIT_OK if correct else EXIT_FINDINGS)


@app.command(epilog="Example: runwright guide relink slack-alerts --guide slack-alerts.md")
def relink(
    runbook: RunbookName,
    guide: Guides = None,
    show: Annotated[bool, typer.Option("--show", help="Show the changes without writing them.")] = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Update the references to moved items, and record all items in the baseline as reviewed today."""
    from datetime import UTC, datetime

    from runwright.evidence.atomic_io import write_atomic
    from runwright.guide.baseline.relink import RelinkResult, carried_over, moved_items, relink_references
    from runwright.guide.baseline.reviewed_items import changes, followed, read_baseline, store, write_baseline
    from runwright.project.discovery import load_runbook

    def work() -> list[str]:
        book = load_runbook(runbook)
        refuse_shipped(book.path)
        baseline = read_baseline(book.path)
        source, *others = read_guides(guide, book)
        reviewed = baseline.of(source)
        result = relink_references(book, source, reviewed) if reviewed is not None else RelinkResult()
        if result.unmovable:
            raise unmovable_error(result)
        lines = [f"{old} -> {new}" for old, new in sorted(result.moved.items())]
        for path, text in {} if show else result.texts.items():
            refuse_shipped(path)
            write_atomic(path, text.encode())
        for change in changes(source, reviewed) if reviewed is not None else ():
            if change.state == "changed" and change.address in followed(book, source):
                lines.append(f"{change.address} changed: check the steps that follow it")
        if show:
            planned = (f"{each.path}: would record {len(each.items)} items as reviewed" for each in (source, *others))
            return [*lines, *planned]
        for each in (source, *others):
            old = baseline.of(each)
            carried = None
            if each is not source and old is not None and reviewed is not None:
                carried = carried_over(each, old, moved_items(source, reviewed))
            if carried is not None:
                store(baseline, each, carried)
                lines.append(
                    f"{each.path} has not changed in the same way yet: its review stays dated {carried.reviewed}"
                )
                continue
            write_baseline(baseline, each, datetime.now(UTC).date())
            lines.append(f"{each.path}: recorded {len(each.items)} items as reviewed in {baseline.path}")
        return lines

    for line in guarded(work):
        typer.echo(line)


@app.command(
    epilog='Example: runwright guide accept --run FOLDER --guide slack-alerts.md --line 29 --reason "Known to readers."'
)
def accept(
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why the guide may stay as it is.")],
    run: Runs = None,
    guide: Guides = None,
    line: Annotated[
        int | None, typer.Option("--line", metavar="LINE", help="Only findings on this line of the first --guide.")
    ] = None,
    kind: Annotated[str | None, typer.Option("--kind", metavar="KIND", help="Only findings of this kind.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All findings.")] = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Accept findings, with reason and date, in all languages at once. `guide check --new` omits them."""
    from datetime import UTC, datetime
    from typing import get_args

    from runwright.guide.baseline.accepted_findings import accept as store
    from runwright.guide.baseline.accepted_findings import read_accepted
    from runwright.guide.match.findings import Kind

    if not reason.strip():
        fail("The reason is empty.", "Pass --reason TEXT.")
    if kind is not None and kind not in get_args(Kind):
        fail(f"Unknown kind `{kind}`.", f"Pass one of {', '.join(get_args(Kind))}.")
    if line is None and kind is None and not every:
        fail("No findings selected.", "Pass --line LINE, --kind KIND, or --all.")

    def work() -> list[str]:
        report = _report(None, run, guide, [], [], Path(), False, True, every_language=True)
        first = guide[0].resolve() if guide else report.guides[0].comparison.guide.path.resolve()
        selected = []
        for group in report.grouped():
            members = [(group.checked, group.finding), *group.others]
            of_kind = [each for each in members if kind in (None, each[1].kind)]
            if any(line is None or (line == f.line and c.comparison.guide.path.resolve() == first) for c, f in of_kind):
                selected += members
        if not selected:
            from runwright.language.diagnostics import Diagnostic, UserError

            raise UserError(Diagnostic("No finding matches.", "Run `runwright guide check` to list the findings."))
        accepted = read_accepted(runbook_of_report(report))
        store(accepted, [finding for _, finding in selected], reason, datetime.now(UTC).date())
        lines = [f"accepted {each.kind}, {checked.name}, item {each.item}: {each.key}" for checked, each in selected]
        return [*lines, str(accepted.path)]

    for message in guarded(work):
        typer.echo(message)


@app.command(epilog="Example: runwright guide draft slack-alerts.md > runbooks/slack-alerts.yaml")
def draft(file: Annotated[Path, typer.Argument(metavar="FILE", help="A guide.")]) -> None:
    """Generate a runbook skeleton from a guide. TODO comments mark what the guide does not determine."""
    from runwright.guide.draft import draft as generate
    from runwright.guide.parse.guide_reader import read_guide

    typer.echo(guarded(lambda: generate(read_guide(file))), nl=False)


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
    """Compare guides with the runs in ``run``, else with new rehearsals of the runbook. Raises UserError."""
    from runwright import api
    from runwright.engine.errors import EnvironmentFailure
    from runwright.engine.run.options import RunOptions
    from runwright.evidence.atomic_io import EvidenceError
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.discovery import read_inputs

    if run and (inputs or scenarios):
        option = "-i" if inputs else "--scenario"
        raise UserError(Diagnostic(f"{option} has no effect on existing runs.", f"Omit {option}, or omit --run."))
    if not run and runbook is None:
        raise UserError(Diagnostic("Nothing to compare the guide with.", "Pass --run FOLDER, or a runbook."))

    def rehearsed(branch: str, result: RunResult) -> None:
        from runwright.cli.run_output import make_console

        line = f"{result.status}  {branch or 'the only branch'}: {result.folder}"
        make_console(stderr=quiet).print(line, markup=False)

    try:
        report = api.check_guide(
            runbook,
            guide or (),
            run or (),
            inputs=read_inputs(inputs, None),
            scenarios=scenarios,
            options=RunOptions(out),
            new=new,
            every_language=every_language,
            rehearsed=rehearsed,
        )
    except EnvironmentFailure as error:
        from runwright.cli.next_commands import CallWords, worded

        remedy = worded(error.remedy, error.next_actions, CallWords.of(sys.argv[1:]))
        raise EvidenceError(f"{error}\n{remedy}") from None
    for each in report.runs:
        for verb in each.unmatched_verbs:
            message = f"{each.run} used the verb `{verb}` in another version than this project has, or that it lacks:"
            typer.echo(f"{message} the steps with it are compared as the journal records them.", err=True)
    return report
