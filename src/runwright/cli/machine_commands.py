"""Commands for what runs stand on: stand-ins and the machine. Each imports what it needs, so that `--help` is quick."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import InputFile, Inputs, Scenarios, Secrets

app = typer.Typer()


@app.command(epilog="Example: runwright rehearsal --port 8765 --scenario apps")
def rehearsal(
    port: Annotated[
        int,
        typer.Option("--port", metavar="P", min=0, max=65535, help="The control address's port; 0 takes a free one."),
    ] = 8765,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="DIR", help="Keep the stand-ins' state there, and go on from it.")
    ] = None,
    scenario: Scenarios = None,
    list_all: Annotated[bool, typer.Option("--list", help="Name the scenarios and say what each plays.")] = False,
) -> None:
    """Serve the stand-ins until Ctrl-C; `run --rehearsal URL` uses them."""
    from runwright.engine.run.interrupts import interrupts
    from runwright.language.diagnostics import Fault, UserError
    from runwright.rehearsal.registry import KINDS
    from runwright.rehearsal.rehearsal import Rehearsal, all_scenarios
    from runwright.rehearsal.state_store import BadState, NotKept

    if list_all:
        for name, sentence in sorted(all_scenarios(KINDS).items()):
            typer.echo(f"{name:<24} {sentence}")
        return
    try:
        served = Rehearsal(scenario or [], port, state=state)
        with interrupts() as interrupt, served:
            typer.echo(f"control   {served.control_url}")
            typer.echo(f"run       runwright run slack-alerts --rehearsal {served.control_url}")
            typer.echo(f"curl      curl --proxy {served.control_url} --cacert ca.pem https://api.slack.com/apps")
            typer.echo(
                f"          ({served.control_url}/ca.pem is the certificate; /effects and /state say what happened)"
            )
            interrupt.wait()
    except BadState as error:
        remedy = "Take it away, or name another folder with --state."
        typer.echo(str(UserError(Fault(str(error), remedy))), err=True)
        raise typer.Exit(2) from None
    except NotKept as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(4) from None
    except ValueError as error:
        typer.echo(str(UserError(Fault(str(error), "`runwright rehearsal --list` names them all."))), err=True)
        raise typer.Exit(2) from None
    except OSError as error:
        why = os.strerror(error.errno) if error.errno else str(error)  # what Python adds to it tells nobody more
        typer.echo(f"The port {port} cannot be had: {why}. Choose another with --port.", err=True)
        raise typer.Exit(4) from None


@app.command(epilog="Example: runwright doctor slack-alerts -i wandb_url=https://wandb.acme.example")
def doctor(
    runbook: Annotated[
        str | None, typer.Argument(help="A runbook, whose sites and secrets are looked at too.", metavar="RUNBOOK")
    ] = None,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    fix: Annotated[bool, typer.Option("--fix", help="Install a browser where none starts, after asking.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Look whether this machine can run runbooks, and say what helps."""
    from runwright.project.doctor import about_runbook, examine

    if runbook is None and (inputs or input_file or secret):
        typer.echo("Inputs and secrets are a runbook's.\n  Name the runbook: runwright doctor RUNBOOK …", err=True)
        raise typer.Exit(2)
    more = about_runbook(runbook, inputs or [], input_file, secret or []) if runbook is not None else ()
    raise typer.Exit(examine(fix, yes, more))
