"""The commands `simulator` and `doctor`. They import what they need inside, so that `--help` stays fast."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from runwright.cli.shared_options import InputFile, Inputs, Keep, NoProjectSteps, Secrets
from runwright.evidence.statuses import EXIT_INVALID, EXIT_UNUSABLE

app = typer.Typer()


@app.command(epilog="Example: runwright simulator --port 8765 --scenario apps")
def simulator(
    port: Annotated[
        int,
        typer.Option(
            "--port", metavar="PORT", min=0, max=65535, help="The port of the control address; 0 picks a free one."
        ),
    ] = 8765,
    state: Annotated[
        Path | None,
        typer.Option("--state", metavar="DIR", help="Keep the state of the simulators in this folder between calls."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option("--scenario", metavar="NAME", help="Run the simulators in this scenario; may be repeated."),
    ] = None,
    list_all: Annotated[bool, typer.Option("--list", help="List the scenarios and exit.")] = False,
) -> None:
    """Serve the simulators until Ctrl-C. `runwright rehearse --simulator URL` uses them."""
    from runwright.engine.run.interrupts import interrupts
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.rehearsal.registry import simulator_kinds
    from runwright.rehearsal.rehearsal import Rehearsal, all_scenarios
    from runwright.rehearsal.state_store import InvalidState, StateNotWritable

    if list_all:
        for name, sentence in sorted(all_scenarios(simulator_kinds()).items()):
            typer.echo(f"{name:<24} {sentence}")
        return
    try:
        served = Rehearsal(scenario or [], port, state=state)
        with interrupts() as interrupt, served:
            url = served.control_url
            typer.echo(f"control   {url}")
            typer.echo(f"run       runwright rehearse slack-alerts --simulator {url}")
            typer.echo(f"curl      curl --proxy {url} --cacert ca.pem https://api.slack.com/apps")
            typer.echo(f"          ({url}/ca.pem is the certificate; /effects and /state show what happened)")
            interrupt.wait()
    except InvalidState as error:
        remedy = "Delete the file, or pass another folder with --state."
        typer.echo(str(UserError(Diagnostic(str(error), remedy))), err=True)
        raise typer.Exit(EXIT_INVALID) from None
    except StateNotWritable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None
    except ValueError as error:
        remedy = "`runwright simulator --list` lists all scenarios."
        typer.echo(str(UserError(Diagnostic(str(error), remedy))), err=True)
        raise typer.Exit(EXIT_INVALID) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)  # without the address that asyncio adds
        typer.echo(f"Cannot listen on port {port}: {reason}. Pass another one with --port.", err=True)
        raise typer.Exit(EXIT_UNUSABLE) from None


@app.command(epilog="Example: runwright doctor slack-alerts -i wandb_url=https://wandb.acme.example")
def doctor(
    runbook: Annotated[
        str | None, typer.Argument(metavar="RUNBOOK", help="A runbook whose sites and secrets are checked too.")
    ] = None,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    keep: Keep = None,
    fix: Annotated[bool, typer.Option("--fix", help="Install a browser if none starts; asks first.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask for confirmation.")] = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Check whether this machine can run runbooks. Prints a remedy for each problem."""
    from runwright.cli.prompts import confirm
    from runwright.project.doctor import examine, runbook_checks

    if runbook is None and (inputs or input_file or secret or keep):
        message = "Inputs and secrets belong to a runbook.\n  Name the runbook: runwright doctor RUNBOOK …"
        typer.echo(message, err=True)
        raise typer.Exit(EXIT_INVALID)
    more = runbook_checks(runbook, inputs or [], input_file, secret or [], keep or []) if runbook is not None else ()
    raise typer.Exit(examine(fix, (lambda question: True) if yes else confirm, more))
