"""How a run joins a rehearsal: one that it starts itself, or one that is already being served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from runwright.engine.run.plan import Plan
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import IncompatibleRehearsal, RehearsalClient
from runwright.rehearsal.reset_command import reset_sites


@contextmanager
def join(
    plan: Plan, control: str | None, scenarios: Sequence[str], clean: Callable[[str], str] = str
) -> Iterator[RehearsalClient]:
    """Provide the simulators of a run's sites, at the control address ``control`` or in this process.

    Sites with a `reset` command are reset before a rehearsal of this process; those that are served keep their state.
    ``clean`` removes secrets from a message.

    Raises UserError for an unknown scenario or a simulator that cannot be served, RehearsalError for other failures.
    """
    if control is not None:
        yield _ready(RehearsalClient(control), plan)
        return
    try:
        rehearsal = Rehearsal(scenarios)
    except ValueError as error:
        raise UserError(Diagnostic(str(error), "`runwright simulator --list` lists the scenarios.")) from None
    with rehearsal:
        client = _ready(RehearsalClient(rehearsal.control_url), plan)
        reset_sites(plan, clean)
        yield client


def _ready(client: RehearsalClient, plan: Plan) -> RehearsalClient:
    for site in plan.sites:
        kind, options = site.simulator
        try:
            client.open_sites([(kind, site.url, dict(options))])
        except IncompatibleRehearsal as error:
            declared = plan.runbook.sites[site.name]
            node = next(iter((declared.simulator or {}).values()), declared.url)
            correct, add = "Correct the site's `simulator`.", f"Add `simulator` to the site `{site.name}`."
            remedy = correct if declared.simulator else add
            raise UserError(Diagnostic(str(error), remedy, node.mark, plan.runbook.path)) from None
    return client
