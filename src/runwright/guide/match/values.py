"""Values of a guide and those that a run entered: equal, or how they differ; JSON is compared as JSON."""

from __future__ import annotations

import json
from functools import lru_cache

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


def json_mistake(written: str) -> tuple[str, int, int] | None:
    """What makes a text no JSON, with line and column from 1 within it; None for valid JSON."""
    try:
        json.loads(written)
    except json.JSONDecodeError as error:
        return error.msg, error.lineno, error.colno
    except (ValueError, RecursionError) as error:
        return str(error), 1, 1
    return None
