"""Guides as text held against runs, in one call."""

from __future__ import annotations

from pathlib import Path

from runwright.guide.baseline.reviewed_items import Kept
from runwright.guide.match.compare import compare
from runwright.guide.match.findings import Verdict
from runwright.guide.match.observations import Seen
from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.guide_reader import parse_guide


def guide_of(text: str, name: str = "alerts.en.md") -> Guide:
    return parse_guide(Path(name), text.encode())


def kept_of(guide: Guide) -> Kept:
    """What a lock keeps of a guide that was reviewed as it is."""
    return Kept("2026-11-01", {item.address: item.digest for item in guide.items})


def check(text: str, *runs: Seen, kept: Kept | None = None) -> Verdict:
    return compare(guide_of(text), kept, runs)


def told(verdict: Verdict) -> list[tuple[str, str, int]]:
    """Kind, severity and line of each finding."""
    return [(finding.kind, finding.severity, finding.line) for finding in verdict.findings]
