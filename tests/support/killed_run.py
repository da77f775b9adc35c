"""Runs a runbook in a process of its own, which sends itself a signal when a commit step has come to a point.

Called as `killed_run.py RUNBOOK CONTROL OUT SIGNAL POINT NTH`: at the nth time that a commit comes to the point.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import runwright.cli.run_output
from runwright.cli.run_flow import Call, go
from support.site_pages import Quiet


class Killing(Quiet):
    def __init__(self, number: signal.Signals, point: str, nth: int) -> None:
        super().__init__()
        self._signal, self._point, self._left = number, point, nth

    def commit_is_at(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), self._signal)


def main(runbook: str, control: str, out: str, number: str, point: str, nth: str) -> int:
    runwright.cli.run_output.listener = lambda console: Killing(signal.Signals[number], point, int(nth))  # type: ignore[assignment]
    call = Call(runbook, [], None, [], None, False, Path(out), None, True, yes=True, control=control)
    return go(call)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
