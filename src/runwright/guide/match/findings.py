"""What a finding is: one place where guide and page disagree, with what to write instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from runwright.guide.parse.guide_model import Guide

Kind = Literal["label", "missing", "ambiguous", "state", "order", "rule", "stale"]
Severity = Literal["error", "warning", "note"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
"""From the worst: a reader is stuck; has to guess; would hardly mind."""


@dataclass(frozen=True)
class Finding:
    """One place where a guide and the pages disagree."""

    kind: Kind
    severity: Severity
    line: int
    column: int
    item: str
    """The item's address."""
    says: str
    """What the guide says there."""
    found: str
    """What the page offers, a sentence."""
    suggestion: str
    """What to write instead, a sentence."""
    digest: str
    """The item's digest."""
    key: str
    """What tells the finding from others of its kind at its item: a label, or the controls."""
    run: str | None = None
    step: int | None = None
    picture: str | None = None
    branch: str | None = None
    """Where it is so, when it is not so everywhere: `admin_pages = console`."""
    old: str | None = None
    new: str | None = None
    """The words to put in place of `old` at line and column, where that is all that is to be done."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """What stays when lines move: kind, the item's digest, and the label."""
        return self.kind, self.digest, self.key

    def data(self) -> dict[str, Any]:
        """The finding as JSON has it."""
        return {
            "kind": self.kind,
            "severity": self.severity,
            "line": self.line,
            "column": self.column,
            "item": self.item,
            "says": self.says,
            "found": self.found,
            "suggestion": self.suggestion,
            "step": self.step,
            "run": self.run,
            "picture": self.picture,
            "branch": self.branch,
            "key": self.key,
            "digest": self.digest,
        }


@dataclass(frozen=True)
class Unheld:
    """A label that no page of the runs could be asked about."""

    label: str
    line: int
    item: str
    why: str


@dataclass(frozen=True)
class Verdict:
    """One guide, checked."""

    guide: Guide
    findings: tuple[Finding, ...]
    unheld: tuple[Unheld, ...]
    reached: frozenset[str] = frozenset()
    """The addresses of the items that steps of the runs follow."""


def at_least(findings: Iterable[Finding], severity: str) -> list[Finding]:
    """The findings that are as bad as this, or worse; `never` gives none."""
    if severity not in SEVERITIES:
        return []
    worst = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return [finding for finding in findings if finding.severity in worst]
