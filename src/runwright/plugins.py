"""Entry points: verbs, simulators, secret sources, listeners, reports and credential patterns of other packages."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from runwright.language.diagnostics import Diagnostic, UserError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUPS = {
    "verbs": "a package whose folder holds verb files and blocks, like `steps/`",
    "simulators": "a class that derives from `runwright.Simulator`",
    "secret_sources": "a function from what follows `NAME:` in a source to the secret's value",
    "listeners": "a function without parameters that returns a `runwright.Listener` for one run",
    "reports": "a function from the events of a run to the bytes of a report; the entry's name is the file's name",
    "credential_patterns": "a list of `runwright.CredentialPattern`",
}
"""The groups of entry points, without their prefix `runwright.`, each with what an entry names."""


def plugins(group: str) -> dict[str, Any]:
    """The objects that installed packages offer in a group, by the name of their entry.

    Raises UserError if one cannot be imported, or if two packages offer the same name.
    """
    found: dict[str, Any] = {}
    for entry in _entries(group):
        package = entry.dist.name if entry.dist is not None else "?"
        if entry.name in found:
            message = f"Two packages offer the entry `{entry.name}` in `runwright.{group}`; one is {package}."
            raise UserError(Diagnostic(message, "Uninstall one of them."))
        try:
            found[entry.name] = entry.load()
        except Exception as error:
            message = f"The plug-in `{entry.name}` of {package} cannot be imported: {type(error).__name__}: {error}."
            raise UserError(Diagnostic(message, f"Update {package}, or uninstall it.")) from None
    return found


def plugin_names(group: str) -> frozenset[str]:
    """The names of the entries in a group, without importing any of them."""
    return frozenset(entry.name for entry in _entries(group))


def verb_folders() -> list[Path]:
    """The folders of installed verb packs. Raises UserError."""
    folders = []
    for name, module in plugins("verbs").items():
        if not isinstance(module, ModuleType) or not module.__file__:
            message = f"The entry `{name}` in `runwright.verbs` is not {GROUPS['verbs']}."
            raise UserError(Diagnostic(message, "Let the entry name a package."))
        folders.append(Path(module.__file__).parent)
    return folders


@cache
def _entries(group: str) -> tuple[EntryPoint, ...]:
    """The entry points of a group, in the order of their names."""
    if not _any_declared(tuple(sys.path)):
        return ()
    from importlib.metadata import entry_points

    return tuple(sorted(entry_points(group=f"runwright.{group}"), key=lambda entry: entry.name))


@cache
def _any_declared(path: tuple[str, ...]) -> bool:
    """Whether any installed package declares an entry for runwright.

    Most installations have none, and `importlib.metadata` takes longer to import than a runbook to validate.

    Source: https://packaging.python.org/en/latest/specifications/entry-points/
    """
    for folder in path:
        for pattern in ("*.dist-info/entry_points.txt", "*.egg-info/entry_points.txt"):
            for file in Path(folder or ".").glob(pattern):
                try:
                    if "[runwright." in file.read_text("utf-8", "replace"):
                        return True
                except OSError:  # gone meanwhile, or not readable: such a package offers nothing
                    continue
    return False
