"""Scrubs secrets from everything that leaves the process: known values in all their forms, and credential formats."""

from __future__ import annotations

import base64
import html
import json
import re
from threading import Lock
from typing import Any
from urllib.parse import quote, quote_plus

from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.shipped_credentials import SHIPPED
from runwright.evidence.archive import texts

SHORT = 8
"""Values of fewer characters are searched for literally only: their other forms would match by chance."""

_FORMAL = re.compile(r"[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{8}T\d{6}Z-[0-9a-f]{4}(-rehearsal)?")
"""Digests, times and run ids: a short value would match them by chance."""


def forms(value: str) -> set[str]:
    """The forms in which a value may appear: literal, stripped, JSON, HTML, URL, base64, hex."""
    found = {value, value.strip()}
    if len(value) < SHORT:
        return {form for form in found if form}
    raw = value.encode("utf-8", "surrogatepass")
    in_json = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found |= in_json | {text.replace("/", "\\/") for text in in_json}
    found |= {re.sub("[<>&']", lambda sign: f"\\u{ord(sign[0]):04x}", text) for text in in_json}
    in_html = html.escape(value, quote=False)
    for double in ('"', "&quot;", "&#34;", "&#x22;"):
        found |= {in_html.replace('"', double).replace("'", single) for single in ("'", "&#x27;", "&#39;", "&apos;")}
    found |= _in_addresses(value)
    found |= {raw.hex(), raw.hex().upper()}
    for shift in range(3):
        # base64 of a longer text that contains the value: the characters that depend on it alone, for each alignment
        start, end = -(-shift * 4 // 3), (shift + len(raw)) * 4 // 3
        found.add(base64.b64encode(b"\0" * shift + raw)[start:end].decode())
        found.add(base64.urlsafe_b64encode(b"\0" * shift + raw)[start:end].decode())
    return {form for form in found if form}


def _in_addresses(value: str) -> set[str]:
    """The value as libraries, scripts and forms encode it in addresses, encoded once and twice."""
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        return set()
    once = {quote(value), quote(value, safe=""), quote_plus(value)}
    once |= {quote(value, safe="!~*'()"), quote_plus(value, safe="*").replace("~", "%7E")}
    once |= {quote(value, safe="/:@!$&'()*+,;=?")}
    return once | {quote(text, safe="") for text in once}


class Scrubber:
    """Replaces each form of each registered value by the secret's name. Every text passes through it before it leaves.

    It is thread-safe: a value that one thread registers is scrubbed by all others from then on.
    """

    def __init__(self, credentials: CredentialPatterns = SHIPPED) -> None:
        """``credentials`` are the formats that are scrubbed without being registered."""
        self.credentials = credentials
        self._lock = Lock()
        self._values: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._long: re.Pattern[str] | None = None
        self._exempt: set[str] = set()
        self._cache: dict[str, str] = {}
        """Short texts with their scrubbed form: pages repeat the same texts step after step."""

    def register(self, name: str, value: str) -> None:
        """Register a secret's value before anything can print it. Earlier values of the name stay registered."""
        with self._lock:
            self._add(name, value)

    def _add(self, name: str, value: str) -> None:
        if not value.strip() or self._values.get(name) == value:
            return
        self._values[name] = value
        self._cache.clear()
        for form in forms(value):
            self._named.setdefault(form, name)
        longest_first = sorted(self._named, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        long = [form for form in longest_first if len(form) >= SHORT]
        self._long = re.compile("|".join(map(re.escape, long))) if long else None

    def exempt(self, text: str) -> None:
        """Leave a text unchanged from now on: runwright composed it of scrubbed words."""
        self._exempt.add(text)

    def names(self) -> list[str]:
        """The names of the registered secrets, in the order of registration."""
        return list(self._values)

    def values(self) -> dict[str, str]:
        """The last value of each registered secret."""
        return dict(self._values)

    def text(self, text: str) -> str:
        """The text with every secret replaced by `‹secret NAME›`.

        A digest, a time or a run id is compared with long values only: a short one would match by chance.
        """
        with self._lock:
            return self._cleaned(text)

    def _cleaned(self, text: str) -> str:
        if (known := self._cache.get(text)) is not None:
            return known
        if text in self._exempt:
            return text
        pattern = self._long if _FORMAL.fullmatch(text) else self._pattern
        cleaned = self.credentials.scrub(self._without(pattern, text))
        if len(text) < 200:
            if len(self._cache) >= 5000:
                self._cache.clear()
            self._cache[text] = cleaned
        return cleaned

    def data(self, data: Any) -> Any:
        """A JSON value with all its texts scrubbed, keys included."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {self.text(str(key)): self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.data(item) for item in data]
        return data

    def clean_bytes(self, data: bytes) -> bytes:
        """A file without the registered long values; the same bytes if it contains none."""
        if self._long is None:
            return data
        text = data.decode("utf-8", "surrogateescape")
        return self._without(self._long, text).encode("utf-8", "surrogateescape")

    def secrets_in(self, data: bytes) -> list[str]:
        """The names of the secrets in a file or in its archives: long values, and credentials of a known format."""
        found: set[str] = set()
        for text in texts(data):
            if self._long is not None:
                found |= {self._named[each[0]] for each in self._long.finditer(text)}
            found |= self.credentials.in_file(text)
        return sorted(found)

    def _without(self, pattern: re.Pattern[str] | None, text: str) -> str:
        return text if pattern is None else pattern.sub(lambda found: f"‹secret {self._named[found[0]]}›", text)
