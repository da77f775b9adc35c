"""A run joins a rehearsal: one that it starts for itself, or one that is served already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runwright.engine.run.plan import Plan
from runwright.language.diagnostics import Fault, UserError
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient, Unfit


@contextmanager
def join(plan: Plan, control: str | None, scenarios: Sequence[str]) -> Iterator[RehearsalClient]:
    """The stand-ins of a run's sites, ready.

    Raises UserError for an unknown scenario and a stand-in that there cannot be, RehearsalError else.
    """
    if control is not None:
        yield _ready(RehearsalClient(control), plan)
        return
    try:
        rehearsal = Rehearsal(scenarios)
    except ValueError as error:
        raise UserError(Fault(str(error), "`runwright rehearsal --list` names them all.")) from None
    with rehearsal:
        yield _ready(RehearsalClient(rehearsal.control_url), plan)


def _ready(client: RehearsalClient, plan: Plan) -> RehearsalClient:
    for site in plan.sites:
        kind, options = site.stand_in
        try:
            client.open_sites([(kind, site.url, dict(options))])
        except Unfit as unfit:
            declared = plan.runbook.sites[site.name]
            stands = next(iter((declared.stand_in or {}).values()), declared.url)
            remedy = "Correct the site's `stand_in`." if declared.stand_in else f"Give the site `{site.name}` one."
            raise UserError(Fault(str(unfit), remedy, stands.mark, plan.runbook.path)) from None
    return client
