"""Try the example runbooks on their applications, print one table, and write results and page.

python -m benchmarks.applications [NAME…] [--folder DIR] [--pairs N] [--parts PART…] [--no-write] [--page]
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import measure
from benchmarks.applications import page
from benchmarks.applications.application import PASSWORD, ROOT, Application, applications
from benchmarks.applications.trials import PARTS, Results, Trials, read_results


def main() -> int:
    """The exit code: 1 where effects differ or come twice, a second run changes something, or drift is not seen."""
    every = {each.slug: each for each in applications()}
    parser = argparse.ArgumentParser(prog="python -m benchmarks.applications")
    parser.add_argument("names", nargs="*", help=f"all, or some of {', '.join(every)}")
    parser.add_argument(
        "--folder", type=Path, default=ROOT / ".cache" / "applications", help="where they are installed"
    )
    parser.add_argument("--pairs", type=int, help="how many pairs are timed; default: what the application says")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS, help="the others keep their results")
    parser.add_argument("--no-write", action="store_true", help="print only")
    parser.add_argument("--page", action="store_true", help="only write the page from the results that are kept")
    options = parser.parse_args()
    if options.page:
        page.write()
        return 0
    unknown = set(options.names) - set(every)
    if unknown:
        parser.error(f"no application {', '.join(sorted(unknown))} in examples/")
    os.environ.update(BENCHMARK_BROWSER=measure.browser(), EXAMPLE_PASSWORD=PASSWORD)
    found = []
    for name in options.names or every:
        application = every[name]
        print(f"{application.title}: {application.runbook.relative_to(ROOT)}", flush=True)
        found.append((application, _try(application, options)))
    print(page.table(found))
    if not options.no_write:
        page.write()
    return 0 if all(_passed(results) for _, results in found) else 1


def _try(application: Application, options: argparse.Namespace) -> Results:
    folder = options.folder.resolve() / application.slug
    shutil.rmtree(folder / "trials", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    pairs = application.pairs if options.pairs is None else options.pairs
    path = application.folder / "results.json"

    def keep(results: Results) -> None:
        if not options.no_write:
            results.write(path)

    kept = Results(application.title, _machine()) if "effects" in options.parts else read_results(path)
    results = Trials(application, folder, kept).perform(options.parts, pairs, keep)
    print(
        f"  {time.monotonic() - started:.0f} s; {results.effects_difference or 'effects as the script’s'}", flush=True
    )
    return results


def _machine() -> str:
    cores, system = os.cpu_count(), f"{platform.system()} {platform.machine()}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores, {system}, Python {platform.python_version()}"


def _passed(results: Results) -> bool:
    good = results.second_run == "unchanged" and results.check == "in sync" and results.drift == "drift"
    return results.effects_equal and good and all(each.once for each in results.kills)


if __name__ == "__main__":
    raise SystemExit(main())
