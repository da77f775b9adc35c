"""A disk that fills up, disappears or is read-only during a run: a clear message, exit code 4, nothing lost."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.site_pages import Played, Site

from runwright.engine.errors import EnvironmentFailure
from runwright.evidence.events import StepEvent
from runwright.evidence.journal import is_truncated, read, verified_digest

Play = Callable[..., Played]

BOOK = """
sections:
  - name: Look
    open: shop /
    steps:
      - for_each: n in ${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}
        steps:
          - hover: heading "Page"
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 KB for the evidence of runs; the test is skipped if the machine does not allow mounting one."""
    at = tmp_path / "screenshots"
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(at)], capture_output=True)
    if mounted.returncode:
        pytest.skip("cannot mount a tmpfs")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_full_disk_ends_the_run_and_keeps_the_journal(play: Play, disk: Path) -> None:
    noise = "".join(f"<i style='background:#{n * 7919 % 0xFFFFFF:06x}'>&nbsp;{n}</i> " for n in range(150))
    with pytest.raises(EnvironmentFailure, match="the disk is full") as ended:
        play(Site({"/": f"<title>Page</title><h1>Page</h1>{noise}"}), BOOK)
    assert "another folder" in ended.value.remedy
    journal = next(disk.glob("*/*/events.jsonl"))
    assert not is_truncated(journal) and len(verified_digest(journal)) == 64
    steps = [event for event in read(journal) if isinstance(event, StepEvent)]
    named = {screenshot.file for step in steps for screenshot in step.screenshots}
    there = {path.name for path in journal.parent.glob("*.png")}
    assert named and named <= there and len(there - named) <= 1
    for path in journal.parent.glob("*.png"):
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82"), f"{path.name} is truncated"


def test_a_read_only_disk_ends_the_run_before_the_site_is_opened(play: Play, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    site = Site({"/": "<title>Page</title><h1>Page</h1>"})
    with pytest.raises(EnvironmentFailure, match="read-only"):
        play(site, BOOK)
    assert site.count("GET", "/") == 0, "the site was opened"


def test_a_removed_run_folder_ends_the_run(play: Play, tmp_path: Path) -> None:
    def page(request: object, site: Site) -> object:
        from shutil import rmtree

        from starlette.responses import HTMLResponse

        rmtree(tmp_path / "screenshots", ignore_errors=True)
        return HTMLResponse("<!doctype html><title>Page</title><h1>Page</h1>")

    with pytest.raises(EnvironmentFailure, match=r"is gone|was removed|not there"):
        play(Site({"/": page}), BOOK)  # type: ignore[dict-item]
    assert not (tmp_path / "screenshots").exists(), "the folder was created again"
