"""One run that is killed at each of its changes, one after the other, and resumed after each."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.applications.application import ROOT, Served, environment
from benchmarks.applications.calls import RUN_LIMIT, difference
from benchmarks.applications.killed import KillNotes

KILLED, ASKS = -9, 3
"""Exit codes of a run that has killed itself, and of one that needs a person's answer."""


@dataclass
class Kill:
    """A kill, and what the run that was resumed after it came to in the end."""

    change: str
    """The line and the name of its step."""
    point: str
    answer: str
    """`made` or `not-made`, where a person had to say it; empty where the run found out by itself."""
    once: bool
    """Whether the effects are those of one undisturbed run."""
    note: str = ""
    earlier: list[str] = field(default_factory=list)
    """What came of earlier trials of the same kill, which failed."""


def killed_at_each_change(site: Served, out: Path, point: str, wanted: dict[str, Any]) -> list[Kill]:
    """Run to the end, killed at each change at a point. Where the end is bad, all kills say why."""
    kills: list[Kill] = []
    notes, answer, ended = KillNotes(out), "-", ""
    while True:
        try:
            code, said = _killed(site, out, point, answer)
        except subprocess.TimeoutExpired as error:
            ended = f"after kill {len(kills)}: the run did not end within {error.timeout:.0f} s"
            break
        if code == KILLED:
            kills.append(Kill(notes.changes()[-1], point, "", False))
            print(f"    {point}, killed at {kills[-1].change}", flush=True)
            answer = "-"
        elif code == ASKS and answer == "-" and kills:
            answer = kills[-1].answer = _answer(site, notes)
            print(f"    {answer}: {said}", flush=True)
        else:
            ended = f"after kill {len(kills)}: exit {code}: {said}" if code != 0 else ""
            break
    if not kills:
        kills.append(Kill("the first change", point, "", False))
        ended = ended or "no change got to the point"
    found = site.effects()
    once = not ended and found == wanted
    for kill in kills:
        kill.once, kill.note = once, "" if once else difference(wanted, found, ended)
    return kills


def _killed(site: Served, out: Path, point: str, answer: str) -> tuple[int, str]:
    line = [sys.executable, "-m", "benchmarks.applications.killed", site.application.slug]
    line += [str(site.folder), site.url, str(out), point, answer]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=RUN_LIMIT, env=environment())
    return done.returncode, " ".join(done.stderr.split())[-600:]


def _answer(site: Served, notes: KillNotes) -> str:
    """What a person says who looks at the application: whether it stands as before the change."""
    return "not-made" if site.effects() == notes.before() else "made"
