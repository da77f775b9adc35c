"""The secrets of a run: where their values come from, where they may be typed, who must never print them."""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from runwright.engine.listening import Terminal
from runwright.engine.sites import Sites
from runwright.language.errors import Fault, UserError
from runwright.language.model import DeclaredSecret
from runwright.language.origins import origin
from runwright.language.secret import Secret


class Registry(Protocol):
    """Whoever scrubs values from what leaves the process."""

    def register(self, name: str, value: str) -> None: ...

    def text(self, text: str) -> str: ...


class Refused(Exception):
    """A secret would have been typed where it is not allowed."""


class Vault:
    """Holds the secrets of a run. A value is registered with the scrubber before anything can print it."""

    def __init__(self, declared: Mapping[str, DeclaredSecret], registry: Registry) -> None:
        self._declared = declared
        self._registry = registry
        self._values: dict[str, Secret] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def clean(self, text: str) -> str:
        """A text without secrets; one that is to be cut off is cleaned first, or a piece would not be known."""
        return self._registry.text(text)

    def put(self, name: str, value: str) -> Secret:
        """Take in a value that was resolved, or read off a page."""
        self._registry.register(name, value)
        secret = self._values[name] = Secret(name, value)
        return secret

    def notice(self, name: str, value: str) -> bool:
        """Take in a value that was seen on a page before anything read it; whether it was not known yet.

        A secret that is not declared gets a number behind its name where the name has another value already.
        """
        if any(secret.reveal() == value for secret in self._values.values()):
            return False
        given, number = name, 1
        while name not in self and given in self._values:
            number += 1
            given = f"{name} {number}"
        self.put(given, value)
        return True

    def known(self) -> dict[str, Secret]:
        """The secrets that have a value by now."""
        return dict(self._values)

    def reveal(self, secret: Secret, sites: Sites, frame: str, page: str) -> str:
        """The value, for a control in a frame of a page, given by their addresses.

        Raises Refused unless both belong to the home of a site that `typed_at` names: scheme, host and port.
        """
        allowed = [sites[name] for name in self._declared[secret.name].typed_at]
        for address in dict.fromkeys((frame, page)):
            there = origin(address)
            if there is None or not any(site.home == there for site in allowed):
                names = ", ".join(str(site.home) for site in allowed) or "nowhere"
                raise Refused(f"The secret {secret.name} may be typed at {names}, not at {there or address}.")
        return secret.reveal()


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
