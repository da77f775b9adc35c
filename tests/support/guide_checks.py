"""Comparing a guide, given as text, with runs in one call."""

from __future__ import annotations

from pathlib import Path

from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.match.compare import compare
from runwright.guide.match.findings import ComparisonResult
from runwright.guide.match.observations import RunObservations
from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.guide_reader import parse_guide


def guide_of(text: str, name: str = "alerts.en.md") -> Guide:
    return parse_guide(Path(name), text.encode())


def kept_of(guide: Guide) -> ReviewedItems:
    """The baseline of a guide that was reviewed in its current form."""
    return ReviewedItems("2026-11-01", {item.address: item.digest for item in guide.items})


def check(text: str, *runs: RunObservations, kept: ReviewedItems | None = None) -> ComparisonResult:
    return compare(guide_of(text), kept, runs)


def findings_of(result: ComparisonResult) -> list[tuple[str, str, int]]:
    """Kind, severity and line of each finding."""
    return [(finding.kind, finding.severity, finding.line) for finding in result.findings]
