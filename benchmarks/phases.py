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
    "looking at the page": ("runwright.engine.offer:offered",),
    "finding the control": ("runwright.engine.stage:Stage.find_and_tell", "runwright.engine.stage:Stage.dismiss"),
    "acting": ("runwright.engine.loop:Loop._act",),
    "settling": ("runwright.engine.stage:Stage.settle",),
    "taking the picture": ("runwright.engine.camera:Camera.shoot",),
    "the page's facts": ("runwright.engine.pictures:Pictures.take",),
    "handing to the recorder": tuple(f"runwright.engine.record:Recorder.{way}" for way in ("picture", "tell", "step")),
    "waiting for the disk": ("runwright.engine.record:Recorder.flush",),
    "reports and sums": ("runwright.engine.record:Recorder.end",),
    "the loop itself": ("runwright.engine.run:Run.go",),
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
    from runwright.cli import app

    stdout, sys.stdout = sys.stdout, sys.stderr
    app(["run", runbook, "--yes", "--out", folder], standalone_mode=False)
    sys.stdout = stdout
    print(json.dumps(clock.stop()))


if __name__ == "__main__":
    main(*sys.argv[1:])
