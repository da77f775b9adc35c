"""Where the time of a run goes: the run's own functions are timed, each without what it calls of the others.

Bands, files and the journal are written by a thread of the recorder's meanwhile, and stand in no phase but the waiting
for it.

python -m benchmarks.phases RUNBOOK FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

BEGUN = time.perf_counter()

PHASES = {
    "looking at the page": ("runwright.engine.browser.snapshot:offered",),
    "finding the control": (
        "runwright.engine.run.context:Stage.find_and_tell",
        "runwright.engine.run.context:Stage.dismiss",
    ),
    "acting": ("runwright.engine.run.step_executor:Loop._act",),
    "settling": ("runwright.engine.run.context:Stage.settle",),
    "taking the picture": ("runwright.engine.browser.screenshot:Camera.shoot",),
    "the page's facts": ("runwright.engine.run.step_screenshots:Pictures.take",),
    "handing to the recorder": tuple(
        f"runwright.engine.run.evidence_writer:Recorder.{way}" for way in ("picture", "tell", "step")
    ),
    "waiting for the disk": ("runwright.engine.run.evidence_writer:Recorder.flush",),
    "reports and sums": ("runwright.engine.run.evidence_writer:Recorder.end",),
    "the loop itself": ("runwright.engine.run.runner:Run.go",),
}
OUTSIDE = "start and end"
"""Imports, reading the runbook, starting and closing the browser."""


def find(place: str) -> tuple[Any, str, Callable[..., Any]]:
    """What holds a function, its name there, and the function. Raises AttributeError when it is no longer there."""
    module, _, path = place.partition(":")
    holder: Any = import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        holder = getattr(holder, each)
    return holder, name, getattr(holder, name)


class Clock:
    """Gives each moment to the innermost phase that is going on."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys([OUTSIDE, *PHASES], 0.0)
        self._going = [OUTSIDE]
        self._since = BEGUN

    def _turn(self) -> None:
        now = time.perf_counter()
        self.seconds[self._going[-1]] += now - self._since
        self._since = now

    def timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            self._turn()
            self._going.append(phase)
            try:
                return function(*arguments, **named)
            finally:
                self._turn()
                self._going.pop()

        return wrapper

    def stop(self) -> dict[str, float]:
        self._turn()
        return self.seconds


def main(runbook: str, folder: str) -> None:
    """Run it in this process, and print the seconds of each phase as JSON."""
    clock = Clock()
    for phase, places in PHASES.items():
        for place in places:
            holder, name, function = find(place)
            setattr(holder, name, clock.timed(phase, function))
    from runwright.cli.main import app

    stdout, sys.stdout = sys.stdout, sys.stderr
    app(["run", runbook, "--yes", "--out", folder], standalone_mode=False)
    sys.stdout = stdout
    print(json.dumps(clock.stop()))


if __name__ == "__main__":
    main(*sys.argv[1:])
