"""The vault: holds the secrets of a run, and reveals a value only to the sites that `typed_at` allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.secret_forms import SecretPlace
from runwright.engine.site_origins import Sites
from runwright.language.origins import origin
from runwright.language.runbook_model import DeclaredSecret
from runwright.language.secret_value import Secret


class SecretRegistry(Protocol):
    """Scrubs registered values from output."""

    @property
    def credentials(self) -> CredentialPatterns: ...

    def register(self, name: str, value: str) -> None: ...

    def text(self, text: str) -> str: ...

    def find(self, text: str) -> list[SecretPlace]: ...


class SecretRefused(Exception):
    """`typed_at` does not allow the secret to be typed there."""


class Vault:
    """Holds the secrets of a run. Every value is registered for scrubbing before anything can print it."""

    def __init__(self, declared: Mapping[str, DeclaredSecret], registry: SecretRegistry) -> None:
        self._declared = declared
        self._registry = registry
        self._values: dict[str, Secret] = {}
        self._codes: dict[str, Secret] = {}
        """What is typed in place of the seeds of one-time codes, by their names."""
        self.hidden: tuple[Secret, ...] = ()
        """Values that no step uses and that nothing may show, such as those of a session; several may have one name."""

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    @property
    def credentials(self) -> CredentialPatterns:
        """The credential formats that are redacted without being declared."""
        return self._registry.credentials

    def clean(self, text: str) -> str:
        """A text without secrets. Clean a text before truncating it: a part of a secret is not recognized."""
        return self._registry.text(text)

    def find(self, text: str) -> list[SecretPlace]:
        """The places in a text that show a known value in any form."""
        return self._registry.find(text)

    def add_form(self, secret: Secret, text: str) -> None:
        """Treat a text as another value of a secret: a page made it of the secret."""
        self._registry.register(secret.name, text)

    def put(self, name: str, value: str) -> Secret:
        """Store a value that was resolved, or read off a page."""
        self._registry.register(name, value)
        secret = self._values[name] = Secret(name, value)
        return secret

    def notice(self, name: str, value: str) -> bool:
        """Store a value that is shown on a page before a step reads it; whether it is new.

        An undeclared secret gets a number after its name if the name has another value already.
        """
        if any(secret.reveal() == value for secret in self._values.values()):
            return False
        unique, number = name, 1
        while name not in self and unique in self._values:
            number += 1
            unique = f"{name} {number}"
        self.put(unique, value)
        return True

    def hide(self, name: str, value: str) -> None:
        """Store a value that no step uses."""
        self._registry.register(name, value)
        self.hidden = (*self.hidden, Secret(name, value))

    def known(self) -> dict[str, Secret]:
        """The secrets that have a value."""
        return dict(self._values)

    def gives_codes(self, name: str) -> bool:
        """Whether a secret is the seed of one-time codes."""
        return name in self._declared and self._declared[name].type == "totp"

    def put_code(self, secret: Secret, code: str) -> None:
        """What is typed in place of a seed from now on."""
        self._registry.register(secret.name, code)
        self._codes[secret.name] = Secret(secret.name, code)

    def codes(self) -> list[Secret]:
        """The one-time codes of this moment."""
        return list(self._codes.values())

    def reveal(self, secret: Secret, sites: Sites, frame: str, page: str) -> str:
        """The value, to be typed in a frame of a page; both are given by their addresses. Of a seed, its code.

        Raises SecretRefused unless scheme, host and port of both are those of a site that `typed_at` names.
        """
        allowed = [sites[name] for name in self._declared[secret.name].typed_at]
        for address in dict.fromkeys((frame, page)):
            there = origin(address)
            if there is None or not any(site.home == there for site in allowed):
                names = ", ".join(str(site.home) for site in allowed) or "nowhere"
                raise SecretRefused(f"The secret {secret.name} may be typed at {names}, not at {there or address}.")
        return self._codes[secret.name].reveal() if self.gives_codes(secret.name) else secret.reveal()
