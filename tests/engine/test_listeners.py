"""Listeners of a run: finished events in order, the end of the run, and exceptions that change nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse
from support.site_pages import Played, Site

from runwright.engine.run.listener import Listeners, NullListener
from runwright.evidence.events import EndEvent, StepEvent
from runwright.evidence.statuses import Status
from runwright.evidence.verify import verify

Play = Callable[..., Played]

PAGE = """<title>A</title><h1>A</h1>
<button onclick="fetch('/save', {method: 'POST'}); localStorage.made = 1; this.textContent = 'Gone'">Go</button>
<script>if (localStorage.made) document.querySelector('button').textContent = 'Gone'</script>"""
BOOK = """
sections:
  - name: One
    open: shop /
    ready: heading "A"
    done_when: text "Gone"
    steps:
      - hover: heading "A"
      - click: button "Go"
        changes: true
  - name: Two
    open: shop /
    steps:
      - hover: heading "A"
"""


class Recorder(NullListener):
    """Records every call, and what is on disk at that time."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.ended: list[tuple[EndEvent, Path, bool]] = []
        self.steps: list[StepEvent] = []

    def section_begins(self, number: int, name: str) -> None:
        self.calls.append(("section begins", number))

    def step_begins(self, number: int, name: str) -> None:
        self.calls.append(("step begins", number))

    def step_ends(self, event: StepEvent) -> None:
        self.calls.append(("step ends", event.step))
        self.steps.append(event)

    def section_ends(self, number: int, name: str, status: Status, reason: str | None) -> None:
        self.calls.append(("section ends", number))

    def change_reached(self, point: str) -> None:
        self.calls.append(("change", point))

    def run_ends(self, event: EndEvent, folder: Path) -> None:
        self.calls.append(("run ends", event.status))
        self.ended.append((event, folder, verify(folder).good))


class Raising:
    """Raises in every call."""

    def __getattr__(self, name: str) -> Any:
        def fail(*_: object) -> None:
            raise RuntimeError(f"no {name}")

        return fail


def test_a_listener_gets_every_step_once_its_screenshots_are_on_disk(play: Play) -> None:
    recorder = Recorder()
    played = play({"/": PAGE, "/save": "Saved"}, BOOK, listener=recorder)
    folder = played.result.folder
    assert recorder.steps == played.result.steps
    assert [each.step for each in recorder.steps] == [event["step"] for event in played.events("step")]
    for event, line in zip(recorder.steps, played.events("step"), strict=True):
        assert (event.number, event.time, event.prev) == (line["number"], line["time"], line["prev"])
        assert event.screenshots or line["status"] == "skipped" or line["page_of"] is not None
        for screenshot in event.screenshots:
            assert hashlib.sha256((folder / screenshot.file).read_bytes()).hexdigest() == screenshot.sha256
        with pytest.raises(dataclasses.FrozenInstanceError):
            event.name = "x"  # type: ignore[misc]


def test_the_calls_of_a_run_are_in_order(play: Play) -> None:
    recorder = Recorder()
    play({"/": PAGE, "/save": "Saved"}, BOOK, listener=recorder)
    calls = recorder.calls
    numbers = [number for call, number in calls if call == "step begins"]
    assert numbers == list(range(1, len(numbers) + 1))
    for number in numbers:
        begins, ends = calls.index(("step begins", number)), calls.index(("step ends", number))
        assert begins < ends
        if number > 1:
            assert calls.index(("step ends", number - 1)) < begins
    first, second = calls.index(("section ends", 1)), calls.index(("section begins", 2))
    assert first < second
    assert all(call[0] != "step ends" for call in calls[first:second])
    changes = [what for call, what in calls if call == "change"]
    assert changes[:2] == ["before the intent", "intent"] and changes[-1] == "outcome"
    assert calls[-1][0] == "run ends"


def test_the_end_of_a_run_comes_with_its_sealed_folder(play: Play) -> None:
    recorder = Recorder()
    played = play({"/": PAGE, "/save": "Saved"}, BOOK, listener=recorder)
    ((event, folder, intact),) = recorder.ended
    assert folder == played.result.folder and intact
    (line,) = played.events("end")
    assert event.status == played.result.status == line["status"]
    assert dict(event.reports) == line["reports"]
    assert event.events == event.number == line["number"]


def test_a_listener_that_raises_changes_nothing(play: Play, caplog: pytest.LogCaptureFixture) -> None:
    recorder = Recorder()
    with caplog.at_level(logging.ERROR, "runwright.listener"):
        played = play({"/": PAGE, "/save": "Saved"}, BOOK, listener=Listeners(Raising(), recorder))
    assert played.statuses == ["changed", "unchanged"], played.message
    assert verify(played.result.folder, digest=played.result.digest).good
    steps = [event["step"] for event in played.events("step")]
    assert len(steps) == len(set(steps)), "a step has two outcomes"
    assert [event["status"] for event in played.events("step")] == ["done"] * len(steps)
    assert [each.step for each in recorder.steps] == steps, "the next listener is called all the same"
    logged = {record.getMessage().split(" ")[0] for record in caplog.records if record.name == "runwright.listener"}
    calls = ("section_begins", "step_begins", "step_ends", "section_ends", "change_reached", "run_ends")
    assert logged == {f"Raising.{name}" for name in calls}
    assert all(record.exc_info for record in caplog.records if record.name == "runwright.listener")


def test_a_slow_listener_delays_no_plain_step(play: Play) -> None:
    """The listener of the first step returns once the run has opened the page of a later one."""
    opened = threading.Event()

    def second(request: Request, site: Site) -> HTMLResponse:
        opened.set()
        return HTMLResponse("<!doctype html><title>B</title><h1>B</h1>")

    class Slow(Recorder):
        waited: bool | None = None

        def step_ends(self, event: StepEvent) -> None:
            if self.waited is None:
                self.waited = opened.wait(20)
            super().step_ends(event)

    slow = Slow()
    book = "sections:\n  - name: One\n    open: shop /\n    steps:\n      - open: shop /b\n"
    played = play({"/": PAGE, "/b": second}, book, listener=slow)
    assert slow.waited is True, "the run waits for the listener of its first step"
    assert slow.steps == played.result.steps
