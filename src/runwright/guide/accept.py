"""Findings that somebody accepted, with reason and date, kept in a file beside the runbook."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from runwright.evidence.files import write_whole
from runwright.guide.findings import Finding
from runwright.language.errors import Fault, UserError

FORMAT = 1
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
    path = accepts_path(runbook)
    found = Accepts(path)
    if not path.is_file():
        return found
    try:
        for each in json.loads(path.read_text("utf-8"))["findings"]:
            identity = (str(each["kind"]), str(each["item"]), str(each["label"]))
            found.by_identity[identity] = Accepted(str(each["reason"]), str(each["since"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        message = "The file of accepted findings cannot be read."
        raise UserError(Fault(message, "Mend it, or take it away and accept again.", path=path)) from None
    return found


def accept(accepts: Accepts, findings: Iterable[Finding], reason: str, today: date) -> None:
    """Accept findings and write the file. Raises EvidenceError where the disk does not take it."""
    for finding in findings:
        accepts.by_identity[finding.identity] = Accepted(reason, today.isoformat())
    rows = [
        {"kind": kind, "item": digest, "label": label, "reason": each.reason, "since": each.since}
        for (kind, digest, label), each in sorted(accepts.by_identity.items())
    ]
    text = json.dumps({"format": FORMAT, "findings": rows}, indent=1, ensure_ascii=False)
    write_whole(accepts.path, (text + "\n").encode())


def fresh(findings: Sequence[Finding], accepts: Accepts) -> tuple[Finding, ...]:
    """The findings that nobody accepted."""
    return tuple(finding for finding in findings if not accepts.has(finding))
