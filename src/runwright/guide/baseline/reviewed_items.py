"""The baseline beside a runbook: the digest of each guide item when the references were last reviewed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from runwright.guide.baseline.json_file import read_beside, write_beside
from runwright.guide.match.references import find, references
from runwright.guide.parse.guide_model import Guide
from runwright.language.runbook_model import Runbook

State = Literal["same", "moved", "changed", "vanished", "new"]


@dataclass(frozen=True)
class ReviewedItems:
    """The items of one guide in a baseline: the date of the review, and digests by item address."""

    reviewed: str
    digests: dict[str, str]


@dataclass
class Baseline:
    """The content of a baseline file; empty without a file."""

    path: Path
    guides: dict[str, ReviewedItems] = field(default_factory=dict)
    """By the guide's language, or by its file name if the language is unknown."""

    def of(self, guide: Guide) -> ReviewedItems | None:
        """The reviewed items of this guide; None if it was never reviewed."""
        return self.guides.get(key(guide))


@dataclass(frozen=True)
class BaselineChange:
    """What happened to an item of the baseline."""

    address: str
    state: State
    now: str | None
    """Its current address; None if it vanished."""


def key(guide: Guide) -> str:
    """The key of a guide in a baseline."""
    return guide.language or guide.path.name


def baseline_path(runbook: Path) -> Path:
    """The baseline file of a runbook: `slack-alerts.guide.baseline.json` beside it."""
    return runbook.with_name(f"{runbook.stem}.guide.baseline.json")


def read_baseline(runbook: Path) -> Baseline:
    """Read the baseline of a runbook. Raises UserError if the file cannot be read."""
    baseline = Baseline(baseline_path(runbook))

    def take(data: Any) -> None:
        for name, entry in data["guides"].items():
            digests = {str(address): str(digest) for address, digest in entry["items"].items()}
            baseline.guides[str(name)] = ReviewedItems(str(entry["reviewed"]), digests)

    read_beside(baseline.path, take, "the baseline", "Delete the file and run `runwright guide relink`.")
    return baseline


def write_baseline(baseline: Baseline, guide: Guide, today: date) -> None:
    """Record the items of a guide as reviewed today. Raises EvidenceError if the disk refuses it."""
    store(baseline, guide, ReviewedItems(today.isoformat(), {item.address: item.digest for item in guide.items}))


def store(baseline: Baseline, guide: Guide, items: ReviewedItems) -> None:
    """Record reviewed items of a guide and write the file. Raises EvidenceError if the disk refuses it."""
    baseline.guides[key(guide)] = items
    entries = {
        name: {"reviewed": each.reviewed, "items": each.digests} for name, each in sorted(baseline.guides.items())
    }
    write_beside(baseline.path, guides=entries)


def changes(guide: Guide, reviewed: ReviewedItems) -> list[BaselineChange]:
    """What happened to each item of the baseline. An item moved if its digest is unique here and in the baseline."""
    now: dict[str, list[str]] = {}
    for item in guide.items:
        now.setdefault(item.digest, []).append(item.address)
    current = {item.address: item.digest for item in guide.items}
    found = []
    for address, digest in reviewed.digests.items():
        places = now.get(digest, [])
        if address in places:
            found.append(BaselineChange(address, "same", address))
        elif len(places) == 1 and list(reviewed.digests.values()).count(digest) == 1:
            found.append(BaselineChange(address, "moved", places[0]))
        elif address in current and current[address] not in reviewed.digests.values():
            found.append(BaselineChange(address, "changed", address))
        else:
            found.append(BaselineChange(address, "vanished", None))
    return found


def followed(runbook: Runbook, guide: Guide) -> set[str]:
    """The addresses of the items that a runbook follows."""
    found = (find(guide, reference.follows) for reference in references(runbook))
    return {".".join(map(str, number)) for number in found if number is not None}
