"""Where the time of a run goes: the seconds of each phase, without those of the phases in it.

A thread of the evidence writer draws captions and writes files and journal at the same time. Its time counts in no
phase; only the wait for it does.

python -m benchmarks.phases RUNBOOK FOLDER
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from runwright.engine.spans import TimeSpan, recording

OUTSIDE = "start and end"
"""Imports, reading the runbook, starting and closing the browser."""
_PARTS = {"run": OUTSIDE, "starting": OUTSIDE, "section": "the run loop", "step": "the run loop"}


def by_phase(root: TimeSpan) -> dict[str, float]:
    """The seconds of each phase of a recording."""
    seconds: dict[str, float] = {}
    for each in _every(root):
        phase = _PARTS.get(each.kind, each.kind)
        seconds[phase] = seconds.get(phase, 0.0) + each.own_seconds
    return seconds


def _every(span: TimeSpan) -> Iterator[TimeSpan]:
    yield span
    for each in span.inner:
        yield from _every(each)


def main(runbook: str, folder: str) -> None:
    """Run the runbook in this process, and print the seconds of each phase as JSON."""
    with recording() as recorder:
        from runwright.cli.main import app

        stdout, sys.stdout = sys.stdout, sys.stderr
        app(["run", runbook, "--yes", "--out", folder], standalone_mode=False)
        sys.stdout = stdout
        root = recorder.close()
    print(json.dumps(by_phase(root)))


if __name__ == "__main__":
    main(*sys.argv[1:])
