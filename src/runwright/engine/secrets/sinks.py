"""Secret sinks: where a secret that was read off a page is handed to, so that it is not lost with the run.

A sink is a file sealed with age, or the standard input of a command. The value never stands on a command line.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from runwright.engine.secrets.age_files import sealed
from runwright.engine.secrets.age_key import AgeFailed, own_keys, recipient_of
from runwright.engine.secrets.programs import ProgramFailed, find_program, given_to, words_of
from runwright.language.diagnostics import Diagnostic, did_you_mean
from runwright.language.runbook_model import DeclaredSecret
from runwright.language.secret_places import SINKS


class SinkFailed(Exception):
    """A secret cannot be handed over. The message does not quote it."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


class Sink(Protocol):
    """A place that a secret is handed to."""

    @property
    def place(self) -> str:
        """What it is, for people and the journal."""

    def check(self) -> None:
        """Raises SinkFailed if it is known beforehand that it takes nothing."""

    def take(self, text: str) -> None:
        """Hand a value over. Raises SinkFailed."""


@dataclass(frozen=True)
class AgeSink:
    """A file that only its recipients open. An older file of that name is replaced at once, or stays as it is."""

    path: Path
    recipients: tuple[str, ...]
    """Public keys `age1…`; none for this machine's own key."""

    @property
    def place(self) -> str:
        return f"age:{self.path}"

    def check(self) -> None:
        """Raises SinkFailed without a key, or a folder to write to."""
        try:
            _ = [recipient_of(each) for each in self.recipients] or own_keys()
        except AgeFailed as failed:
            raise SinkFailed(str(failed), failed.remedy) from None
        folder = self.path.resolve().parent
        if not folder.is_dir() or not os.access(folder, os.W_OK) or self.path.is_dir():
            message = f"The file {self.path} cannot be written."
            raise SinkFailed(message, f"Create the folder {folder}, writable for this account.")

    def take(self, text: str) -> None:
        """Seal a value. Raises SinkFailed."""
        try:
            _write(self.path.resolve(), sealed(text, [recipient_of(each) for each in self.recipients]))
        except AgeFailed as failed:
            raise SinkFailed(str(failed), failed.remedy) from None
        except OSError as error:
            message = f"The file {self.path} cannot be written: {error.strerror}."
            raise SinkFailed(message, "Choose another place.") from None


@dataclass(frozen=True)
class CommandSink:
    """A command, started without a shell, that reads the value from standard input."""

    line: str

    @property
    def place(self) -> str:
        return f"command:{self.line}"

    def check(self) -> None:
        """Raises SinkFailed without the program."""
        try:
            find_program(self.line)
        except ProgramFailed as failed:
            raise SinkFailed(str(failed), failed.remedy) from None

    def take(self, text: str) -> None:
        """Give the program a value. Raises SinkFailed unless it exits with 0."""
        try:
            given_to(self.line, text)
        except ProgramFailed as failed:
            raise SinkFailed(str(failed), failed.remedy) from None


def sink_of(text: str) -> Sink:
    """The sink that is written `age:FILE`, `age:FILE for age1… age1…` or `command:…`. Raises SinkFailed."""
    kind, _, rest = text.partition(":")
    rest = rest.strip()
    if kind == "age" and rest:
        path, _, recipients = rest.partition(" for age1")
        keys = tuple(f"age1{recipients}".split()) if recipients else ()
        with suppress(RuntimeError):
            return AgeSink(Path(path.strip()).expanduser(), keys)
    if kind == "command" and rest:
        try:
            words_of(rest)
        except ProgramFailed as failed:
            raise SinkFailed(str(failed), failed.remedy) from None
        return CommandSink(rest)
    raise SinkFailed("This is not a place to hand it to.", f"Write {SINKS}.")


def checked_sinks(
    declared: Mapping[str, DeclaredSecret], given: Mapping[str, str], read: set[str]
) -> tuple[dict[str, Sink], list[Diagnostic]]:
    """The sinks of a run by the names of secrets, and what is wrong with others.

    ``given`` are those of the call, before those of the runbook; ``read`` are the secrets that steps read.
    """
    sinks: dict[str, Sink] = {}
    problems: list[Diagnostic] = []
    own = {name: secret.keep for name, secret in declared.items() if secret.keep is not None}
    for name, text in {**own, **given}.items():
        if name not in declared:
            problems.append(Diagnostic(f"The runbook has no secret `{name}`.", did_you_mean(name, declared)))
            continue
        if name not in read:
            message = f"The secret `{name}` cannot be kept: no step reads it from a page."
            problems.append(Diagnostic(message, "Only what a run learns is handed over."))
            continue
        try:
            sinks[name] = sink_of(text)
            sinks[name].check()
        except SinkFailed as failed:
            problems.append(Diagnostic(f"The secret `{name}` cannot be kept: {failed}", failed.remedy))
    return sinks, problems


def _write(path: Path, data: bytes) -> None:
    """Write a file that only this account can read, on disk before it has its name. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
