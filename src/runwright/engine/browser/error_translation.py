"""Error translation: Playwright's errors as sentences for people, without the elements and values that they quote."""

from __future__ import annotations

from pathlib import Path

from runwright.engine.errors import StepFailed, first_line
from runwright.engine.site_origins import Sites
from runwright.language.origins import origin

INTERCEPTED = "intercepts pointer events"
"""Playwright's words when another element covers a control."""
NAVIGATION_PENDING = "waiting for scheduled navigations"
"""Playwright's words when an action is done, but the page that it leads to did not load within the action's time."""
DISABLED = (
    "The control is disabled. A required entry may be missing, or the setting may be saved already; "
    "where the page reacts only to keys, use `type` instead of `fill`."
)
"""A button that waits for key events is the usual case."""


def unexpected_error(error: Exception) -> str:
    """The message for an exception that has no sentence of its own, with the source line that raised it."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" ({Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno})" if trace is not None else ""
    return (
        f"{type(error).__name__}: {error}{at}. Either the page replaces functions of the browser with its own, which "
        "is not supported, or the verb has a bug."
    )


def reason(error: Exception) -> str:
    """Why Playwright could not act, in a sentence. Its call log quotes elements and values, and is dropped."""
    text = str(error)
    if INTERCEPTED in text:
        return "Click intercepted by another element. To close it whenever it appears, declare it under `dismiss`."
    for words, sentence in (
        ("element is not enabled", DISABLED),
        ("element is not visible", "The control is not visible."),
        ("element is not stable", "The control does not stop moving."),
        ("not attached", "The page replaced the control during the action."),
        ("does not have", "The control does not support this action."),
        ("not an <input>", "The control is not a text field."),
        ("cannot be filled", "The control is not a text field; use `set` to turn a checkbox on or off."),
        ("Cannot type text into", "The field takes only numbers."),
        ("element is not editable", "The field is read-only."),
        ("Unknown key", "Unknown key. Keys are called Enter, Tab, Escape, ArrowDown, a, Control+a."),
        ('event "filechooser"', "The click opened no file chooser."),
    ):
        if words in text:
            return sentence
    return first_line(error).split(" waiting for ")[0]


def blocked_navigation(sites: Sites, address: str) -> StepFailed:
    """The failure for a page that was not requested, because its URL belongs to none of the runbook's sites."""
    site, target = sites.protected(address), origin(address)
    if site is None or target is None:
        message = f"Navigation to {address} blocked: the address belongs to none of the runbook's sites."
        return StepFailed(message, nearest=[f"also: [{target}]"])
    return StepFailed(
        f"{site.url} leads to {address}, without https. Nothing was sent there: anybody on the network could read it. "
        f"Have {target.host} lead to https addresses only, then run this again."
    )
