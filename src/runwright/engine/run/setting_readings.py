"""Setting readings: of each setting that a section's `done_when` names, what the page shows and what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import Error, Page

from runwright.engine.browser import locate
from runwright.engine.browser.condition_checks import holds
from runwright.engine.browser.dom import shown
from runwright.engine.site_origins import Sites
from runwright.language.conditions import (
    Absent,
    Address,
    All,
    AnyOf,
    Condition,
    Count,
    Present,
    Title,
    resolve,
)
from runwright.language.targets import VALUES, Target, quote

LONGEST = 300
"""Characters of a value that are shown."""
_ON_OFF = {"checked": "on", "unchecked": "off"}
_WANTED = {"exact": "{}", "not": "not {}", "starting": "starting {}", "containing": "containing {}", "pattern": "/{}/"}


@dataclass(frozen=True)
class SettingReading:
    """One setting as a page shows it, beside what the runbook wants."""

    setting: str
    """The target or condition, as a runbook writes it, without its state."""
    wanted: str
    """Such as `"Yearly"`, `on`, or `there`."""
    current: str | None
    """What the page shows; None if it shows nothing that can be compared."""
    held: bool
    """Whether the page shows what is wanted."""


def read_settings(
    condition: Condition, page: Page, sites: Sites, scope: Mapping[str, Any], clean: Callable[[str], str]
) -> tuple[SettingReading, ...]:
    """The settings that a condition names. ``clean`` removes secrets. None are read while the page navigates."""

    def cleaned(text: str | None) -> str | None:
        return clean(text)[:LONGEST] if text is not None else None

    with suppress(Error):
        return tuple(
            replace(each, setting=clean(each.setting), wanted=clean(each.wanted), current=cleaned(each.current))
            for each in _readings(resolve(condition, scope), page, sites, scope)
        )
    return ()


def _readings(condition: Condition, page: Page, sites: Sites, scope: Mapping[str, Any]) -> Iterator[SettingReading]:
    if isinstance(condition, All):
        for each in condition.conditions:
            yield from _readings(each, page, sites, scope)
        return
    held = holds(condition, page, sites, scope)
    match condition:
        case AnyOf(conditions):
            met = [each for each in conditions if holds(each, page, sites, scope)]
            for each in met[:1] or conditions:
                yield from _readings(each, page, sites, scope)
        case Present(target):
            yield from _control(target, held, page)
        case Absent(target):
            yield SettingReading(str(target), "not there", "not there" if held else "there", held)
        case Count(target, number):
            yield SettingReading(f"count of {target}", str(number), str(locate.count(page, target)), held)
        case Address(pattern):
            yield SettingReading("url", str(pattern), page.url, held)
        case Title(text):
            yield SettingReading("title", quote(str(text)), quote(page.title()), held)
        case _:
            yield SettingReading(str(condition), "true", "true" if held else "false", held)


def _control(target: Target, held: bool, page: Page) -> Iterator[SettingReading]:
    """A reading for each state of a control; its presence, if it names no state."""
    heads = target.alternatives
    states = heads[0].states
    if not states or any(head.states != states for head in heads):
        yield SettingReading(str(target), "there", "there" if held else "not there", held)
        return
    bare = replace(target, alternatives=tuple(replace(head, states=()) for head in heads))
    controls = locate.matches(page, bare)
    for state, value in states:
        one = replace(target, alternatives=tuple(replace(head, states=((state, value),)) for head in heads))
        met = locate.present(page, one)
        current = None
        if state in VALUES or state in _ON_OFF:
            text = _WANTED[VALUES[state]] if state in VALUES else _ON_OFF[state]
            wanted = text.format(str(value) if VALUES.get(state) == "pattern" else quote(str(value)))
            if len(controls) == 1:
                current = _shown(controls[0], state)
        else:
            wanted = state if value == "true" else f"{state}={value}"
            current = wanted if met else f"not {wanted}" if len(controls) == 1 else None
        yield SettingReading(str(bare), wanted, current if controls else "not there", met)


def _shown(control: Any, state: str) -> str | None:
    """What a person reads in a control; None for what nobody may read."""
    if control.evaluate("(element) => element.matches('input[type=password]')"):
        return None
    text = " ".join(shown(control).split())
    return text if state in _ON_OFF else quote(text)
