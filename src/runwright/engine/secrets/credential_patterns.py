"""Credentials known by their format: what a pattern is, and a set of them compiled into one. Names no vendor."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

MIN_WORD = 12
"""Characters without a space, all of ASCII, from which the words of a page are compared with the patterns."""


@dataclass(frozen=True)
class CredentialPattern:
    """The format of a kind of credential. Raises ValueError if the pattern cannot be joined with others."""

    name: str
    """What it is, as it appears in `‹secret NAME›`: "slack token"."""
    pattern: str
    """A regular expression of Python, without named groups and without references to groups.

    On a page, a match is found in words of at least 12 characters of ASCII. It must not match `‹secret NAME›`.
    """
    in_files: bool = True
    """Whether a file that contains a match is kept out of the run folder."""

    def __post_init__(self) -> None:
        try:
            compiled = re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"The pattern of the credential {self.name!r} is invalid: {error}.") from None
        if compiled.groupindex or re.search(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?\(", self.pattern):
            raise ValueError(
                f"The pattern of the credential {self.name!r} has named groups or references to groups. "
                "Use (?:…) instead."
            )
        if compiled.search("") is not None or compiled.search(f"‹secret {self.name}›") is not None:
            raise ValueError(
                f"The pattern of the credential {self.name!r} matches an empty text, or its own replacement."
            )


class CredentialPatterns:
    """A set of patterns, compiled into one. Where two patterns match at the same place, the earlier one names it."""

    def __init__(self, patterns: Iterable[CredentialPattern]) -> None:
        self._patterns = tuple(patterns)
        joined = "|".join(f"(?P<k{number}>{each.pattern})" for number, each in enumerate(self._patterns))
        self._compiled = re.compile(joined or r"(?!)")
        self._cached = lru_cache(maxsize=4096)(self._found)

    def __iter__(self) -> Iterator[CredentialPattern]:
        return iter(self._patterns)

    def find(self, text: str) -> list[tuple[str, str]]:
        """The credentials in a text: the name and the value of each."""
        return list(self._cached(text) if len(text) < 500 else self._found(text))

    def scrub(self, text: str) -> str:
        """The text with each credential replaced by `‹secret NAME›`."""
        return self._compiled.sub(lambda found: f"‹secret {self._pattern(found).name}›", text)

    def in_file(self, text: str) -> set[str]:
        """The names of the credentials in the text of a file, without those that may stay in files."""
        matches = (self._pattern(found) for found in self._compiled.finditer(text))
        return {pattern.name for pattern in matches if pattern.in_files}

    def _found(self, text: str) -> tuple[tuple[str, str], ...]:
        return tuple((self._pattern(found).name, found[0]) for found in self._compiled.finditer(text))

    def _pattern(self, found: re.Match[str]) -> CredentialPattern:
        """The pattern of a match: its group is the outermost one, so the last that was closed."""
        assert found.lastgroup is not None
        return self._patterns[int(found.lastgroup[1:])]
