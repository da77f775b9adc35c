"""The reference of the verbs, made from their own files: what each does, its fields, an example."""

from __future__ import annotations

import inspect
import re
import types
from typing import Any, Union, get_args, get_origin

from runwright.language.model import Frame
from runwright.language.verbs import VerbModel

_WORDS = {"str": "text", "bool": "yes or no", "int": "number", "BlockName": "block", "Place": "site and path"}


def summary(model: type[VerbModel]) -> str:
    """The first sentence of a verb's docstring."""
    text = inspect.getdoc(model) or ""
    return text.split("\n\n")[0].replace("\n", " ")


def page(model: type[VerbModel]) -> str:
    """A verb's page, in Markdown."""
    text = inspect.getdoc(model) or ""
    docs = _field_docs(model)
    lines = [f"# {model.name}", "", text, "", "| field | takes | |", "|---|---|---|"]
    for number, (name, info) in enumerate(model.model_fields.items()):
        shown = model.name if number == 0 else info.alias or name
        need = "" if info.is_required() else " (may be left out)"
        lines.append(f"| `{shown}` | {_kind(info.annotation)} | {docs.get(name, '')}{need} |")
    lines += [
        "",
        "Around it may stand: " + ", ".join(f"`{name}`" for name in Frame.model_fields if name != "mark") + ".",
    ]
    return "\n".join(lines)


def _kind(annotation: Any) -> str:
    if get_origin(annotation) in (Union, types.UnionType):
        kinds = [_kind(each) for each in get_args(annotation) if each is not type(None)]
        names = list(dict.fromkeys(kinds))
        return "condition" if "All" in names else " or ".join(name.lower() for name in names)
    if get_origin(annotation) is list:
        return f"list of {_kind(get_args(annotation)[0])}"
    name = getattr(annotation, "__name__", str(annotation))
    return _WORDS.get(name, name if name == "All" else name.lower())


def _field_docs(model: type[VerbModel]) -> dict[str, str]:
    """The docstring below each field, as the file has it."""
    source = inspect.getsource(model)
    found = re.findall(r"^    (\w+): [^\n]*\n    \"\"\"(.*?)\"\"\"", source, flags=re.M | re.S)
    return {name: " ".join(text.split()) for name, text in found}
