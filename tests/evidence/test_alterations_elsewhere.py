"""What `report` and `guide check` say to each alteration of a run folder: a plain error, or what is true of the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from evidence.test_alterations import TABLE, subjects_again, sums_again
from support.cli_calls import call

from runwright.evidence.verify import verify

EXITS = {0, 1, 2, 4}
MANY = ("the journal is one line of 200 MB",)
"""Takes seconds to make; `test_alterations.py` has it."""


@pytest.fixture(autouse=True)
def flat_again(tmp_path: Path) -> Iterator[None]:
    """Afterwards nothing is so deep that Python could not remove it."""
    yield
    for path in tmp_path.glob("screenshots/alerts/*/d"):
        subprocess.run(["rm", "-rf", str(path)], check=True)


def content(folder: Path) -> dict[str, bytes | str]:
    """The files of a folder."""
    found: dict[str, bytes | str] = {}
    for root, _, names in os.walk(folder):
        for path in (Path(root) / each for each in names):
            regular = path.is_file() and not path.is_symlink()
            found[str(path.relative_to(folder))] = path.read_bytes() if regular else "no file"
    return found


def plain(done: Any) -> None:
    """It ends with an exit code that a command has, and prints neither a traceback nor a raw name."""
    said = done.stdout + done.stderr
    assert done.returncode in EXITS, said
    assert "Traceback" not in said and "\x1b" not in said and "\x07" not in said, said
    assert "\nxxevents.jsonl" not in said and "\udcff" not in said, said
    assert done.returncode == 0 or said.strip(), "an error has a reason"


@pytest.mark.quick(30)
@pytest.mark.parametrize("name", [each for each in TABLE if each not in MANY])
def test_no_command_calls_an_altered_run_intact(made: Any, name: str, tmp_path: Path) -> None:
    before, change = content(made.path), TABLE[name][0]
    guide = tmp_path / "guide.md"
    guide.write_text("# Alerts\n\n1. Open the **Settings** page.\n", "utf-8")
    assert call("report", str(made.path), "--output", str(tmp_path / "whole.html"), cwd=tmp_path).returncode == 0
    whole = (tmp_path / "whole.html").read_bytes()
    assert b"incomplete" not in whole.partition(b"<body")[2]
    change(made.path)
    if name != "folders go down without an end":
        subjects_again(made.path) if "statement" not in name else None
        sums_again(made.path) if "sum" not in name else None
    exported = tmp_path / "altered.html"
    done = call("report", str(made.path), "--output", str(exported), cwd=tmp_path)
    plain(done)
    if done.returncode == 0:
        shown = exported.read_bytes()
        cut = name == "the journal ends in the middle of an event" and b"incomplete" in shown.partition(b"<body")[2]
        assert shown == whole or cut, "an exported report of an altered run says what the run did"
    else:
        assert not exported.exists()
    done = call("guide", "check", "--guide", str(guide), "--run", str(made.path), cwd=tmp_path)
    plain(done)
    assert "intact" not in done.stdout + done.stderr
    done = call("report", str(made.path), cwd=tmp_path)
    plain(done)
    if verify(made.path, digest=made.digest).good:
        assert done.returncode == 0 and content(made.path) == before, "made again, it is what the run wrote"


@pytest.mark.parametrize("words", [("verify",), ("report",), ("report", "--output", "x.html")], ids=" ".join)
def test_files_that_vanish_and_grow_while_they_are_read(made: Any, tmp_path: Path, words: tuple[str, ...]) -> None:
    over = threading.Event()
    copy = tmp_path / "copy"
    shutil.copytree(made.path, copy)

    def disturb() -> None:
        while not over.is_set():
            for path in [*made.path.glob("*.png"), made.path / "procedure" / "alerts.yaml", made.path / "report.html"]:
                path.unlink(missing_ok=True)
                path.write_bytes((copy / path.relative_to(made.path)).read_bytes() + b"more" * 1000)

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(5):
            done = call(words[0], str(made.path), *words[1:], cwd=tmp_path)
            plain(done)
            assert words[0] != "verify" or "\nintact" not in f"\n{done.stdout}", done.stdout
    finally:
        over.set()
        thread.join()
