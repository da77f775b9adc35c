"""The files of a run folder: the one list that says which files close it, and which may be added later."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from runwright.evidence.atomic_io import PARTIAL

JOURNAL = "events.jsonl"

REPORTS = ("report.html", "junit.xml", "VERIFY.md")
"""The reports that every run has, made from the journal. The journal's last event binds their digests."""

DERIVED = (*REPORTS, "statement.json", "SHA256SUMS")
"""The files that close every folder, in the order in which they are made. The last two list the other files."""

LATER = frozenset(
    {
        "SHA256SUMS.sig",
        "statement.sigstore.json",
        "SHA256SUMS.tsr",
        "review.md",
        "review.json",
    }
)
"""Files that may be added to a sealed folder: signature, timestamp, review. Any other added file is an error."""

FOLDERS = ("downloads", "procedure", "procedure/steps")
"""The subfolders that a run folder may contain."""

SCREENSHOT = re.compile(r"\d{4,}-[^/\\\0]+\.png")
"""The pattern of a screenshot's file name."""

_REPORT = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}\.[A-Za-z0-9]{1,10}")
"""The pattern of a report's file name: VERIFY.md reads such names with standard tools."""
_LATER = re.compile(r"(SHA256SUMS|statement|review)\.[A-Za-z0-9.]+")
"""The pattern of the files that any version of runwright adds to a sealed folder."""


def is_own(name: str) -> bool:
    """Whether a path is that of a file of the run itself: journal, screenshot, procedure or download."""
    return name == JOURNAL or name.startswith(("procedure/", "downloads/")) or SCREENSHOT.fullmatch(name) is not None


def is_partial(name: str) -> bool:
    """Whether a path is that of a file that is being written."""
    return PARTIAL.fullmatch(name) is not None


def is_unknown_layer(name: str) -> bool:
    """Whether a path is that of a signature, timestamp or review that only another version of runwright knows."""
    return name not in LATER and name not in DERIVED and _LATER.fullmatch(name) is not None


def may_be_report(name: str) -> bool:
    """Whether a further report may have this file name."""
    return (
        _REPORT.fullmatch(name) is not None
        and name not in (JOURNAL, *DERIVED, *LATER)
        and not is_unknown_layer(name)
        and not is_own(name)
    )


def own_files(folder: Path) -> Iterator[str]:
    """The files of the run itself: screenshots, journal, procedure, downloads. Sorted, with `/`, without links."""
    for name, entry in sorted(entries(folder)):
        if is_own(name) and entry.is_file(follow_symlinks=False):
            yield name


def entries(folder: Path, under: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Everything in a folder and in `FOLDERS`, with its path (`/` as separator). Links are not followed.

    What is in any other folder is not listed: the folder itself does not belong there.
    """
    with os.scandir(folder / under) as found:
        for entry in found:
            name = f"{under}{entry.name}"
            yield name, entry
            if name in FOLDERS and entry.is_dir(follow_symlinks=False):
                yield from entries(folder, f"{name}/")
