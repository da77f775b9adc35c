"""Compare a step on a page of 2,500 fields with the same step on a small page, in interleaved runs.

    python -m benchmarks.large_pages [--pairs 3] [--steps 20] [--page]

Both pages have the same controls for the steps; the large one has a table of fields below them. A step's cost is the
time from its start to the start of the next one, so that nothing of it is left out. Then prints how costs grow with the
count of controls; `--page` replaces that part of `docs/explanation/benchmarks.md`. Exits with 1 when the median of the
ratios exceeds LIMIT.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.measure import ROOT, RUNWRIGHT, timed_process
from benchmarks.page_growth import SIZES, query_costs, table
from runwright.evidence.events import StepEvent
from runwright.evidence.journal import read

LIMIT = 2.0
"""The limit of the ratio."""
FIELDS = 2500
SMALL = 15
_IN_A_ROW = 5
TITLE = "## Large pages"
PAGE = ROOT / "docs" / "explanation" / "benchmarks.md"
_HEAD = """<!doctype html><html lang="en"><title>Members</title>
<style>body { font: 16px sans-serif; margin: 2em }
table { border-collapse: collapse }
td { border: 1px solid; padding: 4px }</style>
<h1>Members</h1>
<form onsubmit="return false"><label>Name <input id="name"></label> <button id="add">Add</button></form>
<p><output id="result">No member was added yet.</output></p>
"""
_TAIL = """<script>
let count = 0;
document.querySelector('#add').onclick = () => {
  document.querySelector('#result').textContent = `${++count}: ${document.querySelector('#name').value}`;
};
</script></html>"""


def page(rows: int) -> str:
    """The page with a table of so many rows; each row has five fields."""
    lines = [
        f"<tr><th scope=row>Host {n}<td><input aria-label='Address of host {n}' value='192.0.2.{n % 256}'>"
        f"<td><input type=number aria-label='Port of host {n}' value=443>"
        f"<td><select aria-label='Zone of host {n}'><option>North<option>South<option>East</select>"
        f"<td><input type=checkbox aria-label='Active: host {n}'{' checked' if n % 3 else ''}>"
        f"<td><textarea rows=1 aria-label='Notes on host {n}'></textarea>"
        for n in range(1, rows + 1)
    ]
    return f"{_HEAD}<table>{''.join(lines)}</table>{_TAIL}"


@contextmanager
def served() -> Iterator[str]:
    """Serve the page with N fields at `/N`; yields the origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fields = self.path.removeprefix("/")
            body = page(int(fields) // _IN_A_ROW).encode() if fields.isdigit() else b""
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def runbook(origin: str, fields: int, steps: int) -> str:
    """A runbook with that many steps on the page of so many fields, alternately fills and clicks."""
    lines = ["name: Members", "sites:", f"  shop: {{ url: {origin} }}", "sections:"]
    lines += ["  - name: Add members", f"    open: shop /{fields}", "    steps:"]
    for number in range(steps // 2):
        lines += ['      - fill: textbox "Name"', f"        with: member {number}", '      - click: button "Add"']
    return "\n".join(lines) + "\n"


def step_seconds(folder: Path) -> float:
    """The median time from the start of a step of the runbook to the start of the next one."""
    steps = [event for event in read(folder / "events.jsonl") if isinstance(event, StepEvent) and event.part == "steps"]
    starts = [datetime.fromisoformat(event.started) for event in steps]
    return median((late - soon).total_seconds() for soon, late in pairwise(starts))


def one_run(folder: Path, origin: str, fields: int, steps: int, number: int) -> float:
    """The median seconds of a step in one run."""
    book = folder / f"{fields}.yaml"
    book.write_text(runbook(origin, fields, steps), "utf-8")
    out = folder / f"{fields}-{number}"
    timed_process([*RUNWRIGHT, "run", book, "--yes", "--out", out], folder)
    return step_seconds(next(out.glob("*/*/events.jsonl")).parent)


@dataclass(frozen=True)
class LargePages:
    """What was measured on large pages."""

    pairs: list[tuple[float, float]]
    """The seconds of a step on the large page and on the small one, pair by pair."""
    growth: list[str]
    """The lines of the table of growth."""

    @property
    def ratio(self) -> float:
        return median(large / small for large, small in self.pairs)

    @property
    def seconds(self) -> tuple[float, float]:
        """The median seconds of a step: on the large page, on the small one."""
        return median(large for large, _ in self.pairs), median(small for _, small in self.pairs)

    def section(self) -> list[str]:
        """Its part of the page on benchmarks."""
        large, small = self.seconds
        return [
            TITLE,
            "",
            f"A step on a page of {FIELDS:,} fields takes {self.ratio:.2f}x a step on a small one"
            f" ({large * 1000:.0f} ms, {small * 1000:.0f} ms); the limit is {LIMIT:g}x.",
            f"{datetime.now(UTC):%Y-%m-%d}, load at the end {os.getloadavg()[0]:.1f}.",
            "",
            "How costs grow with the count of controls. A step is timed by the clock; the others are processor time of",
            "the page and of runwright. The exponent is 1 where twice as many controls take twice as long.",
            "",
            *self.growth,
        ]


def measure(folder: Path, pairs: int, steps: int, sizes: tuple[int, ...] = SIZES) -> LargePages:
    """Measure all of it, with new files in a folder."""
    found = []
    with served() as origin:
        for number in range(pairs):
            order = (SMALL, FIELDS) if number % 2 == 0 else (FIELDS, SMALL)
            took = {fields: one_run(folder, origin, fields, steps, number) for fields in order}
            found.append((took[FIELDS], took[SMALL]))
        stepped = [one_run(folder, origin, size, max(steps // 2, 4), 1000) for size in sizes]
        costs = {"one step, by the clock": stepped, **query_costs(lambda size: f"{origin}/{size}", sizes)}
    return LargePages(found, table(costs, sizes))


def replaced(text: str, section: list[str]) -> str:
    """A page with this section in place of the one of its title; at the end if it has none."""
    before, title, after = text.partition(f"{TITLE}\n")
    _, next_title, rest = after.partition("\n## ") if title else ("", "", "")
    end = f"\n## {rest}" if next_title else ""
    return f"{before.rstrip()}\n\n" + "\n".join(section) + "\n" + end


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_pages")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--page", action="store_true", help="write the part of the page on benchmarks")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name), options.pairs, options.steps)
    for number, (large, small) in enumerate(found.pairs, 1):
        print(f"pair {number}: {large * 1000:.0f} ms against {small * 1000:.0f} ms a step, {large / small:.2f}x")
    print("\n".join(found.section()))
    if options.page:
        PAGE.write_text(replaced(PAGE.read_text("utf-8"), found.section()), "utf-8")
    return 0 if found.ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
