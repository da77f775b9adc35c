"""A YAML table becomes a model, field by field, with every fault told at its place."""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from runwright.language.conditions import CONDITIONS, All, AnyOf, Condition, Every, parse_condition
from runwright.language.diagnostics import Faults, Mark, did_you_mean
from runwright.language.expressions import Expression, ExpressionError, Template, expression_end, template
from runwright.language.fields import (
    BlockName,
    FieldError,
    Keys,
    Place,
    Point,
    Seconds,
    SectionTitle,
    Variable,
    parse_place,
    parse_point,
    parse_seconds,
    parse_variable,
)
from runwright.language.key_names import parse_keys
from runwright.language.secret_value import Secret
from runwright.language.targets import Target, TargetError, parse_target
from runwright.language.yaml_hints import quoted
from runwright.language.yaml_tree import Node, Row, Table, Text


class Unreadable(Exception):
    """A value was not read; its faults are told already."""


PartT = TypeVar("PartT", bound=BaseModel)
_LEAVES: dict[Any, Callable[[Text], Any]] = {
    Target: lambda text: parse_target(text, text.mark),
    Place: lambda text: parse_place(text, text.mark),
    Template: lambda text: template(text, text.mark),
    Variable: parse_variable,
    Seconds: parse_seconds,
    Point: parse_point,
    Keys: parse_keys,
    BlockName: BlockName,
    SectionTitle: SectionTitle,
}
_WANTED = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    re.Pattern[str]: "a regular expression",
}


@dataclass(frozen=True)
class Fields:
    """The fields that a table may have."""

    infos: Mapping[str, FieldInfo]
    written: Mapping[str, str]
    """The name of each by how it is written."""
    required: frozenset[str]
    """How those are written that must stand there."""


@cache
def fields_of(model: type[BaseModel], without: str | None = None) -> Fields:
    """The fields of a model, except its mark and one that somebody else reads."""
    infos = {name: info for name, info in model.model_fields.items() if name not in ("mark", without)}
    written = {(info.alias or name): name for name, info in infos.items()}
    return Fields(infos, written, frozenset(key for key, name in written.items() if infos[name].is_required()))


def read_model(model: type[PartT], node: Node, what: str, faults: Faults) -> PartT | None:
    """Read a table into a model; None, with the faults told, when it does not fit."""
    if not isinstance(node, Table):
        needed = next(name for name in model.model_fields if name != "mark")
        value = str(node) if isinstance(node, Text) and len(node) <= 80 else "…"
        faults.add(node.mark, f"{what} is a table of `key: value`.", f"Write `{needed}: {value}` below it.")
        return None
    values, sound = read_fields(fields_of(model), node, what, faults)
    if not sound:
        return None
    if "mark" in model.model_fields:
        values["mark"] = node.mark
    return model(**values)


def read_fields(
    fields: Fields,
    table: Table,
    what: str,
    faults: Faults,
    others: Collection[str] = (),
    templates: bool = False,
) -> tuple[dict[str, Any], bool]:
    """Read the fields that stand in a table: what could be read, and whether that is all; faults are told.

    ``others`` are keys that somebody else reads. With ``templates`` a plain field may hold `${…}`, and then
    becomes a Template.
    """
    values: dict[str, Any] = {}
    sound = True
    for key, node in table.items():
        if key in others:
            continue
        name = fields.written.get(key)
        if name is None:
            faults.add(key.mark, f"{what} has no `{key}`.", did_you_mean(key, [*fields.written, *others]))
            sound = False
            continue
        try:
            values[name] = read_value(fields.infos[name].annotation, node, f"`{key}`", faults, templates)
        except Unreadable:
            sound = False
    for wanted in fields.written:
        if wanted in fields.required and wanted not in table:
            faults.add(table.mark, f"{what} needs `{wanted}`.", f"Add `{wanted}: …`.")
            sound = False
    return values, sound


