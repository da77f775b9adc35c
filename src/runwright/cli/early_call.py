"""Begins a call of `run`, `check` or `rehearse`: the browser starts before the modules of the call are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from runwright.cli.run_flow import RunRequest
    from runwright.language.runbook_model import Runbook


def carry_out(
    request: Callable[[], RunRequest], at_once: bool, headed: bool, rehearsal: bool, profile: Path | None
) -> int:
    """Carry out a call and show the result. Returns the exit code.

    ``at_once`` says that no question to a person comes before the run. ``profile`` is the file that gets the profile;
    raises BadParameter if it cannot be written.
    """
    if profile is None:
        return _carry_out(request, at_once, headed, rehearsal)
    try:
        profile.open("a").close()
    except OSError as error:
        raise typer.BadParameter(f"{profile}: {error.strerror}.", param_hint="--profile") from None
    from runwright.engine.spans import recording

    with recording() as recorder:
        try:
            return _carry_out(request, at_once, headed, rehearsal)
        finally:
            from runwright.cli.profile_page import profile_page

            profile.write_text(profile_page(recorder.close(), f"Profile of {request().runbook}"), "utf-8")
            print(f"profile   {profile}", file=sys.stderr)


def _carry_out(request: Callable[[], RunRequest], at_once: bool, headed: bool, rehearsal: bool) -> int:
    if not at_once:
        from runwright.cli.run_flow import run_request

        return run_request(request())
    from runwright.engine.spans import span

    def read() -> Runbook:
        from runwright import api

        return api.load(request().runbook)

    def then() -> None:
        from runwright.engine.run.launcher import import_ahead

        import_ahead()

    with ExitStack() as stack:
        with span("importing, reading the runbook, starting the browser", "starting"):
            from runwright.engine.run.early_start import starting  # all of Playwright, before a second thread imports

            start = stack.enter_context(starting(read, then, headed, rehearsal))
            from runwright.cli.run_flow import run_request
        return run_request(request(), start)
