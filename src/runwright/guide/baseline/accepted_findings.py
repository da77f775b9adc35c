"""Accepted findings, with reason and date, in a file beside the runbook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from runwright.guide.baseline.json_file import read_beside, write_beside
from runwright.guide.match.findings import Finding

Identity = tuple[str, str, str]


@dataclass(frozen=True)
class Acceptance:
    """Why a finding was accepted, and the date."""

    reason: str
    since: str


@dataclass
class AcceptedFindings:
    """The content of the file; empty without a file."""

    path: Path
    by_identity: dict[Identity, Acceptance] = field(default_factory=dict)
    """By kind, the item's digest, and the label. Lines may move; an item whose text changes is no longer accepted."""

    def has(self, finding: Finding) -> bool:
        return finding.identity in self.by_identity


def accepted_path(runbook: Path) -> Path:
    """The file beside a runbook: `slack-alerts.guide.accepted.json`."""
    return runbook.with_name(f"{runbook.stem}.guide.accepted.json")


def read_accepted(runbook: Path) -> AcceptedFindings:
    """Read the accepted findings of a runbook. Raises UserError if the file cannot be read."""
    accepted = AcceptedFindings(accepted_path(runbook))

    def take(data: Any) -> None:
        for row in data["findings"]:
            identity = (str(row["kind"]), str(row["item"]), str(row["label"]))
            accepted.by_identity[identity] = Acceptance(str(row["reason"]), str(row["since"]))

    remedy = "Correct the file, or delete it and run `runwright guide accept` again."
    read_beside(accepted.path, take, "the file of accepted findings", remedy)
    return accepted


def accept(accepted: AcceptedFindings, findings: Iterable[Finding], reason: str, today: date) -> None:
    """Accept findings and write the file. Raises EvidenceError if the disk refuses it."""
    for finding in findings:
        accepted.by_identity[finding.identity] = Acceptance(reason, today.isoformat())
    rows = [
        {"kind": kind, "item": digest, "label": label, "reason": each.reason, "since": each.since}
        for (kind, digest, label), each in sorted(accepted.by_identity.items())
    ]
    write_beside(accepted.path, findings=rows)


def without_accepted(findings: Sequence[Finding], accepted: AcceptedFindings) -> tuple[Finding, ...]:
    """The findings that are not accepted."""
    return tuple(finding for finding in findings if not accepted.has(finding))
