"""Target search: the elements of a document that a plan of a target means, found by a script in the document."""

from __future__ import annotations

from typing import Any, TypeAlias

from playwright.sync_api import ElementHandle, Frame

from runwright.engine.browser.dom import PageObservation
from runwright.engine.browser.page_function import PageFunction
from runwright.engine.browser.page_scripts import OBSERVE, SCROLL, SEARCH
from runwright.engine.browser.target_plans import Plan

INTO_VIEW = f"""(element, observes) => {{
  const observe = {OBSERVE};
  const place = () => {{ const box = element.getBoundingClientRect(); return `${{box.left}} ${{box.top}}`; }};
  const before = place();
  ({SCROLL})(element);
  const result = () => [element.isConnected, observes ? observe(element) : null];
  if (place() === before) return result();
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  return frame().then(frame).then(result);
}}"""
"""A function: scrolls an element into view, and tells whether the page still holds it, with an observation."""

_SEARCH = PageFunction(f"""(() => {{
  const search = {SEARCH}, intoView = {INTO_VIEW};
  let control = null;
  const shown = async (one, observes) => {{ control = one; return [1, await intoView(one, observes)]; }};
  const parts = {{
    counts: (plans) => plans.map((plan) => search(plan).length),
    elements: (plan) => {{ const all = search(plan); return all.length > 1 ? all : all[0] ?? null; }},
    only: (plan, observes) => {{
      const all = search(plan);
      return all.length === 1 ? shown(all[0], observes) : [all.length, [false, null]];
    }},
    offered: (_, observes) => {{
      const read = window[Symbol.for('offered')], one = read?.only;
      return !one || read.changed() || !one.checkVisibility() ? null : shown(one, observes);
    }},
    take: () => {{ const one = control; control = null; return one; }},
  }};
  return ([part, plan, observes]) => parts[part](plan, observes);
}})()""")

FoundControl: TypeAlias = tuple[ElementHandle, PageObservation | None]
"""A control scrolled into view, and the observation of its document if one was requested."""


def count(frame: Frame, plan: Plan) -> int:
    """How many visible elements a plan means."""
    return counts(frame, [plan])[0]


def counts(frame: Frame, plans: list[Plan]) -> list[int]:
    """The same for several plans, at one moment."""
    found: list[int] = _SEARCH.call(frame, ["counts", plans])
    return found


def elements(frame: Frame, plan: Plan) -> list[ElementHandle]:
    """The visible elements that a plan means, in document order."""
    found = _SEARCH.handle(frame, ["elements", plan])
    single = found.as_element()
    if single is not None:
        return [single]
    if str(found) == "null":
        return []
    return [element for each in found.get_properties().values() if (element := each.as_element()) is not None]


def only(frame: Frame, plan: Plan, observes: bool) -> tuple[int, FoundControl | None]:
    """How many visible elements a plan means, and the element if it is the only one, in view.

    The element is also None if the page replaces it while it is scrolled, as long lists do.
    """
    number, (connected, seen) = _SEARCH.call(frame, ["only", plan, observes])
    return number, _taken(frame, seen) if connected else None


def only_offered(frame: Frame, observes: bool) -> tuple[int, FoundControl | None] | None:
    """The element that the last reading of what the document offers singled out; None if the page has changed since."""
    read: Any = _SEARCH.call(frame, ["offered", None, observes])
    if read is None:
        return None
    number, (connected, seen) = read
    found = _taken(frame, seen) if connected else None
    return (number, found) if found is not None or not connected else None


def _taken(frame: Frame, seen: PageObservation | None) -> FoundControl | None:
    control = _SEARCH.element(frame, ["take"])
    return (control, seen) if control is not None else None
