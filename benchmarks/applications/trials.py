"""The trials of one application: run against script, second run, check, drift, kills, time. Judges by effects alone."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import measure
from benchmarks.applications.application import Application, Served, served
from benchmarks.applications.calls import call, difference
from benchmarks.applications.killed import POINTS
from benchmarks.applications.kills import Kill, killed_at_each_change

PARTS = ("effects", "time", "kills")
QUIET = 4.0
"""The highest average load of the last minute at which a time is taken."""


@dataclass
class Results:
    """What the trials of one application found."""

    title: str
    machine: str
    load: float = 0.0
    """The average load of the machine in the last 15 minutes, when the last part was measured."""
    effects_equal: bool = False
    effects_difference: str = ""
    second_run: str = ""
    """The status of the second run, or what it changed."""
    check: str = ""
    drift: str = ""
    drift_reason: str = ""
    steps: int = 0
    changes: int = 0
    screenshots: int = 0
    script_screenshots: int = 0
    kills: list[Kill] = field(default_factory=list)
    run_seconds: list[float] = field(default_factory=list)
    script_seconds: list[float] = field(default_factory=list)
    time_load: float = 0.0
    """The highest average load of the last minute, of those read before each pair was timed."""

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of the pairs; None where none was timed."""
        pairs = list(zip(self.run_seconds, self.script_seconds, strict=True))
        return median(run / script for run, script in pairs) if pairs else None

    def write(self, path: Path) -> None:
        self.load = round(os.getloadavg()[2], 1)
        path.write_text(json.dumps(asdict(self), indent=2, ensure_ascii=False) + "\n", "utf-8")


def read_results(path: Path) -> Results:
    """What `Results.write` has written."""
    kept = json.loads(path.read_text("utf-8"))
    return Results(**{**kept, "kills": [Kill(**each) for each in kept["kills"]]})


class Trials:
    """The trials of one application, in a folder of its own."""

    def __init__(self, application: Application, folder: Path, results: Results) -> None:
        self._application, self._folder, self._results = application, folder, results
        self._wanted: dict[str, Any] = {}
        self._count = 0

    def perform(self, parts: Collection[str], pairs: int, keep: Callable[[Results], None]) -> Results:
        """The named `PARTS`; ``keep`` is called whenever there is more. Raises RuntimeError if the script fails."""
        results = self._results
        kept = self._folder / "by-script.json"
        if "effects" in parts or not kept.is_file():
            self._by_script()
            kept.write_text(json.dumps(self._wanted), "utf-8")
        self._wanted = json.loads(kept.read_text("utf-8"))
        if "effects" in parts:
            self._by_run(keep)
            keep(results)
        if not results.effects_equal:
            return results
        if "time" in parts:
            results.run_seconds, results.script_seconds, results.time_load = [], [], 0.0
            for number in range(pairs):
                if (load := os.getloadavg()[0]) > QUIET:
                    print(f"  pair {number + 1} not timed: load {load:.1f}", flush=True)
                    break
                results.time_load = max(results.time_load, round(load, 1))
                self._timed(number)
                keep(results)
        if "kills" in parts:
            self._kills(keep)
        return results

    def _kills(self, keep: Callable[[Results], None]) -> None:
        """At the points where they are not known to have gone well."""
        results = self._results
        for point in POINTS:
            before = [each for each in results.kills if each.point == point]
            if len(before) >= results.changes and all(each.once for each in before):
                continue
            with self._served() as site:
                kills = killed_at_each_change(site, self._new(f"kills-{point}"), point, self._wanted)
            for kill in kills:
                earlier = [each for each in before if each.change == kill.change]
                kill.earlier = [note for each in earlier for note in (*each.earlier, each.note) if note]
            wrong = "; ".join({each.note for each in kills if not each.once})
            print(f"  {point}, killed {len(kills)} times: {wrong or 'effects once'}", flush=True)
            results.kills = [each for each in results.kills if each not in before] + kills
            keep(results)

    def _new(self, name: str) -> Path:
        self._count += 1
        path = self._folder / "trials" / f"{self._count:03}-{name}"
        path.mkdir(parents=True)
        return path

    def _served(self) -> Any:
        return served(self._application, self._folder / "application")

    def _by_script(self) -> None:
        with self._served() as site:
            out = self._new("script")
            measure.timed_process(self._script(site, out))
            self._wanted = site.effects()
            self._results.script_screenshots = len(list(out.glob("*.png")))

    def _script(self, site: Served, out: Path) -> list[str | Path]:
        return [sys.executable, self._application.folder / "script.py", site.url, out]

    def _by_run(self, keep: Callable[[Results], None]) -> None:
        results = self._results
        with self._served() as site:
            out = self._new("run")
            first = call(site, out, "run", "--yes")
            found = site.effects()
            results.steps = len(first.said["steps"])
            folder = Path(first.said["folder"]) if first.said["folder"] else None
            if folder is not None:
                results.screenshots = len(list((self._folder / folder).glob("*.png")))
                results.changes = _changes(self._folder / folder)
            results.effects_equal = first.exit == 0 and found == self._wanted
            results.effects_difference = difference(self._wanted, found, first.ended())
            keep(results)
            if first.exit != 0:
                return
            second = call(site, out, "run", "--yes")
            unchanged = all(each["status"] in ("unchanged", "skipped") for each in second.said["sections"])
            same = site.effects() == found
            results.second_run = "unchanged" if unchanged and same else f"{second.summary()}, effects same: {same}"
            keep(results)
            results.check = call(site, out, "check").summary()
            keep(results)
            site.drift()
            drift = call(site, out, "check")
            results.drift, results.drift_reason = str(drift.said["status"]), drift.summary()

    def _timed(self, number: int) -> None:
        seconds = {}
        for side in ("run", "script") if number % 2 == 0 else ("script", "run"):
            with self._served() as site:
                out = self._new(f"timed-{side}")
                line = self._script(site, out) if side == "script" else self._run_line(site, out)
                seconds[side] = measure.timed_process(line, self._folder).seconds
        self._results.run_seconds.append(seconds["run"])
        self._results.script_seconds.append(seconds["script"])

    def _run_line(self, site: Served, out: Path) -> list[str | Path]:
        inputs = [word for each in site.inputs() for word in ("-i", each)]
        return [*measure.RUNWRIGHT, "run", self._application.runbook, *inputs, "--yes", "--out", out]


def _changes(folder: Path) -> int:
    """How many changes a run has begun."""
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return sum(json.loads(line)["event"] == "intent" for line in lines)
