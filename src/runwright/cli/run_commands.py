"""Commands that run a runbook. Each imports what it needs, so that `--help` is quick."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import typer

from runwright.cli.shared_options import (
    Anew,
    Guide,
    Headed,
    InputFile,
    Inputs,
    Json,
    Out,
    Redo,
    Rehearsing,
    Resume,
    Runbook,
    Scenarios,
    Secrets,
    Ticket,
    Yes,
)

app = typer.Typer()

_ACME = "slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example"


@app.command(epilog=f"Example: runwright run {_ACME} --headed")
def run(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    headed: Headed = False,
    yes: Yes = False,
    resume: Resume = None,
    anew: Anew = False,
    redo: Redo = None,
    rehearsal: Rehearsing = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Run a runbook against the real sites (or, with --rehearsal, against stand-ins that are served already)."""
    from runwright.cli.run_flow import Call, go

    call = Call(runbook, inputs or [], input_file, secret or [], guide, headed, out, ticket, json)
    raise typer.Exit(go(replace(call, yes=yes, resume=resume, anew=anew, redo=tuple(redo or ()), control=rehearsal)))


@app.command(epilog=f"Example: runwright check {_ACME}")
def check(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    headed: Headed = False,
    rehearsal: Rehearsing = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Read whether everything is set as the runbook says; change nothing."""
    from runwright.cli.run_flow import Call, go

    call = Call(runbook, inputs or [], input_file, secret or [], guide, headed, out, ticket, json)
    raise typer.Exit(go(replace(call, mode="check", yes=True, control=rehearsal)))


@app.command(epilog="Example: runwright rehearse slack-alerts --scenario apps")
def rehearse(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    scenario: Scenarios = None,
    headed: Headed = False,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
) -> None:
    """Run a runbook against local stand-ins, under the sites' real addresses. Needs no network and no account."""
    from runwright.cli.run_flow import Call, go

    call = Call(runbook, inputs or [], input_file, secret or [], guide, headed, out, ticket, json)
    raise typer.Exit(go(replace(call, yes=True, scenarios=scenario or [])))
