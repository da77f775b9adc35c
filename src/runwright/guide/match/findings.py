"""Findings: the places where guide and page disagree, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from runwright.guide.parse.guide_model import Guide

Kind = Literal["label", "missing", "ambiguous", "state", "order", "rule", "stale"]
Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From worst to least: the reader is stuck; has to guess; will hardly notice."""


@dataclass(frozen=True)
class Finding:
    """One place where guide and page disagree. Line and column count from 1."""

    kind: Kind
    severity: Severity
    line: int
    column: int
    item: str
    """The item's address."""
    guide_text: str
    """The words of the guide at that place: a label, a value, or the shortened text of the item."""
    found: str
    """What the page shows, a sentence."""
    suggestion: str
    """What to write instead, a sentence."""
    digest: str
    """The item's digest."""
    key: str
    """Distinguishes findings of one kind at one item: the label, or the controls."""
    run: str | None = None
    step: int | None = None
    screenshot: str | None = None
    branch: str | None = None
    """The branch that has the finding, when not all have it: `admin_pages = console`."""
    old: str | None = None
    new: str | None = None
    """The replacement for `old` at line and column; None when replacing these words is not enough."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Kind, item digest and key: stable when lines move."""
        return self.kind, self.digest, self.key

    def data(self) -> dict[str, Any]:
        """The finding as a JSON object."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "item": self.item,
            "guide_text": self.guide_text,
            "found": self.found,
            "suggestion": self.suggestion,
            "step": self.step,
            "run": self.run,
            "screenshot": self.screenshot,
            "branch": self.branch,
            "key": self.key,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class LabelNotCompared:
    """A label that was not compared, with the reason."""

    label: str
    line: int
    item: str
    why: str


@dataclass(frozen=True)
class EndOfRun:
    """Where a run ended that did not succeed: the item of its last step, and what it says about the end."""

    run: str
    item: str
    line: int
    reason: str


@dataclass(frozen=True)
class ComparisonResult:
    """The result of comparing one guide with runs."""

    guide: Guide
    findings: tuple[Finding, ...]
    not_compared: tuple[LabelNotCompared, ...]
    reached: frozenset[str] = frozenset()
    """The addresses of the items that steps of the runs follow."""
    ends: tuple[EndOfRun, ...] = ()
    """Where runs ended early."""


def at_least(findings: Iterable[Finding], severity: str) -> list[Finding]:
    """The findings of this severity or worse; none for `never`."""
    if severity not in SEVERITIES:
        return []
    worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return [finding for finding in findings if finding.severity in worst]
