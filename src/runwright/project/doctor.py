"""`runwright doctor`: check this machine and, with a runbook, its sites and secrets; install a browser on request."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import typer

from runwright.evidence.statuses import EXIT_OK, EXIT_UNUSABLE
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.project.machine_checks import MachineCheck, browser, machine_checks
from runwright.project.secret_checks import secret_check, sink_checks
from runwright.project.site_checks import site_checks

if TYPE_CHECKING:
    from runwright.language.runbook_model import Runbook

Confirm: TypeAlias = Callable[[str], bool]
"""Asks a yes-or-no question and returns the answer."""


def examine(fix: bool, confirm: Confirm, more: Iterable[MachineCheck] = ()) -> int:
    """Run all checks and print their results; with ``fix`` first install a browser if none starts.

    ``confirm`` is asked before each command that installs something. Returns the exit code: ``EXIT_UNUSABLE`` when a
    required check fails.
    """
    if fix and not browser().ok:
        _install_browser(confirm)
    failed = False
    for check in (*machine_checks(), *more):
        verdict = "ok  " if check.ok else ("FAIL" if check.required else "note")
        typer.echo(f"{verdict}  {check.name:<10} {check.message}")
        if not check.ok and check.remedy:
            typer.echo(f"      {'':<10} {check.remedy}")
        failed |= check.required and not check.ok
    return EXIT_UNUSABLE if failed else EXIT_OK


def runbook_checks(
    name: str, inputs: list[str], file: Path | None, sources: list[str], kept: list[str]
) -> Iterator[MachineCheck]:
    """The checks of one runbook: its sites answer, its secrets have sources, and their sinks can take them.

    Raises UserError at the call, before the first check, for an invalid runbook, input or secret.
    """
    from runwright.engine.run.plan import fit
    from runwright.language.runbook_loader import load
    from runwright.project.discovery import find_runbook, read_inputs, read_sources, vocabulary_for

    path = find_runbook(name)
    runbook = load(path, vocabulary_for(path))
    values, secrets = read_inputs(inputs, file), read_sources(sources, "--secret")
    keep = read_sources(kept, "--keep", "SINK")
    for kind, names, known in (("input", values, runbook.inputs), ("secret", secrets, runbook.secrets)):
        for each in names:
            if each not in known:
                raise UserError(Diagnostic(f"The runbook has no {kind} `{each}`.", did_you_mean(each, known)))
    values = {each: fit(each, runbook.inputs[each], value) for each, value in values.items()}
    defaults = {each: declared.default for each, declared in runbook.inputs.items() if declared.default is not None}
    return _runbook(runbook, {**defaults, **values}, secrets, keep)


def _runbook(
    runbook: Runbook, inputs: dict[str, Any], sources: dict[str, str], keep: dict[str, str]
) -> Iterator[MachineCheck]:
    yield MachineCheck("runbook", True, f"{runbook.path} is valid")
    for name, site in runbook.sites.items():
        yield from site_checks(name, site, inputs, runbook.path.parent)
    from runwright.engine.run.plan import read_by_steps

    read = read_by_steps(runbook)
    needed = {each.client_certificate for each in runbook.sites.values()}
    needed |= {each.basic_auth.password for each in runbook.sites.values() if each.basic_auth is not None}
    for name, secret in runbook.secrets.items():
        check = secret_check(name, sources.get(name) or secret.source, name in read, name in needed)
        codes = " (a one-time code is typed: totp)" if secret.type == "totp" else ""
        yield replace(check, message=check.message + codes)
    yield from sink_checks(runbook.secrets, keep, read)


def _install_browser(confirm: Confirm) -> None:
    """Try Playwright's own download first; if it fails, the system's package manager."""
    if _run([sys.executable, "-m", "playwright", "install", "chromium"], confirm) and browser().ok:
        return
    for command in _package_commands():
        if not _run(command, confirm):
            return


def _package_commands() -> Iterator[list[str]]:
    """The package manager's commands that install a browser, in order. Stop at the first one that fails."""
    root = [] if sys.platform == "win32" or os.geteuid() == 0 else ["sudo"]
    if shutil.which("apt-get"):
        yield [*root, "apt-get", "update"]
        yield [*root, "apt-get", "install", "-y", "chromium"]
        shell = "chromium-headless-shell"  # Debian has this package, Ubuntu does not
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
        typer.echo("No supported package manager found. Install Chromium, Chrome or Edge yourself.")


def _run(command: list[str], confirm: Confirm) -> bool:
    """Print a command, ask for confirmation, run it. Returns whether it ran and succeeded."""
    typer.echo(f"$ {' '.join(command)}")
    if not confirm("Run this command?"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    code = subprocess.run(command, env=environment, check=False).returncode
    if code != 0:
        typer.echo(f"The command failed with exit code {code}.")
    return code == 0
