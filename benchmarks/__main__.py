"""Measures everything, prints it, and writes `docs/benchmarks.md` with a picture of where the time goes.

python -m benchmarks [--pairs 5] [--steps 1000] [--no-page]
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure, site
from benchmarks.picture import stacked_bar

DOCS = measure.ROOT / "docs"
SHORT = 100
"""Steps of the runbook that is compared as a whole."""


@dataclass(frozen=True)
class Number:
    """One number to hold."""

    what: str
    measured: str
    hold: str
    holds: bool


def main() -> int:
    """The exit code is 1 when a number does not hold."""
    words = argparse.ArgumentParser(prog="python -m benchmarks")
    words.add_argument("--pairs", type=int, default=5)
    words.add_argument("--steps", type=int, default=1000)
    words.add_argument("--no-page", action="store_true", help="print only")
    given = words.parse_args()
    with tempfile.TemporaryDirectory() as name, site.served() as origin:
        text, bar, held = _measured(Path(name), origin, given.pairs, given.steps)
    print(text)
    if not given.no_page:
        (DOCS / "benchmarks.md").write_text(text, "utf-8")
        (DOCS / "pictures" / "where-time-goes.svg").write_text(bar, "utf-8")
    return 0 if held else 1


def _measured(folder: Path, origin: str, times: int, many: int) -> tuple[str, str, bool]:
    runs = measure.Runs(origin, folder)
    runs.pairs(4, 1)  # the first start of everything is nobody's
    short = runs.pairs(SHORT, times)
    long = runs.pairs(many, max(times // 2, 1))
    parts = runs.parts(SHORT)
    ours, theirs = ((late - soon) / (many - SHORT) for late, soon in zip(long.seconds, short.seconds, strict=True))
    memory = max(each.memory for each in long.ours) / max(each.memory for each in short.ours)
    calls = measure.command_line(folder, times)
    guides = measure.reading(min(times, 3))
    verify = measure.verifying(runs.run_folder(), times)
    took, summed = verify.seconds
    numbers = [
        Number(
            f"a runbook of {SHORT} clicks and fills, whole process, against the script",
            f"{short.ratio:.2f}x ({short.seconds[0]:.2f} s, {short.seconds[1]:.2f} s)",
            "1.15x",
            short.ratio <= 1.15,
        ),
        Number(
            f"one more step in a run of {many:,}, against the script",
            f"{ours / theirs:.2f}x ({ours * 1000:.1f} ms, {theirs * 1000:.1f} ms)",
            "1.10x",
            0 < ours <= 1.10 * theirs,
        ),
        Number(f"memory of a run of {many:,} steps, against {SHORT}", f"{memory:.2f}x", "1.10x", memory <= 1.10),
        Number("`runwright --help`", f"{calls['help']:.2f} s", "0.25 s", calls["help"] <= 0.25),
        Number("`validate` of one runbook", f"{calls['validate']:.2f} s", "0.35 s", calls["validate"] <= 0.35),
        Number("`validate` of 1,000 runbooks", f"{calls['thousand']:.2f} s", "4 s", calls["thousand"] <= 4),
        Number("reading 1,000 guides, processor time", f"{guides:.2f} s", "5 s", guides <= 5),
        Number(
            "`verify`, against `sha256sum -c` on the same folder",
            f"{took:.2f} s against {summed:.2f} s",
            f"2x + 0.2 s = {2 * summed + 0.2:.2f} s",
            took <= 2 * summed + 0.2,
        ),
    ]
    phases = runs.phases(SHORT)
    bars = {
        "runwright": phases,
        "by hand": {
            "start and end": parts["outside"],
            "acting": parts["act"] * SHORT,
            "taking the picture": parts["picture"] * SHORT,
        },
    }
    title = f"Where the time of a run of {SHORT} steps goes, in seconds"
    return _page(numbers, parts, phases), stacked_bar(title, bars), all(number.holds for number in numbers)


def _page(numbers: list[Number], parts: dict[str, float], phases: dict[str, float]) -> str:
    together = parts["act"] + parts["picture"]
    lines = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Each ratio is the median of pairs that ran by turns on one machine; the script that",
        "runwright is held against is [`benchmarks/by_hand.py`](../benchmarks/by_hand.py).",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}; load at the end {os.getloadavg()[0]:.1f}.",
        "",
        "| what | measured | to hold | holds |",
        "|---|---|---|---|",
        *(f"| {n.what} | {n.measured} | {n.hold} | {'yes' if n.holds else '**no**'} |" for n in numbers),
        "",
        f"The script's own step takes {parts['step'] * 1000:.1f} ms. Its parts, each done alone as often, take"
        f" {together * 1000:.1f} ms:",
        f"the act {parts['act'] * 1000:.1f} ms, the picture {parts['picture'] * 1000:.1f} ms.",
        "",
        "## Where the time goes",
        "",
        "![A bar a program, a colour a phase](pictures/where-time-goes.svg)",
        "",
        f"| phase of a run of {SHORT} steps | seconds | ms a step |",
        "|---|---|---|",
        *(
            f"| {phase} | {seconds:.2f} | {seconds * 1000 / SHORT:.1f} |"
            for phase, seconds in sorted(phases.items(), key=lambda each: -each[1])
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
