"""slack-alerts many times in a row against one rehearsal, reset in between; and how long a rehearsal takes to start.

    python benchmarks/many_runs.py [--runs 50] [--scenario slow]…

Prints one line a run, and ends with 1 as soon as one does not end well, or where the start takes longer than it may.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given, Result
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

START = 0.5
"""Seconds that the start may take, as a median."""
RUNBOOK = Path(__file__).parents[1] / "runbooks" / "slack-alerts.yaml"


class Silent:
    """Hears of a run and says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *heard: None


def start() -> float:
    """Seconds from nothing to stand-ins of both sites that answer, in a process of its own: imports included."""
    program = (
        "import time; begun = time.perf_counter()\n"
        "from runwright.rehearsal.rehearsal import Rehearsal\n"
        "with Rehearsal() as rehearsal:\n"
        "    rehearsal.add('wandb', 'https://wandb.acme.example', {})\n"
        "    with rehearsal.world.client() as client:\n"
        "        for site in ('https://slack.com', 'https://wandb.acme.example'):\n"
        "            assert client.get(site + '/.well-known/runwright-rehearsal').text == rehearsal.nonce\n"
        "    print(time.perf_counter() - begun)"
    )
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


def once(client: RehearsalClient, out: Path) -> Result:
    plan = make_plan(load(RUNBOOK, vocabulary()), {}, {}, True, "run")
    client.open_sites([(site.stand_in[0], site.url, dict(site.stand_in[1])) for site in plan.sites])
    return execute(plan, Given(out), Silent(), threading.Event(), client)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--scenario", action="append", default=[])
    given = parser.parse_args()
    begins = statistics.median(start() for _ in range(7))
    print(f"start: {begins:.2f} s (median of 7)")
    if begins > START:
        print(f"It may take {START} s.")
        return 1
    seconds = []
    with tempfile.TemporaryDirectory() as out, Rehearsal(given.scenario) as rehearsal:
        for number in range(1, given.runs + 1):
            client = RehearsalClient(rehearsal.control_url)
            client.reset()
            begun = time.perf_counter()
            result = once(client, Path(out))
            seconds.append(time.perf_counter() - begun)
            print(f"run {number}: {result.status}, {len(result.steps)} steps, {seconds[-1]:.1f} s", flush=True)
            if result.exit:
                print(result.reason)
                return 1
    print(f"{given.runs} runs, none failed; median {statistics.median(seconds):.1f} s, longest {max(seconds):.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
