"""The proxies that the environment names: which one leads to a server, and which servers are reached without one."""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import unquote, urlsplit

_PORTS = {"http": 80, "https": 443, "socks": 1080, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}
_ENTRY = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>\d+))?")
"""Host and port of an entry of NO_PROXY; an IPv6 address has a port only behind brackets."""


class ProxyAddressError(Exception):
    """A variable holds something that is not the address of a proxy. The message does not quote it."""


@dataclass(frozen=True)
class UpstreamProxy:
    """A proxy through which a server is reached."""

    scheme: str
    """`http`, `https`, `socks4` or `socks5`: how the proxy itself is spoken to."""
    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @property
    def authorization(self) -> str | None:
        """The value of `Proxy-Authorization`; None without a name."""
        if not self.user:
            return None
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True)
class EnvironmentProxies:
    """The proxies for http and https, and the hosts that are reached without one."""

    http: UpstreamProxy | None
    https: UpstreamProxy | None
    direct: tuple[str, ...] = ()
    """The entries of NO_PROXY."""

    def secrets(self) -> list[str]:
        """The passwords, none of which may be printed."""
        return sorted({each.password for each in (self.http, self.https) if each is not None and each.password})

    def apply_to(self, host: str, port: int) -> bool:
        """Whether a proxy may lead to a host and port: it is not of this machine, and not listed in NO_PROXY.

        The rules are those of curl, Go and Chromium: an entry is a host with all below it (`.example.com` and
        `*.example.com` mean the same), an address, a network (`10.0.0.0/8`), each with a port or without, `<local>` for
        names without a dot, or `*`.
        """
        host = host.lower().rstrip(".")
        address = _address(host)
        if host == "localhost" or host.endswith(".localhost"):
            return False
        if address is not None and (address.is_loopback or address.is_link_local):
            return False
        return not any(_covers(entry, host, address, port) for entry in self.direct)


def environment_proxies(environment: Mapping[str, str] | None = None) -> EnvironmentProxies | None:
    """What the environment says; None where it names no proxy. Lower case goes before upper case.

    Raises ProxyAddressError.
    """
    values = os.environ if environment is None else environment
    every = _named(values, "all_proxy")
    http, https = _named(values, "http_proxy") or every, _named(values, "https_proxy") or every
    if http is None and https is None:
        return None
    direct = values.get("no_proxy") or values.get("NO_PROXY") or ""
    return EnvironmentProxies(http, https, tuple(each for each in re.split(r"[,\s]+", direct.lower()) if each))


def _named(values: Mapping[str, str], variable: str) -> UpstreamProxy | None:
    for name in (variable, variable.upper()):
        if value := values.get(name, "").strip():
            return _proxy(name, value)
    return None


def _proxy(name: str, value: str) -> UpstreamProxy:
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        scheme, host, port = parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
    except (ValueError, KeyError):
        host = None
    if not host:
        raise ProxyAddressError(f"The variable {name} is not the address of a proxy.") from None
    if scheme.startswith("socks"):
        scheme = "socks4" if scheme.startswith("socks4") else "socks5"
    return UpstreamProxy(scheme, host, port, user, password)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host.strip("[]"))
    except ValueError:
        return None


def _covers(entry: str, host: str, address: IPv4Address | IPv6Address | None, port: int) -> bool:
    """Whether an entry of NO_PROXY covers a host and port."""
    if entry == "*" or (entry == "<local>" and address is None and "." not in host):
        return True
    if "/" in entry:
        try:
            return address is not None and address in ip_network(entry, strict=False)
        except ValueError:
            return False
    found = None if entry.count(":") > 1 and not entry.startswith("[") else _ENTRY.fullmatch(entry)
    name, only = (found["host"], found["port"]) if found is not None else (entry, None)
    if only is not None and int(only) != port:
        return False
    listed = _address(name)
    if listed is not None or address is not None:
        return listed == address
    name = name.removeprefix("*").strip(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))
