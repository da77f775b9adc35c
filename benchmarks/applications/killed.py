"""Runs a runbook in its own process, which kills itself when a change reaches a point.

Called as `python -m benchmarks.applications.killed RUNBOOK OUT POINT NTH NAME=VALUE…`: at the nth time that a change
reaches the point. Exits with 0 if no change got there.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import runwright
from runwright.engine.run.listener import NullListener, Point
from runwright.engine.run.options import RunOptions

POINTS: tuple[Point, ...] = ("intent", "answered", "sent", "outcome")
"""The intent is on disk; the request is answered; the request has left; the outcome is on disk."""


class Killing(NullListener):
    """Sends SIGKILL to its own process."""

    def __init__(self, point: str, nth: int) -> None:
        self._point, self._left = point, nth

    def change_reached(self, point: Point) -> None:
        if point == self._point:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def main(runbook: str, out: str, point: str, nth: str, *inputs: str) -> int:
    values = dict(each.split("=", 1) for each in inputs)
    runwright.run(runbook, values, options=RunOptions(Path(out)), listener=Killing(point, int(nth)))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
