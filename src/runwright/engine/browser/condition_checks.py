"""Condition checks: whether a condition holds on a page, and which of its parts do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from typing import Any, TypeAlias

from playwright.sync_api import Page

from runwright.engine.browser import locate
from runwright.engine.site_origins import Sites
from runwright.language.conditions import (
    Absent,
    Address,
    All,
    AnyOf,
    Condition,
    Count,
    Every,
    Holds,
    Loaded,
    Present,
    Title,
    resolve,
)
from runwright.language.expressions import Expression, ExpressionError, Template
from runwright.language.origins import origin
from runwright.language.targets import Target

Counts: TypeAlias = Mapping[Target, int]
"""How many visible elements each target matches."""
LoadedCheck = Callable[[Page, Target], bool]
"""Whether what a target holds has come."""


def holds(
    condition: Condition,
    page: Page,
    sites: Sites,
    scope: Mapping[str, Any],
    loaded: LoadedCheck = locate.present,
    counts: Counts | None = None,
) -> bool:
    """Whether a resolved condition holds now. Without ``loaded``, a list that is there counts as one that has come.

    ``counts`` holds what is known already of the page.

    Raises Playwright's Error when the page navigates away or closes.
    """
    known = counts or {}
    match condition:
        case Present(target):
            return known[target] > 0 if target in known else locate.present(page, target)
        case Absent(target):
            return known[target] == 0 if target in known else not locate.present(page, target)
        case Loaded(target):
            return loaded(page, target)
        case Count(target):
            return (known[target] if target in known else locate.count(page, target)) == condition.expected
        case Address(pattern):
            return _matches_address(page.url, str(pattern), sites)
        case Title(text):
            return page.title() == str(text)
        case Holds(expression, value):
            return bool(expression.value(scope)) if value is None else value
        case All(conditions):
            return all(holds(each, page, sites, scope, loaded, counts) for each in conditions)
        case AnyOf(conditions):
            return any(holds(each, page, sites, scope, loaded, counts) for each in conditions)
        case Every():
            return holds(resolve(condition, scope), page, sites, scope, loaded, counts)


def hold_at_once(
    conditions: Sequence[Condition], page: Page, sites: Sites, scope: Mapping[str, Any]
) -> list[bool] | None:
    """Whether each of some resolved conditions holds, read at one moment; None if that takes more than one look.

    Raises Playwright's Error when the page navigates away or closes.
    """
    targets: set[Target] = set()
    if not all(_collect(each, scope, targets) for each in conditions):
        return None
    counts = locate.counts(page, targets)
    return [holds(each, page, sites, scope, counts=counts) for each in conditions] if counts is not None else None


def _collect(condition: Condition, scope: Mapping[str, Any], targets: set[Target]) -> bool:
    """Add the targets whose numbers decide on a condition; whether nothing else of the page does."""
    match condition:
        case Present(target) | Absent(target) | Count(target):
            targets.add(target)
            return True
        case All(conditions) | AnyOf(conditions):
            return all(_collect(each, scope, targets) for each in conditions)
        case Every():
            return _collect(resolve(condition, scope), scope, targets)
        case Loaded() | Title():
            return False
        case _:
            return True


def unmet(
    condition: Condition,
    page: Page,
    sites: Sites,
    scope: Mapping[str, Any],
    loaded: LoadedCheck = locate.present,
) -> Iterator[Condition]:
    """The parts of a condition that do not hold now."""
    if isinstance(condition, All):
        for each in condition.conditions:
            yield from unmet(each, page, sites, scope, loaded)
    elif not holds(condition, page, sites, scope, loaded):
        yield condition


def variable_values(expression: Expression, scope: Mapping[str, Any]) -> str:
    """The current values of the variables in an expression, without secrets: `; `x` is “1”`. Empty if it has none."""
    values = []
    for name in sorted(expression.names):
        with suppress(ExpressionError):  # a secret, or a variable without a value
            values.append(f"`{name}` is “{Template((Expression(name),)).text(scope)}”")
    return f"; {', '.join(values)}" if values else ""


def _matches_address(address: str, pattern: str, sites: Sites) -> bool:
    if not pattern.startswith("/"):
        return fnmatchcase(address, pattern)
    page_origin = origin(address)
    on_site = sites.at(address) is not None and page_origin is not None
    path = address.removeprefix(str(page_origin)) if on_site else ""
    return fnmatchcase(path, pattern) or fnmatchcase(path.split("?")[0], pattern)
