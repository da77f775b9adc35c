"""Target plans: a target as data, for a script that finds it in a document by itself, in one round trip."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeAlias

from runwright.language import accessible_names
from runwright.language.targets import VALUES, Alternative, Target

LABELLED = frozenset("button checkbox combobox listbox radio searchbox slider spinbutton switch textbox".split())  # noqa: SIM905
"""Roles of fields with labels. The script tests their names: Playwright looks through the page once for each field."""
BY_NAME = LABELLED | frozenset("heading link menuitem menuitemcheckbox menuitemradio tab".split())  # noqa: SIM905
"""Roles of controls that their names alone distinguish, and that the script tells as Playwright does."""
BY_TEXT = frozenset({"alert", "log", "status"})
"""Roles that usually have no name, and are called by their text."""
TOGGLED = ("checked", "unchecked")
"""States that the script tests on every control: some pages write them as `aria-pressed`, which Playwright ignores."""


Plan: TypeAlias = dict[str, Any]
"""The argument of the script `target_search.js`."""


def by_name(target: Target) -> list[tuple[str, list[str]]] | None:
    """The roles of a target with the patterns of their names; None if more than those decides what it means."""
    plain = replace(target, alternatives=()) == Target(())
    heads = target.alternatives
    if not plain or not all(each.role in BY_NAME and each.names for each in heads):
        return None
    if any(each.states or each.with_text is not None for each in heads):
        return None
    return [(each.role, [accessible_names.source(name) for name in each.names]) for each in heads]


def plan_of(target: Target) -> Plan | None:
    """The plan of a resolved target; None for one that the script does not find as Playwright does.

    Those are targets in containers and frames, by their texts, and with states that Playwright tests.
    """
    anchors = {"near": target.near, "before": target.before}
    plans = {word: plan_of(anchor) if anchor is not None else None for word, anchor in anchors.items()}
    if target.inside is not None or any(anchors[word] is not None and plans[word] is None for word in anchors):
        return None
    picks = target.near is not None or target.before is not None or target.nth is not None
    heads = [_head(each, picks) for each in target.alternatives]
    if None in heads:
        return None
    column = str(target.column) if target.column is not None else None
    places = {"column": column, "front": target.front, "nth": target.nth}
    return {"heads": heads, "own": {"near": False, "before": False}, **places, **plans}


def _head(alternative: Alternative, picks: bool) -> dict[str, Any] | None:
    states = [(state, str(value)) for state, value in alternative.states]
    own = all(picks or state in VALUES or state in TOGGLED for state, _ in states)
    by_text = alternative.role in BY_TEXT
    if not (by_text or alternative.role in BY_NAME) or alternative.with_text is not None or not own:
        return None
    sources = [accessible_names.source(name) for name in alternative.names]
    names = [alternative.role, sources] if sources and not by_text else None
    called = sources if sources and by_text else None
    return {"role": alternative.role, "called": called, "seen": False, "text": None, "states": states, "names": names}
