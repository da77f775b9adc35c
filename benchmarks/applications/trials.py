"""The trials of one application: run against script, second run, check, drift, kills, time. Judges by effects alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import measure
from benchmarks.applications.application import ROOT, Application, Served, environment, served
from benchmarks.applications.killed import POINTS

PARTS = ("effects", "time", "kills")
RUN_LIMIT = 600
"""Seconds that one run may take."""


@dataclass
class Kill:
    """A run that was killed, and what resuming it came to."""

    change: int
    point: str
    person: bool
    """Whether a person had to say that the change was not made, so that it was repeated."""
    once: bool
    """Whether the effects are those of one undisturbed run."""
    note: str = ""


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


@dataclass
class Called:
    """A call of the command line: its exit code and the object that it printed."""

    exit: int
    said: dict[str, Any]

    def summary(self) -> str:
        """The status, and where it is bad, why."""
        failure = self.said.get("failure") or {}
        reasons = [each["reason"] for each in self.said["sections"] if each.get("reason")]
        return " · ".join([str(self.said["status"]), *([failure["message"]] if failure else reasons)])


class Trials:
    """The trials of one application, in a folder of its own."""

    def __init__(self, application: Application, folder: Path, results: Results) -> None:
        self._application, self._folder, self._results = application, folder, results
        self._wanted: dict[str, Any] = {}
        self._count = 0

    def perform(self, parts: Collection[str], pairs: int, keep: Callable[[Results], None]) -> Results:
        """The named `PARTS`; ``keep`` is called whenever there is more. Raises RuntimeError if the script fails."""
        results = self._results
        self._by_script()
        if "effects" in parts:
            self._by_run()
            keep(results)
        if not results.effects_equal:
            return results
        if "time" in parts:
            results.run_seconds, results.script_seconds = [], []
            for number in range(pairs):
                self._timed(number)
                keep(results)
        if "kills" in parts:
            results.kills = []
            for point in POINTS:
                for change in range(1, results.changes + 1):
                    kill = self._kill(change, point)
                    print(f"  killed at change {change}, {point}: {'once' if kill.once else kill.note}", flush=True)
                    results.kills.append(kill)
                    keep(results)
        return results

    def _new(self, name: str) -> Path:
        self._count += 1
        path = self._folder / "trials" / f"{self._count:03}-{name}"
        path.mkdir(parents=True)
        return path

    def _served(self) -> Any:
        return served(self._application, self._folder / "application")

    def _call(self, site: Served, out: Path, command: str, *words: str) -> Called:
        inputs = [word for each in self._inputs(site) for word in ("-i", each)]
        line = [*measure.RUNWRIGHT, command, self._application.runbook, *inputs, *words, "--out", out, "--json"]
        done = subprocess.run(
            [str(word) for word in line],
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=RUN_LIMIT,
            env=environment(),
        )
        try:
            return Called(done.returncode, json.loads(done.stdout))
        except json.JSONDecodeError:
            raise RuntimeError(f"{command} printed no result:\n{done.stdout}\n{done.stderr}") from None

    def _inputs(self, site: Served) -> Iterator[str]:
        yield f"site={site.url}"
        yield from self._application.inputs

    def _by_script(self) -> None:
        with self._served() as site:
            out = self._new("script")
            measure.timed_process(self._script(site, out))
            self._wanted = site.effects()
            self._results.script_screenshots = len(list(out.glob("*.png")))

    def _script(self, site: Served, out: Path) -> list[str | Path]:
        return [sys.executable, self._application.folder / "script.py", site.url, out]

    def _by_run(self) -> None:
        results = self._results
        with self._served() as site:
            out = self._new("run")
            first = self._call(site, out, "run", "--yes")
            found = site.effects()
            results.steps = len(first.said["steps"])
            folder = Path(first.said["folder"]) if first.said["folder"] else None
            if folder is not None:
                results.screenshots = len(list((self._folder / folder).glob("*.png")))
                results.changes = _changes(self._folder / folder)
            results.effects_equal = first.exit == 0 and found == self._wanted
            results.effects_difference = _difference(self._wanted, found, first)
            if first.exit != 0:
                return
            second = self._call(site, out, "run", "--yes")
            unchanged = all(each["status"] in ("unchanged", "skipped") for each in second.said["sections"])
            same = site.effects() == found
            results.second_run = "unchanged" if unchanged and same else f"{second.summary()}, effects same: {same}"
            results.check = self._call(site, out, "check").summary()
            site.drift()
            drift = self._call(site, out, "check")
            results.drift, results.drift_reason = str(drift.said["status"]), drift.summary()

    def _kill(self, change: int, point: str) -> Kill:
        with self._served() as site:
            out = self._new(f"kill-{change}-{point}")
            line = [sys.executable, "-m", "benchmarks.applications.killed", str(self._application.runbook)]
            line += [str(out), point, str(change), *self._inputs(site)]
            killed = subprocess.run(
                line, cwd=ROOT, capture_output=True, text=True, timeout=RUN_LIMIT, env=environment()
            )
            if killed.returncode != -9:
                return Kill(change, point, False, False, f"not killed: exit {killed.returncode} {killed.stderr[-300:]}")
            resumed = self._call(site, out, "run", "--yes", "--resume", "last")
            person = resumed.exit == 3
            if person:
                stuck = [each["name"] for each in resumed.said["sections"] if each["status"] == "stopped"]
                redo = [word for name in stuck for word in ("--redo", name)]
                resumed = self._call(site, out, "run", "--yes", "--resume", "last", *redo)
            found = site.effects()
            once = resumed.exit == 0 and found == self._wanted
            return Kill(change, point, person, once, "" if once else _difference(self._wanted, found, resumed))

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
        inputs = [word for each in self._inputs(site) for word in ("-i", each)]
        return [*measure.RUNWRIGHT, "run", self._application.runbook, *inputs, "--yes", "--out", out]


def _changes(folder: Path) -> int:
    """How many changes a run has begun."""
    lines = (folder / "events.jsonl").read_text("utf-8").splitlines()
    return sum(json.loads(line)["event"] == "intent" for line in lines)


def _difference(wanted: dict[str, Any], found: dict[str, Any], run: Called) -> str:
    """What is not as the script left it; empty where nothing is."""
    parts = [f"exit {run.exit}: {run.summary()}"] if run.exit != 0 else []
    for key in sorted({*wanted, *found}):
        if wanted.get(key) != found.get(key):
            parts.append(f"{key}: {json.dumps(found.get(key))} instead of {json.dumps(wanted.get(key))}")
    return "; ".join(parts)
