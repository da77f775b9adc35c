"""The Python API: runs in and outside of an event loop, what a run is handed, and evidence alike from every entry."""

from __future__ import annotations

import asyncio
import doctest
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright
from support.http_site import served
from support.site_pages import Played, saving

import runwright
from runwright import api
from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.run.change_gate import ALLOWED, ChangeIntent, ChangeOutcome, GateAnswer
from runwright.engine.run.options import RunOptions
from runwright.engine.run.resume import PriorChange
from runwright.evidence.statuses import FailureClass

Play = Callable[..., Played]
ROOT = Path(__file__).resolve().parent.parent

BOOK = """name: The list of apps
inputs:
  name: { description: A name, example: From scratch }
sites:
  slack: { url: https://api.slack.com }
sections:
  - name: Open the list
    open: slack /apps
    ready: button "Create an App"
    done_when: heading "Your Apps"
"""
LIVE = """name: A heading
sites: {{ shop: {{ url: "{address}" }} }}
sections:
  - name: Look
    open: shop /
    ready: heading
    done_when: heading "Shop"
"""
SAVE = """sections:
  - name: Save it
    open: shop /
    ready: heading "Shop"
    done_when: text "Saved"
    steps:
      - click: button "Save"
        changes: true
        expect: text "Saved"
"""


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "list.yaml"
    path.write_text(BOOK, "utf-8")
    return path


