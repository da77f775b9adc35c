"""`runwright rehearsal` as a process of its own: runs use it, it goes on from what it kept, it says what is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

INPUTS = "workspace: Acme\nchannel: alerts\nwandb_url: https://wandb.acme.example\n"
GUIDE = "# Slack\n\n1. Open https://api.slack.com/apps.\n"


def _called(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runwright", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@contextmanager
def _served(folder: Path, *words: str) -> Iterator[str]:
    """The control address of a rehearsal that another process serves until it is told to end."""
    command = [sys.executable, "-m", "runwright", "rehearsal", "--port", "0", *words]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            kind, _, address = process.stdout.readline().partition(" ")
            assert kind == "control", "it does not say where it answers"
            yield address.strip()
        finally:
            process.terminate()
            assert process.wait(30) == 0, "told to end, it ends well"


def test_what_a_run_sets_is_there_for_the_next_rehearsal_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "inputs.yaml").write_text(INPUTS, "utf-8")
    (tmp_path / "guide.md").write_text(GUIDE, "utf-8")
    given = ("slack-alerts", "--inputs", "inputs.yaml", "--json", "--rehearsal")
    more = ("--yes", "--ticket", "OPS-7", "--guide", "guide.md")
    with _served(tmp_path, "--state", "kept") as address:
        done = _called(tmp_path, "run", *given, address, *more)
        assert done.returncode == 0, done.stderr
        before = httpx.get(f"{address}/state").json()
    with _served(tmp_path, "--state", "kept") as address:
        again = _called(tmp_path, "check", *given, address)
        assert again.returncode == 0, again.stderr
        told = {each["title"]: each["status"] for each in json.loads(again.stdout)["sections"]}
        assert told["Create the Slack app"] == told["Connect Slack in W&B"] == "done", told
        assert httpx.get(f"{address}/state").json() == before
        assert httpx.get(f"{address}/effects").json() == []

    folder = tmp_path / json.loads(done.stdout)["folder"]
    first = json.loads((folder / "events.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["ticket"], first["guide"]["path"]) == ("OPS-7", "guide.md")
    assert first["inputs"]["workspace"] == "Acme" and first["inputs"]["channel"] == "alerts"
    assert (folder / "procedure" / "guide.md").read_text("utf-8") == GUIDE


@pytest.mark.parametrize("text", ["{", "[]", '{"apps": 1}'])
def test_a_file_that_was_not_kept_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "https-slack.com.json").write_text(text, "utf-8")
    done = _called(tmp_path, "rehearsal", "--port", "0", "--state", ".")
    assert done.returncode == 2, done.stdout
    assert "https-slack.com.json is not what a rehearsal keeps of https://slack.com" in done.stderr
    assert "Traceback" not in done.stderr and "--state" in done.stderr


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = _called(tmp_path, "rehearsal", "--port", "0", "--state", "file/kept")
    assert done.returncode == 4, done.stdout
    assert "file/kept" in done.stderr and "Traceback" not in done.stderr
