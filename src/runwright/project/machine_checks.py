"""Checks of this machine: Python, browser, fonts, disk, proxy, display. Each failed check carries a remedy."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

CONNECT_TIMEOUT = 2.0
"""Seconds in which a proxy or a display must accept a connection."""
MIN_FREE_BYTES = 200_000_000
"""Free disk space for about twenty runs."""
_PROXY_PORTS = {"http": 80, "https": 443} | dict.fromkeys(("socks", "socks4", "socks4a", "socks5", "socks5h"), 1080)
_DISPLAY = re.compile(r"(?P<host>[^:]*|\[.*\]):(?P<number>\d+)(?:\.\d+)?")


@dataclass(frozen=True)
class MachineCheck:
    """The result of one check."""

    name: str
    ok: bool
    message: str
    remedy: str = ""
    required: bool = True
    """No runbook can run when this check fails."""


def machine_checks() -> Iterator[MachineCheck]:
    """Run all checks, one after the other."""
    checks: tuple[Callable[[], MachineCheck], ...] = (_python, browser, _fonts, _disk, _writing, _proxy, _display)
    for check in checks:
        yield check()


def _python() -> MachineCheck:
    version = ".".join(map(str, sys.version_info[:3]))
    return MachineCheck("python", sys.version_info >= (3, 11), version, "Install Python 3.11 or later.")


def browser() -> MachineCheck:
    """Check that the browser starts which runs use."""
    from runwright.engine.browser.launch import find_browser, launch
    from runwright.engine.browser.playwright_driver import driver
    from runwright.engine.errors import EnvironmentFailure

    with driver() as playwright:
        found = find_browser(playwright)
        if found is None:
            return MachineCheck("browser", False, "none found", "Run `runwright doctor --fix`.")
        try:
            started = launch(playwright)
        except EnvironmentFailure as error:
            return MachineCheck("browser", False, str(error), "Run `runwright doctor --fix`, or set RUNWRIGHT_BROWSER.")
        version = started.version
        started.close()
        window = find_browser(playwright, headed=True)
    whose = "Playwright's own" if found.own else "installed"
    headed = "no browser for --headed found" if window is None else f"--headed uses {window.path}"
    other = "" if window is not None and window.path == found.path else f"; {headed}"
    return MachineCheck("browser", True, f"{found.path}, version {version}, {whose}, starts{other}")


def _fonts() -> MachineCheck:
    lister = shutil.which("fc-list")
    if lister is None:
        return MachineCheck("fonts", True, "not checked: fc-list is not installed", required=False)
    missing = []
    for language, name in (("ko", "Korean"), ("ja", "Japanese")):
        done = subprocess.run([lister, f":lang={language}", "file"], capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            missing.append(name)
    message = (
        f"none for {' and '.join(missing)}: such text shows as boxes in screenshots" if missing else "Korean, Japanese"
    )
    return MachineCheck("fonts", not missing, message, "On Debian: apt-get install fonts-noto-cjk", required=False)


def _evidence_folder() -> Path:
    """The folder that receives the evidence without --out."""
    return Path("screenshots") if Path("screenshots").is_dir() else Path.cwd()


def _disk() -> MachineCheck:
    free = shutil.disk_usage(_evidence_folder()).free
    remedy = f"Free {MIN_FREE_BYTES // 1_000_000} MB, or pass --out DIR with another disk. A run takes about 10 MB."
    return MachineCheck("disk", free > MIN_FREE_BYTES, f"{free / 1e9:.1f} GB free here", remedy)


def _writing() -> MachineCheck:
    folder = _evidence_folder()
    try:
        with tempfile.TemporaryFile(dir=folder):
            return MachineCheck("writing", True, f"{folder.resolve()} is writable")
    except OSError as error:
        message = f"{folder.resolve()} is not writable: {error.strerror}"
        return MachineCheck("writing", False, message, "Pass --out DIR with a writable folder.")


def _proxy() -> MachineCheck:
    """Check the proxies in the environment. The browser reads the variables in lower case and in upper case."""
    names = ("https_proxy", "http_proxy", "all_proxy")
    proxies = {name: value for name, value in sorted(os.environ.items()) if value and name.lower() in names}
    if not proxies:
        return MachineCheck("proxy", True, "none", required=False)
    problems = {value: _proxy_problem(value) for value in set(proxies.values())}
    for name, value in proxies.items():
        problem = problems[value]
        if problem is not None:
            remedy = "Real runs use it: write it as http://HOST:PORT, start the proxy, or unset the variable."
            return MachineCheck("proxy", False, f"{name} {problem}", remedy, required=False)
    named = " with a name and a password" if any("@" in each for each in proxies.values()) else ""
    message = f"{', '.join(proxies)} set{named}; real runs use it, rehearsals do not"
    return MachineCheck("proxy", True, message, required=False)


def _proxy_problem(value: str) -> str | None:
    """What is wrong with a proxy's address. Does not quote the address, which may contain a password."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port or _PROXY_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return "is not the address of a proxy"
    if host is None or parts.scheme not in _PROXY_PORTS:
        return "is not the address of a proxy"
    return None if _answers((host, port)) else f"names {host}:{port}, where nothing answers"


def _display() -> MachineCheck:
    if not sys.platform.startswith("linux"):
        return MachineCheck("display", True, "available for --headed", required=False)
    wayland, shown = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if wayland and _answers(str(Path(runtime, wayland))):
        return MachineCheck("display", True, f"available for --headed: {wayland}", required=False)
    if shown and _x_answers(shown):
        return MachineCheck("display", True, f"available for --headed: {shown}", required=False)
    displays = " and ".join(each for each in (wayland, shown) if each)
    problem = f"no server answers at {displays}" if displays else "none"
    remedy = "Run on a desktop, or under xvfb-run."
    return MachineCheck("display", False, f"{problem}, so --headed cannot show a window", remedy, required=False)


def _x_answers(display: str) -> bool:
    """Whether an X server answers at a display such as `:0` or `host:10.0`."""
    found = _DISPLAY.fullmatch(display)
    if found is None:
        return False
    path = f"/tmp/.X11-unix/X{found['number']}"
    port = 6000 + int(found["number"])
    if found["host"] in ("", "unix"):
        return _answers(path) or _answers(f"\0{path}")
    return _answers((found["host"].strip("[]"), port))


def _answers(address: str | tuple[str, int]) -> bool:
    """Whether something accepts a connection at a socket's path, or at host and port, within ``CONNECT_TIMEOUT``.

    A thread enforces the limit, because a name lookup may take longer than the timeout of a socket.
    """
    answered = threading.Event()

    def connect() -> None:
        try:
            if isinstance(address, tuple):
                socket.create_connection(address, CONNECT_TIMEOUT).close()
            else:
                with socket.socket(socket.AF_UNIX) as each:
                    each.settimeout(CONNECT_TIMEOUT)
                    each.connect(address)
            answered.set()
        except (OSError, UnicodeError, OverflowError):
            return

    attempt = threading.Thread(target=connect, daemon=True)
    attempt.start()
    attempt.join(CONNECT_TIMEOUT)
    return answered.is_set()
