"""The commands `verify` and `report`. They import what they need inside, so that `--help` stays fast."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import Json
from runwright.evidence.sanitize import clean, for_terminal
from runwright.evidence.statuses import EXIT_FINDINGS, EXIT_INVALID, EXIT_OK, EXIT_UNUSABLE

app = typer.Typer()


@app.command(epilog="Example: runwright verify screenshots/slack-alerts/20261124T033000Z-7f3a --digest 9f2c…")
def verify(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="Run folders, or folders that contain some.")],
    digest: Annotated[
        str | None,
        typer.Option(
            "--digest",
            metavar="DIGEST",
            help="A journal digest that you kept elsewhere: that of the run, or of one below the folders.",
        ),
    ] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Reject rehearsals.")] = False,
    json: Json = False,
) -> None:
    """Verify that run folders are intact. Also prints what this proves, and what it does not."""
    from runwright.cli.plain_output import print_json
    from runwright.evidence import verify as verifier

    for folder in folders:
        _require(folder)
    found = [run for folder in folders for run in verifier.run_folders(folder)]
    if not found:
        typer.echo("No run folder found: none contains an events.jsonl.", err=True)
        raise typer.Exit(EXIT_INVALID)
    single = len(found) == 1 and found[0] in folders
    verdicts = [verifier.verify(run, digest if single else None, evidence) for run in found]
    missing = [] if single else verifier.missing_predecessors(verdicts)
    if not single:
        from runwright.engine.last_runs import removed_last_runs

        digests = [verdict.digest for verdict in verdicts]
        missing += removed_last_runs(folders, digests)
        if digest is not None and digest.strip().lower() not in digests:
            missing.append(
                f"No run here has the journal digest {digest.strip()}: it was removed, or its journal altered."
            )
    good = all(verdict.good for verdict in verdicts) and not missing
    code = EXIT_OK if good else EXIT_FINDINGS
    if json:
        print_json({"good": good, "runs": [verdict.data() for verdict in verdicts], "missing": missing})
        raise typer.Exit(code)
    for verdict in verdicts:
        if verdict.rehearsal:
            typer.echo("REHEARSAL: not evidence of any real setting.")
        typer.echo(f"{verdict.verdict}  {clean(str(verdict.folder))}  ({verdict.status or 'not ended'})")
        for line in (*verdict.problems, *verdict.notes):
            typer.echo(f"         {clean(line)}")
        hint = "" if digest and single else "  (compare it with the one kept elsewhere)"
        typer.echo(f"         digest {verdict.digest}{hint}")
    for line in missing:
        typer.echo(clean(line))
    typer.echo("\nWhat this proves, and what it does not:")
    for line in verifier.LIMITS:
        typer.echo(f"- {line}")
    raise typer.Exit(code)


def _require(folder: Path) -> None:
    """Raises UserError when the folder does not exist."""
    if not folder.exists():
        from runwright.project.discovery import missing_file

        raise missing_file(folder, "Pass a run folder; each run prints its path at the end.")


@app.command(epilog="Example: runwright report screenshots/slack-alerts/20261124T033000Z-7f3a")
def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run folder.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", metavar="FILE", help="Export one .pdf (needs a browser) or one self-contained .html."),
    ] = None,
) -> None:
    """Regenerate the reports of a run folder, or export one file.

    The reports, the statement and the checksums are byte for byte the same as those that the run wrote.
    """
    from runwright.engine.errors import EnvironmentFailure
    from runwright.evidence.atomic_io import AlteredError, EvidenceError
    from runwright.evidence.reports.export import export_problem
    from runwright.evidence.verify import regenerate

    _require(folder)
    if not (folder / "events.jsonl").is_file():
        typer.echo(clean(f"{folder} is not a run folder: it contains no events.jsonl."), err=True)
        raise typer.Exit(EXIT_INVALID)
    if output is not None and (problem := export_problem(folder, output)):
        typer.echo(problem, err=True)
        raise typer.Exit(EXIT_INVALID)
    try:
        if output is not None:
            export_run(folder, output)
        else:
            regenerate(folder)
    except AlteredError as error:
        lines = "\n".join(clean(each) for each in str(error).split("\n"))
        typer.echo(f"{lines}\nNo report was written. Run: runwright verify {clean(str(folder))}", err=True)
        raise typer.Exit(EXIT_FINDINGS) from None
    except EvidenceError as error:
        typer.echo(clean(str(error)), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    except EnvironmentFailure as error:
        from runwright.cli.next_commands import CallWords, worded

        remedy = worded(error.remedy, error.next_actions, CallWords.of(sys.argv[1:]))
        typer.echo(for_terminal(f"{error}\n{remedy}"), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    typer.echo(str(output or folder / "report.html"))


def export_run(folder: Path, output: Path) -> None:
    """Write a run as one file, in the format that the suffix names. The run folder stays unchanged.

    Raises AlteredError when the folder was altered, EvidenceError when the path is not allowed or the disk is full, and
    EnvironmentFailure when a PDF is asked for and there is no browser.
    """
    from runwright.evidence.atomic_io import EvidenceError, write_atomic
    from runwright.evidence.reports.export import export_problem, single_page

    problem = export_problem(folder, output)
    if problem:
        raise EvidenceError(problem)
    if output.suffix.lower() == ".html":
        write_atomic(output, single_page(folder))
        return
    from runwright.engine.browser.report_pdf import pdf_of

    write_atomic(output, pdf_of(folder))
