"""Findings that somebody accepted, with reason and date, kept in a file beside the runbook."""

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
class Accepted:
    """One accepted finding: why, and since when."""

    reason: str
    since: str


@dataclass
class Accepts:
    """The file of accepted findings; without a file there are none."""

    path: Path
    by_identity: dict[Identity, Accepted] = field(default_factory=dict)
    """By kind, the item's digest and the label: lines may move, the item's words may not change."""

    def has(self, finding: Finding) -> bool:
        return finding.identity in self.by_identity


def accepts_path(runbook: Path) -> Path:
    """The file beside a runbook: `slack-alerts.guide.accepted`."""
    return runbook.with_name(f"{runbook.stem}.guide.accepted")


def read_accepts(runbook: Path) -> Accepts:
    """What was accepted. Raises UserError when there is a file that cannot be read."""
    found = Accepts(accepts_path(runbook))

    def take(data: Any) -> None:
        for each in data["findings"]:
            identity = (str(each["kind"]), str(each["item"]), str(each["label"]))
            found.by_identity[identity] = Accepted(str(each["reason"]), str(each["since"]))

    name, remedy = "The file of accepted findings", "Mend it, or take it away and accept again."
    read_beside(found.path, take, name, remedy)
    return found


def accept(accepts: Accepts, findings: Iterable[Finding], reason: str, today: date) -> None:
    """Accept findings and write the file. Raises EvidenceError where the disk does not take it."""
    for finding in findings:
        accepts.by_identity[finding.identity] = Accepted(reason, today.isoformat())
    rows = [
        {"kind": kind, "item": digest, "label": label, "reason": each.reason, "since": each.since}
        for (kind, digest, label), each in sorted(accepts.by_identity.items())
    ]
    write_beside(accepts.path, findings=rows)


def fresh(findings: Sequence[Finding], accepts: Accepts) -> tuple[Finding, ...]:
    """The findings that nobody accepted."""
    return tuple(finding for finding in findings if not accepts.has(finding))
