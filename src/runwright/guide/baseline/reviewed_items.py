"""The lock file beside a runbook: each item's digest as it was when somebody last reviewed the ties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal

from runwright.guide.baseline.json_file import read_beside, write_beside
from runwright.guide.match.references import find, ties
from runwright.guide.parse.guide_model import Guide
from runwright.language.runbook_model import Runbook

State = Literal["same", "moved", "changed", "vanished", "new"]


@dataclass(frozen=True)
class Kept:
    """What the lock keeps of one guide: digests by the items' addresses, and when it was reviewed."""

    reviewed: str
    digests: dict[str, str]


@dataclass
class Lock:
    """A lock file as it was read; without a file it is empty."""

    path: Path
    guides: dict[str, Kept] = field(default_factory=dict)
    """By the guide's language, or its file's name where the language is not known."""

    def of(self, guide: Guide) -> Kept | None:
        """What is kept of this guide, None where it was never reviewed."""
        return self.guides.get(key(guide))


@dataclass(frozen=True)
class Change:
    """What became of an item that the runbook follows."""

    address: str
    state: State
    now: str | None
    """Its address now; None where it vanished."""


def key(guide: Guide) -> str:
    """Under which name a lock keeps a guide."""
    return guide.language or guide.path.name


def lock_path(runbook: Path) -> Path:
    """The lock file of a runbook: `slack-alerts.guide.lock` beside it."""
    return runbook.with_name(f"{runbook.stem}.guide.lock")


def read_lock(runbook: Path) -> Lock:
    """The lock of a runbook. Raises UserError when there is one that cannot be read."""
    lock = Lock(lock_path(runbook))

    def take(data: Any) -> None:
        for name, kept in data["guides"].items():
            digests = {str(address): str(digest) for address, digest in kept["items"].items()}
            lock.guides[str(name)] = Kept(str(kept["reviewed"]), digests)

    read_beside(lock.path, take, "The lock file", "Take it away and run `runwright guide relink`.")
    return lock


def write_lock(lock: Lock, guide: Guide, today: date) -> None:
    """Keep the digests of a guide's items as reviewed today. Raises EvidenceError where the disk does not take it."""
    keep(lock, guide, Kept(today.isoformat(), {item.address: item.digest for item in guide.items}))


def keep(lock: Lock, guide: Guide, what: Kept) -> None:
    """Keep this of a guide. Raises EvidenceError where the disk does not take it."""
    lock.guides[key(guide)] = what
    kept = {name: {"reviewed": each.reviewed, "items": each.digests} for name, each in sorted(lock.guides.items())}
    write_beside(lock.path, guides=kept)


def changes(guide: Guide, kept: Kept) -> list[Change]:
    """What became of each item that the lock knows. A digest that stands once in the guide says where it went."""
    now: dict[str, list[str]] = {}
    for item in guide.items:
        now.setdefault(item.digest, []).append(item.address)
    here = {item.address: item.digest for item in guide.items}
    found = []
    for address, digest in kept.digests.items():
        places = now.get(digest, [])
        if address in places:
            found.append(Change(address, "same", address))
        elif len(places) == 1 and list(kept.digests.values()).count(digest) == 1:
            found.append(Change(address, "moved", places[0]))
        elif address in here and here[address] not in kept.digests.values():
            found.append(Change(address, "changed", address))
        else:
            found.append(Change(address, "vanished", None))
    return found


def followed(runbook: Runbook, guide: Guide) -> set[str]:
    """The addresses of the items that a runbook follows."""
    found = (find(guide, tie.follows) for tie in ties(runbook))
    return {".".join(map(str, number)) for number in found if number is not None}
