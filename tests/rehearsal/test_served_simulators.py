"""`runwright simulator` as a separate process: runs use it, it continues from saved states, it reports errors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from support.cli_calls import call

INPUTS = "workspace: Acme\nchannel: alerts\nwandb_url: https://wandb.acme.example\n"
GUIDE = "# Slack\n\n1. Open https://api.slack.com/apps.\n"


def _call(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "runwright", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL)


@contextmanager
def _serve(folder: Path, *arguments: str) -> Iterator[str]:
    """The control address of a rehearsal in another process, which ends with the block."""
    command = [sys.executable, "-m", "runwright", "simulator", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            kind, _, address = process.stdout.readline().partition(" ")
            assert kind == "control", "the control address is missing"
            yield address.strip()
        finally:
            process.terminate()
            assert process.wait(150) == 0, "SIGTERM ends it with exit code 0"


SMALL = """name: An app
inputs:
  workspace: { description: The workspace of the app, example: Umbrella }
sites:
  slack: { url: https://api.slack.com, also: ["https://slack.com", "https://*.slack.com"] }
sections:
  - name: Create the Slack app
    open: slack /apps
    ready: button "Create an App" or "Create New App"
    done_when: link "W&B alerts"
    steps:
      - click: button "Create an App" or "Create New App"
      - click: button starting "From scratch"
      - fill: textbox "App Name"
        with: W&B alerts
      - choose: combobox "Select a team"
        option: ${workspace}
      - click: button "Create App"
        changes: true
        expect: heading "Basic Information"
"""


def test_a_rehearsal_continues_from_the_saved_state(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text(SMALL, "utf-8")
    (tmp_path / "inputs.yaml").write_text("workspace: Acme\n", "utf-8")
    (tmp_path / "guide.md").write_text(GUIDE, "utf-8")
    options = ("app.yaml", "--inputs", "inputs.yaml", "--simulator")
    with _serve(tmp_path, "--state", "state") as address:
        more = ("--ticket", "OPS-7", "--guide", "guide.md", "--json")
        done = call("rehearse", *options, address, *more, cwd=tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        before = httpx.get(f"{address}/state").json()
        assert [each["kind"] for each in httpx.get(f"{address}/effects").json()] == ["create-app"]
    with _serve(tmp_path, "--state", "state") as address:
        again = call("rehearse", *options, address, "--check", "--json", cwd=tmp_path)
        assert again.returncode == 0, again.stderr
        assert [each["status"] for each in json.loads(again.stdout)["sections"]] == ["in sync"]
        assert httpx.get(f"{address}/state").json() == before
        assert httpx.get(f"{address}/effects").json() == []

    folder = tmp_path / json.loads(done.stdout)["folder"]
    first = json.loads((folder / "events.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["ticket"], first["guide"]["path"]) == ("OPS-7", "guide.md")
    assert first["inputs"]["workspace"] == "Acme"
    assert (folder / "procedure" / "guide.md").read_text("utf-8") == GUIDE


@pytest.mark.slow
def test_the_shipped_runbook_continues_from_the_saved_state(tmp_path: Path) -> None:
    (tmp_path / "inputs.yaml").write_text(INPUTS, "utf-8")
    (tmp_path / "guide.md").write_text(GUIDE, "utf-8")
    options = ("slack-alerts", "--inputs", "inputs.yaml", "--json", "--simulator")
    more = ("--ticket", "OPS-7", "--guide", "guide.md")
    with _serve(tmp_path, "--state", "state") as address:
        done = _call(tmp_path, "rehearse", *options, address, *more)
        assert done.returncode == 0, done.stderr
        before = httpx.get(f"{address}/state").json()
    with _serve(tmp_path, "--state", "state") as address:
        again = _call(tmp_path, "rehearse", *options, address, "--check")
        assert again.returncode == 0, again.stderr
        statuses = {each["name"]: each["status"] for each in json.loads(again.stdout)["sections"]}
        assert statuses["Create the Slack app"] == statuses["Connect Slack in W&B"] == "in sync", statuses
        assert httpx.get(f"{address}/state").json() == before
        assert httpx.get(f"{address}/effects").json() == []

    folder = tmp_path / json.loads(done.stdout)["folder"]
    first = json.loads((folder / "events.jsonl").read_text("utf-8").splitlines()[0])
    assert (first["ticket"], first["guide"]["path"]) == ("OPS-7", "guide.md")
    assert first["inputs"]["workspace"] == "Acme" and first["inputs"]["channel"] == "alerts"
    assert (folder / "procedure" / "guide.md").read_text("utf-8") == GUIDE


@pytest.mark.parametrize("text", ["{", "[]", '{"apps": 1}'])
def test_a_file_that_holds_no_saved_state_is_named(text: str, tmp_path: Path) -> None:
    (tmp_path / "https-slack.com.json").write_text(text, "utf-8")
    done = _call(tmp_path, "simulator", "--port", "0", "--state", ".")
    assert done.returncode == 2, done.stdout
    assert "https-slack.com.json does not hold a saved state of https://slack.com" in done.stderr
    assert "Traceback" not in done.stderr and "--state" in done.stderr


def test_a_state_folder_that_cannot_be_created_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = _call(tmp_path, "simulator", "--port", "0", "--state", "file/state")
    assert done.returncode == 4, done.stdout
    assert "file/state" in done.stderr and "Traceback" not in done.stderr
