"""Looks at this machine: Python, browser, fonts, disk, proxies, a display. What lacks, and what helps."""

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

PATIENCE = 2.0
"""Seconds in which a proxy or a display must answer."""
ROOM = 200_000_000
"""Bytes that a disk should have free: twenty runs."""
_PROXY_PORTS = {"http": 80, "https": 443} | dict.fromkeys(("socks", "socks4", "socks4a", "socks5", "socks5h"), 1080)
_DISPLAY = re.compile(r"(?P<host>[^:]*|\[.*\]):(?P<number>\d+)(?:\.\d+)?")


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    told: str
    remedy: str = ""
    needed: bool = True
    """Without it nothing runs."""


def findings() -> Iterator[Finding]:
    looks: tuple[Callable[[], Finding], ...] = (_python, browser, _fonts, _disk, _writing, _proxy, _display)
    for look in looks:
        yield look()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), version, "Install Python 3.11 or later.")


def browser() -> Finding:
    """Start the browser that runs take."""
    from runwright.engine.browser.launch import driver, find_browser, launch
    from runwright.engine.errors import NotUsable

    with driver() as playwright:
        found = find_browser(playwright)
        if found is None:
            return Finding("browser", False, "none was found", "Run `runwright doctor --fix`.")
        try:
            started = launch(playwright)
        except NotUsable as error:
            return Finding("browser", False, str(error), "Run `runwright doctor --fix`, or set RUNWRIGHT_BROWSER.")
        version = started.version
        started.close()
        window = find_browser(playwright, headed=True)
    whose = "Playwright's own" if found.own else "installed"
    headed = "none that can show a window" if window is None else f"--headed takes {window.path}"
    other = "" if window is not None and window.path == found.path else f"; {headed}"
    return Finding("browser", True, f"{found.path}, version {version}, {whose}; it starts{other}")


def _fonts() -> Finding:
    lister = shutil.which("fc-list")
    if lister is None:
        return Finding("fonts", True, "not looked at: there is no fc-list here", needed=False)
    lacking = []
    for language, name in (("ko", "Korean"), ("ja", "Japanese")):
        done = subprocess.run([lister, f":lang={language}", "file"], capture_output=True, text=True, check=False)
        if not done.stdout.strip():
            lacking.append(name)
    told = f"none for {' and '.join(lacking)}: such text shows as boxes in pictures" if lacking else "Korean, Japanese"
    return Finding("fonts", not lacking, told, "On Debian: apt-get install fonts-noto-cjk", needed=False)


def _place() -> Path:
    """Where evidence goes when nothing else is said."""
    return Path("screenshots") if Path("screenshots").is_dir() else Path.cwd()


def _disk() -> Finding:
    free = shutil.disk_usage(_place()).free
    remedy = f"Free {ROOM // 1_000_000} MB, or keep evidence elsewhere with --out DIR; a run takes about 10 MB."
    return Finding("disk", free > ROOM, f"{free / 1e9:.1f} GB free here", remedy)


def _writing() -> Finding:
    place = _place()
    try:
        with tempfile.TemporaryFile(dir=place):
            return Finding("writing", True, f"{place.resolve()} can be written")
    except OSError as error:
        told = f"{place.resolve()} cannot be written: {error.strerror}"
        return Finding("writing", False, told, "Use --out DIR for evidence.")


def _proxy() -> Finding:
    """The proxies that the browser takes of the environment: the variables' names may be in small letters or large."""
    names = ("https_proxy", "http_proxy", "all_proxy")
    given = {name: value for name, value in sorted(os.environ.items()) if value and name.lower() in names}
    if not given:
        return Finding("proxy", True, "none", needed=False)
    wrong = {value: _wrong_proxy(value) for value in set(given.values())}
    for name, value in given.items():
        problem = wrong[value]
        if problem is not None:
            remedy = "Real runs need it: write it as http://HOST:PORT, start it, or take the variable away."
            return Finding("proxy", False, f"{name} {problem}", remedy, needed=False)
    return Finding("proxy", True, f"{', '.join(given)} set; real runs use it, rehearsals do not", needed=False)


def _wrong_proxy(value: str) -> str | None:
    """What is wrong with a proxy's address. It is not repeated whole: a password may stand in it."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        host, port = parts.hostname, parts.port or _PROXY_PORTS[parts.scheme]
    except (ValueError, KeyError):
        return "is no address of a proxy"
    if host is None or parts.scheme not in _PROXY_PORTS:
        return "is no address of a proxy"
    return None if _answers((host, port)) else f"names {host}:{port}, where nothing answers"


def _display() -> Finding:
    if not sys.platform.startswith("linux"):
        return Finding("display", True, "there is one for --headed", needed=False)
    wayland, shown = os.environ.get("WAYLAND_DISPLAY"), os.environ.get("DISPLAY")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if wayland and _answers(str(Path(runtime, wayland))):
        return Finding("display", True, f"there is one for --headed: {wayland}", needed=False)
    if shown and _x_answers(shown):
        return Finding("display", True, f"there is one for --headed: {shown}", needed=False)
    named = " and ".join(each for each in (wayland, shown) if each)
    told = f"no server answers at {named}" if named else "there is none"
    remedy = "Run on a desktop, or under xvfb-run."
    return Finding("display", False, f"{told}, so --headed cannot show a window", remedy, needed=False)


def _x_answers(display: str) -> bool:
    """Whether an X server answers at `:0`, `host:10.0`."""
    found = _DISPLAY.fullmatch(display)
    if found is None:
        return False
    path = f"/tmp/.X11-unix/X{found['number']}"
    port = 6000 + int(found["number"])
    if found["host"] in ("", "unix"):
        return _answers(path) or _answers(f"\0{path}")
    return _answers((found["host"].strip("[]"), port))


def _answers(address: str | tuple[str, int]) -> bool:
    """Whether something takes a connection at a socket's path, or at host and port, in time.

    Looking up a name may take longer than any time limit of a socket.
    """
    answered = threading.Event()

    def connect() -> None:
        try:
            if isinstance(address, tuple):
                socket.create_connection(address, PATIENCE).close()
            else:
                with socket.socket(socket.AF_UNIX) as each:
                    each.settimeout(PATIENCE)
                    each.connect(address)
            answered.set()
        except (OSError, UnicodeError, OverflowError):
            return

    looking = threading.Thread(target=connect, daemon=True)
    looking.start()
    looking.join(PATIENCE)
    return answered.is_set()
