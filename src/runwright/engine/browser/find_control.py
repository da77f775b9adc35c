"""Finds the one control that a target means, and brings it into view."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error, Page

from runwright.engine.browser import target_search
from runwright.engine.browser.locate import matches, query
from runwright.engine.browser.page_scripts import KEPT
from runwright.engine.browser.target_plans import plan_of
from runwright.engine.browser.target_search import INTO_VIEW, FoundControl
from runwright.engine.spans import timed
from runwright.language.targets import Target

_ONLY = f"""async (found, [options, observes]) => {{
  const all = options ? ({KEPT})(found, options) : found;
  if (all.length !== 1) return [all.length, [false, null]];
  Object.defineProperty(window, Symbol.for('control'), {{ value: all[0], enumerable: false, configurable: true }});
  return [1, await ({INTO_VIEW})(all[0], observes)];
}}"""
"""Finds the only control that a query means."""
_TAKE_CONTROL = "() => { const key = Symbol.for('control'), one = window[key]; delete window[key]; return one; }"


@timed("finding the control")
def find_one(
    page: Page, target: Target, with_observation: bool, singled: bool = False
) -> tuple[int, FoundControl | None]:
    """How many visible controls a resolved target matches now, and the control if it is the only one, in view.

    The control is also None if the page replaces it while it is scrolled, as long lists do. If a reading of what the
    page offers ``singled`` it out, and the page has not changed since, it is not looked for again.
    """
    if singled:
        with suppress(Error):  # the page navigates
            read = target_search.only_offered(page.main_frame, with_observation)
            if read is not None:
                return read
    plan = plan_of(target)
    if plan is not None:
        with suppress(Error):  # the page navigates, or replaced functions of the browser with its own
            return target_search.only(page.main_frame, plan, with_observation)
    single = query(page, target)
    if single is not None:
        with suppress(Error):  # the same
            number, (connected, observation) = single.locator.evaluate_all(_ONLY, [single.options, with_observation])
            if number != 1:
                return number, None
            control = page.evaluate_handle(_TAKE_CONTROL).as_element()
            if control is not None:
                return 1, (control, observation) if connected else None
    handles = matches(page, target)
    if len(handles) != 1:
        return len(handles), None
    connected, observation = handles[0].evaluate(INTO_VIEW, with_observation)
    return 1, (handles[0], observation) if connected else None
