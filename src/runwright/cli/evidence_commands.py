"""Commands for evidence. Each imports what it needs, so that `--help` is quick."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import Json
from runwright.evidence.sanitize import for_terminal

app = typer.Typer()


@app.command(epilog="Example: runwright verify screenshots/slack-alerts/20261124T033000Z-7f3a --head 9f2c…")
def verify(
    folders: Annotated[list[Path], typer.Argument(metavar="FOLDER", help="Runs' folders, or folders with some.")],
    head: Annotated[str | None, typer.Option("--head", metavar="H", help="The head that was kept elsewhere.")] = None,
    evidence: Annotated[bool, typer.Option("--evidence", help="Refuse rehearsals.")] = False,
    json: Json = False,
) -> None:
    """Check that nothing in a run's folder was altered; say what that does not prove."""
    from runwright.cli import plain_output as ui
    from runwright.evidence import verify as check

    for folder in folders:
        _folder_is_there(folder)
    found = [run for folder in folders for run in check.run_folders(folder)]
    if not found:
        typer.echo("There is no run's folder (one with an events.jsonl).", err=True)
        raise typer.Exit(2)
    if head is not None and len(found) != 1:
        typer.echo("--head goes with one run's folder.", err=True)
        raise typer.Exit(2)
    verdicts = [check.verify(run, head, evidence) for run in found]
    alone = len(found) == 1 and found[0] in folders
    missing = [] if alone else check.missing_predecessors(verdicts)
    good = all(verdict.good for verdict in verdicts) and not missing
    if json:
        ui.print_json({"good": good, "runs": [verdict.data() for verdict in verdicts], "missing": missing})
        raise typer.Exit(0 if good else 1)
    for verdict in verdicts:
        if verdict.rehearsal:
            typer.echo("REHEARSAL: no evidence of any real setting.")
        typer.echo(f"{verdict.word}  {verdict.folder}  ({verdict.status or 'not ended'})")
        for problem in (*verdict.problems, *verdict.notes):
            typer.echo(f"         {for_terminal(problem)}")
        typer.echo(f"         head {verdict.head}" + ("" if head else "  (compare it with the one kept elsewhere)"))
    for line in missing:
        typer.echo(line)
    typer.echo("\nWhat this shows, and what not:")
    for line in check.LIMITS:
        typer.echo(f"- {line}")
    raise typer.Exit(0 if good else 1)


def _folder_is_there(folder: Path) -> None:
    if not folder.exists():
        from runwright.project.discovery import no_file

        raise no_file(folder, "Give a run's folder; a run names it when it ends.")


@app.command(epilog="Example: runwright report screenshots/slack-alerts/20261124T033000Z-7f3a")
def report(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A run's folder.")],
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="One .pdf (needs fpdf2), or one self-contained .html.")
    ] = None,
) -> None:
    """Make the reports, the statement and the sums of a run's folder again (the same bytes), or export one file."""
    from runwright.evidence.atomic_io import AlteredError, EvidenceError
    from runwright.evidence.reports.export import export, unfit
    from runwright.evidence.verify import make_again

    _folder_is_there(folder)
    if not (folder / "events.jsonl").is_file():
        typer.echo(f"{folder} is no run's folder: there is no events.jsonl in it.", err=True)
        raise typer.Exit(2)
    if to is not None and (wrong := unfit(folder, to)):
        typer.echo(wrong, err=True)
        raise typer.Exit(2)
    try:
        if to is not None:
            export(folder, to)
        else:
            make_again(folder)
    except AlteredError as error:
        typer.echo(f"{for_terminal(str(error))}\nNo report was made. See: runwright verify {folder}", err=True)
        raise typer.Exit(1) from None
    except EvidenceError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(4) from None
    typer.echo(str(to or folder / "report.html"))
