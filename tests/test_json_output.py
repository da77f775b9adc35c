"""`--json` prints one object on standard output, with the same keys however the call ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.cli_calls import call
from support.http_site import served

from runwright.engine.run.run_lock import locked
from runwright.rehearsal.rehearsal import Rehearsal

KEYS = [
    "run",
    "runbook",
    "rehearsal",
    "status",
    "folder",
    "digest",
    "sections",
    "steps",
    "failure",
    "next_actions",
    "log",
]
BOOK = """name: T
inputs:
  name: { description: A name, default: Ann }
sites: { slack: { url: https://api.slack.com } }
sections:
  - name: Look
    open: slack /apps
    steps:
      - expect: heading "Your Apps"
"""


def _in_a_process(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runwright", *words]
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def _called(
    folder: Path, *words: str, way: Callable[..., subprocess.CompletedProcess[str]] = call
) -> tuple[int, dict[str, Any], str]:
    """The exit code, the object on standard output, and the text on standard error."""
    path = folder / "book.yaml"
    if not path.exists():
        path.write_text(BOOK, "utf-8")
    done = way(*words, "--json", cwd=folder)
    assert "Traceback" not in done.stderr, done.stderr
    result = json.loads(done.stdout)
    assert list(result) == KEYS
    return done.returncode, result, done.stderr


def _nothing_was_run(folder: Path, result: dict[str, Any]) -> None:
    assert (result["run"], result["folder"], result["digest"]) == (None, None, None)
    assert (result["sections"], result["steps"]) == ([], [])
    assert not (folder / "screenshots").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "book.yaml"], "Confirmation required: pass --yes."),
        (["run", "book.yaml", "--yes", "-i", "nme=x"], "The runbook has no input `nme`."),
        (["run", "bok.yaml", "--yes"], "No such file or folder: bok.yaml."),
        (["run", "book.yaml", "--yes", "--resume", "last"], "There is no run `last`"),
        (["run", "book.yaml", "--resume", "last", "--restart"], "`--restart` ignores it"),
        (["check", "book.yaml", "--guide", "nothing.md"], "No such file or folder: nothing.md."),
        (["rehearse", "book.yaml", "--scenario", "appz"], "Unknown scenario `appz`."),
        (
            ["rehearse", "book.yaml", "--simulator", "http://127.0.0.1:port"],
            "Invalid control address `http://127.0.0.1:port`",
        ),
        (
            ["rehearse", "book.yaml", "--check", "--simulator", "http://127.0.0.1:9"],
            "No rehearsal answers at http://127.0.0.1:9",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_call_that_ends_before_a_run_prints_the_same_keys(words: list[str], message: str, tmp_path: Path) -> None:
    code, result, shown = _called(tmp_path, *words)
    assert (code, result["status"]) == (
        (4, "unknown") if "ddress" in message or "nswers" in message else (2, "invalid")
    )
    assert (result["runbook"], result["rehearsal"]) == (Path(words[1]).stem, "rehearse" in words)
    assert message in result["failure"]["message"] and message in shown
    assert result["failure"]["remedy"], "there is no remedy"
    _nothing_was_run(tmp_path, result)


def test_an_invalid_runbook_has_all_its_errors_in_the_object(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK.replace("expect:", "expct:").replace("/apps", "/${nam}"), "utf-8")
    code, result, _ = _called(tmp_path, "run", "book.yaml", "--yes")
    assert (code, result["status"]) == (2, "invalid")
    places = [(error["file"], error["line"], error["column"]) for error in result["failure"]["errors"]]
    assert places == [("book.yaml", 7, 18), ("book.yaml", 9, 9)]
    _nothing_was_run(tmp_path, result)


def test_a_web_server_that_is_not_a_simulator_is_reported(tmp_path: Path) -> None:
    with served({}) as another_server:
        code, result, shown = _called(tmp_path, "rehearse", "book.yaml", "--simulator", another_server)
    assert (code, result["status"]) == (4, "unknown")
    assert result["failure"]["message"] == f"The server at {another_server} is not a rehearsal."
    assert "<" not in shown and "runwright simulator" in shown
    _nothing_was_run(tmp_path, result)


def test_a_locked_run_prints_the_same_keys(tmp_path: Path) -> None:
    with locked("book", ["https://api.slack.com"], None, "ben"):
        code, result, _ = _called(tmp_path, "run", "book.yaml", "--yes")
    assert (code, result["status"]) == (3, "stopped")
    assert "is in progress: ben" in result["failure"]["message"]
    assert (result["failure"]["class"], result["failure"]["retryable"]) == ("locked", True)
    assert result["run"] is None and result["sections"] == []


def test_a_failed_run_prints_the_same_keys(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK.replace("Your Apps", "Your Aps"), "utf-8")
    with Rehearsal() as rehearsal:
        code, result, _ = _called(
            tmp_path, "rehearse", "book.yaml", "--simulator", rehearsal.control_url, way=_in_a_process
        )
    assert (code, result["status"], result["rehearsal"]) == (1, "failed", True)
    assert result["sections"][0]["status"] == "failed" and result["digest"]
    assert set(result["failure"]) == {
        *("class", "retryable", "message", "remedy", "errors"),
        *("looked_for", "nearest", "page_messages", "appeared", "candidates"),
    }
    assert 'heading "Your Apps"' in result["failure"]["nearest"]
    assert (result["failure"]["class"], result["failure"]["retryable"]) == ("page_changed", False)


def test_a_full_disk_is_reported_with_the_run_folder(tmp_path: Path) -> None:
    disk = tmp_path / "screenshots"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("cannot mount a tmpfs")
    try:
        code, result, _ = _called(tmp_path, "rehearse", "book.yaml", way=_in_a_process)
        assert (code, result["status"]) == (4, "unknown")
        assert "the disk is full" in result["failure"]["message"]
        assert result["failure"]["class"] == "environment"
        assert Path(tmp_path / result["folder"] / "events.jsonl").is_file()
        assert result["run"] == Path(result["folder"]).name
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
