"""Clicks as a person makes them: on a control found again by name, through what belongs to it, while it pulses."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runwright.engine.browser.error_translation import INTERCEPTED, NAVIGATION_PENDING
from runwright.engine.browser.page_scripts import OBSTACLE
from runwright.engine.errors import StepFailed
from runwright.language.accessible_names import plain
from runwright.language.pasted_lines import as_value
from runwright.language.targets import ROLES, Target, named

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

    from runwright.engine.run.step_context import StepContext

PATIENCE = 1.0
"""Seconds of one attempt, at most 60 % of the time that is left; the control is looked at again before the next."""
SHORTEST = 0.25
"""Seconds of the shortest attempt: a shorter one ends before it is known what was in its way."""
GONE = ("not attached", "was detached", "elementFromPoint is not a function")
"""The errors for a control that the page replaced; nothing was done then."""
_WAITING = re.compile(
    "|".join(("element is not (?:stable|enabled|visible)", INTERCEPTED, *GONE, r"Timeout [\d.]+ms exceeded"))
)
"""The errors of an attempt that did nothing."""
_ACTED = re.compile(f"action done|{NAVIGATION_PENDING}")
"""What Playwright's log says once the act was made: only the page it led to is missing."""
_CUT = re.compile(r"Timeout [\d.]+ms exceeded")
_BEGUN = "performing "
"""Stands in the log of an attempt from the moment at which it may have acted."""


def attached(context: StepContext, target: Target, act: Callable[[ElementHandle], object]) -> None:
    """Act on the control. If the page replaced it before the act, find it again by its name, until the timeout."""
    from playwright.sync_api import Error

    deadline = time.monotonic() + context.timeout
    while True:
        try:
            act(context.control)
            return
        except Error as error:
            if not any(words in str(error) for words in GONE) or time.monotonic() > deadline:
                raise
        context.relocate(target)


def click(
    context: StepContext,
    target: Target | None,
    act: Callable[[ElementHandle, dict[str, Any]], None],
    what: str = "Click",
) -> None:
    """Click the step's control with ``act(control, options)``; the options are Playwright's `timeout` and `force`.

    Without a ``target`` the control is not found again. ``what`` is how messages name the act.

    Raises StepFailed if something foreign lies over the control until the timeout, with its role and name.
    """
    from playwright.sync_api import Error

    deadline = time.monotonic() + context.timeout
    force, over, dismissed = False, None, False
    while True:
        attempt = min(max(0.6 * (deadline - time.monotonic()), SHORTEST), PATIENCE)
        try:
            act(context.control, {"timeout": 1000 * attempt, **({"force": True} if force else {})})
            return
        except Error as error:
            text = str(error)
            if may_have_acted(text) or not _WAITING.search(text):
                raise
            late = time.monotonic() >= deadline
            if late and INTERCEPTED in text:
                over = over or context.control.evaluate(OBSTACLE) or {}
            if late and over is None:
                raise
        if late:
            raise intercepted(over or {}, what)
        if any(words in text for words in GONE):
            if target is not None:
                context.relocate(target)
            continue
        over = None
        if "not stable" in text or INTERCEPTED in text:
            try:
                found = context.control.evaluate(OBSTACLE)
            except Error:
                continue  # the page replaced it: the next attempt finds it again
            force = bool(found and found.get("own"))
            if found and not found.get("own") and not found.get("moving"):
                if not dismissed and context.dismiss():
                    dismissed = True  # once: a page that opens its banner again and again is left alone
                else:
                    over = found


def may_have_acted(log: str) -> bool:
    """Whether an attempt that failed may have acted, by Playwright's log of it."""
    begun = _BEGUN in log and INTERCEPTED not in log and not any(words in log for words in GONE)
    return begun or _ACTED.search(log) is not None


def was_cut(log: str) -> bool:
    """Whether an attempt ended while the page was still busy with the act: the act is made, or a part of it."""
    return _CUT.search(log) is not None and may_have_acted(log)


def unreported(act: Callable[[], None]) -> None:
    """Perform an act whose result the caller sees itself: a page that is too busy to report the act is no failure."""
    from playwright.sync_api import Error

    try:
        act()
    except Error as error:
        if NAVIGATION_PENDING in str(error) or not was_cut(str(error)):
            raise


def intercepted(over: dict[str, str], what: str) -> StepFailed:
    """The failure for a control under something foreign: what it is, and the lines that close it."""
    role, name, text = over.get("role") or "", over.get("name") or "", over.get("text") or ""
    if role in ROLES and name:
        thing = named(role, plain(name))
    elif text:
        thing = named("text", plain(text))
    else:
        return StepFailed(
            f"{what} intercepted by another element. To close it whenever it appears, declare it under `dismiss`."
        )
    thing_and_text = f"{thing} ({text})" if text and text != name and role in ROLES and name else str(thing)
    button = named("button", plain(over["button"])) if over.get("button") else "button …"
    lines = ["dismiss:", f"  - seen: {as_value(str(thing))}", f"    click: {as_value(str(button))}"]
    message = f"{what} intercepted by {thing_and_text}. To close it whenever it appears, declare it under `dismiss`."
    return StepFailed(message, str(thing), lines)
