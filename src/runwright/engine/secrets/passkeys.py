"""Passkeys of service accounts as texts: what a virtual authenticator needs to sign in, with the private key.

The signature counter is not kept: a run starts it at the seconds since 1970, so that it grows from run to run.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from runwright.engine.site_origins import Sites
from runwright.language.diagnostics import Diagnostic

_KEYS = ("rpId", "id", "userHandle", "privateKey", "publicKey")


class PasskeyError(Exception):
    """A secret is not a passkey for its site. The message does not quote it."""


@dataclass(frozen=True)
class Passkey:
    """One credential; all but the first in base64url."""

    rp_id: str
    """The domain that it is for."""
    id: str
    user_handle: str
    private_key: str = field(repr=False)
    public_key: str

    def text(self) -> str:
        """The passkey as a secret's value."""
        values = (self.rp_id, self.id, self.user_handle, self.private_key, self.public_key)
        return json.dumps(dict(zip(_KEYS, values, strict=True)))

    def covers(self, host: str) -> bool:
        """Whether pages of a host may use it: the domain itself, and what is below."""
        return host == self.rp_id or host.endswith(f".{self.rp_id}")


def passkey_of(text: str, host: str) -> Passkey:
    """The passkey in a secret, for a site at a host. Raises PasskeyError."""
    try:
        data = json.loads(text)
        values = [data[key] for key in _KEYS]
    except (ValueError, KeyError, TypeError):
        values = []
    if not values or not all(isinstance(each, str) and each for each in values):
        raise PasskeyError("It is not a passkey as a run keeps one.")
    passkey = Passkey(*values)
    if not passkey.covers(host) or ("." not in passkey.rp_id and passkey.rp_id != host):
        raise PasskeyError(f"It is for {passkey.rp_id}, not for {host}.")
    return passkey


def passkey_problems(sites: Sites, values: Mapping[str, str]) -> dict[str, Diagnostic]:
    """What is wrong with the values of secrets that are passkeys of sites, by name."""
    problems = {}
    for site in sites:
        if site.passkey is not None and site.passkey in values:
            try:
                passkey_of(values[site.passkey], site.home.host)
            except PasskeyError as error:
                message = f"The secret `{site.passkey}` cannot be the passkey of `{site.name}`: {error}"
                problems[site.passkey] = Diagnostic(message, "Register one in a run without a source, and `keep` it.")
    return problems


def counter() -> int:
    """A signature counter that is greater than that of every earlier run."""
    return int(time.time())
