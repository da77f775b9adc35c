"""Resolving references to the items of a changed guide: by the digests of the baseline, then by the items' words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.match import name_match
from runwright.guide.match.observations import ObservedStep
from runwright.guide.match.reader_actions import anchors, control_names, literals, shown_name
from runwright.guide.match.references import find
from runwright.guide.parse.guide_model import Guide, Item

_DIGEST, _ADDRESS = 1000.0, 3.0
_LIKELY, _SIMILAR = 50.0, 40.0
"""The naming score from which an item is taken wherever it is, and from which it is taken where the order fits."""


def resolve(
    guide: Guide, reviewed: ReviewedItems | None, references: Mapping[str, Sequence[ObservedStep]]
) -> dict[str, Item | None]:
    """The item of each reference; None when its item no longer exists.

    The item with the digest in the baseline comes first, then the one whose words name the controls of the steps, then
    the one at the address, unless another reference has it.
    """
    candidates = _candidates(guide, reviewed, references)
    found: dict[str, Item | None] = dict(_aligned(references, candidates))
    claimed = {item.number for item in found.values() if item is not None}
    rest = [
        (score, -order, -place, follows, item)
        for order, follows in enumerate(references)
        if follows not in found
        for place, (score, item) in enumerate(candidates[follows].values())
        if score >= _LIKELY
    ]
    for _, _, _, follows, item in sorted(rest, key=lambda each: each[:3], reverse=True):
        if follows not in found and item.number not in claimed:
            found[follows] = item
            claimed.add(item.number)
    for follows in references:
        found.setdefault(follows, None)
    for follows in [each for each in references if _displaced(guide, each, found, references[each])]:
        found[follows] = None
    return found


def _candidates(
    guide: Guide, reviewed: ReviewedItems | None, references: Mapping[str, Sequence[ObservedStep]]
) -> dict[str, dict[tuple[int, ...], tuple[float, Item]]]:
    """The items that a reference may mean, each with a score: as reviewed, at its place, or by its words."""
    known = set(reviewed.digests.values()) if reviewed is not None else set()
    digests = {item.number: item.digest for item in guide.items} if known else {}
    found: dict[str, dict[tuple[int, ...], tuple[float, Item]]] = {}
    for follows, steps in references.items():
        home = find(guide, follows)
        digest = reviewed.digests.get(follows) if reviewed is not None else None
        head = home[:1] if home is not None else None
        own = found.setdefault(follows, {})
        for item in guide.items:
            here = item.number == home
            if digest is not None and digests[item.number] == digest:
                own[item.number] = (_DIGEST + (_ADDRESS if here else 0), item)
                continue
            if digests.get(item.number) in known:
                continue  # another item, unchanged since the review
            if here:
                own[item.number] = (_group_naming_score(guide.below(item.number), steps) + _ADDRESS, item)
                continue
            if head is not None and (item.number[:1] != head or item.number[: len(home or ())] == home):
                continue  # items below the one at the address describe the same steps
            if home is None and item.address in references and item.number[:1] != _heading_number(follows):
                continue  # another reference has it, below another heading
            score = naming_score(item, steps)
            if score >= _SIMILAR:
                own[item.number] = (score, item)
    return found


def _aligned(
    references: Mapping[str, Sequence[ObservedStep]],
    candidates: Mapping[str, Mapping[tuple[int, ...], tuple[float, Item]]],
) -> dict[str, Item]:
    """The items of those references that can keep their order, so that the sum of the scores is largest."""
    found: dict[str, Item] = {}
    groups: dict[str, list[str]] = {}
    for follows in references:
        groups.setdefault(follows.rpartition("/")[0] if "/" in follows else follows.partition(".")[0], []).append(
            follows
        )
    for group in groups.values():
        group.sort(key=_place)
        numbers = sorted({number for follows in group for number in candidates[follows]})
        if not numbers:
            continue
        best: list[list[float]] = [[0.0] * (len(numbers) + 1) for _ in range(len(group) + 1)]
        for row in range(len(group) - 1, -1, -1):
            own = candidates[group[row]]
            for column in range(len(numbers) - 1, -1, -1):
                score = own[numbers[column]][0] if numbers[column] in own else -1.0
                best[row][column] = max(
                    best[row + 1][column],
                    best[row][column + 1],
                    score + best[row + 1][column + 1] if score > 0 else 0.0,
                )
        row = column = 0
        while row < len(group) and column < len(numbers):
            own = candidates[group[row]]
            score = own[numbers[column]][0] if numbers[column] in own else -1.0
            if score > 0 and best[row][column] == score + best[row + 1][column + 1]:
                found[group[row]] = own[numbers[column]][1]
                row, column = row + 1, column + 1
            elif best[row][column] == best[row][column + 1]:
                column += 1
            else:
                row += 1
    return found


def _heading_number(follows: str) -> tuple[int, ...]:
    """The number of the heading in an address; empty when words name the heading."""
    head = follows.partition(".")[0]
    return (int(head),) if head.isdigit() else ()


def _place(follows: str) -> tuple[int, ...]:
    """The sort key of a reference within its heading."""
    rest = follows.rpartition("/")[2] if "/" in follows else follows.partition(".")[2]
    return tuple(int(part) for part in rest.split(".") if part.isdigit())


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
    scores = [score for step in steps if (score := _step_score(item.words, item.text, step)) is not None]
    return sum(scores) / len(scores) if scores else 0.0


@lru_cache(maxsize=100_000)
def _step_score(words: tuple[str, ...], text: str, step: ObservedStep) -> float | None:
    """How completely labels and values, or the text around them, name one step; None for a step without words."""
    expected = [*control_names(step), *literals(step)]
    if not expected:
        return None
    places = anchors(step) if shown_name(step) is None and not literals(step) else []
    if len(places) > 1:
        there = [any(name_match.names(label, each) for label in words) for each in places]
        return 100.0 * sum(there) / len(there)
    if any(name_match.names(label, name) for label in words for name in expected):
        return 100.0
    if any(name_match.mentions(text, name) for name in expected if " " in name):
        return 80.0
    near = {name_match.difference(label, name) for label in words for name in expected}
    return 70.0 if near & {"case", "hyphen", "typing"} else 40.0 if "wording" in near else 0.0
