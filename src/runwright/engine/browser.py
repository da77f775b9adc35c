"""The browser: which one is used, and how it is started."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright

from runwright.engine.outcomes import NotUsable

_INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
_ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication",
)
"""Keeps the browser from asking hosts that the run has nothing to do with."""


@dataclass(frozen=True)
class FoundBrowser:
    """A browser on this machine."""

    path: str
    own: bool
    """It was downloaded by Playwright."""


def find_browser(playwright: Playwright) -> FoundBrowser | None:
    """The browser named by `RUNWRIGHT_BROWSER`, else Playwright's own, else one that is installed."""
    named = os.environ.get("RUNWRIGHT_BROWSER")
    if named:
        return FoundBrowser(named, own=False)
    own = playwright.chromium.executable_path
    if own and Path(own).exists():
        return FoundBrowser(own, own=True)
    for name in _INSTALLED:
        path = shutil.which(name)
        if path is not None:
            return FoundBrowser(path, own=False)
    return next((FoundBrowser(path, own=False) for path in _ELSEWHERE if Path(path).exists()), None)


def launch(playwright: Playwright, headed: bool = False, arguments: Sequence[str] = ()) -> Browser:
    """Start the browser. Raises NotUsable with what to do when there is none or it does not start."""
    found = find_browser(playwright)
    if found is None:
        raise NotUsable("No browser was found.", "Run `runwright doctor --fix`, which installs one.")
    flags = [*QUIET, *arguments]
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    try:
        return playwright.chromium.launch(
            executable_path=found.path, headless=not headed, args=flags, handle_sigint=False
        )
    except Error as error:
        first = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
        remedy = "Run `runwright doctor`, which says what is missing."
        if (
            headed
            and sys.platform.startswith("linux")
            and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        ):
            remedy = "There is no display for a window: run without --headed, or on a desktop, or under `xvfb-run`."
        raise NotUsable(f"The browser {found.path} does not start: {first}", remedy) from None