@pytest.fixture
def live(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A runbook of a real site: a server on this machine."""
    monkeypatch.chdir(tmp_path)
    with served({"/": "<!doctype html><title>Shop</title><h1>Shop</h1>"}) as address:
        path = tmp_path / "heading.yaml"
        path.write_text(LIVE.format(address=address), "utf-8")
        yield path


def test_every_public_name_exists_and_has_a_docstring() -> None:
    for name in runwright.__all__:
        value = getattr(runwright, name)
        assert name in ("ALLOWED", "__version__") or (value.__doc__ or "").strip(), f"{name} has no docstring"
    with pytest.raises(AttributeError, match="nothing"):
        runwright.nothing  # noqa: B018


def test_importing_the_package_imports_no_browser() -> None:
    program = (
        "import sys, runwright; print([name for name in ('playwright', 'pydantic', 'rich') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("call", ["runwright.load('slack-alerts')", "runwright.verify('nothing').problems"])
def test_what_needs_no_browser_imports_none(call: str) -> None:
    program = f"import sys, runwright; {call}; print('playwright' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_run_inside_an_event_loop_has_a_thread_of_its_own(live: Path, tmp_path: Path) -> None:
    async def main() -> runwright.RunResult:
        return runwright.run(live, options=runwright.RunOptions(tmp_path / "out"))

    result = asyncio.run(main())
    assert (result.status, result.exit) == ("unchanged", 0), result.reason
    assert runwright.verify(result.folder, result.digest).good


def test_a_run_in_a_browser_that_is_there_already_leaves_it_open(live: Path, tmp_path: Path) -> None:
    with driver() as playwright:
        browser = launch(playwright)
        for run_id in ("first", "second"):
            options = RunOptions(tmp_path / "out", browser=browser, run_id=run_id)
            result = runwright.check(live, options=options)
            assert (result.status, result.run, result.folder.name) == ("in sync", run_id, run_id), result.reason
        assert browser.is_connected() and browser.contexts == []
        page = browser.new_page()
        page.goto("data:text/html,<title>Still there</title>")
        assert page.title() == "Still there"
        browser.close()


def test_a_running_playwright_does_not_stop_a_run(live: Path, tmp_path: Path) -> None:
    with sync_playwright():
        result = runwright.check(live, options=RunOptions(tmp_path / "out"))
    assert result.status == "in sync", result.reason


@pytest.mark.parametrize("run_id", ["../elsewhere", "a b", "", ".hidden", "x" * 101])
def test_a_run_id_that_is_no_folder_name_is_refused(live: Path, tmp_path: Path, run_id: str) -> None:
    with pytest.raises(runwright.UserError, match="run id"):
        runwright.check(live, options=RunOptions(tmp_path / "out", run_id=run_id))
    assert not (tmp_path / "out").exists()


def test_a_missing_input_is_a_next_action(book: Path) -> None:
    with pytest.raises(runwright.UserError) as caught:
        runwright.run(book)
    (action,) = caught.value.next_actions
    assert (action.kind, action.inputs) == ("pass_values", (("name", "From scratch"),))


def _shape(folder: Path) -> list[Any]:
    """What a journal holds, apart from times, addresses in memory and what identifies the run."""
    volatile = {"prev", "time", "started", "ended", "seconds", "run", "rehearsal_id", "previous", "server_date"}
    volatile |= {"sha256", "server_address", "box", "certificate", "requests", "reports"}

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: plain(each) for key, each in value.items() if key not in volatile}
        return [plain(each) for each in value] if isinstance(value, list) else value

    return [plain(json.loads(line)) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.slow
def test_command_line_pytest_and_guide_check_leave_the_same_evidence(book: Path, tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# Apps\n\n1. Click **Create an App**.\n", "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}

    def folder(out: str) -> Path:
        (found,) = (path.parent for path in (tmp_path / out).glob("list/*/events.jsonl"))
        return found

    calls = {
        "cli": ["-m", "runwright", "rehearse", "list.yaml", "--guide", "guide.md", "--out", "cli"],
        "pytest": [
            *("-m", "pytest", "list.yaml", "-q", "-pno:cacheprovider", "--runbook-rehearse"),
            *("--runbook-guide=guide.md", "--runbook-out=pytest"),
        ],
        "guide": ["-m", "runwright", "guide", "check", "list.yaml", "--guide", "guide.md", "--out", "guide"],
    }
    for words in calls.values():
        done = subprocess.run([sys.executable, *words], capture_output=True, text=True, env=environment, check=False)
        assert "Traceback" not in done.stderr + done.stdout, done.stderr + done.stdout
    result = runwright.rehearse(book, options=RunOptions(Path("api")), guide=Path("guide.md"))
    assert result.status == "unchanged", result.reason
    expected = _shape(result.folder)
    assert expected[0]["guide"]["path"] == "guide.md"
    for name in ("cli", "pytest"):
        assert _shape(folder(name)) == expected, f"{name} left other evidence"
    compared = _shape(folder("guide"))
    assert {**compared[0], "guide": None} == {**expected[0], "guide": None}
    assert compared[1:] == expected[1:], "the guide check left other evidence"


@dataclass
class Gate:
    """A gate that records what it hears, and gives one answer."""

    answer: GateAnswer = ALLOWED
    error: Exception | None = None
    asked: list[ChangeIntent] = field(default_factory=list)
    heard: list[ChangeOutcome] = field(default_factory=list)
    on_disk: Callable[[], list[str]] = list

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        self.asked.append(intent)
        if self.error is not None:
            raise self.error
        return self.answer

    def tell(self, intent: ChangeIntent, outcome: ChangeOutcome) -> None:
        assert intent == self.asked[-1]
        self.heard.append(outcome)


def test_the_gate_is_asked_before_a_change_and_notified_of_its_outcome(play: Play) -> None:
    gate = Gate()
    played = play(saving(), SAVE, gate=gate)
    assert played.result.status == "changed", played.message
    (intent,) = gate.asked
    assert (intent.run, intent.section_name, intent.verb) == (played.result.run, "Save it", "click")
    assert intent.target == 'button "Save"'
    assert gate.heard == ["made"] and played.site.kept["saves"] == 1


def test_a_change_that_the_gate_does_not_approve_is_not_made_and_the_run_can_be_resumed(play: Play) -> None:
    refusal = GateAnswer(False, "Ben must agree first.", FailureClass.APPROVAL)
    gate = Gate(refusal)
    played = play(saving(), SAVE, gate=gate)
    result = played.result
    assert (result.status, result.exit, result.failure_class) == ("stopped", 3, "approval")
    assert result.reason == "Ben must agree first." and gate.heard == []
    assert played.site.kept.get("saves", 0) == 0, "the change was made"
    assert [event["event"] for event in played.events() if event["event"].startswith("intent")] == [
        "intent",
        "intent-withdrawn",
    ]
    assert played.next_actions == [("resume", ())]
    again = play(played.site, SAVE, resume=result.folder)
    assert (again.result.status, played.site.kept["saves"]) == ("changed", 1), again.message


@pytest.mark.parametrize(
    "gate", [Gate(GateAnswer(False, "Another worker has it.")), Gate(error=ConnectionError("no database"))]
)
def test_a_gate_without_a_clear_yes_leaves_the_outcome_unknown(play: Play, gate: Gate) -> None:
    played = play(saving(), SAVE, gate=gate)
    assert (played.result.exit, played.result.failure_class) == (3, "outcome_unknown")
    assert played.site.kept.get("saves", 0) == 0, "the change was made"
    assert ("Another worker has it." in played.message) or ("no database" in played.message)
    assert played.next_actions == [("settle", ("Save it",))]


def test_a_change_that_was_started_elsewhere_is_not_made_again(play: Play) -> None:
    line = next(number for number, text in enumerate(SAVE.splitlines(), 6) if "click" in text)
    place = ("book.yaml", line, 'button "Save"', ())
    elsewhere = {1: {place: PriorChange("another-run", "Click the button “Save”", outcome_known=False)}}
    played = play(saving(), SAVE, open_changes=elsewhere)
    assert (played.result.exit, played.result.failure_class) == (3, "outcome_unknown"), played.message
    assert "another-run" in played.message and played.site.kept.get("saves", 0) == 0


def test_a_bug_costs_no_evidence(play: Play, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    def broken(*arguments: object) -> bool:
        raise RuntimeError("the secret is hunter2-and-more")

    monkeypatch.setattr("runwright.engine.run.section_checks.SectionChecks.check", broken)
    monkeypatch.setenv("RUNWRIGHT_TEST_KEY", "hunter2-and-more")
    declared = "secrets: { key: { description: A key, typed_at: shop } }\n"
    with caplog.at_level(logging.INFO, "runwright"):
        played = play(saving(), declared + SAVE, secrets={"key": "env:RUNWRIGHT_TEST_KEY"})
    result = played.result
    assert (result.status, result.exit, result.failure_class) == ("failed", 1, "internal")
    assert played.events()[-1]["event"] == "end" and runwright.verify(result.folder).good
    assert "Traceback" in caplog.text and "RuntimeError" in caplog.text
    assert "hunter2" not in caplog.text + str(result.reason) + played.everything().decode("utf-8", "replace")


def test_a_drawing_marked_as_an_error_is_a_message_like_any_other(play: Play) -> None:
    drawing = "<svg class='error-icon' width=90 height=20><text y=15>No such thing</text></svg>"
    steps = '      - click: button "Missing"\n        timeout: 1s\n'
    look = 'sections:\n  - name: Look\n    open: shop /\n    ready: heading "Shop"\n    steps:\n'
    played = play({"/": f"<title>Shop</title><h1>Shop</h1>{drawing}"}, look + steps)
    assert (played.result.status, played.result.failure_class) == ("failed", "page_changed"), played.message
    assert played.result.failure is not None and played.result.failure.page_messages == ["No such thing"]


def test_an_internal_error_of_the_command_line_prints_its_object_and_names_the_log(live: Path, tmp_path: Path) -> None:
    program = (
        "import sys; from runwright.cli.main import main; import runwright.api\n"
        "def broken(*words): raise RuntimeError('a bug')\n"
        "runwright.api.preflight = broken\n"
        f"sys.argv = ['runwright', 'check', {str(live)!r}, '--json']\nmain()"
    )
    environment = {**os.environ, "RUNWRIGHT_STATE": str(tmp_path / "state")}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment, check=False)
    printed = json.loads(done.stdout)
    assert done.returncode == 1 and printed["failure"]["class"] == "internal", done.stderr
    assert "Traceback" not in done.stderr
    log = Path(printed["log"])
    assert log.is_relative_to(tmp_path / "state") and "RuntimeError: a bug" in log.read_text("utf-8")


def test_log_and_verbose_show_what_a_run_does_without_secrets(live: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "runwright", "check", str(live), "--log", str(tmp_path / "run.log"), "-v"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "INFO    runwright.run: step 1 done: Open shop /" in done.stderr
    log = (tmp_path / "run.log").read_text("utf-8")
    assert "DEBUG   runwright.run: run " in log and "step 1 done" in log
    failing = [*command[:-2], str(tmp_path), "--json"]
    done = subprocess.run(failing, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "Cannot write the log" in json.loads(done.stdout)["failure"]["message"]


@pytest.mark.slow
def test_the_examples_of_the_docstrings_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"runwright": runwright, "Path": Path}
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    tried = 0
    for name in ("load", "run", "rehearse", "check", "verify", "check_guide"):
        for example in doctest.DocTestFinder(recurse=False).find(getattr(api, name), name, globs=names):
            tried += len(example.examples)
            runner.run(example, clear_globs=False)
    assert tried >= 6 and runner.failures == 0
