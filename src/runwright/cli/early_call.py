"""Begins a call of `run`, `check` or `rehearse`: the browser starts before the modules of the call are imported."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.cli.run_flow import RunRequest
    from runwright.language.runbook_model import Runbook


def carry_out(request: Callable[[], RunRequest], at_once: bool, headed: bool, rehearsal: bool) -> int:
    """Carry out a call and show the result. Returns the exit code.

    ``at_once`` says that no question to a person comes before the run.
    """
    if not at_once:
        from runwright.cli.run_flow import run_request

        return run_request(request())
    from runwright.engine.run.early_start import starting  # all of Playwright, before a second thread imports

    def read() -> Runbook:
        from runwright import api

        return api.load(request().runbook)

    def then() -> None:
        from runwright.engine.run.launcher import import_ahead

        import_ahead()

    with starting(read, then, headed, rehearsal) as start:
        from runwright.cli.run_flow import run_request

        return run_request(request(), start)
