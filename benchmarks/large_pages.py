"""Compare a step on a page of 2,500 fields with the same step on a small page, in interleaved runs.

    python -m benchmarks.large_pages [--pairs 3] [--steps 20]

Both pages have the same controls for the steps; the large one has a table of fields below them. A step's cost is the
time from its start to the start of the next one, so that nothing of it is left out. Exits with 1 when the median of the
ratios exceeds LIMIT.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import median

from benchmarks.measure import RUNWRIGHT, timed_process
from runwright.evidence.events import StepEvent
from runwright.evidence.journal import read

LIMIT = 2.0
"""The limit of the ratio."""
FIELDS = 2500
ROWS = 500
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
    """Serve both pages at `/small` and `/large`; yields the origin."""
    pages = {"/small": page(3).encode(), "/large": page(ROWS).encode()}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path, b"")
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


def runbook(origin: str, which: str, steps: int) -> str:
    """A runbook with that many steps on one of the pages, alternately fills and clicks."""
    lines = ["name: Members", "sites:", f"  shop: {{ url: {origin} }}", "sections:"]
    lines += ["  - name: Add members", f"    open: shop /{which}", "    steps:"]
    for number in range(steps // 2):
        lines += ['      - fill: textbox "Name"', f"        with: member {number}", '      - click: button "Add"']
    return "\n".join(lines) + "\n"


def step_seconds(folder: Path) -> float:
    """The median time from the start of a step of the runbook to the start of the next one."""
    steps = [event for event in read(folder / "events.jsonl") if isinstance(event, StepEvent) and event.part == "steps"]
    starts = [datetime.fromisoformat(event.started) for event in steps]
    return median((late - soon).total_seconds() for soon, late in pairwise(starts))


def one_run(folder: Path, origin: str, which: str, steps: int, number: int) -> float:
    """The median seconds of a step in one run."""
    book = folder / f"{which}.yaml"
    book.write_text(runbook(origin, which, steps), "utf-8")
    out = folder / f"{which}-{number}"
    timed_process([*RUNWRIGHT, "run", book, "--yes", "--out", out], folder)
    return step_seconds(next(out.glob("*/*/events.jsonl")).parent)


def main() -> int:
    """Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large_pages")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=20)
    options = parser.parse_args()
    ratios = []
    with tempfile.TemporaryDirectory() as name, served() as origin:
        for number in range(options.pairs):
            order = ("small", "large") if number % 2 == 0 else ("large", "small")
            took = {which: one_run(Path(name), origin, which, options.steps, number) for which in order}
            ratios.append(took["large"] / took["small"])
            print(
                f"pair {number + 1}: {took['large'] * 1000:.0f} ms against {took['small'] * 1000:.0f} ms a step, "
                f"{ratios[-1]:.2f}x",
                flush=True,
            )
    ratio = median(ratios)
    print(f"A step on a page of {FIELDS:,} fields: {ratio:.2f}x a step on a small page. The limit is {LIMIT:g}x.")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
