"""The command `inspect`: the controls of a page as lines to paste, once or while somebody clicks."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from runwright.cli.shared_options import (
    Accounts,
    Headed,
    InputFile,
    Inputs,
    Json,
    NoProjectSteps,
    NoSession,
    Scenarios,
    Secrets,
    SimulatorUrl,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from threading import Event

    from runwright.engine.browser.inspection import InspectedControl, Inspection

app = typer.Typer()


@app.command(epilog="Example: runwright inspect https://admin.acme.example/security --headed")
def inspect(
    url: Annotated[str, typer.Argument(metavar="URL", help="The page; with --runbook also a site and a path.")],
    headed: Headed = False,
    account: Accounts = None,
    no_session: NoSession = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep the window open, and print what changes as you click.")
    ] = False,
    runbook: Annotated[
        str | None, typer.Option("--runbook", metavar="FILE", help="Inspect a page of this runbook's sites.")
    ] = None,
    block: Annotated[
        str | None,
        typer.Option("--block", metavar="NAME", help="Perform this block of the runbook first, such as a sign-in."),
    ] = None,
    inputs: Inputs = None,
    input_file: InputFile = None,
    secret: Secrets = None,
    rehearse: Annotated[
        bool, typer.Option("--rehearse", help="Inspect a simulator of the runbook's site, without any network.")
    ] = False,
    scenario: Scenarios = None,
    simulator: SimulatorUrl = None,
    json: Json = False,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """List the controls of a page as lines to paste, with their values.

    Opens the page in a browser of its own, without a profile, signed in if a sign-in is kept for it; with --runbook in
    one as a run has. Types nothing, clicks nothing. A run may be in progress, but not with the same kept sign-in. A
    --block may only sign in; one that makes changes is refused.
    """
    from runwright import api
    from runwright.cli.next_commands import CallWords, worded
    from runwright.cli.plain_output import print_json
    from runwright.engine.errors import RunEnded
    from runwright.engine.run.interrupts import interrupts
    from runwright.engine.run.listener import NullListener
    from runwright.engine.run.options import RunOptions
    from runwright.project.discovery import read_inputs, read_sources

    if runbook is None and (block is not None or rehearse or scenario or simulator or inputs or input_file or secret):
        raise typer.BadParameter("It needs a runbook: pass --runbook.", param_hint="--runbook")

    class Saying(NullListener):
        """Prints what concerns the person on standard error."""

        def message(self, sentence: str) -> None:
            print(sentence, file=sys.stderr)

    simulators = api.Simulators(tuple(scenario or ()), simulator) if rehearse or scenario or simulator else None
    try:
        with interrupts() if watch else nullcontext() as interrupt:
            found = api.inspect(
                url,
                runbook,
                read_inputs(inputs or [], input_file),
                read_sources(secret or [], "--secret"),
                block=block,
                headed=headed or watch,
                simulators=simulators,
                watch=_watching(interrupt) if interrupt is not None else None,
                options=RunOptions(accounts=tuple(account or ()), kept_sessions=not no_session),
                listener=Saying(),
            )
    except RunEnded as ended:
        remedy = worded(ended.remedy, ended.next_actions, CallWords.of(sys.argv[1:]))
        print(f"{ended}\n{remedy}".strip(), file=sys.stderr)
        raise typer.Exit(ended.status.exit_code) from None
    except KeyboardInterrupt:
        raise typer.Exit(0 if watch else 130) from None
    if json:
        print_json(found.data())
    elif not watch:
        print_inspection(found)


def print_inspection(found: Inspection) -> None:
    """Print an inspection: each group under the heading, dialog or table that it belongs to."""
    from runwright.evidence.sanitize import for_terminal

    print(for_terminal(f"{found.title}  {found.address}"))
    place: tuple[str, ...] = ("", "", "")
    heading = ""
    for control in found.controls:
        if control.place != place:
            place = control.place
            print(for_terminal(f"\n# {', '.join(filter(None, place)) or 'the page'}"))
        elif control.role == "heading" or control.heading != heading:
            print()
        if control.heading != heading and control.role != "heading" and control.heading:
            print(for_terminal(f"# {control.heading}"))
        heading = control.heading
        print(for_terminal(_line(control) if control.role == "heading" else f"  {_line(control)}"))
    if found.unnamed:
        print(f"\n# {found.unnamed} more that no target distinguishes from others")
    if found.left_out:
        print(f"\n# {found.left_out} more are left out, as the page is too large to read in time")


def _line(control: InspectedControl) -> str:
    return f"{control.target}  # {control.state}" if control.state else control.target


def _watching(interrupt: Event) -> Callable[[Inspection], bool]:
    """A function that prints the first inspection that it is given, and what differs in each further one.

    It returns False after an ``interrupt``, so that the window is closed in order and a sign-in is kept.
    """
    from runwright.engine.browser.inspection import changed
    from runwright.evidence.sanitize import for_terminal

    last: list[Inspection] = []

    def watch(now: Inspection) -> bool:
        if interrupt.is_set():
            return False
        if not last or last[0].address != now.address:
            print_inspection(now)
        else:
            for sign, control in changed(last[0], now):
                print(for_terminal(f"{sign} {_line(control)}"))
        sys.stdout.flush()
        last[:] = [now]
        return True

    return watch
