"""Each task of the gallery: set, stored once, looked at again, unchanged on a second run, in sync; drift is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from widgets import outcomes
from widgets.server import Settings
from widgets.tasks import RUNBOOKS, TASKS, Task

import runwright

SAMPLE = {
    "react-select-multi",
    "shoelace-switch",
    "ag-grid-checkbox",
    "quill",
    "dnd-kit",
}
"""Tasks of several kinds for `make test`; `make test-all` does the others, too."""
PARAMETERS = [
    pytest.param(task, id=task.slug, marks=[] if task.slug in SAMPLE else [pytest.mark.slow]) for task in TASKS
]


@pytest.mark.parametrize("task", PARAMETERS)
def test_a_task_is_done_once_and_its_drift_is_seen(
    task: Task, settings: Settings, shared_browser: Callable[[], Browser], tmp_path: Path
) -> None:
    settings.reset(task)
    options = runwright.RunOptions(tmp_path, browser=shared_browser())
    reached, found = _play(task, settings, options)
    outcomes.record(task, reached)
    expected = outcomes.results().get(task.slug, list(outcomes.PHASES))
    assert reached == expected, f"After {reached}: {found}"


def _play(task: Task, settings: Settings, options: runwright.RunOptions) -> tuple[list[str], str]:
    """The phases that went well, in order, and what was found where one did not."""
    inputs = {"server": settings.address}
    wanted = {"set": "changed", "unchanged": "unchanged", "in sync": "in sync", "drift": "drift"}
    reached: list[str] = []
    for phase in outcomes.PHASES:
        if phase == "drift":
            settings.values[task.slug] = task.drift
        call = runwright.run if phase in ("set", "unchanged") else runwright.check
        result = call(task.runbook, inputs, options=options)
        stored = settings.values[task.slug]
        saves = settings.saves[task.slug]
        if (result.status, stored, saves) != (wanted[phase], task.drift if phase == "drift" else task.after, 1):
            return reached, f"{result.status}, stored {stored!r} in {saves} saves. {result.reason}"
        reached.append(phase)
    return reached, ""


def test_each_task_has_a_runbook_and_a_drift() -> None:
    assert {task.slug for task in TASKS} == {path.stem for path in RUNBOOKS.glob("*.yaml")}
    assert len({task.slug for task in TASKS}) == len(TASKS)
    assert [task.slug for task in TASKS if task.after in (task.before, task.drift)] == []


def test_the_documentation_shows_the_results() -> None:
    results = outcomes.results()
    assert list(results) == [task.slug for task in TASKS]
    (shown,) = outcomes.TABLE.findall(outcomes.PAGE.read_text("utf-8"))
    assert shown == outcomes.table(results), "Run the tests of tests/widgets, then `make widgets`."


def test_a_task_that_does_not_go_says_how_a_person_does_it() -> None:
    results = outcomes.results()
    left = [task for task in TASKS if results[task.slug] != list(outcomes.PHASES)]
    assert [task.slug for task in left if not task.by_hand] == []
    assert len(TASKS) - len(left) >= 33
