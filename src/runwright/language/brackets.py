"""Text that YAML takes for something else, since it begins as a table, a list or an entry of one does."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml

from runwright.language.errors import Mark
from runwright.language.slips import Slip, quoted

_ENTRY = re.compile(r"^(?P<head>\s*(?:-\s+)*[^\s:#'\"{\[][^:{\[]*:\s+)(?P<value>\S.*?)\s*$")
_CLOSED = re.compile(r"(?:\{(?:(?!: )[^{}])*\}|\[(?:(?!: )[^\[\]])*\])\s*[^\s#,}\]]")


def explain(error: yaml.YAMLError, lines: Sequence[str]) -> Slip | None:
    """What to say of such a text, when a fault of syntax comes of it."""
    place = getattr(error, "problem_mark", None)
    if place is None or not place.line < len(lines):
        return None
    entry = _ENTRY.match(lines[place.line])
    if entry is None:
        return None
    value = entry["value"]
    mark = Mark(place.line + 1, entry.start("value") + 1)
    remedy = f"Put it in quotes: {quoted(value)}"
    if _CLOSED.match(value):
        kind = "table" if value[0] == "{" else "list"
        message = f"A value that begins with `{value[0]}` is a {kind} in YAML, and ends where that closes."
        return Slip(mark, message, remedy, entry["head"] + quoted(value))
    if re.match(r"[-?](\s|$)", value) and "not allowed" in str(getattr(error, "problem", "")):
        return Slip(mark, f"A value cannot begin with `{value[0]} `.", remedy, entry["head"] + quoted(value))
    return None


def lone_word(line: str, column: int) -> str | None:
    """The `{word}` that begins in this column of a line; None where a table is meant, or `{{…}}`."""
    found = re.match(r"\{[^{}:,]*\}", line[column - 1 :])
    return None if found is None or line[column - 2 : column - 1] == "{" else found[0]
