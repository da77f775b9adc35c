"""What came of each task: made by the tests, kept in `results.json`, and shown in the table of the documentation.

`PYTHONPATH=tests python -m widgets.outcomes` collects what the last test run recorded and writes both files.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping

import yaml
from widgets.bundles import CACHE, HERE
from widgets.tasks import TASKS, Task

PHASES = ("set", "unchanged", "in sync", "drift")
"""Set and stored once; unchanged in a second run; in sync; a change by hand is seen."""
RECORDED = CACHE / "outcomes"
RESULTS = HERE / "results.json"
PAGE = HERE.parents[1] / "docs" / "reference" / "controls.md"
TABLE = re.compile(r"(?<=<!-- widgets -->\n\n)(?:\|.*\n)+")


def record(task: Task, reached: list[str]) -> None:
    """Keep the phases that a task reached, for the next call of this module."""
    RECORDED.mkdir(parents=True, exist_ok=True)
    (RECORDED / f"{task.slug}.json").write_text(json.dumps(reached), "utf-8")


def results() -> dict[str, list[str]]:
    """The phases that each task reaches, by the task's name."""
    kept: dict[str, list[str]] = json.loads(RESULTS.read_text("utf-8"))
    return kept


def versions() -> dict[str, str]:
    """The exact version of each package."""
    found: dict[str, str] = json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"]
    return found


def table(reached: Mapping[str, list[str]]) -> str:
    """The table of the documentation, in Markdown."""
    lines = ["| | widget | task | steps | result |", "|---|---|---|---|---|"]
    for number, task in enumerate(TASKS, 1):
        widget = f"{task.library} {versions()[task.package]}"
        lines.append(f"| {number} | {widget} | {task.control} | {_steps(task)} | {_result(task, reached[task.slug])} |")
    return "\n".join(lines) + "\n"


def _result(task: Task, reached: list[str]) -> str:
    if reached == list(PHASES):
        return "works"
    missing = next(phase for phase in PHASES if phase not in reached)
    return f"not: {missing}. {task.by_hand}"


def _steps(task: Task) -> str:
    """The steps of its runbook, without the click on Save that all pages have."""
    (section,) = yaml.safe_load(task.runbook.read_text("utf-8"))["sections"]
    lines = []
    for step in [*section.get("navigation", ()), *section["steps"]]:
        if step.get("click") == 'button "Save"':
            continue
        fields = [f"{key}: {_written(key, value)}" for key, value in step.items()]
        lines += [f"- {fields[0]}", *fields[1:]]
    return "<br>".join(f"`{line}`" for line in lines)


def _written(key: str, value: object) -> str:
    if isinstance(value, bool):
        return ("off", "on")[value] if key == "to" else str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(str, value))}]"
    return str(value).replace("\n", "⏎")


def main() -> int:
    """Write results and table; the exit code."""
    missing = [task.slug for task in TASKS if not (RECORDED / f"{task.slug}.json").is_file()]
    if missing:
        print(f"No results of {', '.join(missing)}: run the tests of the gallery first.", file=sys.stderr)
        return 1
    found = {task.slug: json.loads((RECORDED / f"{task.slug}.json").read_text("utf-8")) for task in TASKS}
    lines = [f"  {json.dumps(slug)}: {json.dumps(phases)}" for slug, phases in found.items()]
    RESULTS.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")
    text = PAGE.read_text("utf-8")
    PAGE.write_text(TABLE.sub(lambda _: table(found), text), "utf-8")
    print(f"{sum(phases == list(PHASES) for phases in found.values())} of {len(found)} tasks work.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
