"""Entries of the machine's keyring: Keychain, Credential Manager, Secret Service or KWallet.

A machine without a desktop has none: this says so, and nothing falls back to a file in clear.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

_ANOTHER_SOURCE = "Use another source: env:NAME, file:PATH, age:FILE or command:…"


class KeyringFailed(Exception):
    """The keyring gave no answer. ``sentence`` begins in lower case, to stand inside another one."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.remedy = remedy


def entry_of(text: str) -> tuple[str, str]:
    """Service and name of `SERVICE/NAME`; a service may contain slashes. Raises KeyringFailed."""
    service, slash, name = text.rpartition("/")
    if not (service and slash and name):
        raise KeyringFailed("a keyring entry has a service and a name.", "Write keyring:SERVICE/NAME.")
    return service, name


def read_entry(service: str, name: str) -> str | None:
    """The value of an entry; None if the keyring has no such entry. Raises KeyringFailed. May ask to be unlocked."""
    import keyring

    with _answering():
        return keyring.get_password(service, name)


def write_entry(service: str, name: str, value: str) -> None:
    """Keep a value under an entry. Raises KeyringFailed, also where the keyring keeps nothing."""
    import keyring

    with _answering():
        keyring.set_password(service, name, value)
        kept = keyring.get_password(service, name)
    if kept != value:
        raise KeyringFailed("the keyring does not keep what it is given.", _ANOTHER_SOURCE)


@contextmanager
def _answering() -> Iterator[None]:
    from keyring.errors import KeyringError, NoKeyringError

    try:
        yield
    except NoKeyringError:
        raise KeyringFailed("this machine has no keyring, as is usual without a desktop.", _ANOTHER_SOURCE) from None
    except (KeyringError, OSError, RuntimeError) as error:
        sentence = f"the keyring did not answer ({type(error).__name__})."
        raise KeyringFailed(sentence, "Unlock it, then try again.") from None
