"""A disk that is full, read-only or gone: a clear sentence, no half file, and what was journalled is intact."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.atomic_io import EvidenceError, write_whole
from runwright.evidence.journal import FIRST, Journal, chain, read, torn
from runwright.evidence.run_folder import RunFolder, last_head
from runwright.evidence.seal import close
from runwright.evidence.verify import verify


@contextmanager
def small_disk(at: Path, size: str = "256k") -> Iterator[Path]:
    """A disk of its own, in memory; the test is skipped where the machine does not allow one.

    Where root runs it for CI it fails instead: there nobody sees that it never ran.
    """
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(at)], capture_output=True)
    if mounted.returncode:
        told = f"no tmpfs can be mounted here: {mounted.stderr.decode().strip()}"
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail(told)
        pytest.skip(told)
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_full_disk_leaves_whole_lines_and_whole_files(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        folder = RunFolder.create(disk, "alerts", "20261124T033000Z-7f3a", Scrubber())
        with pytest.raises(EvidenceError, match="the disk is full"):
            for number in range(1000):
                folder.journal.write("note", text=f"{number} " + "x" * 3000)
        written = folder.journal.count
        folder.journal.close()
        path = folder.path / "events.jsonl"
        assert not torn(path)
        assert chain(path) == folder.journal.head
        assert len(read(path)) == written > 10
        with pytest.raises(EvidenceError, match="the disk is full"):
            write_whole(folder.path / "0001-picture.png", b"x" * 100_000)
        assert [each.name for each in folder.path.iterdir()] == ["events.jsonl"]


def test_after_room_was_made_the_chain_goes_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        (disk / "ballast").write_bytes(b"x" * 200_000)
        journal = Journal(disk / "events.jsonl", Scrubber())
        journal.write("first", text="a")
        with pytest.raises(EvidenceError):
            journal.write("second", text="x" * 100_000)
        (disk / "ballast").unlink()
        journal.write("second", text="x" * 100_000)
        journal.close()
        assert [event["event"] for event in read(disk / "events.jsonl")] == ["first", "second"]
        assert chain(disk / "events.jsonl") == journal.head


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with pytest.raises(EvidenceError, match="the disk is read-only"):
            RunFolder.create(disk, "alerts", "run", Scrubber())


def test_a_folder_that_was_removed_is_not_begun_anew(make: Callable[..., Any]) -> None:
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


def test_a_folder_is_never_taken_twice(tmp_path: Path) -> None:
    RunFolder.create(tmp_path, "alerts", "run", Scrubber())
    with pytest.raises(EvidenceError, match="there is one already"):
        RunFolder.create(tmp_path, "alerts", "run", Scrubber())


@pytest.mark.parametrize("name", ["../x", "/etc/x", "procedure/../../x"])
def test_nothing_is_kept_outside_the_folder(make: Callable[..., Any], name: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        make().folder.keep(name, b"x")


def test_a_killed_run_keeps_its_chain_and_reports_what_is_open(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.step("Open the settings")
    made.folder.journal.write("intent", step=2, section=1, verb="click", say="Press “Save”", target='button "Save"')
    head = made.folder.journal.head
    journal = made.path / "events.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"prev":"half a li')
    (made.path / ".0002-press.png.part").write_bytes(b"half a picture")
    assert torn(journal)
    assert chain(journal) == head == last_head(made.path.parent)
    verdict = verify(made.path)
    assert not verdict.good and not verdict.finished
    close(made.path)
    text = (made.path / "report.html").read_text("utf-8")
    assert "did not end" in text and "Step 2 was about to change a site" in text and "Press “Save”" in text
    assert not list(made.path.glob(".*"))


def test_an_empty_journal_is_no_predecessor(tmp_path: Path) -> None:
    Journal(tmp_path / "events.jsonl", Scrubber()).close()
    assert chain(tmp_path / "events.jsonl") == FIRST
    assert last_head(tmp_path.parent) is None


def test_what_write_returns_from_is_on_disk_in_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "events.jsonl", Scrubber())
    for number in range(3):
        journal.write("note", number_of=number, text="‹x› \ud800 \n \x00")
        lines = (tmp_path / "events.jsonl").read_bytes().split(b"\n")
        assert len(lines) == number + 2 and lines[-1] == b""
    assert [event["number"] for event in read(tmp_path / "events.jsonl")] == [1, 2, 3]
