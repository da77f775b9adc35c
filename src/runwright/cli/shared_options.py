"""The options that several commands of the command line share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runbook = Annotated[str, typer.Argument(help="A runbook's path, or its name under runbooks/.", metavar="RUNBOOK")]
Inputs = Annotated[list[str] | None, typer.Option("-i", "--input", metavar="NAME=VALUE", help="An input's value.")]
InputFile = Annotated[Path | None, typer.Option("--inputs", metavar="FILE", help="A YAML file with inputs.")]
Secrets = Annotated[
    list[str] | None,
    typer.Option("--secret", metavar="NAME=SOURCE", help="env:NAME, file:PATH, command:… or prompt."),
]
Guide = Annotated[Path | None, typer.Option("--guide", metavar="FILE", help="The guide, to be kept as evidence.")]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser's window; sign in there.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before a real run.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where evidence goes.")]
Ticket = Annotated[str | None, typer.Option("--ticket", metavar="T", help="The ticket that asks for this run.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Scenarios = Annotated[
    list[str] | None, typer.Option("--scenario", metavar="NAME", help="What the stand-ins play; may be repeated.")
]
Resume = Annotated[
    str | None, typer.Option("--resume", metavar="RUN", help="Take up a run that was not finished: its id, or last.")
]
Anew = Annotated[bool, typer.Option("--anew", help="Begin anew beside a run that was not finished.")]
Redo = Annotated[
    list[str] | None,
    typer.Option("--redo", metavar="SECTION", help="Do a section, by number or title, whatever the page says."),
]
Rehearsing = Annotated[
    str | None, typer.Option("--rehearsal", metavar="URL", help="Use the stand-ins that `runwright rehearsal` serves.")
]
