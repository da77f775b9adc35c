"""The secrets of a run: where their values come from, where they may be typed, who must never print them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from runwright.engine.browser.site_origins import Sites
from runwright.language.origins import origin
from runwright.language.runbook_model import DeclaredSecret
from runwright.language.secret_value import Secret


class Registry(Protocol):
    """Whoever scrubs values from what leaves the process."""

    def register(self, name: str, value: str) -> None: ...

    def text(self, text: str) -> str: ...


class Refused(Exception):
    """A secret would have been typed where it is not allowed."""


class Vault:
    """Holds the secrets of a run. A value is registered with the scrubber before anything can print it."""

    def __init__(self, declared: Mapping[str, DeclaredSecret], registry: Registry) -> None:
        self._declared = declared
        self._registry = registry
        self._values: dict[str, Secret] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._declared

    def clean(self, text: str) -> str:
        """A text without secrets; one that is to be cut off is cleaned first, or a piece would not be known."""
        return self._registry.text(text)

    def put(self, name: str, value: str) -> Secret:
        """Take in a value that was resolved, or read off a page."""
        self._registry.register(name, value)
        secret = self._values[name] = Secret(name, value)
        return secret

    def notice(self, name: str, value: str) -> bool:
        """Take in a value that was seen on a page before anything read it; whether it was not known yet.

        A secret that is not declared gets a number behind its name where the name has another value already.
        """
        if any(secret.reveal() == value for secret in self._values.values()):
            return False
        given, number = name, 1
        while name not in self and given in self._values:
            number += 1
            given = f"{name} {number}"
        self.put(given, value)
        return True

    def known(self) -> dict[str, Secret]:
        """The secrets that have a value by now."""
        return dict(self._values)

    def reveal(self, secret: Secret, sites: Sites, frame: str, page: str) -> str:
        """The value, for a control in a frame of a page, given by their addresses.

        Raises Refused unless both belong to the home of a site that `typed_at` names: scheme, host and port.
        """
        allowed = [sites[name] for name in self._declared[secret.name].typed_at]
        for address in dict.fromkeys((frame, page)):
            there = origin(address)
            if there is None or not any(site.home == there for site in allowed):
                names = ", ".join(str(site.home) for site in allowed) or "nowhere"
                raise Refused(f"The secret {secret.name} may be typed at {names}, not at {there or address}.")
        return secret.reveal()
