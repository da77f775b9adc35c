"""A disk that fills, goes or cannot be written while a run is on: a clear line, exit code 4, nothing lost."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.site_pages import Played, Site

from runwright.engine.errors import NotUsable
from runwright.evidence.journal import chain, read, torn

Play = Callable[..., Played]

BOOK = """
sections:
  - title: Look
    open: shop /
    steps:
      - for_each: n in ${[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]}
        steps:
          - hover: heading "Page"
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 300 KB where runs leave their evidence; the test is skipped where the machine does not allow one."""
    at = tmp_path / "screenshots"
    at.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(at)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no tmpfs can be mounted here")
    yield at
    subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_disk_that_fills_ends_the_run_and_keeps_what_was_journalled(play: Play, disk: Path) -> None:
    noise = "".join(f"<i style='background:#{n * 7919 % 0xFFFFFF:06x}'>&nbsp;{n}</i> " for n in range(150))
    with pytest.raises(NotUsable, match="the disk is full") as ended:
        play(Site({"/": f"<title>Page</title><h1>Page</h1>{noise}"}), BOOK)
    assert "--out" in ended.value.remedy
    journal = next(disk.glob("*/*/events.jsonl"))
    assert not torn(journal) and len(chain(journal)) == 64
    steps = [event for event in read(journal) if event["event"] == "step"]
    named = {picture["file"] for step in steps for picture in step["pictures"]}
    there = {path.name for path in journal.parent.glob("*.png")}
    assert named and named <= there and len(there - named) <= 1
    for path in journal.parent.glob("*.png"):
        assert path.read_bytes().endswith(b"IEND\xaeB`\x82"), f"{path.name} is half a picture"


def test_a_disk_that_cannot_be_written_ends_the_run_before_anything_is_touched(play: Play, disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    site = Site({"/": "<title>Page</title><h1>Page</h1>"})
    with pytest.raises(NotUsable, match="read-only"):
        play(site, BOOK)
    assert site.count("GET", "/") == 0, "the site was touched"


def test_a_folder_that_is_removed_ends_the_run(play: Play, tmp_path: Path) -> None:
    def page(request: object, site: Site) -> object:
        from shutil import rmtree

        from starlette.responses import HTMLResponse

        rmtree(tmp_path / "screenshots", ignore_errors=True)
        return HTMLResponse("<!doctype html><title>Page</title><h1>Page</h1>")

    with pytest.raises(NotUsable, match=r"is gone|was removed|not there"):
        play(Site({"/": page}), BOOK)  # type: ignore[dict-item]
    assert not (tmp_path / "screenshots").exists(), "the folder was begun anew"
