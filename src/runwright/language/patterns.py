"""Regular expressions that runbooks contain: matched in time proportional to the text, whatever the expression is.

The engine is RE2, which does not backtrack. It has no lookaround and no references to groups; `\\d`, `\\w` and `\\s`
mean ASCII characters, as they do in a browser; `$` is the end of the text.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pydantic_core import core_schema

from runwright.language.fields import FieldError

MOST_CHARACTERS = 1_000
"""The longest pattern."""
MOST_GROUPS = 100
"""The most parentheses that open in a pattern."""
_REMEDY = "Write a regular expression of RE2: without lookaround (?=…) and references to groups \\1."


class Pattern:
    """A regular expression. It is compiled at its first use."""

    def __init__(self, source: str) -> None:
        self.source = source

    def fullmatch(self, text: str) -> bool:
        """Whether the whole text matches."""
        return _compiled(self.source).fullmatch(_utf8(text)) is not None

    def search(self, text: str) -> bool:
        """Whether a part of the text matches."""
        return _compiled(self.source).search(_utf8(text)) is not None

    def __str__(self) -> str:
        return self.source

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pattern) and self.source == other.source

    def __hash__(self) -> int:
        return hash(self.source)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """A field of this type takes a pattern, or its text."""
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else parse_pattern(str(value))
        )


ANY_TEXT = Pattern(r"(?s).*[^\s\pZ].*")
"""Matches a text that is not blank."""


def parse_pattern(text: str) -> Pattern:
    """Parse a regular expression. Raises FieldError."""
    if len(text) > MOST_CHARACTERS:
        message = f"The pattern has {len(text):,} characters; it can have at most {MOST_CHARACTERS:,}."
        raise FieldError(message, "Match a shorter part of the text.")
    if text.count("(") > MOST_GROUPS:
        raise FieldError(f"The pattern has more than {MOST_GROUPS} groups.", "Match a shorter part of the text.")
    import re2

    try:
        _compiled(str(text))
    except re2.error as error:
        reason = error.args[0].decode("utf-8", "replace") if error.args else "not valid"
        raise FieldError(f"Invalid pattern: {reason}.", _REMEDY) from None
    except UnicodeEncodeError:
        raise FieldError("Invalid pattern: it contains half a character.", _REMEDY) from None
    return Pattern(str(text))


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    import re2  # 20 ms, for runbooks that contain a pattern only

    options = re2.Options()
    options.log_errors = False
    return re2.compile(source, options)


def _utf8(text: str) -> str:
    """The text with every half of a surrogate pair replaced: a page may hold such text, and UTF-8 has none."""
    return text.encode("utf-8", "replace").decode("utf-8")
