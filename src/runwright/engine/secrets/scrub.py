"""Takes the values of secrets out of everything that leaves the process, by value and by form."""

from __future__ import annotations

import base64
import html
import json
import re
from threading import Lock
from typing import Any
from urllib.parse import quote, quote_plus

from runwright.evidence.archive import texts

SHORT = 8
"""Values of fewer characters are looked for as they are only: their other forms would fit by chance."""

_IN_QUERY, _IN_ADDRESS = r"[^&#\s\"'<>\\‹]*", r"[^&#%\s\"'<>\\‹]*"
"""What a value in an address is made of, and in an address that stands inside another one."""
_LAST = r"[^&#%\s\"'<>\\‹.,;:!?)]"
"""Its last sign: what ends a sentence behind an address belongs to the sentence."""

_WELL_KNOWN = (
    ("slack token", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"),
    ("slack webhook", r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"),
    ("slack webhook", r"(?i:hooks\.slack(?:-gov)?\.com%2F(?:services|workflows|triggers)%2F)[A-Za-z0-9%_-]+"),
    ("code", rf"(?<=[?&#;]code=){_IN_QUERY}{_LAST}"),
    ("state", rf"(?<=[?&#;]state=){_IN_QUERY}{_LAST}"),
    ("code", rf"(?<=(?i:%3f|%26)code(?i:%3d)){_IN_ADDRESS}{_LAST}"),
    ("state", rf"(?<=(?i:%3f|%26)state(?i:%3d)){_IN_ADDRESS}{_LAST}"),
)
"""Credentials that are known by their look: Slack's tokens and webhook addresses, OAuth's codes and states.

The last of them are what such an address looks like inside another one. A text that was scrubbed stays as it is.
"""

WELL_KNOWN = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_WELL_KNOWN)))

_FORMAL = re.compile(r"[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{8}T\d{6}Z-[0-9a-f]{4}(-rehearsal)?")
"""Sums, times and runs' ids: a value of few characters would fit them by chance."""


def forms(value: str) -> set[str]:
    """The forms in which a value may come out: as it is, stripped, JSON, HTML, URL, base64, hex."""
    found = {value, value.strip()}
    if len(value) < SHORT:
        return {form for form in found if form}
    raw = value.encode("utf-8", "surrogatepass")
    spoken = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found |= spoken | {text.replace("/", "\\/") for text in spoken}
    found |= {re.sub("[<>&']", lambda sign: f"\\u{ord(sign[0]):04x}", text) for text in spoken}
    written = html.escape(value, quote=False)
    for double in ('"', "&quot;", "&#34;", "&#x22;"):
        found |= {written.replace('"', double).replace("'", single) for single in ("'", "&#x27;", "&#39;", "&apos;")}
    found |= _in_addresses(value)
    found |= {raw.hex(), raw.hex().upper()}
    for shift in range(3):
        # base64 of the value somewhere in a longer text: the signs that depend on it alone, for each alignment
        start, end = -(-shift * 4 // 3), (shift + len(raw)) * 4 // 3
        found.add(base64.b64encode(b"\0" * shift + raw)[start:end].decode())
        found.add(base64.urlsafe_b64encode(b"\0" * shift + raw)[start:end].decode())
    return {form for form in found if form}


def _in_addresses(value: str) -> set[str]:
    """The value as libraries, browsers' scripts and forms write it into addresses, once and twice over."""
    if any("\ud800" <= sign <= "\udfff" for sign in value):
        return set()
    once = {quote(value), quote(value, safe=""), quote_plus(value)}
    once |= {quote(value, safe="!~*'()"), quote_plus(value, safe="*").replace("~", "%7E")}
    once |= {quote(value, safe="/:@!$&'()*+,;=?")}
    return once | {quote(text, safe="") for text in once}


def well_known(text: str) -> list[tuple[str, str]]:
    """The credentials in a text that are known by their look alone: what each is, and its value."""
    return [(_kind(found), found[0]) for found in WELL_KNOWN.finditer(text)]


class Scrubber:
    """Replaces each form of each registered value by its name. No text leaves without it.

    Several threads may use it: what one registers, no other takes for looked through without it.
    """

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._values: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None
        self._long: re.Pattern[str] | None = None
        self._spared: set[str] = set()
        self._seen: dict[str, str] = {}
        """Short texts that were looked through already: pages say the same things step after step."""

    def register(self, name: str, value: str) -> None:
        """Take in a secret's value, before anything can print it. All values that a name ever had stay known."""
        with self._one_at_a_time:
            self._take_in(name, value)

    def _take_in(self, name: str, value: str) -> None:
        if not value.strip() or self._values.get(name) == value:
            return
        self._values[name] = value
        self._seen.clear()
        for form in forms(value):
            self._named.setdefault(form, name)
        longest_first = sorted(self._named, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))
        long = [form for form in longest_first if len(form) >= SHORT]
        self._long = re.compile("|".join(map(re.escape, long))) if long else None

    def spare(self, text: str) -> None:
        """Leave a text as it is from now on: it was made here, out of words that were scrubbed."""
        self._spared.add(text)

    def names(self) -> list[str]:
        """The names of the secrets that are known, in the order in which they came."""
        return list(self._values)

    def values(self) -> dict[str, str]:
        """The last value of each."""
        return dict(self._values)

    def text(self, text: str) -> str:
        """The text with every secret replaced by `‹secret NAME›`.

        A sum, a time or a run's id is held against long values alone: a short one would fit it by chance.
        """
        with self._one_at_a_time:
            return self._cleaned(text)

    def _cleaned(self, text: str) -> str:
        if (known := self._seen.get(text)) is not None:
            return known
        if text in self._spared:
            return text
        pattern = self._long if _FORMAL.fullmatch(text) else self._pattern
        cleaned = WELL_KNOWN.sub(lambda found: f"‹secret {_kind(found)}›", self._without(pattern, text))
        if len(text) < 200:
            if len(self._seen) >= 5000:
                self._seen.clear()
            self._seen[text] = cleaned
        return cleaned

    def data(self, data: Any) -> Any:
        """The same for all texts of a JSON value, keys included."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {self.text(str(key)): self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.data(item) for item in data]
        return data

    def stored(self, data: bytes) -> bytes:
        """A file without the long values that are known; the same bytes when it holds none."""
        if self._long is None:
            return data
        text = data.decode("utf-8", "surrogateescape")
        return self._without(self._long, text).encode("utf-8", "surrogateescape")

    def held_in(self, data: bytes) -> list[str]:
        """The names of the secrets that a file holds, packed or not: long values, Slack's tokens and webhooks."""
        found: set[str] = set()
        for text in texts(data):
            if self._long is not None:
                found |= {self._named[each[0]] for each in self._long.finditer(text)}
            found |= {kind for kind, _ in well_known(text) if kind not in ("code", "state")}
        return sorted(found)

    def _without(self, pattern: re.Pattern[str] | None, text: str) -> str:
        return text if pattern is None else pattern.sub(lambda found: f"‹secret {self._named[found[0]]}›", text)


def _kind(found: re.Match[str]) -> str:
    assert found.lastgroup is not None
    return _WELL_KNOWN[int(found.lastgroup[1:])][0]
