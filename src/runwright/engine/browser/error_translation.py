"""Why something was not done, in sentences for people: Playwright's own quote elements, values and its calls."""

from __future__ import annotations

from pathlib import Path

from runwright.engine.browser.site_origins import Sites
from runwright.engine.browser.tabs import first_line
from runwright.engine.errors import StepFailed
from runwright.language.origins import origin

COVERED = "intercepts pointer events"
"""How Playwright says that something lies over a control."""
LEAVES = "waiting for scheduled navigations"
"""How Playwright says that something was done, and that the page it leads to has not come in the time of an action."""
DISABLED = (
    "The control is disabled. Something is missing before it, or all is so already; "
    "where the page hears keys alone, `type` in place of `fill`."
)
"""A button that waits for keys is the usual case."""


def unforeseen(error: Exception) -> str:
    """What to say of an error that nobody thought of, with the place in the sources where it came up."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    at = f" ({Path(trace.tb_frame.f_code.co_filename).name}, line {trace.tb_lineno})" if trace is not None else ""
    return (
        f"{type(error).__name__}: {error}{at}. A page that has put functions of its own in the place of the browser's "
        "cannot be worked on; or the verb has a fault."
    )


def reason(error: Exception) -> str:
    """Why Playwright could not act, in a sentence; its call log quotes elements and values, and is left out."""
    text = str(error)
    if COVERED in text:
        return "Something lies over the control and takes the click; declare a banner under `dismiss`."
    for sign, sentence in (
        ("element is not enabled", DISABLED),
        ("element is not visible", "The control is not visible."),
        ("element is not stable", "The control does not stop moving."),
        ("not attached", "The control was replaced while it was used."),
        ("does not have", "The control cannot be used in this way."),
        ("not an <input>", "This is no field that takes a text."),
        ("cannot be filled", "This is no field that takes a text; `set` turns a box on or off."),
        ("element is not editable", "The field can only be read."),
        ("Unknown key", "There is no such key. Keys are called Enter, Tab, Escape, ArrowDown, a, Control+a."),
        ('event "filechooser"', "No chooser for files came up by clicking it."),
    ):
        if sign in text:
            return sentence
    return first_line(error).split(" waiting for ")[0]


def elsewhere(sites: Sites, address: str) -> StepFailed:
    """What to say of a page that was not asked for, because its address belongs to none of the sites."""
    site, there = sites.protected(address), origin(address)
    if site is None or there is None:
        message = f"The page was about to go to {address}, which belongs to none of the runbook's sites."
        return StepFailed(message, nearest=[f"also: [{there}]"])
    return StepFailed(
        f"{site.url} leads to {address}, without https. Nothing was sent there: anybody on the way could read it. "
        f"Who runs {there.host} must have it lead to https addresses alone; then run this again."
    )
