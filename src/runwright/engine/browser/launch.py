"""The browser: which one is used, and how it is started."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, Error, Playwright, ProxySettings, sync_playwright

from runwright.engine.errors import NotUsable

_INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium without what draws windows: the same pages in less time. Playwright too takes it where none is wanted."""
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
)
"""Keeps the browser from asking hosts that the run has nothing to do with.

No `--disable-features`: of several the last one counts, and Playwright's own keeps the browser, among much else, from
trying https where an address says http.
"""
_KEPT = "NODE_COMPILE_CACHE"


@dataclass(frozen=True)
class FoundBrowser:
    """A browser on this machine."""

    path: str
    own: bool
    """It was downloaded by Playwright."""


def find_browser(playwright: Playwright, headed: bool = False) -> FoundBrowser | None:
    """The browser named by `RUNWRIGHT_BROWSER`, else Playwright's own, else one that is installed."""
    named = os.environ.get("RUNWRIGHT_BROWSER")
    if named:
        return FoundBrowser(named, own=False)
    own = Path(playwright.chromium.executable_path)
    shell = None if headed else _own_shell(own)
    if shell is not None or own.exists():
        return FoundBrowser(str(shell or own), own=True)
    for name in _INSTALLED if headed else (*_SHELLS, *_INSTALLED):
        path = shutil.which(name)
        if path is not None:
            return FoundBrowser(path, own=False)
    return next((FoundBrowser(path, own=False) for path in _ELSEWHERE if Path(path).exists()), None)


def _own_shell(own: Path) -> Path | None:
    """The shell that Playwright downloads with its Chromium: chromium_headless_shell-1234 lies beside chromium-1234."""
    for folder in own.parents:
        if folder.name.startswith("chromium-"):
            beside = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-", 1))
            return next((found for found in beside.glob("*/*headless?shell*") if os.access(found, os.X_OK)), None)
    return None


@contextmanager
def driver() -> Iterator[Playwright]:
    """Playwright, started and stopped. What its Node compiles of its own sources is kept, as Python keeps what it
    compiles: the next start takes two thirds of the time.

    Source: https://nodejs.org/api/module.html#module-compile-cache
    """
    with ExitStack() as only_while_it_starts:
        cache = _cache()
        if cache is not None and _KEPT not in os.environ:
            os.environ[_KEPT] = str(cache)
            only_while_it_starts.callback(os.environ.pop, _KEPT)
        playwright = sync_playwright().start()
    try:
        yield playwright
    finally:
        playwright.stop()


def _cache() -> Path | None:
    """This account's own folder for what can be made again; None where none is wanted, or there is no account's."""
    if sys.dont_write_bytecode:
        return None
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "runwright" / "driver"
    except RuntimeError:
        return None


def _proxy() -> ProxySettings | None:
    """The proxy of the environment where it wants a name and a password; any other the browser takes by itself."""
    names = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY")
    given = next(filter(None, map(os.environ.get, names)), "")
    try:
        parts = urlsplit(given if "://" in given else f"http://{given}")
        server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    except ValueError:
        return None  # `doctor` says what is wrong with it
    if not parts.username:
        return None
    without = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return ProxySettings(
        server=server, username=unquote(parts.username), password=unquote(parts.password or ""), bypass=without
    )


def launch(playwright: Playwright, headed: bool = False, arguments: Sequence[str] = ()) -> Browser:
    """Start the browser. Raises NotUsable with what to do when there is none or it does not start."""
    found = find_browser(playwright, headed)
    if found is None:
        lacking = "No browser was found that can show a window." if headed else "No browser was found."
        raise NotUsable(lacking, "Run `runwright doctor --fix`, which installs one.")
    flags = [*QUIET, *arguments]
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    try:
        return playwright.chromium.launch(
            executable_path=found.path,
            headless=not headed,
            args=flags,
            handle_sigint=False,
            proxy=None if "--no-proxy-server" in flags else _proxy(),
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
