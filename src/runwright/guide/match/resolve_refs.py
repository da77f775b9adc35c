"""Which item a tie means in a guide that was changed since: by the digests of the lock, then by its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runwright.guide.baseline.reviewed_items import Kept
from runwright.guide.match import name_match
from runwright.guide.match.observations import Act
from runwright.guide.match.reader_actions import control_names, literals
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide, Item

_DIGEST, _ADDRESS = 1000.0, 3.0


def align(guide: Guide, kept: Kept | None, tied: Mapping[str, Sequence[Act]]) -> dict[str, Item | None]:
    """The item of each tie. A tie whose item is gone gets None.

    The item whose digest the lock knows wins; else the one whose words name the steps' controls; else the one at
    the address, where no other tie claims it.
    """
    known = set(kept.digests.values()) if kept is not None else set()
    scored = []
    for order, (follows, acts) in enumerate(tied.items()):
        home = find(guide, follows)
        digest = kept.digests.get(follows) if kept is not None else None
        for place, item in enumerate(guide.items):
            here = item.number == home
            if digest is not None and item.digest == digest:
                score = _DIGEST + (_ADDRESS if here else 0)
            elif item.digest in known:
                continue  # it is another item, unchanged
            elif here:
                score = _speak_of(guide.below(item.number), acts) + _ADDRESS
            else:
                if home is not None and (item.number[0] != home[0] or item.number[: len(home)] == home):
                    continue  # what stands below the item at the address tells of its steps as the item does
                score = speaks_of(item, acts)
                if score < 50:
                    continue
            scored.append((score, -order, -place, follows, item))
    found: dict[str, Item | None] = {}
    claimed: set[tuple[int, ...]] = set()
    for _, _, _, follows, item in sorted(scored, key=lambda each: each[:3], reverse=True):
        if follows not in found and item.number not in claimed:
            found[follows] = item
            claimed.add(item.number)
    for follows in tied:
        found.setdefault(follows, None)
    for follows in [each for each in tied if _carried_off(guide, each, found, tied[each])]:
        found[follows] = None
    return found


def _carried_off(guide: Guide, follows: str, found: Mapping[str, Item | None], acts: Sequence[Act]) -> bool:
    """Whether the item at a tie's address stands there only because the one above it came from elsewhere."""
    item = found[follows]
    if item is None or item.number != find(guide, follows) or speaks_of(item, acts) >= 50:
        return False
    above = [(other, find(guide, tie)) for tie, other in found.items() if other is not None]
    return any(other.number == item.number[:-1] != home for other, home in above)


def _speak_of(items: Sequence[Item], acts: Sequence[Act]) -> float:
    """How much of what the steps press an item names, together with those below it."""
    best = [max((speaks_of(item, [act]) for item in items), default=0.0) for act in acts if _nameable(act)]
    return sum(best) / len(best) if best else 0.0


def _nameable(act: Act) -> bool:
    return bool(control_names(act) or literals(act))


def speaks_of(item: Item, acts: Sequence[Act]) -> float:
    """How much of what the steps press an item names, from 0 to 100."""
    told = [label.text for label in item.labels] + [value.text for value in item.values]
    scores = []
    for act in acts:
        wanted = [*control_names(act), *literals(act)]
        if not wanted:
            continue
        if any(name_match.same(label, name) for label in told for name in wanted):
            scores.append(100.0)
        elif any(name_match.mentions(item.text, name) for name in wanted if " " in name):
            scores.append(80.0)
        else:
            near = {name_match.difference(label, name) for label in told for name in wanted}
            scores.append(70.0 if near & {"case", "hyphen", "typing"} else 40.0 if "wording" in near else 0.0)
    return sum(scores) / len(scores) if scores else 0.0
