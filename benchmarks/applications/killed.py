"""Runs or resumes the runbook of an application in its own process, which kills itself at the next change.

Called as `python -m benchmarks.applications.killed NAME FOLDER URL OUT POINT ANSWER`: the application, its folder and
address, and the point of a change. Changes at which a process has killed itself before pass; where there are some, the
last run is resumed, with the answer `made` or `not-made` of a person, or without one: `-`. Exits as a run does if no
other change got to the point.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import runwright
from benchmarks.applications.application import EXAMPLES, Served, read
from runwright.engine.run.change_gate import ALLOWED, ChangeIntent, ChangeOutcome, GateAnswer
from runwright.engine.run.listener import NullListener, Point
from runwright.engine.run.options import RunOptions

POINTS: tuple[Point, ...] = ("outcome", "answered", "sent", "intent")
"""The outcome is on disk; the request is answered; the request has left; the intent is on disk."""


class KillNotes:
    """What a process leaves in the folder of its runs: the change at which it killed itself, and what stood before."""

    def __init__(self, out: Path) -> None:
        self._changes, self._before = out / "killed-at.txt", out / "before.json"

    def changes(self) -> list[str]:
        """The line and the name of the step of each, in their order."""
        return self._changes.read_text("utf-8").splitlines() if self._changes.is_file() else []

    def add(self, change: str) -> None:
        with self._changes.open("a", encoding="utf-8") as file:
            file.write(change + "\n")

    def before(self) -> dict[str, Any]:
        """The effects when the last change had not begun."""
        found: dict[str, Any] = json.loads(self._before.read_text("utf-8"))
        return found

    def write_before(self, effects: dict[str, Any]) -> None:
        self._before.write_text(json.dumps(effects), "utf-8")


class Killing(NullListener):
    """Notes the change and sends SIGKILL to its own process. It is the gate as well, which learns which one."""

    def __init__(self, site: Served, notes: KillNotes, point: str) -> None:
        self._site, self._notes, self._point, self._change = site, notes, point, ""
        self._passing = set(notes.changes())

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        """The intent is on disk, and the step waits."""
        self._change = " ".join([f"line {intent.line}", *intent.turn, intent.name])
        self._reached("intent")
        return ALLOWED

    def tell(self, intent: ChangeIntent, outcome: ChangeOutcome) -> None:
        return

    def change_reached(self, point: Point) -> None:
        if point == "before the intent":
            self._notes.write_before(self._site.effects())
        elif point != "intent":
            self._reached(point)

    def _reached(self, point: Point) -> None:
        if point == self._point and self._change not in self._passing:
            self._notes.add(self._change)
            os.kill(os.getpid(), signal.SIGKILL)


def main(name: str, folder: str, url: str, out: str, point: str, answer: str) -> int:
    site, notes = Served(read(EXAMPLES / name), Path(folder), url), KillNotes(Path(out))
    values = dict(each.split("=", 1) for each in site.inputs())
    settled: Any = None if answer == "-" else answer
    killing = Killing(site, notes, point)
    resume = "last" if notes.changes() else None
    options = RunOptions(Path(out), resume=resume, settled=settled, change_gate=killing)
    result = runwright.run(site.application.runbook, values, options=options, listener=killing)
    print(result.status, result.failure or result.reason or "", file=sys.stderr)
    return result.exit


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
