"""A disk that is full, read-only or gone: a clear message, no partial file, and an intact journal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.raw_events import write_raw

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.atomic_io import EvidenceError, write_atomic
from runwright.evidence.journal import NO_DIGEST, Journal, is_truncated, read, verified_digest
from runwright.evidence.run_folder import RunFolder, last_digest
from runwright.evidence.seal import close
from runwright.evidence.verify import verify


@contextmanager
def small_disk(at: Path, size: str = "256k") -> Iterator[Path]:
    """A small disk in memory. The test is skipped on a machine that does not allow it.

    As root in CI it fails instead, since a skipped test would go unnoticed there.
    """
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True)
    if mounted.returncode:
        reason = f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}"
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(reason)
        pytest.skip(reason)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_full_disk_leaves_complete_lines_and_complete_files(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        folder = RunFolder.create(disk, "alerts", "20261124T033000Z-7f3a", Scrubber())
        with pytest.raises(EvidenceError, match="the disk is full"):
            for number in range(1000):
                write_raw(folder.journal, "note", text=f"{number} " + "x" * 3000)
        written = folder.journal.count
        folder.journal.close()
        path = folder.path / "events.jsonl"
        assert not is_truncated(path)
        assert verified_digest(path) == folder.journal.digest
        assert len(read(path)) == written > 10
        with pytest.raises(EvidenceError, match="the disk is full"):
            write_atomic(folder.path / "0001-screenshot.png", b"x" * 100_000)
        assert [each.name for each in folder.path.iterdir()] == ["events.jsonl"]


def test_the_chain_continues_after_disk_space_was_freed(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "ballast").write_bytes(b"x" * 200_000)
        journal = Journal(disk / "events.jsonl", Scrubber())
        write_raw(journal, "first", text="a")
        with pytest.raises(EvidenceError):
            write_raw(journal, "second", text="x" * 100_000)
        (disk / "ballast").unlink()
        write_raw(journal, "second", text="x" * 100_000)
        journal.close()
        assert [event.event for event in read(disk / "events.jsonl")] == ["first", "second"]
        assert verified_digest(disk / "events.jsonl") == journal.digest


def test_a_read_only_disk_is_reported(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(EvidenceError, match="the disk is read-only"):
            RunFolder.create(disk, "alerts", "run", Scrubber())


def test_a_removed_run_folder_is_not_created_again(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    shutil.rmtree(made.path)
    with pytest.raises(EvidenceError, match="gone"):
        made.section()
    with pytest.raises(EvidenceError, match="gone"):
        made.step()
    with pytest.raises(EvidenceError, match="gone"):
        made.folder.keep("procedure/more.yaml", b"x")
    assert not made.path.exists()


def test_a_run_folder_is_never_used_twice(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, "alerts", "run", Scrubber())
    with pytest.raises(EvidenceError, match="it already exists"):
        RunFolder.create(tmp_path, "alerts", "run", Scrubber())


@pytest.mark.parametrize("name", ["../x", "/etc/x", "procedure/../../x"])
def test_nothing_is_stored_outside_the_run_folder(make: Callable[..., Any], name: str) -> None:
    with pytest.raises(ValueError, match="is outside the run folder"):
        make().folder.keep(name, b"x")


def test_a_killed_run_keeps_its_chain_and_its_report_shows_the_open_intent(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.step("Open the settings")
    write_raw(
        made.folder.journal,
        "intent",
        step=2,
        section=1,
        verb="click",
        name="Press “Save”",
        file="a.yaml",
        line=7,
        target=None,
        turn=[],
    )
    digest = made.folder.journal.digest
    journal = made.path / "events.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"prev":"half a li')
    (made.path / ".0002-press.png.part").write_bytes(b"half a screenshot")
    assert is_truncated(journal)
    assert verified_digest(journal) == digest == last_digest(made.path.parent)
    result = verify(made.path)
    assert not result.good and not result.finished
    close(made.path)
    text = (made.path / "report.html").read_text("utf-8")
    assert "This run is incomplete" in text and "Step 2 was about to change a site" in text and "Press “Save”" in text
    assert not list(made.path.glob(".*"))


def test_an_empty_journal_does_not_count_as_the_previous_run(tmp_path: Path) -> None:
    Journal(tmp_path / "events.jsonl", Scrubber()).close()
    assert verified_digest(tmp_path / "events.jsonl") == NO_DIGEST
    assert last_digest(tmp_path.parent) is None


def test_events_are_on_disk_in_order_when_write_returns(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl", Scrubber())
    for number in range(3):
        write_raw(journal, "note", number_of=number, text="‹x› \ud800 \n \x00")
        lines = (tmp_path / "events.jsonl").read_bytes().split(b"\n")
        assert len(lines) == number + 2 and lines[-1] == b""
    assert [event.number for event in read(tmp_path / "events.jsonl")] == [1, 2, 3]
