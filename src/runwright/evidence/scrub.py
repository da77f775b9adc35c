"""Takes the values of secrets out of everything that leaves the process, by value and by form."""

from __future__ import annotations

import base64
import html
import json
import re
from typing import Any
from urllib.parse import quote, quote_plus

SHORT = 8
"""Values of fewer characters are looked for as they are only: their other forms would fit by chance."""

_WELL_KNOWN = (
    ("slack token", r"xox[abeoprs](?:\.xox[bp])?-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}"),
    ("slack webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_-]+"),
    ("code", r"(?<=[?&]code=)[^&#\s\"'<>\\]+"),
    ("state", r"(?<=[?&]state=)[^&#\s\"'<>\\]+"),
)
"""Credentials that are known by their look: Slack's tokens and webhook addresses, OAuth's codes and states."""

WELL_KNOWN = re.compile("|".join(f"(?P<k{n}>{pattern})" for n, (_, pattern) in enumerate(_WELL_KNOWN)))


def forms(value: str) -> set[str]:
    """The forms in which a value may come out: as it is, stripped, JSON, HTML, URL, base64, hex."""
    found = {value, value.strip()}
    if len(value) < SHORT:
        return {form for form in found if form}
    raw = value.encode()
    found |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
    found |= {html.escape(value), html.escape(value, quote=False)}
    found |= {quote(value), quote(value, safe=""), quote_plus(value)}
    found |= {raw.hex(), raw.hex().upper()}
    for shift in range(3):
        # base64 of the value somewhere in a longer text: the signs that depend on it alone, for each alignment
        coded = base64.b64encode(b"\0" * shift + raw)
        start, end = -(-shift * 4 // 3), (shift + len(raw)) * 4 // 3
        for text in (coded[start:end].decode(), base64.urlsafe_b64encode(b"\0" * shift + raw)[start:end].decode()):
            found.add(text)
    return {form for form in found if form}


class Scrubber:
    """Replaces each form of each registered value by its name. No text leaves without it."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}
        self._named: dict[str, str] = {}
        self._pattern: re.Pattern[str] | None = None

    def register(self, name: str, value: str) -> None:
        """Take in a secret's value, before anything can print it."""
        if not value or self._values.get(name) == value:
            return
        self._values[name] = value
        for form in forms(value):
            self._named.setdefault(form, name)
        longest_first = sorted(self._named, key=len, reverse=True)
        self._pattern = re.compile("|".join(re.escape(form) for form in longest_first))

    def names(self) -> list[str]:
        return list(self._values)

    def values(self) -> dict[str, str]:
        return dict(self._values)

    def text(self, text: str) -> str:
        """The text with every secret replaced by `‹secret NAME›`."""
        if self._pattern is not None:
            text = self._pattern.sub(lambda found: f"‹secret {self._named[found[0]]}›", text)
        return WELL_KNOWN.sub(_named, text)

    def data(self, data: Any) -> Any:
        """The same for all texts of a JSON value, keys included."""
        if isinstance(data, str):
            return self.text(data)
        if isinstance(data, dict):
            return {self.text(str(key)): self.data(value) for key, value in data.items()}
        if isinstance(data, list | tuple):
            return [self.data(item) for item in data]
        return data


def _named(found: re.Match[str]) -> str:
    kind = found.lastgroup
    assert kind is not None
    return f"‹secret {_WELL_KNOWN[int(kind[1:])][0]}›"
