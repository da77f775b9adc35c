"""Generates the reference page of the Python API from the docstrings of its public names."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

import runwright

_FUNCTIONS = ("load", "run", "check", "rehearse", "verify", "inspect", "check_guide")
"""The functions, in the order in which people need them."""


def api_page(marker: str) -> str:
    """The page: functions, then classes and enumerations. ``marker`` is its first line."""
    names = [name for name in runwright.__all__ if inspect.isclass(getattr(runwright, name))]
    lines = [marker, "", "# Python API", "", *_introduction(), "", "## Functions"]
    for name in _FUNCTIONS:
        lines += ["", *_function(name)]
    lines += ["", "## Classes"]
    for name in sorted(names):
        lines += ["", *_class(name, getattr(runwright, name))]
    return "\n".join(lines) + "\n"


def _introduction() -> list[str]:
    return [
        "`import runwright` offers what the command line does. A run that fails returns a result like any other;",
        "exceptions are for runs that could not start. Inside a running event loop a run has a thread of its own.",
        "Other names of the package may change in any version.",
    ]


def _function(name: str) -> Iterator[str]:
    function = getattr(runwright, name)
    signature = inspect.signature(function)
    yield f"### {name}"
    yield ""
    yield "```text"
    yield f"runwright.{name}("
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "    *,"
        given = parameter.default
        default = "" if given is inspect.Parameter.empty else " = …" if callable(given) else f" = {given!r}"
        yield f"    {parameter.name}: {parameter.annotation}{default},"
    yield f") -> {signature.return_annotation}"
    yield "```"
    yield from _description(function)


def _description(value: Any) -> Iterator[str]:
    """The docstring; its examples as a block of Python."""
    text, *examples = re.split(r"\n(?=>>> )", inspect.getdoc(value) or "", maxsplit=1)
    yield from ("", text.strip().replace("``", "`"))
    for example in examples:
        yield from ("", "```pycon", example.rstrip(), "```")


def _class(name: str, kind: type[Any]) -> Iterator[str]:
    yield f"### {name}"
    yield from _description(kind)
    if issubclass(kind, Enum):
        yield from ("", ", ".join(f"`{member.value}`" for member in kind) + ".")
        return
    fields = list(_fields(kind))
    if fields:
        yield from ("", "| field | type | meaning |", "|---|---|---|")
        yield from (f"| `{field}` | `{annotation}` | {meaning} |" for field, annotation, meaning in fields)
    for method, function in vars(kind).items():
        if inspect.isfunction(function) and not method.startswith("_") and inspect.getdoc(function):
            signature = str(inspect.signature(function)).replace("(self, ", "(").replace("(self)", "()")
            yield from ("", f"`{method}{signature}`", "", (inspect.getdoc(function) or "").replace("``", "`"))


def _fields(kind: type[Any]) -> Iterator[tuple[str, str, str]]:
    """The public fields of a class: name, type, and the text below it in the source."""
    source = inspect.getsource(kind)
    for name, annotation in vars(kind).get("__annotations__", {}).items():
        if name.startswith("_"):
            continue
        found = re.search(rf'^    {name}: [^\n]*\n    """(.*?)"""', source, re.M | re.S)
        meaning = " ".join(found[1].split()) if found is not None else ""
        yield name, str(annotation).replace("|", "\\|"), meaning.replace("|", "\\|")
