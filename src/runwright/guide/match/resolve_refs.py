"""Resolving references to the items of a changed guide: by the digests of the baseline, then by the items' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.match import name_match
from runwright.guide.match.observations import ObservedStep
from runwright.guide.match.reader_actions import control_names, literals
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide, Item

_DIGEST, _ADDRESS = 1000.0, 3.0


def resolve(
    guide: Guide, reviewed: ReviewedItems | None, references: Mapping[str, Sequence[ObservedStep]]
) -> dict[str, Item | None]:
    """The item of each reference; None when its item no longer exists.

    The item with the digest in the baseline comes first, then the one whose words name the controls of the steps, then
    the one at the address, unless another reference has it.
    """
    known = set(reviewed.digests.values()) if reviewed is not None else set()
    scored = []
    for order, (follows, steps) in enumerate(references.items()):
        home = find(guide, follows)
        digest = reviewed.digests.get(follows) if reviewed is not None else None
        for place, item in enumerate(guide.items):
            here = item.number == home
            if digest is not None and item.digest == digest:
                score = _DIGEST + (_ADDRESS if here else 0)
            elif item.digest in known:
                continue  # another item, unchanged since the review
            elif here:
                score = _group_naming_score(guide.below(item.number), steps) + _ADDRESS
            else:
                if home is not None and (item.number[0] != home[0] or item.number[: len(home)] == home):
                    continue  # items below the one at the address describe the same steps
                score = naming_score(item, steps)
                if score < 50:
                    continue
            scored.append((score, -order, -place, follows, item))
    found: dict[str, Item | None] = {}
    claimed: set[tuple[int, ...]] = set()
    for _, _, _, follows, item in sorted(scored, key=lambda each: each[:3], reverse=True):
        if follows not in found and item.number not in claimed:
            found[follows] = item
            claimed.add(item.number)
    for follows in references:
        found.setdefault(follows, None)
    for follows in [each for each in references if _displaced(guide, each, found, references[each])]:
        found[follows] = None
    return found


def _displaced(guide: Guide, follows: str, found: Mapping[str, Item | None], steps: Sequence[ObservedStep]) -> bool:
    """Whether the item at the address is there only because the item above it moved there from elsewhere."""
    item = found[follows]
    if item is None or item.number != find(guide, follows) or naming_score(item, steps) >= 50:
        return False
    above = [(other, find(guide, each)) for each, other in found.items() if other is not None]
    return any(other.number == item.number[:-1] != home for other, home in above)


def _group_naming_score(items: Sequence[Item], steps: Sequence[ObservedStep]) -> float:
    """The naming score, from 0 to 100, of an item together with the items below it."""
    best = [max((naming_score(item, [step]) for item in items), default=0.0) for step in steps if _has_words(step)]
    return sum(best) / len(best) if best else 0.0


def _has_words(step: ObservedStep) -> bool:
    return bool(control_names(step) or literals(step))


def naming_score(item: Item, steps: Sequence[ObservedStep]) -> float:
    """How completely an item names the controls and literals of the steps, from 0 to 100."""
    words = [label.text for label in item.labels] + [value.text for value in item.values]
    scores = []
    for step in steps:
        expected = [*control_names(step), *literals(step)]
        if not expected:
            continue
        if any(name_match.same(label, name) for label in words for name in expected):
            scores.append(100.0)
        elif any(name_match.mentions(item.text, name) for name in expected if " " in name):
            scores.append(80.0)
        else:
            near = {name_match.difference(label, name) for label in words for name in expected}
            scores.append(70.0 if near & {"case", "hyphen", "typing"} else 40.0 if "wording" in near else 0.0)
    return sum(scores) / len(scores) if scores else 0.0
