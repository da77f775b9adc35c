"""Run all benchmarks, print the results, write the page `docs/explanation/benchmarks.md` and its bar chart.

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

from benchmarks import large_pages, measure, site
from benchmarks.bar_chart import stacked_bar

DOCS = measure.ROOT / "docs"
SHORT = 100
"""The number of steps of the runbook that is compared as a whole."""


@dataclass(frozen=True)
class BenchmarkResult:
    """One measured figure with its limit."""

    name: str
    measured: str
    limit: str
    passed: bool


def main() -> int:
    """Returns the exit code: 1 when a figure exceeds its limit."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--no-page", action="store_true", help="print only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, site.served() as origin:
        text, chart, passed = _measure(Path(name), origin, options.pairs, options.steps)
    print(text)
    if not options.no_page:
        (DOCS / "explanation" / "benchmarks.md").write_text(text, "utf-8")
        (DOCS / "images" / "where-time-goes.svg").write_text(chart, "utf-8")
    return 0 if passed else 1


def _measure(folder: Path, origin: str, times: int, many: int) -> tuple[str, str, bool]:
    runs = measure.Runs(origin, folder)
    runs.pairs(4, 1)  # warm-up: the first start of everything counts for neither side
    flow = measure.short_flow(folder, times)
    check = measure.check_in_sync(origin, folder, times)
    short = runs.pairs(SHORT, times)
    long = runs.pairs(many, max(times // 2, 1))
    parts = runs.parts(SHORT)
    ours, theirs = ((late - soon) / (many - SHORT) for late, soon in zip(long.seconds, short.seconds, strict=True))
    memory = max(each.memory for each in long.ours) / max(each.memory for each in short.ours)
    calls = measure.command_line(folder, times)
    guides = measure.reading(min(times, 3))
    verify = measure.verifying(runs.run_folder(), times)
    took, summed = verify.seconds
    results = [
        BenchmarkResult(
            "a short flow, sign in and set a name, whole process, against the script",
            f"{flow.ratio:.2f}x ({flow.seconds[0]:.2f} s, {flow.seconds[1]:.2f} s)",
            "1.4x",
            flow.ratio <= 1.4,
        ),
        BenchmarkResult(
            "`check` of a section that is in sync, against opening the page and two screenshots",
            f"{check.ratio:.2f}x ({check.seconds[0]:.2f} s, {check.seconds[1]:.2f} s)",
            "1.3x",
            check.ratio <= 1.3,
        ),
        BenchmarkResult(
            f"a runbook of {SHORT} clicks and fills, whole process, against the script",
            f"{short.ratio:.2f}x ({short.seconds[0]:.2f} s, {short.seconds[1]:.2f} s)",
            "1.15x",
            short.ratio <= 1.15,
        ),
        BenchmarkResult(
            f"one more step in a run of {many:,}, against the script",
            f"{ours / theirs:.2f}x ({ours * 1000:.1f} ms, {theirs * 1000:.1f} ms)",
            "1.10x",
            0 < ours <= 1.10 * theirs,
        ),
        BenchmarkResult(
            f"memory of a run of {many:,} steps, against {SHORT}", f"{memory:.2f}x", "1.10x", memory <= 1.10
        ),
        BenchmarkResult("`runwright --help`", f"{calls['help']:.2f} s", "0.25 s", calls["help"] <= 0.25),
        BenchmarkResult("`validate` of one runbook", f"{calls['validate']:.2f} s", "0.35 s", calls["validate"] <= 0.35),
        BenchmarkResult("`validate` of 1,000 runbooks", f"{calls['thousand']:.2f} s", "4 s", calls["thousand"] <= 4),
        BenchmarkResult("reading 1,000 guides, CPU time", f"{guides:.2f} s", "5 s", guides <= 5),
        BenchmarkResult(
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
            "taking the screenshot": parts["screenshot"] * SHORT,
        },
    }
    title = f"Where the time of a run of {SHORT} steps goes, in seconds"
    large = large_pages.measure(folder, min(times, 3), 20)
    took_large, took_small = large.seconds
    results.append(
        BenchmarkResult(
            f"a step on a page of {large_pages.FIELDS:,} fields, against a small page",
            f"{large.ratio:.2f}x ({took_large * 1000:.0f} ms, {took_small * 1000:.0f} ms)",
            f"{large_pages.LIMIT:g}x",
            large.ratio <= large_pages.LIMIT,
        )
    )
    return (
        large_pages.replaced(_page(results, parts, phases), large.section()),
        stacked_bar(title, bars),
        all(result.passed for result in results),
    )


def _page(results: list[BenchmarkResult], parts: dict[str, float], phases: dict[str, float]) -> str:
    together = parts["act"] + parts["screenshot"]
    lines = [
        "# Benchmarks",
        "",
        "Generated by `make bench`. Each ratio is the median of interleaved pairs on one machine. runwright is",
        "compared with the script [`benchmarks/by_hand.py`](../../benchmarks/by_hand.py).",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python"
        f" {platform.python_version()}; load at the end {os.getloadavg()[0]:.1f}.",
        "",
        "| benchmark | measured | limit | passed |",
        "|---|---|---|---|",
        *(f"| {r.name} | {r.measured} | {r.limit} | {'yes' if r.passed else '**no**'} |" for r in results),
        "",
        f"A step of the script takes {parts['step'] * 1000:.1f} ms. Its parts, each repeated alone as often, take"
        f" {together * 1000:.1f} ms:",
        f"the action {parts['act'] * 1000:.1f} ms, the screenshot {parts['screenshot'] * 1000:.1f} ms.",
        "",
        "## Where the time goes",
        "",
        "![One bar for each program, one colour for each phase](../images/where-time-goes.svg)",
        "",
        f"| phase of a run of {SHORT} steps | seconds | ms per step |",
        "|---|---|---|",
        *(
            f"| {phase} | {seconds:.2f} | {seconds * 1000 / SHORT:.1f} |"
            for phase, seconds in sorted(phases.items(), key=lambda each: -each[1])
        ),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main())
