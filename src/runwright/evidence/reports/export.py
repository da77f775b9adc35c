"""A run as one file, to hand on or to upload: a page with its pictures inside, or a PDF."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import EvidenceError, write_whole
from runwright.evidence.journal import walk
from runwright.evidence.seal import picture

KINDS = (".html", ".pdf")
"""What the name of the one file may end in."""


def export(folder: Path, to: Path) -> None:
    """Write a run as one file; its ending says which kind. The run's folder stays as it is.

    Raises AlteredError when the folder is not as the run left it, EvidenceError when the kind is unknown, a library is
    missing, or the disk is full.
    """
    wrong = unfit(folder, to)
    if wrong:
        raise EvidenceError(wrong)
    if to.suffix.lower() == ".html":
        write_whole(to, single_page(folder))
    else:
        from runwright.evidence.reports.pdf import pdf_of

        write_whole(to, pdf_of(folder))


def unfit(folder: Path, to: Path) -> str | None:
    """Why a run cannot be written to this file, or None."""
    if to.suffix.lower() not in KINDS:
        return f"{to} must end in {' or '.join(KINDS)}."
    if to.resolve().is_relative_to(folder.resolve()):
        return f"{to} lies in the run's folder, which takes no other files. Write it elsewhere."
    if not to.parent.is_dir():
        return f"There is no folder {to.parent}. Make it first, or give another path."
    return None


def single_page(folder: Path) -> bytes:
    """The report with its pictures inside: one file that needs no other. Raises AlteredError."""
    from runwright.evidence.reports.html_report import html_of

    head, events = walk(folder / "events.jsonl")
    return html_of(events, head, lambda shot: _inside(folder, shot), alone=True)


def _inside(folder: Path, shot: dict[str, Any]) -> str:
    return f"data:image/png;base64,{base64.b64encode(picture(folder, shot)).decode()}"
