"""Files sealed with age: opened with this machine's key, and sealed for it or for others.

The key is what `age-keygen` writes, in the variable `RUNWRIGHT_KEY`, where that points to, or in the machine's keyring.

Source: https://age-encryption.org/v1
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.engine.secrets.keyring_entries import KeyringFailed, read_entry
from runwright.engine.secrets.programs import ProgramFailed, printed_by
from runwright.language.bounded_file import FileTooLarge, read_bounded

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

VARIABLE = "RUNWRIGHT_KEY"
"""The variable with the key itself, or with a source of it: `file:PATH`, `command:…`."""
SERVICE, ENTRY = "runwright", "sessions"
"""The entry of the keyring with the key: the one that also seals kept sessions."""
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
    except (OSError, UnicodeDecodeError, RuntimeError, FileTooLarge):
        raise AgeFailed(f"The file that {VARIABLE} names cannot be read.", _MAKE_ONE) from None
    except ProgramFailed as failed:
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


def opened(path: Path) -> str:
    """The text in a sealed file, without line breaks at its end. Raises AgeFailed."""
    from pyrage import DecryptError, decrypt

    try:
        data = read_bounded(path, _MOST_BYTES)
    except OSError as error:
        raise AgeFailed(f"The file {path} cannot be read: {error.strerror}.", "Check the path.") from None
    except FileTooLarge:
        raise AgeFailed(f"The file {path} is too large for a secret.", "Seal the value alone.") from None
    keys = own_keys()
    try:
        text: bytes = decrypt(data, keys)
        return text.decode("utf-8").rstrip("\r\n")
    except DecryptError:
        message = f"The file {path} is not sealed with age for this machine's key, or it was altered."
        raise AgeFailed(message, f"Seal it again: `age -r {keys[0].to_public()} -o {path}`.") from None
    except UnicodeDecodeError:
        raise AgeFailed(f"The file {path} holds something other than text.", "Seal the value as text.") from None


def sealed(text: str, recipients: list[Recipient]) -> bytes:
    """A text sealed for some recipients, or for this machine's own key where there are none. Raises AgeFailed."""
    from pyrage import encrypt

    data: bytes = encrypt(text.encode(), recipients or [own_keys()[0].to_public()])
    return data
