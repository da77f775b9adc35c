"""Clicks as a person makes them: on a control found again by name, through what belongs to it, while it pulses."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runwright.engine.browser.error_translation import INTERCEPTED
from runwright.engine.browser.page_scripts import OBSTACLE
from runwright.engine.errors import StepFailed
from runwright.language.targets import ROLES, Target, named, quote

if TYPE_CHECKING:
    from playwright.sync_api import ElementHandle

    from runwright.engine.run.step_context import StepContext

PATIENCE = 1.0
"""Seconds of one attempt; the control is looked at again before the next."""
GONE = ("not attached", "was detached", "elementFromPoint is not a function")
"""The errors for a control that the page replaced; nothing was done then."""
_WAITING = ("element is not stable", "element is not enabled", "element is not visible", INTERCEPTED, *GONE)
"""The errors of an attempt that did nothing."""


def attached(context: StepContext, target: Target, act: Callable[[ElementHandle], None]) -> None:
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


def click(context: StepContext, target: Target | None, act: Callable[[ElementHandle, dict[str, Any]], None]) -> None:
    """Click the step's control with ``act(control, options)``; the options are Playwright's `timeout` and `force`.

    Without a ``target`` the control is not found again. Raises StepFailed if something foreign lies over the control
    until the timeout, with its role and name.
    """
    from playwright.sync_api import Error

    deadline = time.monotonic() + context.timeout
    force, over, dismissed = False, None, False
    while True:
        left = max(deadline - time.monotonic(), 0.05)
        try:
            act(context.control, {"timeout": 1000 * min(left, PATIENCE), **({"force": True} if force else {})})
            return
        except Error as error:
            text = str(error)
            if not any(words in text for words in _WAITING):
                raise
            late = time.monotonic() >= deadline
            if late and dismissed and INTERCEPTED in text:
                over = over or context.control.evaluate(OBSTACLE) or {}
            if late and over is None:
                raise
        if late:
            raise intercepted(over or {})
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


def intercepted(over: dict[str, str]) -> StepFailed:
    """The failure for a control under something foreign: what it is, and the lines that close it."""
    role, name, text = over.get("role") or "", over.get("name") or "", over.get("text") or ""
    if role in ROLES and name:
        thing = str(named(role, name))
    elif text:
        thing = f"text {quote(text)}"
    else:
        return StepFailed(
            "Click intercepted by another element. To close it whenever it appears, declare it under `dismiss`."
        )
    what = thing + (f" ({text})" if text and thing != f"text {quote(text)}" and text != name else "")
    button = f"button {quote(over['button'])}" if over.get("button") else "button …"
    lines = ["dismiss:", f"  - seen: {thing}", f"    click: {button}"]
    return StepFailed(
        f"Click intercepted by {what}. To close it whenever it appears, declare it under `dismiss`.", thing, lines
    )
