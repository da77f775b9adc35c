"""Looks whether this machine can run runbooks, says what helps, and installs a browser when asked to."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from runwright.language.errors import Fault, UserError, did_you_mean

if TYPE_CHECKING:
    from runwright.language.model import Runbook


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    well: bool
    told: str
    remedy: str = ""
    needed: bool = True
    """Without it nothing runs."""


def examine(fix: bool, yes: bool, more: Iterable[Finding] = ()) -> int:
    """Look at everything and print it; with ``fix`` install a browser. The exit code: 0, or 4 when something lacks."""
    if fix and not _browser().well:
        _install_browser(yes)
    lacking = False
    for finding in (*_findings(), *more):
        sign = "ok  " if finding.well else ("lack" if finding.needed else "note")
        typer.echo(f"{sign}  {finding.what:<10} {finding.told}")
        if not finding.well and finding.remedy:
            typer.echo(f"      {'':<10} {finding.remedy}")
        lacking |= finding.needed and not finding.well
    return 4 if lacking else 0


def about_runbook(name: str, inputs: list[str], file: Path | None, sources: list[str]) -> Iterator[Finding]:
    """What a runbook needs of this machine: its sites answer, its secrets are there. Raises UserError at once."""
    from runwright.language.load import load
    from runwright.projects import find_runbook, read_inputs, read_sources, words_for

    path = find_runbook(name)
    book = load(path, words_for(path))
    values, given = read_inputs(inputs, file), read_sources(sources, "--secret")
    for kind, names, known in (("input", values, book.inputs), ("secret", given, book.secrets)):
        for each in names:
            if each not in known:
                raise UserError(Fault(f"The runbook has no {kind} `{each}`.", did_you_mean(each, known)))
    defaults = {each: declared.default for each, declared in book.inputs.items() if declared.default is not None}
    return _of_runbook(book, {**defaults, **values}, given)


def _of_runbook(book: Runbook, inputs: dict[str, Any], sources: dict[str, str]) -> Iterator[Finding]:
    yield Finding("runbook", True, f"{book.path}: no fault")
    for name, site in book.sites.items():
        lacks = sorted(set().union(*(each.names for each in site.url.expressions)) - inputs.keys())
        if lacks:
            told = f"{name} is not looked at: its address needs {', '.join(lacks)}"
            yield Finding("site", False, told, f"Give -i {lacks[0]}=…", needed=False)
        else:
            yield _site(name, site.url.text(inputs))
    for name, secret in book.secrets.items():
        yield _secret(name, sources.get(name) or secret.source)


def _site(name: str, url: str) -> Finding:
    """Ask for the site's address as a run would, through a proxy where one is set; any answer will do."""
    import httpx

    try:
        answer = httpx.get(url, timeout=10, follow_redirects=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        remedy = "Look at the address, at name resolution, and at the proxy; a rehearsal needs none of them."
        return Finding("site", False, f"{name} does not answer at {url}: {error}", remedy)
    return Finding("site", True, f"{name} answers at {url} with {answer.status_code}")


def _secret(name: str, source: str | None) -> Finding:
    """Whether the source is there; its value is not looked at, and a command is not run."""
    if source is None:
        return Finding("secret", True, f"{name} is read off a page, or given with --secret {name}=…")
    kind, _, rest = source.partition(":")
    match kind:
        case "env":
            well, remedy = bool(os.environ.get(rest)), f"Set the variable {rest}."
        case "file":
            path = Path(rest).expanduser()
            well, remedy = path.is_file() and os.access(path, os.R_OK), f"Put the value into {path}, readable for you."
        case "command":
            program = (shlex.split(rest) or [""])[0]
            well, remedy = shutil.which(program) is not None, f"Install `{program}`, or name it with its path."
        case "prompt":
            well, remedy = sys.stdin.isatty(), "Run at a terminal."
        case _:  # it may be the value itself, so it is not repeated
            return Finding("secret", False, f"{name} has no source", "Write env:NAME, file:PATH, command:… or prompt.")
    return Finding("secret", well, f"{name} comes from {source}" + ("" if well else ", which is not there"), remedy)


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


def _disk() -> Finding:
    free = shutil.disk_usage(Path.cwd()).free
    return Finding("disk", free > 200_000_000, f"{free / 1e9:.1f} GB free here", "A run takes about 10 MB.")


def _writing() -> Finding:
    folder = Path("screenshots")
    place = folder if folder.is_dir() else Path.cwd()
    try:
        with tempfile.TemporaryFile(dir=place):
            return Finding("writing", True, f"{place.resolve()} can be written")
    except OSError as error:
        told = f"{place.resolve()} cannot be written: {error.strerror}"
        return Finding("writing", False, told, "Use --out DIR for evidence.")


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


def _packages() -> Iterator[list[str]]:
    """The commands that install a browser; each is asked for when those before it ran well."""
    root = [] if sys.platform == "win32" or os.geteuid() == 0 else ["sudo"]
    if shutil.which("apt-get"):
        yield [*root, "apt-get", "update"]
        yield [*root, "apt-get", "install", "-y", "chromium"]
        shell = "chromium-headless-shell"  # Debian has it, Ubuntu does not
        if subprocess.run(["apt-cache", "show", shell], capture_output=True, check=False).returncode == 0:
            yield [*root, "apt-get", "install", "-y", shell]
    elif shutil.which("dnf"):
        yield [*root, "dnf", "install", "-y", "chromium"]
    elif shutil.which("pacman"):
        yield [*root, "pacman", "-S", "--noconfirm", "chromium"]
    elif shutil.which("apk"):
        yield [*root, "apk", "add", "chromium"]
    elif shutil.which("brew"):
        yield ["brew", "install", "--cask", "chromium"]
    else:
        typer.echo("No package manager is known here: install Chromium, Chrome or Edge yourself.")


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
