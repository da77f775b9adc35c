"""The settings that a condition names, as the page shows them: each with its value, and where it is in view."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from playwright.sync_api import ElementHandle, Page

from runwright.engine.browser import locate
from runwright.engine.browser.condition_checks import LoadedCheck, holds
from runwright.engine.browser.dom import Box, box_of
from runwright.engine.browser.page_scripts import LIBRARY
from runwright.engine.site_origins import Sites
from runwright.language.conditions import Absent, Address, All, AnyOf, Condition, Count, Present, Title, resolve
from runwright.language.targets import STATES, VALUES, Alternative, Target

LONGEST = 200
"""Characters of a value that are kept."""
ENOUGH = 0.8
"""The share of a control, or of the window if the control is larger, that counts as in view."""

_OPPOSITES = {
    "checked": "off",
    "unchecked": "on",
    "disabled": "enabled",
    "enabled": "disabled",
    "expanded": "collapsed",
    "collapsed": "expanded",
    "selected": "not selected",
    "pressed": "not pressed",
}
"""What a control is that is not in a state."""
_HELD = {"checked": "on", "unchecked": "off"}
"""What a person calls a control in a state, where that is not the state's own name."""

_COMPARED = {
    "exact": "{}",
    "not": "not {}",
    "starting": "starting with {}",
    "containing": "containing {}",
    "pattern": "/{}/",
}
"""How a value is compared, in words."""
_SHOWN, _NOT_SHOWN = "shown", "not shown"

_READ = f"""(element, always) => {{
  const page = {LIBRARY}, role = element.getAttribute('role') ?? '';
  if (element.matches('input[type=password]')) return '•'.repeat(element.value ? 8 : 0);
  const field = element.matches('input:not([type=submit], [type=button], [type=reset], [type=image]), textarea, select,'
    + 'output, meter, progress, [contenteditable=true], [contenteditable=""], [aria-haspopup=listbox]')
    || /^(checkbox|radio|switch|menuitemcheckbox|menuitemradio|listbox|combobox)$/.test(role)
    || /^(slider|spinbutton|progressbar|meter)$/.test(role);
  return field || always ? page.value(element).trim() : null;
}}"""
"""What a person reads in a field; null for any other control, unless it is wanted always."""

_SHARE = """(element) => {
  const all = element.getBoundingClientRect();
  let { left, top, right, bottom } = all;
  const cut = (edge) => {
    [left, top] = [Math.max(left, edge.left), Math.max(top, edge.top)];
    [right, bottom] = [Math.min(right, edge.right), Math.min(bottom, edge.bottom)];
  };
  const parent = (node) => node.assignedSlot || node.parentElement || node.getRootNode().host || null;
  for (let box = parent(element); box && box !== document.documentElement && box !== document.body; box = parent(box)) {
    const css = getComputedStyle(box), cuts = css.overflowX !== 'visible' || css.overflowY !== 'visible';
    if (cuts && css.display !== 'inline') cut(box.getBoundingClientRect());
  }
  cut({ left: 0, top: 0, right: innerWidth, bottom: innerHeight });
  const share = (part, whole, most) => part <= 0 ? 0 : part / Math.max(1, Math.min(whole, most));
  const seen = Math.min(share(right - left, all.width, innerWidth), share(bottom - top, all.height, innerHeight));
  return [seen, window === window.top && all.width * all.height > 0 ? [all.x, all.y, all.width, all.height] : null];
}"""
"""The share of an element that its scroll areas and the window of its document let a person see, and its box.

The box is null in a frame, whose document does not know its place, and for an element without a size.
"""


@dataclass
class PageSetting:
    """One part of a condition, what the page shows of it, and the screenshot that shows its control."""

    setting: str
    condition: str
    wanted: str
    value: str
    held: bool
    control: ElementHandle | None = None
    screenshot: int | None = None
    box: Box | None = None


