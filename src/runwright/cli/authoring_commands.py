"""Commands for writing runbooks: `validate`, `list`, `verbs`, `schema`, `init`. They import what they need inside."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import Json, NoProjectSteps
from runwright.evidence.statuses import EXIT_INVALID

app = typer.Typer()


@app.command(epilog="Example: runwright validate runbooks/")
def validate(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help="Runbooks, or folders with runbooks; without it runbooks/."),
    ] = None,
    json: Json = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Validate runbooks. Lists all errors, each with its line and what to write instead, and warnings."""
    from runwright.cli.plain_output import counted, diagnostic_data, print_diagnostics, print_json
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.discovery import missing_file, runbooks_below
    from runwright.project.validate import Validated, validate_runbooks

    remedy = "Pass a runbook, or a folder with runbooks."
    missing = [error for path in paths or () if not path.exists() for error in missing_file(path, remedy).diagnostics]
    roots = paths or [path for path in [Path("runbooks")] if path.is_dir()]
    files = [file for root in roots for file in (runbooks_below(root) if root.is_dir() else [root])]
    found = Validated(missing, [], 0)
    if not missing and files:
        found = validate_runbooks(files)
    errors = found.errors
    if not missing and not files:
        errors = [Diagnostic("No runbook found.", f"{remedy} `runwright init DIR` creates a project with one.")]
    if json:
        data = {
            "files": [str(path) for path in files],
            "errors": [diagnostic_data(each) for each in errors],
            "warnings": [diagnostic_data(each) for each in found.warnings],
        }
        print_json(data)
    stream = sys.stderr if json else sys.stdout
    if found.warnings:
        shown = [replace(each, message=f"warning: {each.message}") for each in found.warnings]
        print_diagnostics(UserError(shown), stream)
        print(file=stream)
    if errors:
        print_diagnostics(UserError(errors), stream)
        if found.invalid:
            total = counted(len(files), "runbook")
            print(f"\n{counted(len(errors), 'error')} in {found.invalid} of {total}.", file=stream)
        raise typer.Exit(EXIT_INVALID)
    if not json:
        warned = f" {counted(len(found.warnings), 'warning')}." if found.warnings else ""
        typer.echo(f"{counted(len(files), 'runbook')} valid.{warned}")


@app.command("list", epilog="Example: runwright list")
def list_(
    json: Json = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """List the runbooks in runbooks/ and the shipped ones."""
    from runwright.cli.plain_output import counted, print_json
    from runwright.language.diagnostics import UserError
    from runwright.language.runbook_loader import load
    from runwright.project.discovery import runbook_files, vocabulary_cache

    vocabulary_for = vocabulary_cache()
    rows = []
    for runbook, path in runbook_files().items():
        try:
            name = load(path, vocabulary_for(path)).name
        except UserError as error:
            name = f"({counted(len(error.diagnostics), 'error')}: runwright validate {path})"
        rows.append({"runbook": runbook, "name": name, "path": str(path)})
    if json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['runbook']:<24} {row['name']}")


@app.command(epilog="Example: runwright verbs click")
def verbs(
    verb: Annotated[str | None, typer.Argument(metavar="VERB", help="The verb to explain.")] = None,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """List all verbs, or explain one. Explains what it does, its fields, and shows an example."""
    from runwright.language import markdown_tables
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.language.verb_spec import unknown_verb_remedy
    from runwright.project.discovery import vocabulary_of

    words = vocabulary_of(Path("steps"))
    known = words.models()
    if verb is None:
        for name in sorted(known):
            typer.echo(f"{name:<12} {markdown_tables.summary(known[name])}")
        return
    if verb not in known:
        typer.echo(str(UserError(Diagnostic(f"Unknown verb `{verb}`.", unknown_verb_remedy(verb, known)))), err=True)
        raise typer.Exit(EXIT_INVALID)
    typer.echo(markdown_tables.page(known[verb]))


@app.command(epilog="Example: runwright schema --output runbook.schema.json")
def schema(
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write to a file instead of standard output.")
    ] = None,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Print the JSON Schema of runbooks, for editors. Includes the verbs in steps/ of this folder."""
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.scaffold import schema_text

    text = schema_text(Path("steps"))
    if output is None:
        typer.echo(text, nl=False)
        return
    try:
        output.write_text(text, "utf-8")
    except OSError as error:
        raise UserError(Diagnostic(f"Cannot write {output}: {error.strerror}.", "Choose another file.")) from None


@app.command(epilog="Example: runwright init demo")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The project folder; it is created when missing.")],
) -> None:
    """Create a project. Writes runbooks, the JSON Schema, and folders for verbs and evidence; overwrites nothing."""
    import shlex

    from runwright.project.scaffold import start

    started = start(folder)
    for path in started.written:
        typer.echo(f"written  {path}")
    for path in started.kept:
        typer.echo(f"kept     {path}")
    typer.echo(f"\nNext: cd {shlex.quote(str(folder))} && runwright rehearse slack-alerts")
