"""The `runwright` command: all commands in one application, and how an invalid call ends."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from runwright.cli import (
    authoring_commands,
    evidence_commands,
    guide_commands,
    inspect_command,
    machine_commands,
    run_commands,
    session_commands,
)
from runwright.evidence.statuses import EXIT_INVALID
from runwright.language.retired_words import retired_call
from runwright.version import __version__


class CommandGroup(TyperGroup):
    """Lists all commands for an unknown one that resembles none of them."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            message = str(getattr(error, "message", ""))
            if message and "Did you mean" not in message:
                error.message = f"{message} Commands: {', '.join(sorted(self.commands))}."  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    cls=CommandGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Run runbooks against real admin pages, with a screenshot at every step as audit evidence.",
    epilog="Start with: runwright rehearse slack-alerts",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(requested: bool) -> None:
    if requested:
        typer.echo(f"runwright {__version__}")
        raise typer.Exit


@app.callback()
def _any_command(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version and exit.")
    ] = False,
) -> None:
    return


for commands in (
    run_commands,
    authoring_commands,
    inspect_command,
    evidence_commands,
    machine_commands,
    session_commands,
):
    app.add_typer(commands.app)
app.add_typer(session_commands.sessions, name="sessions", epilog="Example: runwright sessions")
app.add_typer(
    guide_commands.app, name="guide", epilog="Example: runwright guide check slack-alerts --guide slack-alerts.md"
)


def main() -> None:
    """Run the command line and exit the process. An invalid call ends with ``EXIT_INVALID``."""
    from runwright.language.diagnostics import UserError

    # Imported modules live until the process ends. Collecting garbage among them while they load, and once more at the
    # exit, would take a tenth of a second for nothing.
    gc.set_threshold(10_000, 10, 10)
    atexit.register(gc.freeze)
    retired = retired_call(sys.argv[1:])
    if retired is not None:
        print(f"Error: {retired}", file=sys.stderr)
        raise SystemExit(EXIT_INVALID)
    try:
        app()
    except UserError as error:
        from runwright.cli.plain_output import print_diagnostics

        print_diagnostics(error, sys.stderr)
        raise SystemExit(EXIT_INVALID) from None


if __name__ == "__main__":
    main()
