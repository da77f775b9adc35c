"""Runs what is compared, by turns in pairs, and gives back numbers; nothing is judged or written here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import site

ROOT = Path(__file__).resolve().parent.parent
RUNWRIGHT = (sys.executable, "-m", "runwright")


@dataclass(frozen=True)
class Spent:
    """What a process took: seconds from its start to its end, the most memory it held (bytes), what it printed."""

    seconds: float
    memory: int
    printed: str


def spent(command: Sequence[str | Path], cwd: Path | None = None) -> Spent:
    """Run a command, as a user would: what Python compiles it keeps. Raises RuntimeError with what it printed when it
    does not end well.
    """
    begun = time.perf_counter()
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
    seconds = time.perf_counter() - begun
    printed = reader.all()
    if process.returncode != 0:
        raise RuntimeError(f"{command} ended with {process.returncode}:\n{printed}")
    return Spent(seconds, memory, printed)


class _Reader:
    """Reads what a process prints while it runs, so that it never waits for somebody to read."""

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
    """The most memory that a process has held, of its own; 0 where the system does not tell."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(found[0].split()[1]) * 1024 if found else 0


@dataclass(frozen=True)
class Pairs:
    """Two things measured by turns."""

    ours: list[Spent]
    theirs: list[Spent]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return median(a.seconds / b.seconds for a, b in zip(self.ours, self.theirs, strict=True))

    @property
    def seconds(self) -> tuple[float, float]:
        """The medians, ours and theirs."""
        return median(each.seconds for each in self.ours), median(each.seconds for each in self.theirs)


def in_pairs(ours: Callable[[], Spent], theirs: Callable[[], Spent], times: int) -> Pairs:
    """Measure both so often, by turns, the first one changing."""
    pairs = Pairs([], [])
    for number in range(times):
        for which in ("ours", "theirs") if number % 2 == 0 else ("theirs", "ours"):
            getattr(pairs, which).append(ours() if which == "ours" else theirs())
    return pairs


class Runs:
    """Runs of the members' page, by runwright and by hand, each into a folder of its own."""

    def __init__(self, origin: str, folder: Path) -> None:
        self._origin = origin
        self._folder = folder
        self._count = 0
        os.environ["BENCHMARK_BROWSER"] = _browser()

    def _new(self, name: str) -> Path:
        self._count += 1
        return self._folder / f"{name}-{self._count}"

    def book(self, steps: int) -> Path:
        path = self._folder / f"members-{steps}.yaml"
        path.write_text(site.runbook(self._origin, steps), "utf-8")
        return path

    def ours(self, steps: int) -> Spent:
        return spent([*RUNWRIGHT, "run", self.book(steps), "--yes", "--out", self._new("ours")], self._folder)

    def theirs(self, steps: int, *words: str) -> Spent:
        script = ROOT / "benchmarks" / "by_hand.py"
        return spent([sys.executable, script, self._origin, str(steps), self._new("theirs"), *words], self._folder)

    def pairs(self, steps: int, times: int) -> Pairs:
        return in_pairs(lambda: self.ours(steps), lambda: self.theirs(steps), times)

    def parts(self, steps: int) -> dict[str, float]:
        """Seconds of the script's own step, of its parts when each is done alone, and of all that is `outside` them."""
        whole = self.theirs(steps, "--parts")
        parts = _last_json(whole)
        return {**parts, "outside": whole.seconds - steps * sum(parts.values())}

    def phases(self, steps: int) -> dict[str, float]:
        """Seconds that a run spends in each phase."""
        out = self._new("phases")
        command = [sys.executable, "-m", "benchmarks.phases", self.book(steps), out]
        return _last_json(spent(command, ROOT))

    def run_folder(self) -> Path:
        """The folder of a run that is there, the largest."""
        found = [path.parent for path in self._folder.glob("ours-*/*/*/SHA256SUMS")]
        return max(found, key=lambda folder: len(list(folder.iterdir())))


def command_line(folder: Path, times: int) -> dict[str, float]:
    """Median seconds of `--help`, of `validate` with one runbook, and with a thousand."""
    book = ROOT / "runbooks" / "slack-alerts.yaml"
    many = folder / "thousand"
    many.mkdir()
    for number in range(1000):
        (many / f"{number}.yaml").write_bytes(book.read_bytes())
    calls = {"help": ["--help"], "validate": ["validate", str(book)], "thousand": ["validate", str(many)]}
    spent([*RUNWRIGHT, "validate", str(book)], ROOT)  # the first call of everything is nobody's
    return {
        name: median(spent([*RUNWRIGHT, *words], ROOT).seconds for _ in range(3 if name == "thousand" else times))
        for name, words in calls.items()
    }


def reading(times: int) -> float:
    """Median processor seconds of reading 1,000 guides, our own in its two languages by turns."""
    from runwright.guide.parse.guide_reader import parse_guide

    guides = [(path, path.read_bytes()) for path in sorted((ROOT / "docs" / "guides").glob("*.md"))]
    took = []
    for _ in range(times):
        begun = time.process_time()
        for number in range(1000):
            parse_guide(*guides[number % len(guides)])
        took.append(time.process_time() - begun)
    return median(took)


def verifying(run: Path, times: int) -> Pairs:
    """`runwright verify` and `sha256sum -c` on one folder."""
    return in_pairs(
        lambda: spent([*RUNWRIGHT, "verify", run], run),
        lambda: spent(["sha256sum", "--quiet", "-c", "SHA256SUMS"], run),
        times,
    )


def _last_json(done: Spent) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(done.printed.strip().splitlines()[-1])
    return found


def _browser() -> str:
    from playwright.sync_api import sync_playwright

    from runwright.engine.browser.launch import find_browser

    with sync_playwright() as playwright:
        found = find_browser(playwright)
        assert found is not None, "there is no browser: run `runwright doctor --fix`"
        return found.path
