"""Origins of sites (scheme, host, port), which the URLs that a browser requests are compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Origin:
    """Scheme, host and port; a host that starts with `*.` covers any subdomain."""

    scheme: str
    host: str
    port: int

    def covers(self, other: Origin) -> bool:
        """Whether the other origin equals this one or, with `*.`, is a subdomain of it."""
        if (self.scheme, self.port) != (other.scheme, other.port):
            return False
        return self.covers_host(other.host)

    def covers_host(self, host: str) -> bool:
        """Whether a host is this origin's or, with `*.`, a subdomain of it; whatever the port."""
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else self.host == host

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def origin(address: str) -> Origin | None:
    """The origin of a URL; None if it has none (about:, data:) or is invalid."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not parts.hostname or port == 0:
        return None
    return Origin(parts.scheme, parts.hostname, port or _PORTS[parts.scheme])


def bare_origin(text: str) -> Origin | None:
    """The origin that a text names; None if it is invalid or has more parts, such as a path or a user."""
    there = origin(text)
    if there is None or re.search(r"\s", text) or "*" in there.host.removeprefix("*."):
        return None
    parts = urlsplit(text)
    return None if parts.username or parts.query or parts.fragment or parts.path not in ("", "/") else there
