"""Runs a runbook in its own process, which sends itself a signal when a change reaches a point.

Called as `killed_run.py RUNBOOK CONTROL OUT SIGNAL POINT NTH`: at the nth time that a change reaches the point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import runwright.cli.run_output
from runwright.api import Simulators
from runwright.cli.run_flow import RunRequest, run_request
from runwright.engine.run.options import RunOptions
from support.site_pages import Quiet


class Killing(Quiet):
    def __init__(self, number: signal.Signals, point: str, nth: int) -> None:
        super().__init__()
        self._signal, self._point, self._left = number, point, nth

    def change_reached(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)


def main(runbook: str, control: str, out: str, number: str, point: str, nth: str) -> int:
    runwright.cli.run_output.listener = lambda console: Killing(signal.Signals[number], point, int(nth))  # type: ignore[assignment]
    simulators = Simulators(url=control)
    call = RunRequest(runbook, [], None, [], None, True, RunOptions(Path(out)), yes=True, simulators=simulators)
    return run_request(call)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
