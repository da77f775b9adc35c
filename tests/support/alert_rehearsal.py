"""The slack-alerts runbook, unchanged or some of its sections, against a rehearsal that the test starts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient
from runwright.rehearsal.simulator import Simulator
from support.site_pages import Quiet

RUNBOOK = Path(__file__).parents[2] / "runbooks" / "slack-alerts.yaml"
SERVER = "https://wandb.acme.example"


def only(names: tuple[str, ...]) -> str:
    """The shipped runbook with these sections only, without references to the others."""
    head, *sections = RUNBOOK.read_text("utf-8").split("\n  - name: ")
    chosen = [section for section in sections if section.startswith(tuple(f"{name}\n" for name in names))]
    assert len(chosen) == len(names)
    lines = "\n  - name: ".join([head, *chosen]).split("\n")
    return "\n".join(line for line in lines if not line.lstrip().startswith("redo: "))


class AlertRehearsal:
    """A rehearsal, and runs of the runbook against it."""

    def __init__(self, rehearsal: Rehearsal, out: Path, browser: Callable[[], Browser] | None = None) -> None:
        """``browser`` returns the browser of the runs without a window; without it each run starts its own."""
        self.rehearsal = rehearsal
        self.client = RehearsalClient(rehearsal.control_url)
        self._out = out
        self._browser = browser

    def run(self, mode: str = "run", redo: int | None = None, **inputs: Any) -> RunResult:
        """Run the runbook; ``redo`` names a section that runs again in any case. Omitted inputs are the examples."""
        return self.run_with(RehearsalClient(self.rehearsal.control_url), Quiet(), mode=mode, redo=redo, **inputs)

    def run_with(
        self,
        client: RehearsalClient,
        listener: Quiet,
        headed: bool = False,
        mode: str = "run",
        redo: int | None = None,
        runbook: Path = RUNBOOK,
        **inputs: Any,
    ) -> RunResult:
        """Run the runbook, or a part of it in another file, with a client and a listener of the test."""
        plan = make_plan(load(runbook, vocabulary()), inputs, {}, True, mode)
        client.open_sites([(site.simulator[0], site.url, dict(site.simulator[1])) for site in plan.sites])
        redo_sections = () if redo is None else (str(redo),)
        browser = self._browser() if self._browser is not None and not headed else None
        options = RunOptions(self._out, headed, redo=redo_sections, browser=browser)
        return execute(RunSetup(plan, options, listener, client))

    def effects(self) -> list[str]:
        return [effect["kind"] for effect in self.client.effects()]

    def http(self) -> httpx.Client:
        return self.rehearsal.context.client()


@contextmanager
def alert_rehearsals(
    out: Path, browser: Callable[[], Browser] | None = None
) -> Iterator[Callable[..., AlertRehearsal]]:
    """`start(*scenarios)` serves simulators that play these scenarios, until the block ends.

    ``browser`` returns the browser of all runs without a window; without it each run starts its own.
    """
    with ExitStack() as stack:

        def start(*scenarios: str, kinds: Mapping[str, type[Simulator]] | None = None) -> AlertRehearsal:
            return AlertRehearsal(stack.enter_context(Rehearsal(scenarios, kinds=kinds)), out, browser)

        yield start
