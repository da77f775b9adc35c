"""Says of a model in Markdown what it is for and what its fields take, from its docstrings and types."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from runwright.language.runbook_model import Frame
from runwright.language.verb_spec import VerbModel

_WORDS = {
    "str": "text",
    "bool": "yes or no",
    "int": "number",
    "float": "number",
    "BlockName": "block",
    "Place": "site and path",
    "SectionTitle": "a section's title",
    "Seconds": "time (`10s`)",
    "Point": "place in it (`120, 40`)",
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
    """The docstring below each field, as the model's file has it."""
    found = re.findall(r'^    (\w+): [^\n]*\n    """(.*?)"""', inspect.getsource(model), flags=re.M | re.S)
    return {name: " ".join(text.split()) for name, text in found}


def page(model: type[VerbModel]) -> str:
    """A verb's page, in Markdown."""
    names = [name for name in Frame.model_fields if name not in ("mark", model.name)]
    around = ", ".join(f"`{name}`" for name in filter(model.takes, names))
    lines = [f"# {model.name}", "", inspect.getdoc(model) or "", ""]
    lines += [*table(model, model.name), ""]
    if model.one_of:
        lines += [f"At least one of {', '.join(f'`{name}`' for name in model.one_of)} must be there.", ""]
    lines += [f"Around it may stand: {around}."]
    return "\n".join(lines)


def table(model: type[BaseModel], first: str | None = None) -> Iterator[str]:
    """The fields of a model as the lines of a Markdown table; ``first`` is what the first is called."""
    docs = field_docs(model)
    yield from ("| field | takes | |", "|---|---|---|")
    fields = [(name, info) for name, info in model.model_fields.items() if name != "mark"]
    for number, (name, info) in enumerate(fields):
        shown = first if first is not None and number == 0 else info.alias or name
        need = "" if info.is_required() else " (may be left out)"
        yield f"| `{shown}` | {_kind(info.annotation)} | {docs.get(name, '')}{need} |"


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
