"""Checks the values of `browser:`: window sizes that a browser can show, existing time zones and locales."""

from __future__ import annotations

import re
from functools import cache

from runwright.language.diagnostics import DiagnosticList, did_you_mean
from runwright.language.runbook_model import Window
from runwright.language.yaml_tree import Node, YamlTable

SMALLEST, LARGEST = 200, 8000
"""Limits of a window's side in CSS pixels: smaller pages show nothing; larger ones cannot be captured."""
MOST_PIXELS = 16_000
"""The largest side of a screenshot that browsers render, in pixels."""
_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_LOCALE = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*",
    re.IGNORECASE,
)
"""A language tag (BCP 47, RFC 5646): language, script, region, variants, extensions."""


def check_window(window: Window, node: Node, diagnostics: DiagnosticList) -> None:
    """Report values that no browser accepts, each at its own place."""

    def report(key: str, message: str, remedy: str) -> None:
        value = node.at(key) if isinstance(node, YamlTable) else None
        diagnostics.add((value if value is not None else node).mark, message, remedy)

    size = _SIZE.fullmatch(window.window)
    if size is None:
        report("window", f"Invalid window size `{window.window}`.", "Write WIDTHxHEIGHT, such as 1280x800.")
    elif not all(SMALLEST <= int(side) <= LARGEST for side in size.groups()):
        message = f"A browser cannot show a window of {window.window} pixels."
        report("window", message, f"Width and height must be between {SMALLEST} and {LARGEST}, such as 1280x800.")
    elif max(window.size()) * int(window.scale) > MOST_PIXELS:
        message = f"A screenshot of a {window.window} window at scale {window.scale} would be too large."
        report("scale", message, f"Choose a smaller window or scale: the maximum is {MOST_PIXELS} pixels a side.")
    if not _LOCALE.fullmatch(window.locale):
        corrected = window.locale.replace("_", "-")
        valid = _LOCALE.fullmatch(corrected) is not None
        remedy = f"Write `{corrected}`." if valid else "Write a language, or a language and a region: ko, en-US."
        report("locale", f"Invalid locale `{window.locale}`.", remedy)
    if window.time_zone != "UTC" and _zones() and window.time_zone not in _zones():
        remedy = did_you_mean(window.time_zone, _zones())
        if remedy.startswith("Known:"):
            remedy = "Write a name from the time zone database: Asia/Seoul, Europe/Berlin, UTC."
        report("time_zone", f"Unknown time zone `{window.time_zone}`.", remedy)


@cache
def _zones() -> frozenset[str]:
    """The time zones that this machine knows; empty if it has no time zone database, as on minimal systems."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
