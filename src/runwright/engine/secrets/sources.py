"""Secret sources: environment variable, file, command, prompt."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.plugins import plugins

_MOST_BYTES = 100_000
_PIPE_SECONDS = 60.0
"""How long a password manager behind a pipe may take."""

Terminal: TypeAlias = Callable[[str, bool], str]
"""Asks a question and reads the answer, not echoed if the second argument is true. Raises EOFError at end of input."""


class SecretValues(dict[str, str]):
    """Values of secrets by name. Printed, it shows the names only."""

    def __repr__(self) -> str:
        return repr({name: f"‹secret {name}›" for name in self})

    __str__ = __repr__


def resolve_source(name: str, source: str, ask: Terminal | None) -> str:
    """The value from a source: `env:NAME`, `file:PATH`, `command:…`, `prompt`, or a plug-in's. Raises UserError."""
    kind, _, rest = source.partition(":")
    value: str | None = None
    match kind:
        case "env":
            value = os.environ.get(rest)
            missing = f"The environment variable `{rest}` is not set."
        case "file":
            missing = f"The file {rest} cannot be read."
            try:
                data = read_bounded(Path(rest).expanduser(), _MOST_BYTES, _PIPE_SECONDS)
                value = data.decode("utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError, RuntimeError, ValueError):
                value = None
            except FileTooLarge:
                missing = f"The file {rest} is too large for a secret."
        case "command":
            value, missing = _from_command(rest)
        case "prompt":
            missing = "There is no terminal for a prompt."
            if ask is not None:
                missing = "Nothing was typed."
                with suppress(EOFError):
                    value = ask(f"{name}:", True)
        case _ if kind in (installed := plugins("secret_sources")):
            value, missing = _from_plugin(installed[kind], rest)
        case _:
            missing = "This is not a source."  # it may be the value itself, so the message does not repeat it
    if not value:
        remedy = "Sources are env:NAME, file:PATH, command:… and prompt."
        raise UserError(Diagnostic(f"The secret `{name}` has no value: {missing}", remedy))
    return value


def _from_plugin(read: Callable[[str], str], rest: str) -> tuple[str | None, str]:
    """The value from a secret source of an installed package, or why there is none. An error may quote the value."""
    try:
        value = read(rest)
    except Exception as error:
        return None, f"The source failed ({type(error).__name__})."
    return (value, "The source is empty.") if isinstance(value, str) else (None, "The source gave no text.")


def _from_command(line: str) -> tuple[str | None, str]:
    try:
        words = shlex.split(line)
        if not words:
            return None, "The command is empty."
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return None, f"The command cannot be run ({type(error).__name__})."
    if done.returncode != 0:
        return None, f"The command exited with {done.returncode}."
    return done.stdout.rstrip("\r\n"), "The command printed nothing."
