"""The key that seals sessions on this machine, and what it does: this machine's key of age."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.secrets.age_key import VARIABLE, AgeFailed, ensure_key, own_keys
from runwright.language.diagnostics import Diagnostic, UserError

if TYPE_CHECKING:
    from pyrage.x25519 import Identity

HEADERS = (b"age-encryption.org/v1\n", b"-----BEGIN AGE ENCRYPTED FILE-----")
"""How a sealed file begins."""
_MAKE_ONE = (
    f"Make a key with `runwright sessions key --new FILE`, and set {VARIABLE}=file:FILE for this and for all runs. "
    "On a desktop, the first sign-in makes one."
)


class WrongKey(Exception):
    """A file was sealed for another key."""


@dataclass(frozen=True)
class SealingKey:
    """The identities that open sealed files. Printed, it shows the public part only."""

    recipient: str
    """The public part of the first, for which files are sealed: `age1…`."""
    _identities: tuple[Identity, ...] = field(repr=False)

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
    try:
        if create:
            ensure_key()
        identities = tuple(own_keys())
    except AgeFailed as failed:
        if os.environ.get(VARIABLE):
            raise UserError(Diagnostic(str(failed), failed.remedy)) from None
        raise EnvironmentFailure(str(failed), _MAKE_ONE) from None
    return SealingKey(str(identities[0].to_public()), identities)
