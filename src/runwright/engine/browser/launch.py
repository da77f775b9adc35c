"""Launch: which browser a run uses, and how it is started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from playwright.sync_api import Browser, BrowserType, Error, Playwright, ProxySettings

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.next_actions import ActionKind, NextAction

_INSTALLED = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "msedge",
)
_SHELLS = ("chromium-headless-shell", "chrome-headless-shell")
"""Chromium without a window system: the same pages in less time. Playwright, too, uses it for headless runs."""
_APP_PATHS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
QUIET_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
)
"""Flags that keep the browser from contacting hosts that have nothing to do with the run.

`--disable-features` is not among them: the browser obeys only the last one, and Playwright passes one of its own that,
among many other things, keeps the browser from trying https for http addresses.
"""
LINEAR_PATTERNS = "--js-flags=--enable-experimental-regexp-engine-on-excessive-backtracks"
"""Has the browser match a pattern without backtracking once it has backtracked very often, as `/^(a+)+$/` does."""
NO_UDP = "--force-webrtc-ip-handling-policy=disable_non_proxied_udp"
"""The flag that keeps pages from sending datagrams (WebRTC), which pass through no gateway and no proxy."""


@dataclass(frozen=True)
class FoundBrowser:
    """A browser on this machine."""

    path: str
    own: bool
    """Playwright downloaded it."""


def find_browser(playwright: Playwright, headed: bool = False) -> FoundBrowser | None:
    """The browser that `RUNWRIGHT_BROWSER` names, else Playwright's own, else an installed one; None without any."""
    return _find_browser(playwright.chromium, headed)


def _find_browser(chromium: BrowserType, headed: bool) -> FoundBrowser | None:
    named = os.environ.get("RUNWRIGHT_BROWSER")
    if named:
        return FoundBrowser(named, own=False)
    own = Path(chromium.executable_path)
    shell = None if headed else _own_shell(own)
    if shell is not None or own.exists():
        return FoundBrowser(str(shell or own), own=True)
    for name in _INSTALLED if headed else (*_SHELLS, *_INSTALLED):
        path = shutil.which(name)
        if path is not None:
            return FoundBrowser(path, own=False)
    return next((FoundBrowser(path, own=False) for path in _APP_PATHS if Path(path).exists()), None)


def _own_shell(own: Path) -> Path | None:
    """The headless shell that Playwright downloads with Chromium: chromium_headless_shell-1234 beside chromium-1234."""
    for folder in own.parents:
        if folder.name.startswith("chromium-"):
            beside = folder.with_name(folder.name.replace("chromium-", "chromium_headless_shell-", 1))
            return next((found for found in beside.glob("*/*headless?shell*") if os.access(found, os.X_OK)), None)
    return None


_PROXY_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy", "HTTP_PROXY")


def other_proxy() -> bool:
    """Whether the browser may use a proxy by itself: of the desktop's settings, or one that only it understands.

    Only the browser can run a script that chooses a proxy, and sign in to one with the account of the desktop.
    """
    if any(map(os.environ.get, ("auto_proxy", "SOCKS_SERVER"))):
        return True
    if sys.platform == "darwin":
        return re.search(r"Enable : 1|AutoDiscoveryEnable : 1", _output("scutil", "--proxy")) is not None
    if not os.environ.get("XDG_CURRENT_DESKTOP"):
        return False
    return _output("gsettings", "get", "org.gnome.system.proxy", "mode").strip() not in ("", "'none'")


def _output(*command: str) -> str:
    """What a command prints; nothing if there is no such command."""
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5).stdout
    except (OSError, subprocess.SubprocessError):
        return ""


def _proxy() -> ProxySettings | None:
    """The environment's proxy if it needs a user name and password; the browser uses any other proxy on its own."""
    proxy = next(filter(None, map(os.environ.get, _PROXY_VARIABLES)), "")
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        server = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
    except ValueError:
        return None  # `doctor` reports the error
    if not parts.username:
        return None
    bypass = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    return ProxySettings(
        server=server, username=unquote(parts.username), password=unquote(parts.password or ""), bypass=bypass
    )


def launch(playwright: Playwright, headed: bool = False, arguments: Sequence[str] = ()) -> Browser:
    """Start the browser. Raises EnvironmentFailure with a remedy when there is none or it does not start."""
    return _launch(playwright.chromium, headed, arguments)


def launch_beside(browser: Browser, arguments: Sequence[str] = ()) -> Browser:
    """Start another browser, with a window, beside one that runs. Raises what `launch` raises."""
    # the driver may have started without a display
    return _launch(browser.browser_type, True, arguments, dict(os.environ))


def can_show_windows() -> bool:
    """Whether this machine has a display, as far as can be known before a window opens."""
    return not sys.platform.startswith("linux") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _launch(
    chromium: BrowserType,
    headed: bool,
    arguments: Sequence[str],
    environment: dict[str, str | float | bool] | None = None,
) -> Browser:
    found = _find_browser(chromium, headed)
    if found is None:
        message = "No browser found that can show a window." if headed else "No browser found."
        raise EnvironmentFailure(message, next_actions=(NextAction(ActionKind.INSTALL_BROWSER),))
    flags = [*QUIET_FLAGS, LINEAR_PATTERNS, NO_UDP, *arguments]
    if sys.platform.startswith("linux") and os.geteuid() == 0:
        flags.append("--no-sandbox")
    try:
        return chromium.launch(
            executable_path=found.path,
            headless=not headed,
            args=flags,
            handle_sigint=False,
            env=environment,
            proxy=_proxy(),
        )
    except Error as error:
        first = next((line.strip() for line in str(error).splitlines() if line.strip()), "no reason given")
        remedy, action = "", ActionKind.CHECK_MACHINE
        if headed and not can_show_windows():
            remedy, action = "No display found: use a desktop, or `xvfb-run`.", ActionKind.NO_WINDOW
        message = f"The browser {found.path} does not start: {first}"
        raise EnvironmentFailure(message, remedy, next_actions=(NextAction(action),)) from None


@contextmanager
def launched(playwright: Playwright, headed: bool = False, arguments: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser that is closed afterwards, if it is still there. Raises what `launch` raises."""
    browser = launch(playwright, headed, arguments)
    try:
        yield browser
    finally:
        with suppress(Error):
            browser.close()
