"""Commands for those who write runbooks. Each imports what it needs, so that `--help` is quick."""

from __future__ import annotations

import sys
from collections.abc import Sized
from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import Json

app = typer.Typer()


@app.command(epilog="Example: runwright validate runbooks/")
def validate(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Files or folders.")] = None,
    json: Json = False,
) -> None:
    """Tell every fault of every runbook: where it stands, what it is, what to write instead."""
    from runwright.cli import plain_output
    from runwright.language.diagnostics import Fault, UserError
    from runwright.project.discovery import no_file, runbooks_below
    from runwright.project.validate import faults_of

    remedy = "Give a file, or a folder with some."
    absent = [fault for path in paths or () if not path.exists() for fault in no_file(path, remedy).faults]
    given = paths or [path for path in [Path("runbooks")] if path.is_dir()]
    files = [f for p in given for f in (runbooks_below(p) if p.is_dir() else [p])]
    nothing = Fault("There is no runbook here.", f"{remedy} `runwright init NAME` makes one.")
    faults = absent or (faults_of(files) if files else [nothing])
    if json:
        plain_output.print_json(
            {"files": [str(path) for path in files], "faults": [plain_output.fault_data(fault) for fault in faults]}
        )
    stream = sys.stderr if json else sys.stdout
    if faults:
        plain_output.print_faults(UserError(faults), stream)
        if files and not absent:
            print(f"\n{_counted(faults, 'fault')} in {_counted(files, 'file')}.", file=stream)
        raise typer.Exit(2)
    if not json:
        typer.echo(f"{_counted(files, 'runbook')}: no fault.")


def _counted(things: Sized, noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


@app.command("list", epilog="Example: runwright list")
def list_(json: Json = False) -> None:
    """Say what runbooks there are."""
    from runwright.cli import plain_output as ui
    from runwright.language.diagnostics import UserError
    from runwright.language.runbook_loader import load
    from runwright.project.discovery import runbook_files, words

    words_for = words()
    rows = []
    for name, path in runbook_files().items():
        try:
            title = load(path, words_for(path)).title
        except UserError as error:
            title = f"({len(error.faults)} faults; see `runwright validate {path}`)"
        rows.append({"name": name, "title": title, "path": str(path)})
    if json:
        ui.print_json(rows)
    for row in [] if json else rows:
        typer.echo(f"{row['name']:<24} {row['title']}")


@app.command(epilog="Example: runwright steps click")
def steps(verb: Annotated[str | None, typer.Argument(metavar="VERB", help="The verb to explain.")] = None) -> None:
    """Say what verbs there are, or explain one: what it does, its fields, an example."""
    from runwright.language import markdown_tables
    from runwright.language.diagnostics import Fault, UserError
    from runwright.language.verb_spec import no_such_verb, vocabulary

    verbs = vocabulary(Path("steps")).models()
    if verb is None:
        for name in sorted(verbs):
            typer.echo(f"{name:<12} {markdown_tables.summary(verbs[name])}")
        return
    if verb not in verbs:
        typer.echo(str(UserError(Fault(f"There is no verb `{verb}`.", no_such_verb(verb, verbs)))), err=True)
        raise typer.Exit(2)
    typer.echo(markdown_tables.page(verbs[verb]))


@app.command(epilog="Example: runwright schema --to runbook.schema.json")
def schema(
    to: Annotated[
        Path | None, typer.Option("--to", metavar="FILE", help="Write it there, not on standard output.")
    ] = None,
) -> None:
    """The JSON Schema of runbooks, for editors: the shipped verbs and those of steps/ in this folder."""
    from runwright.language.diagnostics import Fault, UserError
    from runwright.project.scaffold import schema_text

    text = schema_text(Path("steps"))
    if to is None:
        typer.echo(text, nl=False)
        return
    try:
        to.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(Fault(f"{to} cannot be written: {error.strerror}.", "Choose another file.")) from None


@app.command(epilog="Example: runwright init demo")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; it is made when it is missing.")],
) -> None:
    """Begin a project: a runbook, the schema for editors, room for steps and evidence. Overwrites nothing."""
    import shlex

    from runwright.project.scaffold import start

    started = start(folder)
    for path in started.written:
        typer.echo(f"written  {path}")
    for path in started.kept:
        typer.echo(f"kept     {path}")
    typer.echo(f"\nNext: cd {shlex.quote(str(folder))} && runwright rehearse slack-alerts")
