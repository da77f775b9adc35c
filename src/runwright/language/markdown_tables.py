"""Renders models as Markdown reference: purpose and fields, from their docstrings and types."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from runwright.language.runbook_model import CommonFields
from runwright.language.verb_spec import VerbModel

_WORDS = {
    "str": "text",
    "bool": "yes or no",
    "int": "number",
    "float": "number",
    "BlockName": "block",
    "Place": "site and path",
    "SectionName": "a section's name",
    "Seconds": "time (`10s`)",
    "Point": "point in the control (`120, 40`)",
    "Template": "text with `${…}`",
    "Expression": "`${…}`",
    "Pattern": "regular expression",
    "Variable": "name",
    "Secret": "secret",
    "dict": "table",
}


def summary(model: type[BaseModel]) -> str:
    """The first paragraph of a model's docstring."""
    return (inspect.getdoc(model) or "").split("\n\n")[0].replace("\n", " ")


@cache
def field_docs(model: type[BaseModel]) -> Mapping[str, str]:
    """The docstring below each field, from the source of the model."""
    found = re.findall(r'^    (\w+): [^\n]*\n    """(.*?)"""', inspect.getsource(model), flags=re.M | re.S)
    return {name: " ".join(text.split()) for name, text in found}


def page(model: type[VerbModel]) -> str:
    """The reference page of a verb, in Markdown."""
    names = [name for name in CommonFields.model_fields if name not in ("mark", model.name)]
    common = ", ".join(f"`{name}`" for name in filter(model.takes, names))
    lines = [f"# {model.name}", "", inspect.getdoc(model) or "", ""]
    lines += [*table(model, model.name), ""]
    if model.one_of:
        lines += [f"At least one of {', '.join(f'`{name}`' for name in model.one_of)} is required.", ""]
    lines += [f"Common fields: {common}."]
    return "\n".join(lines)


def table(model: type[BaseModel], first: str | None = None) -> Iterator[str]:
    """The fields of a model as the lines of a Markdown table; ``first`` replaces the name of the first field."""
    docs = field_docs(model)
    yield from ("| field | takes | |", "|---|---|---|")
    fields = [(name, info) for name, info in model.model_fields.items() if name != "mark"]
    for number, (name, info) in enumerate(fields):
        shown = first if first is not None and number == 0 else info.alias or name
        optional = "" if info.is_required() else " (optional)"
        yield f"| `{shown}` | {_kind(info.annotation)} | {docs.get(name, '')}{optional} |"


def _kind(annotation: Any) -> str:
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [_kind(each) for each in get_args(annotation) if each is not type(None)]
        names = list(dict.fromkeys(kinds))
        return "condition" if "all" in names else " or ".join(names)
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{each}`" for each in get_args(annotation))
    if get_origin(annotation) is list:
        return f"list of {_kind(get_args(annotation)[0])}"
    name = getattr(annotation, "__name__", str(annotation))
    return _WORDS.get(name, name.lower())
