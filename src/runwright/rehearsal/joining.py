"""A run joins a rehearsal: one that it starts for itself, or one that is served already."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from runwright.engine.sites import Sites
from runwright.language.errors import Fault, UserError
from runwright.rehearsal.client import RehearsalClient
from runwright.rehearsal.serve import Rehearsal


@contextmanager
def join(sites: Sites, control: str | None, scenarios: Sequence[str]) -> Iterator[RehearsalClient]:
    """The stand-ins of a run's sites, ready. Raises UserError for an unknown scenario, RehearsalError else."""
    if control is not None:
        yield _ready(RehearsalClient(control), sites)
        return
    try:
        rehearsal = Rehearsal(scenarios)
    except ValueError as error:
        raise UserError(Fault(str(error), "`runwright rehearsal --list` names them all.")) from None
    with rehearsal:
        yield _ready(RehearsalClient(rehearsal.control_url), sites)


def _ready(client: RehearsalClient, sites: Sites) -> RehearsalClient:
    client.open_sites([(site.stand_in[0], site.url, dict(site.stand_in[1])) for site in sites])
    return client
