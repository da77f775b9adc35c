"""Each task of the gallery: set, stored once, looked at again, unchanged on a second run, in sync; drift is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from widgets.server import Settings
from widgets.tasks import RUNBOOKS, TASKS, Task

import runwright


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.slug)
def test_a_task_is_done_once_and_its_drift_is_seen(
    task: Task, settings: Settings, shared_browser: Callable[[], Browser], tmp_path: Path
) -> None:
    settings.reset(task)
    options = runwright.RunOptions(tmp_path, browser=shared_browser())
    inputs = {"server": settings.address}

    first = runwright.run(task.runbook, inputs, options=options)
    assert (first.status, settings.values[task.slug], settings.saves[task.slug]) == ("changed", task.after, 1), (
        first.reason
    )
    second = runwright.run(task.runbook, inputs, options=options)
    assert (second.status, settings.saves[task.slug]) == ("unchanged", 1), second.reason
    check = runwright.check(task.runbook, inputs, options=options)
    assert (check.status, settings.saves[task.slug]) == ("in sync", 1), check.reason
    settings.values[task.slug] = task.drift
    drifted = runwright.check(task.runbook, inputs, options=options)
    assert (drifted.status, settings.saves[task.slug]) == ("drift", 1), drifted.reason


def test_each_task_has_a_runbook_and_a_drift() -> None:
    assert {task.slug for task in TASKS} == {path.stem for path in RUNBOOKS.glob("*.yaml")}
    assert len({task.slug for task in TASKS}) == len(TASKS)
    assert [task.slug for task in TASKS if task.after in (task.before, task.drift)] == []
