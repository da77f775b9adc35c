"""The key that seals sessions on this machine: an age identity, from `RUNWRIGHT_KEY` or the account's keyring."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.secrets.age_files import ENTRY, SERVICE, VARIABLE
from runwright.engine.secrets.sources import resolve_source
from runwright.language.diagnostics import Diagnostic, UserError

_IDENTITY = re.compile(r"^AGE-SECRET-KEY-1[0-9A-Z]+$", re.MULTILINE)
HEADERS = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
"""How a sealed file begins."""


class WrongKey(Exception):
    """A file was sealed for another key."""


@dataclass(frozen=True)
class SealingKey:
    """The identities that open sealed files. Printed, it shows the public part only."""

    recipient: str
    """The public part of the first, for which files are sealed: `age1…`."""
    _identities: tuple[Any, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str) -> SealingKey:
        """The key from the text of an identity file, as `age-keygen` writes it. Raises UserError."""
        from pyrage import IdentityError, x25519

        try:
            identities = tuple(x25519.Identity.from_str(each) for each in _IDENTITY.findall(text.strip()))
        except IdentityError:
            identities = ()
        if not identities:
            remedy = f"Set {VARIABLE} to a line AGE-SECRET-KEY-1…, or to file:PATH of a file that has one."
            raise UserError(Diagnostic(f"{VARIABLE} is not a key of age.", remedy))
        return cls(str(identities[0].to_public()), identities)

    def open(self, data: bytes) -> bytes:
        """The content of a sealed file. Raises WrongKey, and ValueError for a file that is damaged."""
        import pyrage

        try:
            opened: bytes = pyrage.decrypt(data, list(self._identities))
        except pyrage.DecryptError as error:
            if "No matching keys" in str(error):
                raise WrongKey from None
            raise ValueError(str(error)) from None
        return opened


def seal(data: bytes, recipient: str) -> bytes:
    """Seal data for a recipient `age1…`. Raises UserError for what is none."""
    import pyrage

    try:
        one = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError:
        remedy = "On the other machine, `runwright sessions key` prints it: age1…"
        raise UserError(Diagnostic(f"`{recipient}` is not a recipient of age.", remedy)) from None
    sealed: bytes = pyrage.encrypt(data, [one])
    return sealed


def sealing_key(*, create: bool = False) -> SealingKey:
    """The key of this account. ``create`` makes one and puts it into the keyring if there is none.

    Raises EnvironmentFailure without a keyring or a key, UserError for a variable that holds none.
    """
    given = os.environ.get(VARIABLE)
    if given:
        text = given if given.lstrip().startswith("AGE-SECRET-KEY-") else resolve_source(VARIABLE, given, None)
        return SealingKey.of(text)
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(SERVICE, ENTRY)
        if kept is None and create:
            from pyrage import x25519

            kept = str(x25519.Identity.generate())
            keyring.set_password(SERVICE, ENTRY, kept)
            if keyring.get_password(SERVICE, ENTRY) != kept:
                raise KeyringError("it does not keep what it is given")
    except (KeyringError, RuntimeError, OSError) as error:
        raise _no_keyring(error) from None
    if kept is None:
        message = "The keyring of this account has no key for sessions."
        raise EnvironmentFailure(message, f"Sign in once, or set {VARIABLE}.")
    return SealingKey.of(kept)


def new_key_file(path: Path) -> SealingKey:
    """Write a new key into a file that only this account can read. Raises UserError if it exists already, OSError."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    text = f"# public key: {identity.to_public()}\n{identity}\n"
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UserError(Diagnostic(f"{path} exists already.", "Name a new file: a key is never replaced.")) from None
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(text)
    return SealingKey.of(text)


def _no_keyring(error: Exception) -> EnvironmentFailure:
    from keyring.errors import NoKeyringError

    reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
    if isinstance(error, NoKeyringError):
        reason = "this machine has no keyring service"
    return EnvironmentFailure(
        f"There is no keyring for the key that seals sessions: {reason}.",
        f"Make a key with `runwright sessions key --new FILE`, and set {VARIABLE}=file:FILE for this and for all runs.",
    )
