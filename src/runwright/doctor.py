"""Looks whether this machine can run runbooks, says what helps, and installs a browser when asked to."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import typer


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    told: str
    remedy: str = ""
    needed: bool = True
    """Without it nothing runs."""


def examine(fix: bool, yes: bool) -> int:
    """Look at everything and print it; with ``fix`` install a browser. The exit code: 0, or 4 when something lacks."""
    if fix and not _browser().well:
        _install_browser(yes)
    lacking = False
    for finding in _findings():
        sign = "ok  " if finding.well else ("lack" if finding.needed else "note")
        typer.echo(f"{sign}  {finding.what:<10} {finding.told}")
        if not finding.well and finding.remedy:
            typer.echo(f"      {'':<10} {finding.remedy}")
        lacking |= finding.needed and not finding.well
    return 4 if lacking else 0


def _findings() -> Iterator[Finding]:
    looks: tuple[Callable[[], Finding], ...] = (_python, _browser, _fonts, _disk, _writing, _proxy, _display)
    for look in looks:
        yield look()


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", sys.version_info >= (3, 11), version, "Install Python 3.11 or later.")


def _browser() -> Finding:
    from playwright.sync_api import sync_playwright

    from runwright.engine.browser import find_browser, launch
    from runwright.engine.outcomes import NotUsable

    with sync_playwright() as playwright:
        found = find_browser(playwright)
        if found is None:
            return Finding("browser", False, "none was found", "Run `runwright doctor --fix`.")
        try:
            browser = launch(playwright)
        except NotUsable as error:
            return Finding("browser", False, str(error), "Run `runwright doctor --fix`, or set RUNWRIGHT_BROWSER.")
        version = browser.version
        browser.close()
    whose = "Playwright's own" if found.own else "installed"
    return Finding("browser", True, f"{found.path}, version {version}, {whose}; it starts")


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


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return Finding("disk", free > 200_000_000, f"{free / 1e9:.1f} GB free here", "A run takes about 10 MB.")


def _writing() -> Finding:
    folder = Path("screenshots")
    place = folder if folder.is_dir() else Path.cwd()
    told = f"{place.resolve()} can{'' if os.access(place, os.W_OK) else 'not'} be written"
    return Finding("writing", os.access(place, os.W_OK), told, "Use --out DIR for evidence.")


def _proxy() -> Finding:
    names = [name for name in ("https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy") if os.environ.get(name)]
    told = f"{', '.join(names)} set; real runs use it, rehearsals do not" if names else "none"
    return Finding("proxy", True, told, needed=False)


def _display() -> Finding:
    shown = not sys.platform.startswith("linux") or any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))
    told = "there is one for --headed" if shown else "there is none, so --headed cannot show a window"
    return Finding("display", shown, told, "Run on a desktop, or under xvfb-run.", needed=False)


def _install_browser(yes: bool) -> None:
    """Playwright's own download first; where that cannot download, the system's package manager."""
    if _asked([sys.executable, "-m", "playwright", "install", "chromium"], yes) and _browser().well:
        return
    for command in _packages():
        if not _asked(command, yes):
            return


def _packages() -> list[list[str]]:
    root = [] if sys.platform == "win32" or os.geteuid() == 0 else ["sudo"]
    for tool, commands in (
        ("apt-get", [["apt-get", "update"], ["apt-get", "install", "-y", "chromium"]]),
        ("dnf", [["dnf", "install", "-y", "chromium"]]),
        ("pacman", [["pacman", "-S", "--noconfirm", "chromium"]]),
        ("apk", [["apk", "add", "chromium"]]),
    ):
        if shutil.which(tool):
            return [[*root, *command] for command in commands]
    if shutil.which("brew"):
        return [["brew", "install", "--cask", "chromium"]]
    typer.echo("No package manager is known here: install Chromium, Chrome or Edge yourself.")
    return []


def _asked(command: list[str], yes: bool) -> bool:
    """Show a command, ask, run it; whether it ran well."""
    typer.echo(f"$ {' '.join(command)}")
    if not yes and not typer.confirm("Run it?"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode != 0:
        typer.echo(f"It ended with {done.returncode}.")
    return done.returncode == 0
