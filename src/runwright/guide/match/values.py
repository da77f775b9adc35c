"""Values of a guide and those that a run entered: equal, or how they differ; JSON is compared as JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from runwright.guide.match import name_match


def same_value(written: str, entered: str) -> bool:
    """Whether a value in a guide is the text that a step enters. Blanks and the layout of JSON make no difference."""
    if name_match.plain(written) == name_match.plain(entered) != "":
        return True
    if " ".join(written.split()) == " ".join(entered.split()):
        return True
    if not is_json(entered):
        return False
    try:
        return bool(json.loads(written) == json.loads(entered))
    except (ValueError, RecursionError):
        return False


def alike(written: str, entered: str) -> bool:
    """Whether a block of code in a guide is meant to be the text that a step enters."""
    if len(entered) < 8:
        return False
    if is_json(entered) and written.lstrip()[:1] == entered.lstrip()[:1]:
        return True
    return fuzz.ratio(" ".join(written.split())[:2_000], " ".join(entered.split())[:2_000]) >= 60


@lru_cache(maxsize=1_000)
def is_json(text: str) -> bool:
    """Whether a text is a JSON object or list."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True)
class JsonMistake:
    """What makes a text no JSON. Line and column count from 1 within it."""

    line: int
    column: int
    what: str
    remedy: str


def json_mistake(written: str) -> JsonMistake | None:
    """The first mistake in a text that is meant as JSON; None for valid JSON."""
    try:
        json.loads(written)
    except json.JSONDecodeError as error:
        before = written[: error.pos].rstrip()
        rest = written[error.pos :].lstrip()
        at = len(before) - 1
        if before.endswith(",") and rest[:1] in ("]", "}"):
            return _mistake(written, at, f"a comma stands before the closing `{rest[0]}`", "Delete this comma.")
        if (rest[:1] in ("]", "}") and written[error.pos - 1 : error.pos] == ",") or rest[:1] == ",":
            return _mistake(written, error.pos, "there is a comma too many", "Delete this comma.")
        if rest[:1] == "'":
            return _mistake(written, error.pos, "a text stands in single quotes", "Write it in double quotes.")
        if error.msg.startswith("Expecting ',' delimiter"):
            return _mistake(written, max(at, 0), "a comma is missing after this", "Add the comma.")
        return _mistake(written, min(error.pos, len(written) - 1), "it is not valid from here on", "Correct the JSON.")
    except (ValueError, RecursionError):
        return JsonMistake(1, 1, "it cannot be read", "Correct the JSON.")
    return None


def _mistake(written: str, at: int, what: str, remedy: str) -> JsonMistake:
    return JsonMistake(written.count("\n", 0, at) + 1, at - written.rfind("\n", 0, at), what, remedy)
