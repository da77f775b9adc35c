"""Checks of a runbook's secrets: each source exists and each sink can take a value. No command is started."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from runwright.engine.secrets.age_files import opened
from runwright.engine.secrets.age_key import AgeFailed
from runwright.engine.secrets.keyring_entries import KeyringFailed, entry_of, read_entry
from runwright.engine.secrets.programs import ProgramFailed, find_program
from runwright.engine.secrets.sinks import checked_sinks
from runwright.language.runbook_model import DeclaredSecret
from runwright.language.secret_places import SOURCES
from runwright.plugins import plugin_names
from runwright.project.machine_checks import MachineCheck


def secret_check(name: str, source: str | None, read: bool, needed: bool = False) -> MachineCheck:
    """Check that a secret has a source that exists; ``read`` is whether a step of the runbook reads it.

    A ``needed`` one is required before the first page.

    Files and the keyring are read and commands are only looked up. No value is kept or printed.
    """
    if source is None and needed:
        return MachineCheck("secret", False, f"{name} has no source, and its site needs it", f"Write {SOURCES}.")
    if source is None and read:
        return MachineCheck("secret", True, f"{name} is read from a page by the run")
    if source is None:
        remedy = f"Pass --secret {name}=…, if a step needs it: {SOURCES}."
        return MachineCheck("secret", False, f"{name} has no source, and no step reads it", remedy, required=False)
    kind, _, rest = source.partition(":")
    rest = rest.strip()
    if kind in plugin_names("secret_sources"):
        return MachineCheck("secret", True, f"{name} comes from the plug-in {kind}")
    if kind not in ("env", "file", "command", "keyring", "age", "prompt") or not (rest or kind == "prompt"):
        # not quoted: it may be the value itself
        return MachineCheck("secret", False, f"{name} has no valid source", f"Write {SOURCES}.")
    problem, remedy = _problem(kind, rest)
    message = f"{name} comes from {source}" + (f", but {problem}" if problem else "")
    return MachineCheck("secret", not problem, message, remedy)


def _problem(kind: str, rest: str) -> tuple[str, str]:
    """What is wrong with a source, to stand behind a comma, and the remedy; two empty texts if nothing is."""
    try:
        match kind:
            case "env":
                if not os.environ.get(rest):
                    return "the variable is not set", f"Set the variable {rest}."
            case "file":
                path = Path(rest).expanduser()
                if not os.access(path, os.R_OK) or path.is_dir():
                    return "the file cannot be read", f"Write the value to {path} and make it readable."
            case "command":
                find_program(rest)
            case "keyring":
                service, entry = entry_of(rest)
                if not read_entry(service, entry):
                    return "the keyring has no such entry", f"Store it: `keyring set {service} {entry}`."
            case "age":
                opened(Path(rest).expanduser())
            case "prompt":
                if not sys.stdin.isatty():
                    return "there is no terminal", "Run at a terminal, or pass another source."
    except KeyringFailed as failed:
        return failed.sentence.rstrip("."), failed.remedy
    except (ProgramFailed, AgeFailed) as failed:
        sentence = str(failed)
        return sentence[0].lower() + sentence[1:].rstrip("."), failed.remedy
    except RuntimeError:
        return "this account has no home folder", "Write the full path."
    return "", ""


def sink_checks(
    declared: Mapping[str, DeclaredSecret], given: Mapping[str, str], read: set[str]
) -> Iterator[MachineCheck]:
    """Check that what a run reads can be handed over."""
    sinks, problems = checked_sinks(declared, given, read)
    for name, sink in sinks.items():
        if not any(f"`{name}`" in each.message for each in problems):
            yield MachineCheck("keep", True, f"{name} is handed to {sink.place}")
    for problem in problems:
        yield MachineCheck("keep", False, problem.message, problem.remedy)
