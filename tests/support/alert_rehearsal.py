"""The slack-alerts runbook, unchanged, against a rehearsal of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given, Result
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient
from runwright.rehearsal.simulator import StandIn
from support.site_pages import Quiet

RUNBOOK = Path(__file__).parents[2] / "runbooks" / "slack-alerts.yaml"
SERVER = "https://wandb.acme.example"


class World:
    """A rehearsal and the runs against it."""

    def __init__(self, rehearsal: Rehearsal, out: Path) -> None:
        self.rehearsal = rehearsal
        self.client = RehearsalClient(rehearsal.control_url)
        self._out = out

    def run(self, mode: str = "run", redo: int | None = None, **inputs: Any) -> Result:
        """Run the runbook, and a section again whatever its page says; inputs that are not given are the examples."""
        return self.watched(RehearsalClient(self.rehearsal.control_url), Quiet(), mode=mode, redo=redo, **inputs)

    def watched(
        self,
        client: RehearsalClient,
        listener: Quiet,
        headed: bool = False,
        mode: str = "run",
        redo: int | None = None,
        **inputs: Any,
    ) -> Result:
        """The same with a listener and a client of the test's own."""
        plan = make_plan(load(RUNBOOK, vocabulary()), inputs, {}, True, mode)
        client.open_sites([(site.stand_in[0], site.url, dict(site.stand_in[1])) for site in plan.sites])
        again = frozenset() if redo is None else frozenset({redo})
        command = "runwright run slack-alerts"
        given = Given(self._out, headed, f"{command} --headed", again=command, redo=again)
        return execute(plan, given, listener, threading.Event(), client)

    def effects(self) -> list[str]:
        return [effect["kind"] for effect in self.client.effects()]

    def http(self) -> httpx.Client:
        return self.rehearsal.world.client()


@contextmanager
def worlds(out: Path) -> Iterator[Callable[..., World]]:
    """`start(*scenarios)` serves stand-ins that play these scenarios, until the end."""
    with ExitStack() as stack:

        def start(*scenarios: str, kinds: Mapping[str, type[StandIn]] | None = None) -> World:
            return World(stack.enter_context(Rehearsal(scenarios, kinds=kinds)), out)

        yield start
