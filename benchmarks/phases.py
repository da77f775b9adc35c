"""Where the time of a run goes: times functions of the engine, each without the time of the other phases it calls.

A thread of the evidence writer draws captions and writes files and journal at the same time. Its time counts in no
phase; only the wait for it does.

python -m benchmarks.phases RUNBOOK FOLDER
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

STARTED = time.perf_counter()

PHASES = {
    "observing the page": ("runwright.engine.browser.snapshot:PageReader.read",),
    "finding the control": (
        "runwright.engine.run.context:RunContext.find_and_observe",
        "runwright.engine.run.context:RunContext.dismiss",
    ),
    "acting": ("runwright.engine.run.step_executor:StepExecutor._act",),
    "settling": ("runwright.engine.run.context:RunContext.settle",),
    "taking the screenshot": ("runwright.engine.browser.screenshot:ScreenshotTaker.take",),
    "collecting page facts": ("runwright.engine.run.step_screenshots:StepScreenshots.take",),
    "queueing the evidence": tuple(
        f"runwright.engine.run.evidence_writer:EvidenceWriter.{name}" for name in ("screenshot", "emit", "step")
    ),
    "waiting for the disk": ("runwright.engine.run.evidence_writer:EvidenceWriter.flush",),
    "reports and checksums": ("runwright.engine.run.evidence_writer:EvidenceWriter.end",),
    "the run loop": ("runwright.engine.run.runner:Runner.go",),
}
OUTSIDE = "start and end"
"""Imports, reading the runbook, starting and closing the browser."""


def find(reference: str) -> tuple[Any, str, Callable[..., Any]]:
    """Resolve `module:Class.function` to owner, name and function. Raises AttributeError if it does not exist."""
    module, _, path = reference.partition(":")
    owner: Any = import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    return owner, name, getattr(owner, name)


class Clock:
    """Attributes each moment to the innermost active phase."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys([OUTSIDE, *PHASES], 0.0)
        self._active = [OUTSIDE]
        self._since = STARTED

    def _switch(self) -> None:
        now = time.perf_counter()
        self.seconds[self._active[-1]] += now - self._since
        self._since = now

    def timed(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            self._switch()
            self._active.append(phase)
            try:
                return function(*arguments, **named)
            finally:
                self._switch()
                self._active.pop()

        return wrapper

    def stop(self) -> dict[str, float]:
        self._switch()
        return self.seconds


def main(runbook: str, folder: str) -> None:
    """Run the runbook in this process, and print the seconds of each phase as JSON."""
    clock = Clock()
    for phase, references in PHASES.items():
        for reference in references:
            owner, name, function = find(reference)
            setattr(owner, name, clock.timed(phase, function))
    from runwright.cli.main import app

    stdout, sys.stdout = sys.stdout, sys.stderr
    app(["run", runbook, "--yes", "--out", folder], standalone_mode=False)
    sys.stdout = stdout
    print(json.dumps(clock.stop()))


if __name__ == "__main__":
    main(*sys.argv[1:])
