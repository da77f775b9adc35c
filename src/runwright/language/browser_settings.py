"""What `browser:` may say: sizes that a browser can show, time zones and languages that there are."""

from __future__ import annotations

import re
from functools import cache

from runwright.language.diagnostics import Faults, did_you_mean
from runwright.language.runbook_model import Window
from runwright.language.yaml_tree import Node, Table

SMALLEST, LARGEST = 200, 8000
"""CSS pixels of a window's side: below, pages show nothing; above, the browser takes no picture any more."""
MOST_PIXELS = 16_000
"""Pixels of a picture's side, the largest that browsers draw."""
_SIZE = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_LOCALE = re.compile(
    r"[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[a-wyz0-9](-[a-z0-9]{2,8})+)*",
    re.IGNORECASE,
)
"""A language tag (BCP 47, RFC 5646): language, script, region, variants, extensions."""


def check_window(window: Window, node: Node, faults: Faults) -> None:
    """Tell what no browser can be set to, each at its own value."""

    def tell(key: str, message: str, remedy: str) -> None:
        value = node.at(key) if isinstance(node, Table) else None
        faults.add((value if value is not None else node).mark, message, remedy)

    size = _SIZE.fullmatch(window.window)
    if size is None:
        tell("window", f"`{window.window}` is no window.", "Write width x height: 1280x800.")
    elif not all(SMALLEST <= int(side) <= LARGEST for side in size.groups()):
        message = f"A window of {window.window} pixels cannot be shown."
        tell("window", message, f"Write {SMALLEST} to {LARGEST} for width and height: 1280x800.")
    elif max(window.size()) * int(window.scale) > MOST_PIXELS:
        message = f"A picture of a {window.window} window at scale {window.scale} would be too large."
        tell("scale", message, f"Choose a smaller one: {MOST_PIXELS} pixels a side are the most.")
    if not _LOCALE.fullmatch(window.locale):
        meant = window.locale.replace("_", "-")
        remedy = f"Write `{meant}`." if _LOCALE.fullmatch(meant) else "Write a language and a region: ko, en-US."
        tell("locale", f"`{window.locale}` is no locale.", remedy)
    if window.time_zone != "UTC" and _zones() and window.time_zone not in _zones():
        remedy = did_you_mean(window.time_zone, _zones())
        if remedy.startswith("Known:"):
            remedy = "Write a name of the time zone database: Asia/Seoul, Europe/Berlin, UTC."
        tell("time_zone", f"There is no time zone `{window.time_zone}`.", remedy)


@cache
def _zones() -> frozenset[str]:
    """The time zones that this machine knows; none where it has no time zone database, as small systems do."""
    from zoneinfo import available_timezones

    return frozenset(available_timezones())