def read_value(annotation: Any, node: Node, what: str, faults: Faults, templates: bool = False) -> Any:
    """Read one value. Raises Unreadable after telling the fault."""
    shape = _shape(annotation)
    if shape.condition:
        return read_condition(node, what, faults)
    if shape.listed or isinstance(node, Row):
        return _read_list(shape, node, what, faults, templates)
    if isinstance(node, Table):
        return _read_table(shape.options, node, what, faults)
    if node == "" and node.plain:
        faults.add(
            node.mark,
            f"{what} has no value.",
            'Write one; text that begins with a sign stands in quotes: "#…".',
        )
        raise Unreadable
    if shape.leaf is not None and not (templates and str in shape.options and "${" in node):
        return _leaf(shape.leaf, node, what, faults)
    if Expression in shape.options:
        return _expression(node, what, faults)
    if templates and "${" in node:
        return _leaf(Template, node, what, faults)
    return _plain(shape, node, what, faults)


@dataclass(frozen=True)
class _Shape:
    """What a field's annotation takes."""

    options: list[Any]
    condition: bool
    listed: bool
    leaf: Any
    """What its text is parsed as by a reader of its own; None without one."""
    wanted: Any
    """What a plain value becomes."""
    table: bool
    """Nothing but a table will do."""
    each: Any
    """What the items of a list are; None where there is no list."""


@cache
def _shape(annotation: Any) -> _Shape:
    options = [annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
    plain = [option for option in options if option is not Secret]
    wanted: Any = plain[0] if len(plain) == 1 else Union[tuple(plain)] if plain else None  # noqa: UP007
    lists = [option for option in options if get_origin(option) is list]
    return _Shape(
        options,
        condition=any(option in CONDITIONS for option in options),
        listed=bool(lists),
        leaf=next((option for option in options if option in _LEAVES), None),
        wanted=wanted,
        table=get_origin(wanted) is dict or (isinstance(wanted, type) and issubclass(wanted, BaseModel)),
        each=get_args(lists[0])[0] if lists else None,
    )


def _leaf(kind: Any, text: Text, what: str, faults: Faults) -> Any:
    try:
        return _LEAVES[kind](text)
    except (TargetError, ExpressionError) as error:
        column = text.mark.column + error.at + (0 if text.plain else 1)
        faults.add(Mark(text.mark.line, column), f"{what}: {error}", error.remedy)
    except FieldError as error:
        faults.add(text.mark, f"{what}: {error}", error.remedy)
    raise Unreadable


def _expression(text: Text, what: str, faults: Faults) -> Expression:
    read = _leaf(Template, text, what, faults)
    if len(read.parts) == 1 and isinstance(read.parts[0], Expression):
        return read.parts[0]
    faults.add(text.mark, f"{what} is an expression.", 'Write ${…}, such as ${admin_pages == "console"}.')
    raise Unreadable


def _plain(shape: _Shape, text: Text, what: str, faults: Faults) -> Any:
    if str in shape.options:
        return str(text)
    wanted = shape.wanted
    if shape.table:
        faults.add(text.mark, f"{what} is a table of `key: value`.", "Write one `key: value` a line below it.")
        raise Unreadable
    try:
        return _adapter(wanted).validate_python(str(text))
    except ValidationError as error:
        allowed = _choices(wanted)
        if allowed:
            remedy = did_you_mean(text, allowed) + f" It takes {', '.join(f'`{each}`' for each in allowed)}."
            faults.add(text.mark, f"{what} cannot be `{text}`.", remedy)
        else:
            wish = _WANTED.get(wanted, error.errors()[0]["msg"])
            faults.add(text.mark, f"{what} cannot be `{text}`.", f"It takes {wish}.")
    raise Unreadable


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config={"arbitrary_types_allowed": True})


def _choices(annotation: Any) -> list[str]:
    if str(get_origin(annotation)) == "typing.Literal":
        return [str(each) for each in get_args(annotation)]
    return []


