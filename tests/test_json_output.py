"""`--json` prints one object on standard output, with the same keys however the call ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from support.http_site import served

from runwright.engine.run.run_lock import locked
from runwright.rehearsal.rehearsal import Rehearsal

KEYS = ["run", "runbook", "rehearsal", "status", "folder", "head", "sections", "steps", "failure"]
BOOK = """title: T
inputs:
  name: { about: A name, default: Ann }
sites: { slack: { url: https://api.slack.com } }
sections:
  - title: Look
    open: slack /apps
    steps:
      - expect: heading "Your Apps"
"""


def _called(folder: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """The exit code, the object on standard output and the text on the other."""
    path = folder / "book.yaml"
    if not path.exists():
        path.write_text(BOOK, "utf-8")
    command = [sys.executable, "-m", "runwright", *words, "--json"]
    environment = {**os.environ, "COLUMNS": "200"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert "Traceback" not in done.stderr, done.stderr
    told = json.loads(done.stdout)
    assert list(told) == KEYS
    return done.returncode, told, done.stderr


def _nothing_was_touched(folder: Path, told: dict[str, Any]) -> None:
    assert (told["run"], told["folder"], told["head"]) == (None, None, None)
    assert (told["sections"], told["steps"]) == ([], [])
    assert not (folder / "screenshots").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "book.yaml"], "A real run wants a yes."),
        (["run", "book.yaml", "--yes", "-i", "nme=x"], "The runbook has no input `nme`."),
        (["run", "bok.yaml", "--yes"], "There is nothing at bok.yaml."),
        (["run", "book.yaml", "--yes", "--resume", "last"], "There is no run `last`"),
        (["run", "book.yaml", "--resume", "last", "--anew"], "`--anew` takes no notice of it"),
        (["check", "book.yaml", "--guide", "nothing.md"], "There is nothing at nothing.md."),
        (["rehearse", "book.yaml", "--scenario", "appz"], "There is no scenario `appz`."),
        (["run", "book.yaml", "--rehearsal", "http://127.0.0.1:port"], "is no address"),
        (["check", "book.yaml", "--rehearsal", "http://127.0.0.1:9"], "No rehearsal answers at http://127.0.0.1:9"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_ends_before_a_run_has_the_same_keys(words: list[str], message: str, tmp_path: Path) -> None:
    code, told, shown = _called(tmp_path, *words)
    assert (code, told["status"]) == ((4, "unknown") if "ddress" in message or "nswers" in message else (2, "invalid"))
    assert (told["runbook"], told["rehearsal"]) == (Path(words[1]).stem, "--rehearsal" in words or "rehearse" in words)
    assert message in told["failure"]["message"] and message in shown
    assert told["failure"]["remedy"], "nothing helps"
    _nothing_was_touched(tmp_path, told)


def test_an_invalid_runbook_has_every_fault_in_the_object(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK.replace("expect:", "expct:").replace("/apps", "/${nam}"), "utf-8")
    code, told, _ = _called(tmp_path, "run", "book.yaml", "--yes")
    assert (code, told["status"]) == (2, "invalid")
    places = [(fault["file"], fault["line"], fault["column"]) for fault in told["failure"]["faults"]]
    assert places == [("book.yaml", 7, 18), ("book.yaml", 9, 9)]
    _nothing_was_touched(tmp_path, told)


def test_another_web_server_is_said_to_be_no_rehearsal(tmp_path: Path) -> None:
    with served({}) as another_server:
        code, told, shown = _called(tmp_path, "run", "book.yaml", "--rehearsal", another_server)
    assert (code, told["status"]) == (4, "unknown")
    assert told["failure"]["message"] == f"What answers at {another_server} is no rehearsal."
    assert "<" not in shown and "runwright rehearsal" in shown
    _nothing_was_touched(tmp_path, told)


def test_a_run_that_another_keeps_out_has_the_same_keys(tmp_path: Path) -> None:
    with locked("book", ["https://api.slack.com"], None, "ben"):
        code, told, _ = _called(tmp_path, "run", "book.yaml", "--yes")
    assert (code, told["status"]) == (3, "stopped")
    assert "is under way: ben" in told["failure"]["message"]
    assert told["run"] is None and told["sections"] == []


def test_a_run_has_the_same_keys_however_it_ends(tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK.replace("Your Apps", "Your Aps"), "utf-8")
    with Rehearsal() as rehearsal:
        code, told, _ = _called(tmp_path, "run", "book.yaml", "--rehearsal", rehearsal.control_url)
    assert (code, told["status"], told["rehearsal"]) == (1, "failed", True)
    assert told["sections"][0]["status"] == "failed" and told["head"]
    assert set(told["failure"]) == {
        *("message", "remedy", "faults", "looked_for", "nearest", "page_says", "candidates"),
    }
    assert 'heading "Your Apps"' in told["failure"]["nearest"]


def test_a_disk_that_fills_names_the_folder_that_was_begun(tmp_path: Path) -> None:
    disk = tmp_path / "screenshots"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=100k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        code, told, _ = _called(tmp_path, "rehearse", "book.yaml")
        assert (code, told["status"]) == (4, "unknown")
        assert "the disk is full" in told["failure"]["message"]
        assert Path(tmp_path / told["folder"] / "events.jsonl").is_file()
        assert told["run"] == Path(told["folder"]).name
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)
