"""The failure for an option that a list does not have once: how many there are, and the nearest to paste."""

from __future__ import annotations

from collections.abc import Iterable

from runwright.engine.errors import StepFailed
from runwright.language.pasted_lines import as_value

NEAREST = 5
"""Options that a failure names."""


def no_option(option: str, names: Iterable[str], found: int, where: str = "") -> StepFailed:
    """The failure for an option that was ``found`` never or several times among the ``names`` of a list."""
    known = list(dict.fromkeys(name for name in names if name))
    lines = [f"option: {as_value(name.replace('${', '$${'))}" for name in nearest(option, known)]
    if found:
        message = f"The list has {found} options “{option}”{where}."
    else:
        message = f"The list has no option “{option}”{where}" + (f", but {_count(known)}." if known else ".")
    return StepFailed(message, f'option "{option}"', lines)


def _count(names: list[str]) -> str:
    return f"{len(names)} others" if len(names) > 1 else "one other"


def nearest(option: str, names: list[str], most: int = NEAREST) -> list[str]:
    """The names most similar to an option, the nearest first; those that contain its words come first."""
    from rapidfuzz import fuzz, process, utils

    scored = process.extract(option, names, scorer=fuzz.WRatio, processor=utils.default_process, limit=None)
    ranked = sorted(scored, key=lambda each: (option.lower() not in each[0].lower(), -each[1], each[2]))
    return [name for name, _, _ in ranked[:most]]
