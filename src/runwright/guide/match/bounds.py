"""Refusals that a value can be tested against: numbers and lengths with a bound, digits only, and values in use."""

from __future__ import annotations

import re

_I = re.IGNORECASE
_SIGNS = r"(?:characters?|chars?|letters?|signs?|digits?|symbols?|zeichen|caractères?|caracteres?|글자|자|文字|字符)"
_DIGITS_ONLY = re.compile(
    r"\b(?:entirely|only|all|just|purely) (?:numeric|numbers|digits)\b|\bcannot be (?:numeric|a number)\b"
    r"|\bnur aus (?:ziffern|zahlen)\b|\bentièrement numérique\b"
    r"|\b(?:completamente|sólo) numérica?\b|숫자로만|数字だけ|全是数字",
    _I,
)
_LEAST_SIGNS = re.compile(
    rf"\b(?:at least|minimum(?: of)?|mindestens|au moins|al menos)\s+(\d+)\s+{_SIGNS}"
    rf"|\b(\d+) or more {_SIGNS}|최소\s*(\d+)\s*{_SIGNS}|(\d+)\s*{_SIGNS}\s*(?:이상|以上)|shorter than (\d+)",
    _I,
)
_MOST_SIGNS = re.compile(
    rf"\b(?:at most|no more than|up to|maximum(?: of)?|höchstens|au plus|como máximo)\s+(\d+)\s+{_SIGNS}"
    rf"|\b(\d+) {_SIGNS} or (?:fewer|less)|\b(\d+) or fewer {_SIGNS}|최대\s*(\d+)\s*{_SIGNS}"
    rf"|(\d+)\s*{_SIGNS}\s*(?:이하|以下|以内)|longer than (\d+)",
    _I,
)
_NUMBER = r"(-?\d+(?:[.,]\d+)?)"
_RANGE = re.compile(rf"\b(?:between|from|zwischen|entre) {_NUMBER} (?:and|to|und|et|y) {_NUMBER}", _I)
_LEAST = re.compile(
    rf"\b(?:greater than or equal to|at least|no less than|minimum(?: value)?(?: is| of)?|mindestens|≥|>=) ?{_NUMBER}"
    rf"|{_NUMBER} (?:or more|or greater|or higher|이상|以上)",
    _I,
)
_MOST = re.compile(
    rf"\b(?:less than or equal to|at most|no more than|maximum(?: value)?(?: is| of)?|up to|höchstens|≤|<=) ?{_NUMBER}"
    rf"|{_NUMBER} (?:or less|or fewer|or lower|이하|以下)",
    _I,
)


def breaks(message: str, value: str) -> bool | None:
    """Whether a page that shows the message refuses the value; None if the message says nothing that can be tested."""
    text = value.strip()
    found: list[bool] = []
    if _DIGITS_ONLY.search(message):
        found.append(text.isdigit())
    least, most = _first(_LEAST_SIGNS, message), _first(_MOST_SIGNS, message)
    if least is not None:
        found.append(len(text) < least)
    if most is not None:
        found.append(len(text) > most)
    number = _number(text)
    if not found and number is not None:
        inner = _RANGE.search(message)
        least, most = _first(_LEAST, message), _first(_MOST, message)
        if inner is not None:
            least, most = _number(inner[1]), _number(inner[2])
        if least is not None:
            found.append(number < least)
        if most is not None:
            found.append(number > most)
    return any(found) if found else None


def _first(pattern: re.Pattern[str], message: str) -> float | None:
    match = pattern.search(message)
    return _number(next(filter(None, match.groups()))) if match is not None else None


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
