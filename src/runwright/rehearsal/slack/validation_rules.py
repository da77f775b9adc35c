"""What the pages accept and what they refuse: names, colours, redirect URLs, address ranges."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import urlsplit

NAME_LIMIT = 35
"""Characters in an app's name."""
URL_LIMIT = 1000
RANGE_LIMIT = 10
"""Allowed address ranges of one app."""

# Python's own `is_private` also holds for the documentation ranges, which people use in examples.
_LOCAL = [
    ipaddress.IPv4Network(text)
    for text in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
]


def name_fault(name: str) -> str | None:
    """What is wrong with an app's name. A guess: the page's own words were not found."""
    if not name.strip():
        return "Please give your app a name."
    if len(name) > NAME_LIMIT:
        return f"App names must be {NAME_LIMIT} characters or fewer."
    return None


def colour_fault(colour: str) -> str | None:
    """What is wrong with the colour behind an app's icon. A guess."""
    return None if re.fullmatch(r"#[0-9a-fA-F]{6}", colour) else "Please enter a color such as #2c2d30."


def url_fault(url: str) -> str | None:
    """What is wrong with a redirect URL. The sentence about https is the page's, the others are guesses."""
    if url.startswith("http://"):
        return "Please use https (for security)"
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in url):
        return "Please enter a full URL."
    return None


def urls_fault(urls: Sequence[str]) -> str | None:
    """What is wrong with all redirect URLs of an app."""
    if len(urls) > URL_LIMIT:
        return f"An app can have {URL_LIMIT} redirect URLs at most."
    return next((fault for fault in map(url_fault, urls) if fault), None)


def range_fault(text: str) -> str | None:
    """What is wrong with one address or range: IPv4 and IPv4 CIDR only, none that is local. Words are guesses."""
    if ":" in text:
        return "IPv6 addresses are not supported."
    try:
        network = ipaddress.IPv4Network(text, strict=False)
    except ValueError:
        return "Enter an IPv4 address or a CIDR range."
    if any(network.overlaps(local) for local in _LOCAL):
        return "Local IP addresses cannot be used."
    return None


def ranges_fault(ranges: Sequence[str]) -> str | None:
    """What is wrong with all address ranges of an app. Words are guesses."""
    fault = next((fault for fault in map(range_fault, ranges) if fault), None)
    if fault:
        return fault
    if len(ranges) > RANGE_LIMIT:
        return f"You can allow up to {RANGE_LIMIT} IP address ranges."
    if len(set(ranges)) != len(ranges):
        return "This IP address range is in the list already."
    return None


def address_allowed(address: str, ranges: Sequence[str]) -> bool:
    """Whether tokens may be used from an address; no ranges allow every address."""
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
        there = urlsplit(passed)
        for each in map(urlsplit, configured):
            same = (each.scheme, each.hostname, each.port) == (there.scheme, there.hostname, there.port)
            base = each.path.rstrip("/")
            if same and (there.path == base or there.path.startswith(f"{base}/")):
                return True
    except ValueError:
        return False
    return False
