"""Generate the reference of the journal from the types of its events: a page, and a JSON Schema for one line."""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from runwright.cli.journal_examples import EXAMPLES
from runwright.evidence import event_parts
from runwright.evidence.event_codec import data_of, events_adapter
from runwright.evidence.event_parts import Event, FailureRecord, ScreenshotRecord
from runwright.evidence.events import KINDS
from runwright.evidence.journal import FORMAT

_TYPES = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "true or false",
    "Box": "list of 4 numbers",
    "StepPart": "text",
    "StepOutcome": "`made` or `not made` or `unknown`",
    "Moment": "text",
    "Status": "text",
    "StepStatus": "text",
    "FailureClass": "text",
    "None": "null",
}
_INTRO = """\
`events.jsonl` is the journal of a run. The reports, the statement, the sums and the guide check are all made from it.
This page describes format **{format}**; [journal.schema.json](journal.schema.json) is the JSON Schema of one line.
Readers must ignore events and fields that they do not know.
"""
_ENCODING = """\
Each line is one compact JSON object in UTF-8, and ends with a line feed. A line is on disk before the run continues.
All text is scrubbed before it is written: the value of a secret, in any form, becomes `‹secret NAME›`, and a credential
of a known pattern becomes `‹secret slack token›`, `‹secret slack webhook›`, `‹secret code›` or `‹secret state›`.
"""
_CHAIN = """\
The lines form a hash chain. The SHA-256 of the last line is the **journal digest**. The first event is `run`, the last
is `end`. A journal without `end` belongs to a run that was killed; its last line may be partial, and readers omit it.

In the examples below, `prev` and the other digests are shortened.\
"""
_OBJECTS = ("Mapping[", "Any")
_PARTS = (ScreenshotRecord, FailureRecord)
"""The nested parts that have a table of their own on the page."""


def journal_page() -> str:
    """The page without its marker."""
    return "\n".join(_lines()) + "\n"


def journal_schema() -> str:
    """The JSON Schema of one line of a journal."""
    schema = events_adapter().json_schema(mode="serialization")
    documented: dict[str, type[Any]] = {each.__name__: each for each in KINDS}
    documented |= {name: kind for name, kind in vars(event_parts).items() if inspect.isclass(kind)}
    for name, definition in schema["$defs"].items():
        kind = documented.get(name)
        notes = _notes(kind) if kind is not None else {}
        names = getattr(kind, "JSON_NAMES", {})
        for field, note in notes.items():
            definition["properties"][names.get(field, field)]["description"] = note
        for described in definition.get("properties", {}).values():
            described.pop("default", None)
            described.pop("title", None)
        if kind is not None:
            definition["description"] = _doc(kind)
        if "properties" in definition:
            definition["required"] = list(definition["properties"])  # a run writes every field
    title = "One line of the journal of a runwright run (events.jsonl)"
    note = f"Format {FORMAT}. Readers must ignore events of other kinds, and fields that are not listed here."
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title, "description": note}
    return json.dumps({**head, **schema}, ensure_ascii=False, indent=1) + "\n"


def _lines() -> Iterator[str]:
    yield from ("# Journal", "", _INTRO.replace("{format}", str(FORMAT)), "## Lines", "", _ENCODING)
    yield from ("Every line starts with these four fields, in this order:", "", *_table(Event, header=True), "", _CHAIN)
    main = [each for each in EXAMPLES if _is_main(each)]
    for event in main:
        yield from ("", f"## {event.event}", "", _doc(type(event)), "", "```json", _json(event), "```", "")
        yield from _table(type(event))
        if event.event == "step":
            for part, heading in zip(_PARTS, ("A screenshot", "A failure"), strict=True):
                yield from ("", f"### {heading}", "", _doc(part), "", *_table(part))
    yield from ("", "## Other events", "")
    yield "They may appear anywhere between `run` and `end`. The examples omit the first four fields, except `event`."
    yield from ("", "| event | when | example |", "|---|---|---|")
    for event in EXAMPLES:
        if not _is_main(event):
            yield f"| `{event.event}` | {_when(type(event))} | `{_json(event, short=True)}` |"


def _is_main(event: Event) -> bool:
    """Whether an event has a heading of its own: those that give a journal its shape."""
    return event.event in ("run", "section", "intent", "step", "section-ended", "end")


def _json(event: Event, short: bool = False) -> str:
    data = data_of(event, lambda text: text)
    if short:
        data = {key: value for key, value in data.items() if key not in ("prev", "number", "time")}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def _table(kind: type[Any], header: bool = False) -> Iterator[str]:
    """The table of a type's own fields; of `Event`, those that every event has."""
    common = set() if header else {each.name for each in fields(Event)}
    notes, names = _notes(kind), getattr(kind, "JSON_NAMES", {})
    yield from ("| field | type | content |", "|---|---|---|")
    for each in fields(kind):
        if each.name not in common:
            yield f"| `{names.get(each.name, each.name)}` | {_type(str(each.type))} | {notes.get(each.name, '')} |"


def _type(annotation: str) -> str:
    """An annotation in words of JSON."""
    if annotation.startswith("Literal["):
        return " or ".join(f"`{word}`" for word in re.findall(r"['\"](.*?)['\"]", annotation))
    if annotation.endswith(" | None"):
        return f"{_type(annotation.removesuffix(' | None'))}, or null"
    if annotation.startswith("tuple["):
        inner = annotation[len("tuple[") :].partition(",")[0]
        plural = {"str": "texts", "int": "numbers"}.get(inner)
        return f"list of {plural}" if plural else f"list of objects ({_keys(inner)})"
    if annotation.startswith(_OBJECTS):
        return "object"
    if annotation in _TYPES:
        return _TYPES[annotation]
    return f"object ({_keys(annotation)})"


def _keys(name: str) -> str:
    kind = getattr(event_parts, name)
    names = getattr(kind, "JSON_NAMES", {})
    return ", ".join(f"`{names.get(each.name, each.name)}`" for each in fields(kind))


def _when(kind: type[Any]) -> str:
    """The docstring of an event as a part of a sentence, with the notes of its fields."""
    doc = _doc(kind).rstrip(".")
    notes = [f"`{name}`: {note.rstrip('.')}" for name, note in _notes(kind).items()]
    return "; ".join([doc, *notes])


def _doc(kind: type[Any]) -> str:
    return " ".join((inspect.getdoc(kind) or "").split())


def _notes(kind: Any) -> dict[str, str]:
    """The docstrings of a class's own fields."""
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for field, note in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            match note:
                case ast.Expr(value=ast.Constant(value=str(text))):
                    found[field.target.id] = " ".join(text.split())
    return found
