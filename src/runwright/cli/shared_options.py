"""The arguments and options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Answer(StrEnum):
    """A person's answer to how a change ended."""

    MADE = "made"
    NOT_MADE = "not-made"


Runbook = Annotated[
    str, typer.Argument(metavar="RUNBOOK", help="The path of a runbook, or the name of one in runbooks/.")
]
Inputs = Annotated[
    list[str] | None,
    typer.Option("-i", "--input", metavar="NAME=VALUE", help="Set an input; may be repeated. Overrides --inputs."),
]
InputFile = Annotated[Path | None, typer.Option("--inputs", metavar="FILE", help="Read inputs from a YAML file.")]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="NAME=SOURCE",
        help="Where a secret comes from: env:NAME, file:PATH, command:…, keyring:SERVICE/NAME, age:FILE or prompt; "
        "may be repeated.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep",
        metavar="NAME=SINK",
        help="Where a secret that the run reads off a page is handed to: age:FILE or command:…; may be repeated.",
    ),
]
Guide = Annotated[
    Path | None, typer.Option("--guide", metavar="FILE", help="The guide; a copy is kept with the evidence.")
]
Headed = Annotated[bool, typer.Option("--headed", help="Show the browser window, for example to sign in.")]
Accounts = Annotated[
    list[str] | None,
    typer.Option(
        "--account",
        metavar="NAME|SITE=NAME",
        help="Use the kept sign-in of this account, at all sites that have one, or at one site; may be repeated.",
    ),
]
NoSession = Annotated[bool, typer.Option("--no-session", help="Use no kept sign-in: start signed out.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation before the run.")]
PlanFirst = Annotated[
    bool,
    typer.Option("--plan", help="First read and show current and wanted values, as `check` does; then ask, or end."),
]
Probes = Annotated[
    bool,
    typer.Option("--probes", help="Run the `probe` sections as well: what the pages refuse. They change nothing."),
]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="The folder for the evidence.")]
Ticket = Annotated[
    str | None, typer.Option("--ticket", metavar="TICKET", help="The ticket that requests this run, for the journal.")
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on standard output.")]
Log = Annotated[
    Path | None, typer.Option("--log", metavar="FILE", help="Append a detailed log to this file, without secrets.")
]
Profile = Annotated[
    Path | None,
    typer.Option("--profile", metavar="FILE", help="Write a page that shows where the time went, step by step."),
]
Verbose = Annotated[bool, typer.Option("-v", "--verbose", help="Print the log on standard error.")]
Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario",
        metavar="NAME",
        help="Run the simulators in this scenario; may be repeated. `runwright simulator --list` lists them.",
    ),
]
Resume = Annotated[
    str | None, typer.Option("--resume", metavar="RUN", help="Resume an unfinished run: its id, or `last`.")
]
Restart = Annotated[bool, typer.Option("--restart", help="Start over, ignoring an unfinished run.")]
Redo = Annotated[
    list[str] | None,
    typer.Option(
        "--redo",
        metavar="SECTION",
        help="Run a section again, by number or name, whatever its page shows; may be repeated.",
    ),
]
Settled = Annotated[
    Answer | None,
    typer.Option(
        "--settled",
        metavar="made|not-made",
        help="With --resume: whether the change whose outcome was unknown was made, as you found out at the site.",
    ),
]


def _read_steps(context: typer.Context, unwanted: bool) -> bool:
    """Before the command reads a project: whether its Python files are executed."""
    if not context.resilient_parsing:
        from runwright.project.project_code import read_project_steps

        read_project_steps(not unwanted)
    return unwanted


NoProjectSteps = Annotated[
    bool,
    typer.Option(
        "--no-project-steps",
        help="Do not execute the Python files in the project's steps/ folders: a project of somebody else.",
        callback=_read_steps,
    ),
]
SimulatorUrl = Annotated[
    str | None,
    typer.Option("--simulator", metavar="URL", help="Use the simulators that `runwright simulator` serves there."),
]
