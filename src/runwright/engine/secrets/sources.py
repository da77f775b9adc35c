"""Where the value of a secret comes from: environment, file, command, prompt."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from runwright.language.diagnostics import Fault, UserError

Terminal: TypeAlias = Callable[[str, bool], str]
"""Puts a question to a person and reads the answer, hidden as it is typed or not. Raises EOFError when none comes."""


def resolve_source(name: str, source: str, ask: Terminal | None) -> str:
    """The value that a source names: `env:NAME`, `file:PATH`, `command:…`, `prompt`. Raises UserError."""
    kind, _, rest = source.partition(":")
    value: str | None = None
    match kind:
        case "env":
            value = os.environ.get(rest)
            missing = f"The environment has no variable `{rest}`."
        case "file":
            missing = f"The file {rest} cannot be read."
            try:
                value = Path(rest).expanduser().read_text("utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError):
                value = None
        case "command":
            value, missing = _from_command(rest)
        case "prompt":
            missing = "There is no terminal to ask at."
            if ask is not None:
                missing = "Nothing was typed."
                with suppress(EOFError):
                    value = ask(f"{name}:", True)
        case _:
            missing = "what is given is no source."  # it may be the value itself, so it is not repeated
    if not value:
        remedy = f"Write --secret {name}=env:NAME, file:PATH, command:… or prompt."
        raise UserError(Fault(f"The secret `{name}` has no value: {missing}", remedy))
    return value


def _from_command(line: str) -> tuple[str | None, str]:
    try:
        words = shlex.split(line)
        if not words:
            return None, "no command is named."
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        return None, f"the command does not run ({type(error).__name__})."
    if done.returncode != 0:
        return None, f"the command ended with {done.returncode}."
    return done.stdout.rstrip("\r\n"), "the command printed nothing."
