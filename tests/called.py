"""All commands of the command line and their groups, by what is typed."""

from __future__ import annotations

from typing import Any

from typer.main import get_command

from runwright.cli import app


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


COMMANDS = _commands(get_command(app))
GROUPS = _groups(get_command(app))
