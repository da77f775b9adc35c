"""Site origins: the resolved sites of a run, the origins that it may open, and the site of an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runwright.engine.site_trust import SiteTrust
from runwright.language.conditions import Condition
from runwright.language.origins import Origin, origin
from runwright.language.targets import Target


@dataclass(frozen=True)
class ResolvedSite:
    """A site with its expressions resolved."""

    name: str
    url: str
    """Without a trailing slash."""
    home: Origin
    also: tuple[Origin, ...]
    signed_out_when: Condition | None
    signed_in_as: Target | None
    redact: tuple[Target, ...]
    simulator: tuple[str | None, Mapping[str, str]]
    """The kind of its simulator (None: the one that serves the host) and the simulator's options."""
    own_requests: bool = False
    """Whether nothing may be requested outside of the runbook's sites."""
    trust: SiteTrust | None = None
    """Whom the run trusts at its own address; None for the authorities of the machine."""
    client_certificate: str | None = None
    """The name of the secret with the run's own certificate."""
    basic_auth: tuple[str, str] | None = None
    """The name for HTTP authentication, and the name of the secret with its password."""
    passkey: str | None = None
    """The name of the secret with the passkey."""

    def covers(self, address: str) -> bool:
        """Whether an address has one of the site's origins."""
        target = origin(address)
        return target is not None and any(own.covers(target) for own in (self.home, *self.also))


class Sites:
    """All sites of a run, by name."""

    def __init__(self, sites: Iterable[ResolvedSite]) -> None:
        self._all = {site.name: site for site in sites}

    def __getitem__(self, name: str) -> ResolvedSite:
        return self._all[name]

    def __iter__(self) -> Iterator[ResolvedSite]:
        return iter(self._all.values())

    def allow(self, address: str) -> bool:
        """Whether the run may request a document at this address."""
        if origin(address) is None:
            return not address.startswith(("http:", "https:", "file:", "ftp:"))
        return any(site.covers(address) for site in self._all.values())

    @property
    def own_requests(self) -> bool:
        """Whether nothing at all may be requested outside of these sites."""
        return any(site.own_requests for site in self._all.values())

    def allow_connection(self, address: str) -> bool:
        """The same for any kind of request, WebSockets included."""
        return self.allow(re.sub("^ws", "http", address))

    def has_endpoint(self, host: str, port: int) -> bool:
        """Whether one of the sites answers at this host and port."""
        origins = (own for site in self._all.values() for own in (site.home, *site.also))
        return any(own.covers_host(host) and own.port == port for own in origins)

    def has_host(self, host: str) -> bool:
        """Whether one of the sites answers at this host."""
        origins = (own for site in self._all.values() for own in (site.home, *site.also))
        return any(own.covers_host(host) for own in origins)

    def protected(self, address: str) -> ResolvedSite | None:
        """The site to which an http address would belong if it were https."""
        target = origin(address)
        if target is None or target.scheme != "http":
            return None
        secure = Origin("https", target.host, 443 if target.port == 80 else target.port)
        return self.at(str(secure))

    def at(self, address: str) -> ResolvedSite | None:
        """The site of an address: by the sites' own origins first, then by those under `also`."""
        target = origin(address)
        if target is None:
            return None
        for site in self._all.values():
            if site.home.covers(target):
                return site
        return next((site for site in self._all.values() if site.covers(address)), None)
