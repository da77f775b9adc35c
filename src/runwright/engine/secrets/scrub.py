"""Scrubs secrets from everything that leaves the process: known values in all their forms, and credential formats."""

from __future__ import annotations

import re
from collections.abc import Mapping
from threading import Lock
from typing import Any

from runwright.engine.secrets.credential_patterns import CredentialPatterns
from runwright.engine.secrets.secret_forms import SecretForms, SecretPlace
from runwright.engine.secrets.shipped_credentials import SHIPPED
from runwright.evidence.archive import texts

_FORMAL = re.compile(r"[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z|\d{8}T\d{6}Z-[0-9a-f]{4}(-rehearsal)?")
"""Digests, times and run ids: some form of a value would match them by chance."""
_REPLACED = re.compile(r"‹secret ([^‹›]*)›")


_REMEMBERED = 32
"""Texts of pages whose places are remembered: a few for each frame."""


class Scrubber:
    """Replaces each form of each registered value by the secret's name. Every text passes through it before it leaves.

    It is thread-safe: a value that one thread registers is scrubbed by all others from then on.
    """

    def __init__(self, credentials: CredentialPatterns = SHIPPED, values: Mapping[str, str] | None = None) -> None:
        """``credentials`` are the formats that are scrubbed without being registered, ``values`` secrets by name."""
        self.credentials = credentials
        self._lock = Lock()
        self._values: dict[str, str] = {}
        self._forms = SecretForms()
        self._exempt: set[str] = set()
        self._cache: dict[str, str] = {}
        """Short texts with their scrubbed form: pages repeat the same texts step after step."""
        self._places: dict[str, list[SecretPlace]] = {}
        """What was found in the texts of pages that were searched last: a page is read before and after a capture."""
        for name, value in (values or {}).items():
            self.register(name, value)

    def register(self, name: str, value: str) -> None:
        """Register a secret's value before anything can print it. Earlier values of the name stay registered."""
        with self._lock:
            if value.strip() and self._values.get(name) != value:
                self._values[name] = value
                self._cache.clear()
                self._places.clear()
                self._forms.add(name, value)

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

        A digest, a time or a run id is compared with long values as they are: another form would match by chance.
        """
        with self._lock:
            return self._cleaned(text)

    def find(self, text: str) -> list[SecretPlace]:
        """The places in a text that show a registered value in any form."""
        with self._lock:
            if (places := self._places.get(text)) is None:
                while len(self._places) >= _REMEMBERED:
                    del self._places[next(iter(self._places))]  # the oldest
                places = self._places[text] = self._forms.find(text)
            return list(places)

    def _cleaned(self, text: str) -> str:
        if (known := self._cache.get(text)) is not None:
            return known
        if text in self._exempt:
            return text
        places = self._forms.literal(text) if _FORMAL.fullmatch(text) else self._forms.find(text)
        cleaned = self.credentials.scrub(self._without(places, text))
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
        text = data.decode("utf-8", "surrogateescape")
        places = self._forms.find(text, long_only=True)
        return self._without(places, text).encode("utf-8", "surrogateescape") if places else data

    def secrets_in(self, data: bytes) -> list[str]:
        """The names of the secrets in a file or in its archives: long values, and credentials of a known format."""
        found: set[str] = set()
        for text in texts(data):
            found |= {place.name for place in self._forms.find(text, long_only=True)}
            found |= self.credentials.in_file(text)
        return sorted(found)

    def _without(self, places: list[SecretPlace], text: str) -> str:
        """A text with each place replaced by the name of its secret, except in such a replacement."""
        replaced = []
        if places and "‹" in text:
            names = {*self._values, *(each.name for each in self.credentials)}
            replaced = [found.span() for found in _REPLACED.finditer(text) if found[1] in names]
        parts: list[str] = []
        done = 0
        for place in places:
            if any(start <= place.start and place.end <= end for start, end in replaced):
                continue
            parts += (text[done : place.start], f"‹secret {place.name}›")
            done = place.end
        return "".join((*parts, text[done:]))
