"""HTTP authentication (Basic, Digest): the name and password of a site, given to that site alone, and once a request.

Playwright has one name and password for a whole browser context, and stops the browser's cache for it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runwright.language.origins import Origin, origin

_SCHEMES = frozenset({"basic", "digest"})
_REMEMBERED = 200


@dataclass(frozen=True)
class HttpCredentials:
    """A name and a password."""

    user: str
    password: str = field(repr=False)


class HttpSignIn:
    """Answers the challenges of the sites of one run."""

    def __init__(self, credentials: Mapping[Origin, HttpCredentials]) -> None:
        self._credentials = credentials
        self._given: deque[str] = deque(maxlen=_REMEMBERED)
        """The requests that were answered."""

    @property
    def patterns(self) -> list[dict[str, str]]:
        """The requests that must be paused, as the CDP domain ``Fetch`` takes them: all to these sites."""
        return [{"urlPattern": f"{each}/*"} for each in self._credentials]

    def answer(self, event: dict[str, Any]) -> dict[str, str]:
        """The response to a ``Fetch.authRequired`` event. What a site refuses is not given to it again.

        What comes from a proxy, or from any other site, is left to the browser.
        """
        challenge = event["authChallenge"]
        there = origin(challenge["origin"])
        known = self._credentials.get(there) if there is not None else None
        if challenge.get("source") == "Proxy" or known is None or challenge["scheme"].lower() not in _SCHEMES:
            return {"response": "Default"}
        request = str(event["requestId"]).rpartition(".")[0] or str(event["requestId"])
        if request in self._given:
            return {"response": "CancelAuth"}
        self._given.append(request)
        return {"response": "ProvideCredentials", "username": known.user, "password": known.password}
