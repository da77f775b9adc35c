"""All commands of the command line and their groups, by their full names."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from runwright.cli.main import app
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.project.discovery import find_runbook, read_inputs, read_sources, vocabulary_for
from runwright.project.doctor import runbook_checks


def _commands(group: Any, prefix: str = "") -> dict[str, Any]:
    """All commands by their full names, including those of groups."""
    found = {}
    for name, command in group.commands.items():
        full = f"{prefix}{name}"
        found |= _commands(command, f"{full} ") if hasattr(command, "commands") else {full: command}
    return found


def _groups(group: Any, prefix: str = "") -> dict[str, Any]:
    """The command line itself and its groups, by their full names."""
    found = {prefix.strip(): group}
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            found |= _groups(command, f"{prefix}{name} ")
    return found


def assert_can_start(name: str, params: dict[str, Any]) -> None:
    """Make all checks that a command makes before it changes anything; raises for a missing runbook or value.

    ``params`` are the parsed parameters of the command ``name``.
    """
    path = find_runbook(params["runbook"])
    inputs, secrets = params.get("inputs") or [], params.get("secret") or []
    if name in ("run", "check", "rehearse"):
        values, sources = read_inputs(inputs, params["input_file"]), read_sources(secrets, "--secret")
        rehearsal = name == "rehearse"
        make_plan(load(path, vocabulary_for(path)), values, sources, rehearsal)
    elif name == "doctor":
        runbook_checks(params["runbook"], inputs, params["input_file"], secrets)


COMMANDS = _commands(get_command(app))
GROUPS = _groups(get_command(app))
