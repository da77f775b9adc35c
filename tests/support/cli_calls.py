"""All commands of the command line and their groups, by what is typed."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from runwright.cli.main import app
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.project.discovery import find_runbook, read_inputs, read_sources, words_for
from runwright.project.doctor import about_runbook


def _commands(group: Any, before: str = "") -> dict[str, Any]:
    """All commands by what is typed, those of groups included."""
    found = {}
    for name, command in group.commands.items():
        typed = f"{before}{name}"
        found |= _commands(command, f"{typed} ") if hasattr(command, "commands") else {typed: command}
    return found


def _groups(group: Any, before: str = "") -> dict[str, Any]:
    """The command line itself and its groups, by what is typed."""
    found = {before.strip(): group}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= _groups(command, f"{before}{name} ")
    return found


def could_begin(name: str, given: dict[str, Any]) -> None:
    """Raises where the runbook, or a value that it needs, is not there: all that comes before anything is touched.

    ``given`` are the parameters of the command of this name.
    """
    path = find_runbook(given["runbook"])
    inputs, secrets = given.get("inputs") or [], given.get("secret") or []
    if name in ("run", "check", "rehearse"):
        values, sources = read_inputs(inputs, given["input_file"]), read_sources(secrets, "--secret")
        rehearsal = name == "rehearse" or bool(given.get("rehearsal"))
        make_plan(load(path, words_for(path)), values, sources, rehearsal)
    elif name == "doctor":
        about_runbook(given["runbook"], inputs, given["input_file"], secrets)


COMMANDS = _commands(get_command(app))
GROUPS = _groups(get_command(app))
