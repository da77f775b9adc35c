"""Files sealed with age: opened with this machine's key, and sealed for it or for others.

Source: https://age-encryption.org/v1
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from runwright.engine.secrets.age_key import AgeFailed, own_keys
from runwright.language.bounded_file import FileTooLarge, read_bounded

if TYPE_CHECKING:
    from pyrage.x25519 import Recipient

_MOST_BYTES = 200_000


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
