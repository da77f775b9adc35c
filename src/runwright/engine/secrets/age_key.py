"""This machine's key of age, as `age-keygen` writes it: in `RUNWRIGHT_KEY`, where that points to, or in the keyring.

It seals kept sessions, and secrets in files. Source: https://age-encryption.org/v1
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.engine.secrets.keyring_entries import KeyringFailed, entry_of, read_entry, write_entry
from runwright.engine.secrets.programs import ProgramFailed, printed_by
from runwright.language.bounded_file import FileTooLarge, read_bounded

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

VARIABLE = "RUNWRIGHT_KEY"
"""The variable with the key itself, or with a source of it: `file:PATH`, `command:…`, `env:NAME`, `keyring:…`."""
SERVICE, ENTRY = "runwright", "sessions"
"""The entry of the keyring with the key."""
_MOST_BYTES = 200_000
_MAKE_ONE = f"Make one with `age-keygen -o FILE`, and set {VARIABLE}=file:FILE."


class AgeFailed(Exception):
    """A file could not be opened or sealed. The message quotes neither the key nor what is inside."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def own_keys() -> list[Identity]:
    """This machine's keys: of the variable, else of the keyring. The first is the one that files are sealed for.

    Raises AgeFailed.
    """
    from pyrage import IdentityError, x25519

    place, text = _key_text()
    try:
        keys = [
            x25519.Identity.from_str(line) for line in map(str.strip, text.splitlines()) if line[:1] not in ("", "#")
        ]
    except IdentityError:
        keys = []
    if not keys:
        raise AgeFailed(f"What {place} holds is not an age key.", _MAKE_ONE)
    return keys


def _key_text() -> tuple[str, str]:
    """Where the key comes from, for people, and its text. Raises AgeFailed if there is none."""
    given = os.environ.get(VARIABLE, "").strip()
    kind, _, rest = given.partition(":")
    try:
        if kind == "file":
            return f"the file of {VARIABLE}", read_bounded(Path(rest).expanduser(), _MOST_BYTES).decode("utf-8")
        if kind == "command":
            return f"the command of {VARIABLE}", printed_by(rest)
        if kind == "env":
            return f"the variable that {VARIABLE} names", os.environ.get(rest, "")
        if kind == "keyring":
            return f"the entry of the keyring that {VARIABLE} names", read_entry(*entry_of(rest)) or ""
    except (OSError, UnicodeDecodeError, RuntimeError, FileTooLarge):
        raise AgeFailed(f"The file that {VARIABLE} names cannot be read.", _MAKE_ONE) from None
    except (ProgramFailed, KeyringFailed) as failed:
        raise AgeFailed(f"{VARIABLE} gives no key: {failed}", failed.remedy) from None
    if given:
        return f"the variable {VARIABLE}", given
    try:
        kept = read_entry(SERVICE, ENTRY)
    except KeyringFailed as failed:
        raise AgeFailed(f"There is no key: {VARIABLE} is not set, and {failed.sentence}", _MAKE_ONE) from None
    if not kept:
        raise AgeFailed(f"There is no key: {VARIABLE} is not set, and the keyring has no {SERVICE}/{ENTRY}.", _MAKE_ONE)
    return f"the entry {SERVICE}/{ENTRY} of the keyring", kept


def recipient_of(text: str) -> Recipient:
    """Whom `age1…` means. Raises AgeFailed."""
    from pyrage import RecipientError, x25519

    try:
        return x25519.Recipient.from_str(text)
    except RecipientError:
        message = "A recipient is not an age public key."  # not quoted: it may be a private one
        raise AgeFailed(message, "Write the line `age1…` that `age-keygen -y` prints.") from None


def new_key_file(path: Path) -> Identity:
    """Write a new key into a file that only this account can read. Raises FileExistsError, and OSError."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(f"# public key: {identity.to_public()}\n{identity}\n")
    return identity


def ensure_key() -> None:
    """Put a new key into the keyring if neither that nor the variable has one. Raises AgeFailed."""
    from pyrage import x25519

    if os.environ.get(VARIABLE):
        return
    try:
        if read_entry(SERVICE, ENTRY) is None:
            write_entry(SERVICE, ENTRY, str(x25519.Identity.generate()))
    except KeyringFailed as failed:
        raise AgeFailed(f"There is no keyring for the key: {failed.sentence}", _MAKE_ONE) from None
