"""Says whether this machine can run runbooks, and a runbook on it; installs a browser when asked to."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from runwright.cli.prompts import wanted
from runwright.language.diagnostics import Fault, UserError, did_you_mean
from runwright.language.expressions import ExpressionError
from runwright.project.machine_checks import Finding, browser, findings

if TYPE_CHECKING:
    from runwright.language.runbook_model import Runbook


def examine(fix: bool, yes: bool, more: Iterable[Finding] = ()) -> int:
    """Look at everything and print it; with ``fix`` install a browser. The exit code: 0, or 4 when something lacks."""
    if fix and not browser().well:
        _install_browser(yes)
    lacking = False
    for finding in (*findings(), *more):
        sign = "ok  " if finding.well else ("lack" if finding.needed else "note")
        typer.echo(f"{sign}  {finding.what:<10} {finding.told}")
        if not finding.well and finding.remedy:
            typer.echo(f"      {'':<10} {finding.remedy}")
        lacking |= finding.needed and not finding.well
    return 4 if lacking else 0


def about_runbook(name: str, inputs: list[str], file: Path | None, sources: list[str]) -> Iterator[Finding]:
    """What a runbook needs of this machine: its sites answer, its secrets are there. Raises UserError at once."""
    from runwright.engine.run.plan import fit
    from runwright.language.runbook_loader import load
    from runwright.project.discovery import find_runbook, read_inputs, read_sources, words_for

    path = find_runbook(name)
    book = load(path, words_for(path))
    values, given = read_inputs(inputs, file), read_sources(sources, "--secret")
    for kind, names, known in (("input", values, book.inputs), ("secret", given, book.secrets)):
        for each in names:
            if each not in known:
                raise UserError(Fault(f"The runbook has no {kind} `{each}`.", did_you_mean(each, known)))
    values = {each: fit(each, book.inputs[each], value) for each, value in values.items()}
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
            try:
                url = site.url.text(inputs)
            except ExpressionError as error:
                yield Finding("site", False, f"{name} has no address: {error}", error.remedy or "Look at the inputs.")
            else:
                yield _site(name, url)
    for name, secret in book.secrets.items():
        yield _secret(name, sources.get(name) or secret.source)


def _site(name: str, url: str) -> Finding:
    """Ask for the site's address as a run would, through a proxy where one is set; any answer will do."""
    import httpx

    try:
        answer = httpx.get(url, timeout=10, follow_redirects=False)
    except ImportError:  # httpx has a part of its own for it, which runs do not need
        told = f"{name} is not looked at: the proxy speaks SOCKS"
        return Finding("site", False, told, "Open it in a browser.", needed=False)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        remedy = "Look at the address, at name resolution, and at the proxy; a rehearsal needs none of them."
        return Finding("site", False, f"{name} does not answer at {url}: {error}", remedy)
    return Finding("site", True, f"{name} answers at {url} with {answer.status_code}")


def _secret(name: str, source: str | None) -> Finding:
    """Whether the source is there; its value is not looked at, and a command is not run."""
    if source is None:
        return Finding("secret", True, f"{name} is read off a page, or given with --secret {name}=…")
    kind, _, rest = source.partition(":")
    match kind if rest.strip() or kind == "prompt" else "":
        case "env":
            well, remedy = bool(os.environ.get(rest)), f"Set the variable {rest}."
        case "file":
            path = Path(rest).expanduser()
            well, remedy = path.is_file() and os.access(path, os.R_OK), f"Put the value into {path}, readable for you."
        case "command":
            try:
                program = shlex.split(rest)[0]
            except ValueError:
                return Finding("secret", False, f"{name} comes from {source}", "Close the quotes of the command.")
            well, remedy = shutil.which(program) is not None, f"Install `{program}`, or name it with its path."
        case "prompt":
            well, remedy = sys.stdin.isatty(), "Run at a terminal."
        case _:  # it may be the value itself, so it is not repeated
            return Finding("secret", False, f"{name} has no source", "Write env:NAME, file:PATH, command:… or prompt.")
    return Finding("secret", well, f"{name} comes from {source}" + ("" if well else ", which is not there"), remedy)


def _install_browser(yes: bool) -> None:
    """Playwright's own download first; where that cannot download, the system's package manager."""
    if _asked([sys.executable, "-m", "playwright", "install", "chromium"], yes) and browser().well:
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
    if not yes and not wanted("Run it?"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, env=environment, check=False)
    if done.returncode != 0:
        typer.echo(f"It ended with {done.returncode}.")
    return done.returncode == 0
