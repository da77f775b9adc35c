"""A run as one self-contained HTML page, and where an exported file may be written. The engine prints the PDF."""

from __future__ import annotations

import base64
from pathlib import Path

from runwright.evidence.event_parts import ScreenshotRecord
from runwright.evidence.journal import read_verified
from runwright.evidence.seal import screenshot

SUFFIXES = (".html", ".pdf")
"""The suffixes that an exported file may have."""


def export_problem(folder: Path, to: Path) -> str | None:
    """Why a run cannot be exported to this path, or None."""
    if to.suffix.lower() not in SUFFIXES:
        return f"{to} must end in {' or '.join(SUFFIXES)}."
    if to.resolve().is_relative_to(folder.resolve()):
        return f"{to} is inside the run folder, which must not change. Choose a path outside it."
    if not to.parent.is_dir():
        return f"The folder {to.parent} does not exist. Create it, or choose another path."
    return None


def single_page(folder: Path) -> bytes:
    """The HTML report with its screenshots embedded. Raises AlteredError."""
    from runwright.evidence.reports.html_report import html_of

    digest, events = read_verified(folder / "events.jsonl")
    return html_of(events, digest, lambda listed: _embedded(folder, listed), alone=True)


def _embedded(folder: Path, listed: ScreenshotRecord) -> str:
    """A screenshot as a data URL."""
    return f"data:image/png;base64,{base64.b64encode(screenshot(folder, listed)).decode()}"
