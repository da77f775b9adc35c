"""Secret sources: environment variable, file, command, keyring, file sealed with age, prompt, and those of plug-ins."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from runwright.engine.secrets.age_files import opened
from runwright.engine.secrets.age_key import AgeFailed
from runwright.engine.secrets.keyring_entries import KeyringFailed, entry_of, read_entry
from runwright.engine.secrets.one_time_codes import SeedError, code_maker
from runwright.engine.secrets.programs import ProgramFailed, printed_by
from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_model import DeclaredSecret
from runwright.language.secret_places import SOURCES
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


class NoValue(Exception):
    """A source has no value. The message never quotes one."""

    def __init__(self, message: str, remedy: str = f"Sources are {SOURCES}.") -> None:
        super().__init__(message)
        self.remedy = remedy


def resolve_sources(sources: Mapping[str, str], ask: Terminal | None) -> tuple[SecretValues, dict[str, Diagnostic]]:
    """The values of secrets by name, and what is wrong with those that have none.

    A person is asked last, and only if every other source had a value.
    """
    values, problems = SecretValues(), dict[str, Diagnostic]()
    typed = {name: source for name, source in sources.items() if source == "prompt"}
    for name, source in {**{each: sources[each] for each in sources if each not in typed}, **typed}.items():
        if name in typed and problems and ask is not None:
            break
        try:
            values[name] = resolve_source(name, source, ask)
        except UserError as error:
            problems[name] = error.diagnostics[0]
    return SecretValues({name: values[name] for name in sources if name in values}), problems


def seed_problems(declared: Mapping[str, DeclaredSecret], values: Mapping[str, str]) -> dict[str, Diagnostic]:
    """What is wrong with the values of secrets that are seeds of one-time codes, by name."""
    problems = {}
    for name, value in values.items():
        if declared[name].type == "totp":
            try:
                code_maker(value)
            except SeedError as error:
                remedy = "Take what the site printed beside its QR code: letters and digits, or otpauth://totp/…"
                problems[name] = Diagnostic(f"The secret `{name}` has an invalid value: {error}", remedy)
    return problems


def resolve_source(name: str, source: str, ask: Terminal | None) -> str:
    """The value from a source: `env:NAME`, `file:PATH`, `command:…`, … , or a plug-in's. Raises UserError."""
    try:
        value = _value(name, source, ask)
        if not value:
            raise NoValue("Its source is empty.")
    except NoValue as none:
        raise UserError(Diagnostic(f"The secret `{name}` has no value: {none}", none.remedy)) from None
    return value


def _value(name: str, source: str, ask: Terminal | None) -> str:
    kind, _, rest = source.partition(":")
    rest = rest.strip()
    match kind:
        case "env":
            if not os.environ.get(rest):
                raise NoValue(f"The environment variable `{rest}` is not set.", f"Set the variable {rest}.")
            return os.environ[rest]
        case "file":
            return _from_file(rest)
        case "command":
            try:
                return printed_by(rest)
            except ProgramFailed as failed:
                raise NoValue(str(failed), failed.remedy) from None
        case "keyring":
            return _from_keyring(rest)
        case "age":
            try:
                return opened(Path(rest).expanduser())
            except AgeFailed as failed:
                raise NoValue(str(failed), failed.remedy) from None
            except RuntimeError:
                raise NoValue(f"The file {rest} has no home folder.") from None
        case "prompt":
            return _from_prompt(name, ask)
        case _ if kind in (installed := plugins("secret_sources")):
            return _from_plugin(installed[kind], rest)
    raise NoValue("This is not a source.")  # it may be the value itself, so the message does not repeat it


def _from_file(rest: str) -> str:
    remedy = f"Write the value to {rest} and make it readable."
    try:
        data = read_bounded(Path(rest).expanduser(), _MOST_BYTES, _PIPE_SECONDS)
        return data.decode("utf-8").rstrip("\r\n")
    except FileTooLarge:
        raise NoValue(f"The file {rest} is too large for a secret.") from None
    except (OSError, UnicodeDecodeError, RuntimeError, ValueError):
        raise NoValue(f"The file {rest} cannot be read.", remedy) from None


def _from_keyring(rest: str) -> str:
    try:
        service, entry = entry_of(rest)
        value = read_entry(service, entry)
    except KeyringFailed as failed:
        raise NoValue(failed.sentence[0].upper() + failed.sentence[1:], failed.remedy) from None
    if not value:
        message = f"The keyring has no entry {service}/{entry}."
        raise NoValue(message, f"Store it: `keyring set {service} {entry}`.")
    return value


def _from_prompt(name: str, ask: Terminal | None) -> str:
    if ask is None:
        raise NoValue("There is no terminal for a prompt.")
    with suppress(EOFError):
        if typed := ask(f"{name}:", True):
            return typed
    raise NoValue("Nothing was typed.")


def _from_plugin(read: Callable[[str], str], rest: str) -> str:
    """The value from a secret source of an installed package. An error may quote the value, so it is not repeated."""
    try:
        value = read(rest)
    except Exception as error:
        raise NoValue(f"The source failed ({type(error).__name__}).") from None
    if not isinstance(value, str):
        raise NoValue("The source gave no text.")
    if not value:
        raise NoValue("The source is empty.")
    return value
