"""The sites of a run, worked out: which origins a browser may ask, and which of them an address belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from runwright.language.conditions import Condition
from runwright.language.origins import Origin, origin
from runwright.language.targets import Target


@dataclass(frozen=True)
class ResolvedSite:
    """A site with its addresses worked out."""

    name: str
    url: str
    """Without a slash at the end."""
    home: Origin
    also: tuple[Origin, ...]
    signed_out_when: Condition | None
    signed_in_as: Target | None
    conceal: tuple[Target, ...]
    stand_in: tuple[str | None, Mapping[str, str]]
    """The kind of its stand-in (None: one that answers for the host) and the options for it."""

    def covers(self, address: str) -> bool:
        there = origin(address)
        return there is not None and any(mine.covers(there) for mine in (self.home, *self.also))


class Sites:
    """All sites of a run."""

    def __init__(self, sites: Iterable[ResolvedSite]) -> None:
        self._all = {site.name: site for site in sites}

    def __getitem__(self, name: str) -> ResolvedSite:
        return self._all[name]

    def __iter__(self) -> Iterator[ResolvedSite]:
        return iter(self._all.values())

    def allow(self, address: str) -> bool:
        """A document at this address may be asked for."""
        if origin(address) is None:
            return not address.startswith(("http:", "https:", "file:", "ftp:"))
        return any(site.covers(address) for site in self._all.values())

    def protected(self, address: str) -> ResolvedSite | None:
        """The site that an address without TLS would belong to if it had it."""
        there = origin(address)
        if there is None or there.scheme != "http":
            return None
        secure = Origin("https", there.host, 443 if there.port == 80 else there.port)
        return self.at(str(secure))

    def at(self, address: str) -> ResolvedSite | None:
        """The site that an address belongs to: by its own origin first, then by one of its further origins."""
        there = origin(address)
        if there is None:
            return None
        for site in self._all.values():
            if site.home.covers(there):
                return site
        return next((site for site in self._all.values() if site.covers(address)), None)
