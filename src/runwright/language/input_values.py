"""Converts the value of an input to its declared type, and checks it against the declaration."""

from __future__ import annotations

from typing import Any

from runwright.language.diagnostics import did_you_mean
from runwright.language.origins import origin
from runwright.language.runbook_model import Input

_FLAGS = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


def fit(declared: Input, value: Any) -> Any:
    """The value in its declared type: an int, a bool, a list of texts, else a text.

    Raises ValueError with the reason as a sentence.
    """
    if declared.type == "list":
        items = value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]
        texts = [str(item) for item in items if str(item).strip()]
        for each in texts:
            _allowed(declared, each)
        return texts
    if isinstance(value, list | dict):
        raise ValueError("the value must not be a list.")
    text = str(value).strip()
    if not text:
        raise ValueError("the value is empty.")
    match declared.type:
        case "url":
            text = _address(text)
        case "number":
            digits = text.removeprefix("-")
            if not (digits.isascii() and digits.isdigit()):
                raise ValueError(f"`{text}` is not a whole number.")
        case "flag":
            if text.lower() not in _FLAGS:
                raise ValueError(f"`{text}` is neither yes nor no.")
            return _FLAGS[text.lower()]
        case _:
            pass
    _allowed(declared, text)
    return int(text) if declared.type == "number" else text


def _address(text: str) -> str:
    """The URL without a trailing slash."""
    if origin(text) is None:
        raise ValueError(f"`{text}` is not a URL; write https://host or https://host:8443.")
    return text.rstrip("/")


def _allowed(declared: Input, text: str) -> None:
    """Raises ValueError if the declaration does not allow the text."""
    if declared.choices and text not in declared.choices:
        raise ValueError(
            f"`{text}` is not one of {', '.join(declared.choices)}. {did_you_mean(text, declared.choices)}"
        )
    if declared.max_length is not None and len(text) > declared.max_length:
        raise ValueError(f"the value has {len(text)} characters; the maximum is {declared.max_length}.")
    if declared.match is not None and not declared.match.fullmatch(text):
        raise ValueError(f"`{text}` does not match `{declared.match}`.")