@dataclass(frozen=True)
class SettingReader:
    """Reads the settings that conditions name off the pages of a run."""

    sites: Sites
    scope: Mapping[str, Any]
    clean: Callable[[str], str]
    """Removes secrets from a text."""
    loaded: LoadedCheck
    """Whether a list has come."""

    def read(self, condition: Condition, page: Page) -> list[PageSetting]:
        """The settings that a condition names. Raises Playwright's Error when the page navigates away or closes."""
        found: dict[str, PageSetting] = {}
        for part in self._parts(resolve(condition, self.scope), page):
            setting = self._setting(part, self._holds(part, page), page)
            setting.value, setting.wanted = self._shortened(setting.value), self._shortened(setting.wanted)
            found.setdefault(setting.condition, setting)
        return list(found.values())

    def _shortened(self, text: str) -> str:
        clean = " ".join(self.clean(text).split())
        return clean if len(clean) <= LONGEST else f"{clean[: LONGEST - 1]}…"

    def _holds(self, part: Condition, page: Page) -> bool:
        return holds(part, page, self.sites, self.scope, self.loaded)

    def _parts(self, condition: Condition, page: Page) -> Iterator[Condition]:
        """The parts of a condition that name one setting each; of alternatives, those that hold, or else all."""
        match condition:
            case All(conditions):
                for each in conditions:
                    yield from self._parts(each, page)
            case AnyOf(conditions):
                held = [each for each in conditions if self._holds(each, page)]
                for each in held[:1] or conditions:
                    yield from self._parts(each, page)
            case _:
                yield condition

    def _setting(self, part: Condition, held: bool, page: Page) -> PageSetting:
        text = str(part)
        match part:
            case Present(target):
                return _control(target, text, held, page)
            case Absent(target):
                there = locate.matches(page, target)
                shown = _SHOWN if there else _NOT_SHOWN
                control = there[0] if len(there) == 1 else None
                return PageSetting(str(target), text, _NOT_SHOWN, shown, held, control)
            case Count(target, number):
                there = locate.matches(page, target)
                first = there[0] if there else None
                return PageSetting(f"count of {target}", text, str(number), str(len(there)), held, first)
            case Address(pattern):
                return PageSetting("url", text, str(pattern), page.url, held)
            case Title(title):
                return PageSetting("title", text, str(title), page.title(), held)
            case _:
                return PageSetting(text, text, "true", "true" if held else "false", held)


def place_in_view(control: ElementHandle, page: Page) -> Box | None:
    """The control's box in the window, or None if a person does not see most of it at this moment.

    Raises Playwright's Error when the page navigates away or closes.
    """
    share, place = control.evaluate(_SHARE)
    if share < ENOUGH:
        return None
    box: Box | None = tuple(place) if place is not None else box_of(control)
    window = page.viewport_size
    if box is None or window is None:
        return None
    left, top, width, height = box
    across = min(left + width, window["width"]) - max(left, 0)
    down = min(top + height, window["height"]) - max(top, 0)
    if across < ENOUGH * min(width, window["width"]) or down < ENOUGH * min(height, window["height"]):
        return None  # in a frame that is itself out of view
    return box


def _control(target: Target, text: str, held: bool, page: Page) -> PageSetting:
    """A control that is there, or the one that has the wrong state or value."""
    plain, states = _without_states(target)
    wanted = " or ".join(dict.fromkeys(filter(None, map(_wanted, target.alternatives)))) or _SHOWN
    setting = PageSetting(str(plain), text, wanted, _NOT_SHOWN, held)
    there = locate.matches(page, target if held else plain)
    if not there:
        return setting
    if len(there) > 1 and not held:
        setting.value = f"{len(there)} shown"
        return setting
    setting.control = there[0]
    value = there[0].evaluate(_READ, any(state in VALUES for state in states))
    words = [] if value is None else [str(value)]
    words += [
        _HELD.get(state, state) if held else _OPPOSITES[state]
        for state in states
        if state in _OPPOSITES and not (value is not None and state in ("checked", "unchecked"))
    ]
    setting.value = ", ".join(words) if words else _SHOWN
    return setting


def _wanted(head: Alternative) -> str:
    """The states and the value that an alternative wants, in words; empty if it wants none."""
    words = []
    for state, value in head.states:
        if state in VALUES:
            words.append(_COMPARED[VALUES[state]].format(value))
        elif state in _OPPOSITES:
            words.append(_HELD.get(state, state) if value != "false" else _OPPOSITES[state])
    return ", ".join(words)


def _without_states(target: Target) -> tuple[Target, tuple[str, ...]]:
    """The target without the states and values that it wants, and the names of these."""
    wanted = [state for head in target.alternatives for state, _ in head.states if state in STATES or state in VALUES]
    heads = tuple(
        replace(head, states=tuple(each for each in head.states if each[0] not in STATES and each[0] not in VALUES))
        for head in target.alternatives
    )
    return replace(target, alternatives=heads), tuple(dict.fromkeys(wanted))
