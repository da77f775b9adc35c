"""The commands `run`, `check` and `rehearse`. They import what they need inside, so that `--help` stays fast."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from runwright.cli.shared_options import (
    Accounts,
    Answer,
    Guide,
    Headed,
    InputFile,
    Inputs,
    Json,
    Keep,
    Log,
    NoProjectSteps,
    NoSession,
    Out,
    PlanFirst,
    Probes,
    Profile,
    Redo,
    Restart,
    Resume,
    Runbook,
    Scenarios,
    Secrets,
    Settled,
    SimulatorUrl,
    Ticket,
    Verbose,
    Yes,
)

if TYPE_CHECKING:
    from runwright.cli.run_flow import RunRequest
    from runwright.engine.run.options import RunOptions

app = typer.Typer()

_ACME = "slack-alerts -i workspace=Acme -i channel=alerts -i wandb_url=https://wandb.acme.example"


def _answer(settled: Answer | None) -> Literal["made", "not-made"] | None:
    return settled.value if settled is not None else None


def _with_sessions(options: RunOptions, accounts: list[str] | None, none: bool) -> RunOptions:
    return replace(options, accounts=tuple(accounts or ()), kept_sessions=not none)


@app.command(epilog=f"Example: runwright run {_ACME} --headed")
def run(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    keep: Keep = None,
    guide: Guide = None,
    headed: Headed = False,
    account: Accounts = None,
    no_session: NoSession = False,
    yes: Yes = False,
    plan: PlanFirst = False,
    resume: Resume = None,
    settled: Settled = None,
    restart: Restart = False,
    redo: Redo = None,
    probes: Probes = False,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
    log: Log = None,
    profile: Profile = None,
    verbose: Verbose = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Run a runbook against the real sites. Shows the plan and asks for confirmation first."""
    from runwright.cli.early_call import carry_out

    def request() -> RunRequest:
        from runwright.cli.run_flow import RunRequest
        from runwright.engine.run.options import RunOptions

        options = _with_sessions(
            RunOptions(out, headed, ticket, resume, restart, tuple(redo or ()), _answer(settled)), account, no_session
        )
        asked = RunRequest(runbook, inputs or [], input_file, secret or [], guide, json, options, log=log)
        return replace(asked, yes=yes, plan=plan, verbose=verbose, probes=probes, keep=keep or [])

    raise typer.Exit(carry_out(request, at_once=yes and not plan, headed=headed, rehearsal=False, profile=profile))


@app.command(epilog=f"Example: runwright check {_ACME}")
def check(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    headed: Headed = False,
    account: Accounts = None,
    no_session: NoSession = False,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
    log: Log = None,
    profile: Profile = None,
    verbose: Verbose = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Check whether the real sites match a runbook. Changes nothing."""
    from runwright.cli.early_call import carry_out

    def request() -> RunRequest:
        from runwright.cli.run_flow import RunRequest
        from runwright.engine.run.options import RunOptions

        options = _with_sessions(RunOptions(out, headed, ticket), account, no_session)
        asked = RunRequest(runbook, inputs or [], input_file, secret or [], guide, json, options, "check", log=log)
        return replace(asked, yes=True, verbose=verbose)

    raise typer.Exit(carry_out(request, at_once=True, headed=headed, rehearsal=False, profile=profile))


@app.command(epilog="Example: runwright rehearse slack-alerts --scenario apps")
def rehearse(
    runbook: Runbook,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    guide: Guide = None,
    scenario: Scenarios = None,
    headed: Headed = False,
    check_only: Annotated[bool, typer.Option("--check", help="Check only, and change nothing.")] = False,
    resume: Resume = None,
    settled: Settled = None,
    restart: Restart = False,
    redo: Redo = None,
    simulator: SimulatorUrl = None,
    out: Out = Path("screenshots"),
    ticket: Ticket = None,
    json: Json = False,
    log: Log = None,
    profile: Profile = None,
    verbose: Verbose = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Run a runbook against local simulators of its sites. They answer at the real addresses, without any network."""
    from runwright.cli.early_call import carry_out

    if simulator is not None and scenario:
        message = "The simulators at --simulator have their own scenarios: pass it to `runwright simulator`."
        raise typer.BadParameter(message, param_hint="--scenario")

    def request() -> RunRequest:
        from runwright.api import Simulators
        from runwright.cli.run_flow import RunRequest
        from runwright.engine.run.options import RunOptions

        options = RunOptions(out, headed, ticket, resume, restart, tuple(redo or ()), _answer(settled))
        mode = "check" if check_only else "run"
        asked = RunRequest(runbook, inputs or [], input_file, secret or [], guide, json, options, mode, log=log)
        simulators = Simulators(tuple(scenario or ()), simulator)
        return replace(asked, yes=True, verbose=verbose, simulators=simulators)

    raise typer.Exit(carry_out(request, at_once=True, headed=headed, rehearsal=True, profile=profile))
