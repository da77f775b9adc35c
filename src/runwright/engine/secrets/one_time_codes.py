"""One-time codes: what is typed in place of a secret that is the seed of an authenticator app (TOTP).

Source: https://www.rfc-editor.org/rfc/rfc6238
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyotp import TOTP

LEAST_LEFT = 5.0
"""Seconds that a code must still be valid when it is typed."""
now: Callable[[], float] = time.time
"""Seconds since 1970, by the machine's clock."""


class SeedError(Exception):
    """A secret is not the seed of one-time codes. The message does not quote it."""


def code_maker(seed: str) -> TOTP:
    """What makes the codes of a seed: base32 as pages print it, or the address `otpauth://totp/…` of their QR code.

    Raises SeedError.
    """
    import pyotp

    try:
        if seed.strip().lower().startswith("otpauth:"):
            made = pyotp.parse_uri(seed.strip())
        else:
            made = pyotp.TOTP("".join(seed.replace("-", " ").split()).upper())
        if not isinstance(made, pyotp.TOTP):
            raise SeedError("It is the seed of codes that are counted (HOTP), not of codes that the time gives.")
        made.at(0)
    except ValueError:  # binascii.Error is one
        raise SeedError("It is not the seed of one-time codes.") from None
    return made


@dataclass
class _Given:
    """A code that was handed out."""

    code: str
    period: int
    step: object
    at: float


class OneTimeCodes:
    """Hands out codes: none that ends within seconds, and none twice, since a site takes each only once."""

    def __init__(self) -> None:
        self._given: dict[str, _Given] = {}

    def code(self, name: str, seed: str, step: object, pause: Callable[[float], None]) -> str:
        """The code to type now in place of a secret; waits for the next one where it must.

        A ``step`` that asks again within seconds, as for the next of six boxes, gets the same. ``pause`` passes some
        seconds. Raises SeedError, and what ``pause`` raises.
        """
        maker, given = code_maker(seed), self._given.get(name)
        if given is not None and given.step is step and now() - given.at < LEAST_LEFT:
            return given.code
        used = given.period if given is not None and given.step is not step else -1
        while seconds_left(maker) < LEAST_LEFT or int(now() // maker.interval) <= used:
            pause(0.1)
        at = now()
        self._given[name] = _Given(maker.at(int(at)), int(at // maker.interval), step, at)
        return self._given[name].code


def seconds_left(maker: TOTP) -> float:
    """Seconds until the code of this moment ends."""
    return maker.interval - now() % maker.interval
