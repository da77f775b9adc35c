"""The command line: what `runwright` answers to, and how a wrong call ends."""

from __future__ import annotations

import atexit
import gc
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from runwright import __version__
from runwright.cli import authoring_commands, evidence_commands, guide_commands, machine_commands, run_commands


class Commands(TyperGroup):
    """Says what commands there are when none is like the one that was typed."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        try:
            return super().resolve_command(ctx, args)
        except Exception as error:
            message = str(getattr(error, "message", ""))
            if message and "Did you mean" not in message:
                error.message = f"{message} There are: {', '.join(sorted(self.commands))}."  # type: ignore[attr-defined]
            raise


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Runs runbooks against real admin pages, with a picture at every step as audit evidence.",
    epilog="Begin with: runwright rehearse slack-alerts",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"runwright {__version__}")
        raise typer.Exit


@app.callback()
def _any_command(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say which version this is.")
    ] = False,
) -> None:
    return


for commands in (run_commands, authoring_commands, evidence_commands, machine_commands):
    app.add_typer(commands.app)
app.add_typer(
    guide_commands.app, name="guide", epilog="Example: runwright guide check slack-alerts --guide slack-alerts.md"
)


def main() -> None:
    """The `runwright` command."""
    from runwright.language.diagnostics import UserError

    # what is imported lives until the end: looking for garbage in it while it grows, and once more at the end, is for
    # nothing, and takes a tenth of a second
    gc.set_threshold(10_000, 10, 10)
    atexit.register(gc.freeze)
    try:
        app()
    except UserError as error:
        from runwright.cli.plain_output import print_faults

        print_faults(error, sys.stderr)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
