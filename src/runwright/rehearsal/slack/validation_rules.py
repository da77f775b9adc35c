"""The validation rules of the pages: names, colours, redirect URLs, address ranges."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

NAME_LIMIT = 35
"""The most characters in an app's name."""
URL_LIMIT = 1000
RANGE_LIMIT = 10
"""The most allowed address ranges of one app."""

# Python's `is_private` also covers the documentation ranges, which people use in examples.
_LOCAL = [
    ipaddress.IPv4Network(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
]


def name_error(name: str) -> str | None:
    """The error in an app's name, or None. A guess: the real messages are not known."""
    if not name.strip():
        return "Please give your app a name."
    if len(name) > NAME_LIMIT:
        return f"App names must be {NAME_LIMIT} characters or fewer."
    return None


def colour_error(colour: str) -> str | None:
    """The error in the background colour of an app's icon, or None. A guess."""
    return None if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "Please enter a color such as #2c2d30."


def url_error(url: str) -> str | None:
    """The error in a redirect URL, or None. The message about https is the real one, the others are guesses."""
    if url.startswith("http://"):
        return "Please use https (for security)"
    try:
        parts = urlsplit(url)
        valid = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if not valid or any(letter.isspace() for letter in url):
        return "Please enter a full URL."
    return None


def urls_error(urls: Sequence[str]) -> str | None:
    """The first error in the redirect URLs of an app, or None."""
    if len(urls) > URL_LIMIT:
        return f"An app can have {URL_LIMIT} redirect URLs at most."
    return next((error for error in map(url_error, urls) if error), None)


def range_error(text: str) -> str | None:
    """The error in one address or range, or None: IPv4 and IPv4 CIDR only, no local ones. Messages are guesses."""
    if ":" in text:
        return "IPv6 addresses are not supported."
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return "Enter an IPv4 address or a CIDR range."
    if any(network.overlaps(local) for local in _LOCAL):
        return "Local IP addresses cannot be used."
    return None


def ranges_error(ranges: Sequence[str]) -> str | None:
    """The first error in the address ranges of an app, or None. Messages are guesses."""
    error = next((error for error in map(range_error, ranges) if error), None)
    if error:
        return error
    if len(ranges) > RANGE_LIMIT:
        return f"You can allow up to {RANGE_LIMIT} IP address ranges."
    if len(set(ranges)) != len(ranges):
        return "This IP address range is in the list already."
    return None


def address_allowed(address: str, ranges: Sequence[str]) -> bool:
    """Whether tokens may be used from an address. Without ranges, every address is allowed."""
    if not ranges:
        return True
    try:
        caller = ipaddress.IPv4Address(address)
    except ValueError:
        return False
    return any(caller in ipaddress.IPv4Network(text, strict=False) for text in ranges)


def redirect_matches(passed: str, configured: Sequence[str]) -> bool:
    """Whether a passed URL begins with a configured one: same scheme, host and port, and a path below it."""
    try:
        url = urlsplit(passed)
        for each in map(urlsplit, configured):
            same = (each.scheme, each.hostname, each.port) == (url.scheme, url.hostname, url.port)
            base = each.path.rstrip("/")
            if same and (url.path == base or url.path.startswith(f"{base}/")):
                return True
    except ValueError:
        return False
    return False