def _read_list(shape: _Shape, node: Node, what: str, faults: Faults, templates: bool) -> Any:
    if not shape.listed:
        faults.add(node.mark, f"{what} is one value, not a list.", "Write it on the line of its key.")
        raise Unreadable
    if isinstance(node, Text) and templates and (node.startswith("${") or (str in shape.options and "${" in node)):
        return _leaf(Template, node, what, faults)
    if isinstance(node, Text) and str in shape.options and not (templates and node == "" and node.plain):
        return str(node) if node != "" or not node.plain else []
    values, sound = [], True
    for item in node if isinstance(node, Row) else [node]:
        try:
            values.append(read_value(shape.each, item, what, faults, templates))
        except Unreadable:
            sound = False
    if not sound:
        raise Unreadable
    return values


def _read_table(options: list[Any], node: Table, what: str, faults: Faults) -> Any:
    for option in options:
        if isinstance(option, type) and issubclass(option, BaseModel):
            read = read_model(option, node, what, faults)
            if read is None:
                raise Unreadable
            return read
        if get_origin(option) is dict:
            inner = get_args(option)[1]
            return {str(key): read_value(inner, value, f"`{key}`", faults) for key, value in node.items()}
    if node.flow and len(node) == 1 and next(iter(node.values())) in ("", {}):
        faults.add(node.mark, f"{what} is one value; `{{{{…}}}}` is not an expression here.", 'Write "${name}".')
        raise Unreadable
    first = next(iter(node), Text("", node.mark))
    remedy = "Write it on one line"
    if isinstance(node.get(first), Text):
        remedy += f"; if a text with a colon is meant, put it in quotes: {quoted(f'{first}: {node[first]}')}"
    faults.add(node.mark, f"{what} is one value, not a table.", remedy + ".")
    raise Unreadable


def read_condition(node: Node, what: str, faults: Faults) -> Condition:
    """Read a condition: a line, a list (all), `any:` a list, `every: x in ${list}` with `holds:`."""
    if isinstance(node, Text):
        if node == "":
            faults.add(node.mark, f"{what} has no value.", 'Write a target, such as heading "Settings".')
            raise Unreadable
        try:
            return parse_condition(node, node.mark)
        except (TargetError, ExpressionError) as error:
            faults.add(Mark(node.mark.line, node.mark.column + error.at), f"{what}: {error}", error.remedy)
            raise Unreadable from None
    if isinstance(node, Row):
        return All(_conditions(node, what, faults))
    every, some = node.at("every"), node.at("any")
    if some is not None and len(node) == 1:
        if not isinstance(some, Row):
            faults.add(some.mark, f"{what}: `any` holds a list.", "Write `- ` before each condition below it.")
            raise Unreadable
        return AnyOf(_conditions(some, what, faults))
    if isinstance(every, Text):
        variable, items = read_loop(every, what, faults)
        holds = node.at("holds")
        if holds is None:
            faults.add(node.mark, f"{what}: `every` needs `holds`.", f'Add `holds: text "${{{variable}}}"`.')
            raise Unreadable
        return Every(variable, items, read_condition(holds, what, faults))
    faults.add(node.mark, f"{what} is no condition.", "Write a target, a list of them, `any:` or `every:`.")
    raise Unreadable


def _conditions(row: Row, what: str, faults: Faults) -> tuple[Condition, ...]:
    if not row:
        faults.add(row.mark, f"{what}: the list is empty.", "Write at least one condition in it.")
        raise Unreadable
    read, sound = [], True
    for item in row:
        try:
            read.append(read_condition(item, what, faults))
        except Unreadable:
            sound = False
    if not sound:
        raise Unreadable
    return tuple(read)


def read_loop(text: Text, what: str, faults: Faults) -> tuple[str, Expression]:
    """Read `address in ${addresses}`."""
    name, found, rest = text.partition(" in ")
    rest = rest.strip()
    if found and rest.startswith("${") and expression_end(rest, 2) == len(rest) - 1:
        try:
            return parse_variable(name.strip()), Expression(rest[2:-1], text.mark).check()
        except FieldError as error:
            faults.add(text.mark, f"{what}: {error}", error.remedy)
            raise Unreadable from None
        except ExpressionError as error:
            faults.add(text.mark, f"{what}: {error}", error.remedy)
            raise Unreadable from None
    faults.add(text.mark, f"{what}: `{text}` is no loop.", "Write `name in ${list}`.")
    raise Unreadable
