"""Measurements: run both sides in interleaved pairs and return the figures. Judges nothing and writes no files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import profile_site, site

ROOT = Path(__file__).resolve().parent.parent
RUNWRIGHT = (sys.executable, "-m", "runwright")


@dataclass(frozen=True)
class ProcessCost:
    """One process: seconds from start to end, peak memory in bytes, output."""

    seconds: float
    memory: int
    printed: str


def timed_process(command: Sequence[str | Path], cwd: Path | None = None) -> ProcessCost:
    """Run a command as a user would, with Python's bytecode cache. Raises RuntimeError with the output if it fails."""
    started = time.perf_counter()
    process = subprocess.Popen(
        [str(each) for each in command],
        cwd=cwd,
        env={name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    memory = 0
    reader = _Reader(process)
    while process.poll() is None:
        memory = max(memory, _peak(process.pid))
        time.sleep(0.005)
    seconds = time.perf_counter() - started
    printed = reader.all()
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{printed}")
    return ProcessCost(seconds, memory, printed)


class _Reader:
    """Reads the output of a process while it runs, so that the process never blocks on a full pipe."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        import threading

        self._parts: list[str] = []
        stream = process.stdout
        assert stream is not None
        self._thread = threading.Thread(target=lambda: self._parts.append(stream.read()))
        self._thread.start()

    def all(self) -> str:
        self._thread.join()
        return "".join(self._parts)


def _peak(pid: int) -> int:
    """The peak memory of a process in bytes; 0 where the system does not report it."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) * 1024 if found else 0


@dataclass(frozen=True)
class Pairs:
    """Two sides, measured in turn."""

    ours: list[ProcessCost]
    theirs: list[ProcessCost]

    @property
    def ratio(self) -> float:
        """The median of the ratios of the pairs."""
        return median(a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def seconds(self) -> tuple[float, float]:
        """The median seconds of each side: ours, theirs."""
        return median(each.seconds for each in self.ours), median(each.seconds for each in self.theirs)


def in_pairs(ours: Callable[[], ProcessCost], theirs: Callable[[], ProcessCost], times: int) -> Pairs:
    """Measure both sides ``times`` times in turn; they alternate in going first."""
    pairs = Pairs([], [])
    for number in range(times):
        for which in ("ours", "theirs") if number % 2 == 0 else ("theirs", "ours"):
            getattr(pairs, which).append(ours() if which == "ours" else theirs())
    return pairs


class Runs:
    """Runs on the members page, with runwright and with the script, each with a new folder."""

    def __init__(self, origin: str, folder: Path) -> None:
        self._origin = origin
        self._folder = folder
        self._count = 0
        os.environ["BENCHMARK_BROWSER"] = browser()

    def _new(self, name: str) -> Path:
        self._count += 1
        return self._folder / f"{name}-{self._count}"

    def book(self, steps: int) -> Path:
        path = self._folder / f"members-{steps}.yaml"
        path.write_text(site.runbook(self._origin, steps), "utf-8")
        return path

    def ours(self, steps: int) -> ProcessCost:
        return timed_process([*RUNWRIGHT, "run", self.book(steps), "--yes", "--out", self._new("ours")], self._folder)

    def theirs(self, steps: int, *words: str) -> ProcessCost:
        script = ROOT / "benchmarks" / "by_hand.py"
        return timed_process(
            [sys.executable, script, self._origin, str(steps), self._new("theirs"), *words], self._folder
        )

    def pairs(self, steps: int, times: int) -> Pairs:
        return in_pairs(lambda: self.ours(steps), lambda: self.theirs(steps), times)

    def parts(self, steps: int) -> dict[str, float]:
        """Seconds per step of the script, per part when repeated alone, and of everything `outside` the steps."""
        whole = self.theirs(steps, "--parts")
        parts = _last_json(whole)
        return {**parts, "outside": whole.seconds - steps * sum(parts.values())}

    def phases(self, steps: int) -> dict[str, float]:
        """Seconds that a run spends in each phase."""
        out = self._new("phases")
        command = [sys.executable, "-m", "benchmarks.phases", self.book(steps), out]
        return _last_json(timed_process(command, ROOT))

    def run_folder(self) -> Path:
        """The run folder with the most files, of the runs so far."""
        found = [path.parent for path in self._folder.glob("ours-*/*/*/SHA256SUMS")]
        return max(found, key=lambda folder: len(list(folder.iterdir())))


def short_flow(folder: Path, times: int) -> Pairs:
    """Sign in and set a name, each time another one: with runwright, and with the script `short_flow.py`."""
    os.environ.update(BENCHMARK_BROWSER=browser(), BENCHMARK_PASSWORD=profile_site.PASSWORD)
    names = (f"Name {number}" for number in count())
    with profile_site.served_profile() as server:
        book = folder / "name.yaml"
        book.write_text(profile_site.runbook(server.origin), "utf-8")
        secret = ("--secret", "password=env:BENCHMARK_PASSWORD", "--yes")
        script = ROOT / "benchmarks" / "short_flow.py"

        def ours() -> ProcessCost:
            return timed_process([*RUNWRIGHT, "run", book, "-i", f"name={next(names)}", *secret], folder)

        def theirs() -> ProcessCost:
            return timed_process([sys.executable, script, server.origin, next(names), folder / "by-hand"], folder)

        in_pairs(ours, theirs, 1)  # warm-up
        saved = server.saves
        pairs = in_pairs(ours, theirs, times)
        assert server.saves == saved + 2 * times, "each side sets the name once"
    return pairs


def check_in_sync(origin: str, folder: Path, times: int) -> Pairs:
    """`runwright check` of one section, and the script that opens the page and takes a screenshot."""
    os.environ["BENCHMARK_BROWSER"] = browser()
    book = folder / "check.yaml"
    book.write_text(site.check_runbook(origin), "utf-8")
    script = ROOT / "benchmarks" / "by_hand.py"
    return in_pairs(
        lambda: timed_process([*RUNWRIGHT, "check", book], folder),
        lambda: timed_process([sys.executable, script, origin, "0", folder / "looked"], folder),
        times,
    )


def command_line(folder: Path, times: int) -> dict[str, float]:
    """Median seconds of `--help`, of `validate` with one runbook and with a thousand."""
    book = ROOT / "runbooks" / "slack-alerts.yaml"
    many = folder / "thousand"
    many.mkdir()
    for number in range(1000):
        (many / f"{number}.yaml").write_bytes(book.read_bytes())
    calls = {"help": ["--help"], "validate": ["validate", str(book)], "thousand": ["validate", str(many)]}
    timed_process([*RUNWRIGHT, "validate", str(book)], ROOT)  # warm-up
    return {
        name: median(
            timed_process([*RUNWRIGHT, *words], ROOT).seconds for _ in range(3 if name == "thousand" else times)
        )
        for name, words in calls.items()
    }


def reading(times: int) -> float:
    """Median CPU seconds of reading 1,000 guides: the repository's own guides, in turn."""
    from runwright.guide.parse.guide_reader import parse_guide

    guides = [(path, path.read_bytes()) for path in sorted((ROOT / "docs" / "guides").glob("*.md"))]
    took = []
    for _ in range(times):
        started = time.process_time()
        for number in range(1000):
            parse_guide(*guides[number % len(guides)])
        took.append(time.process_time() - started)
    return median(took)


def verifying(run: Path, times: int) -> Pairs:
    """`runwright verify` and `sha256sum -c` on one folder."""
    return in_pairs(
        lambda: timed_process([*RUNWRIGHT, "verify", run], run),
        lambda: timed_process(["sha256sum", "--quiet", "-c", "SHA256SUMS"], run),
        times,
    )


def _last_json(done: ProcessCost) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.printed.strip().splitlines()[-1])
    return found


def browser() -> str:
    from playwright.sync_api import sync_playwright

    from runwright.engine.browser.launch import find_browser

    with sync_playwright() as playwright:
        found = find_browser(playwright)
        assert found is not None, "no browser found: run `runwright doctor --fix`"
        return found.path
