"""Files sealed with age: opened with this machine's key, and sealed for it or for others.

The key is what `age-keygen` writes, in the variable `RUNWRIGHT_KEY` or in the machine's keyring.

Source: https://age-encryption.org/v1
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.engine.secrets.keyring_entries import KeyringFailed, read_entry
from runwright.language.bounded_file import FileTooLarge, read_bounded

if TYPE_CHECKING:
    from pyrage.x25519 import Identity, Recipient

VARIABLE = "RUNWRIGHT_KEY"
"""The variable with the key."""
SERVICE, ENTRY = "runwright", "key"
"""The entry of the keyring with the key."""
_MOST_BYTES = 200_000
_MAKE_ONE = f"Make one with `age-keygen`, and pass it in {VARIABLE} or store it: `keyring set {SERVICE} {ENTRY}`."


class AgeFailed(Exception):
    """A file could not be opened or sealed. The message quotes neither the key nor what is inside."""

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(message)
        self.remedy = remedy


def own_key() -> Identity:
    """This machine's key: of the variable, else of the keyring. Raises AgeFailed."""
    from pyrage import IdentityError, x25519

    text = os.environ.get(VARIABLE, "").strip()
    place = f"the variable {VARIABLE}"
    if not text:
        place = f"the entry {SERVICE}/{ENTRY} of the keyring"
        try:
            text = read_entry(SERVICE, ENTRY) or ""
        except KeyringFailed as failed:
            message = f"There is no key: {VARIABLE} is not set, and {failed.sentence}"
            raise AgeFailed(message, _MAKE_ONE) from None
    if not text:
        raise AgeFailed(f"There is no key: {VARIABLE} is not set, and the keyring has no {SERVICE}/{ENTRY}.", _MAKE_ONE)
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    try:
        (line,) = lines
        return x25519.Identity.from_str(line)
    except (ValueError, IdentityError):
        raise AgeFailed(f"What {place} holds is not an age key.", _MAKE_ONE) from None


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
    key = own_key()
    try:
        text: bytes = decrypt(data, [key])
        return text.decode("utf-8").rstrip("\r\n")
    except DecryptError:
        message = f"The file {path} is not sealed with age for this machine's key, or it was altered."
        raise AgeFailed(message, f"Seal it again: `age -r {key.to_public()} -o {path}`.") from None
    except UnicodeDecodeError:
        raise AgeFailed(f"The file {path} holds something other than text.", "Seal the value as text.") from None


def sealed(text: str, recipients: list[Recipient]) -> bytes:
    """A text sealed for some recipients, or for this machine's own key where there are none. Raises AgeFailed."""
    from pyrage import encrypt

    data: bytes = encrypt(text.encode(), recipients or [own_key().to_public()])
    return data
