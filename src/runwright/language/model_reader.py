"""Reads a YAML table into a model, field by field, and reports every error at its position."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from runwright.language.conditions import CONDITIONS, All, AnyOf, Condition, Every, parse_condition
from runwright.language.diagnostics import DiagnosticList, Mark, did_you_mean
from runwright.language.expressions import Expression, ExpressionError, Template, expression_end, template
from runwright.language.fields import (
    BlockName,
    FieldError,
    Keys,
    Place,
    Point,
    Seconds,
    SectionName,
    Variable,
    parse_place,
    parse_point,
    parse_seconds,
    parse_variable,
)
from runwright.language.key_names import parse_keys
from runwright.language.pasted_lines import cut_target
from runwright.language.patterns import Pattern
from runwright.language.retired_words import VALUES, has_retired_name, suggest
from runwright.language.secret_value import Secret
from runwright.language.target_reader import parse_target
from runwright.language.targets import Target, TargetError
from runwright.language.yaml_hints import CUT, MOST_EXPLAINED, quoted
from runwright.language.yaml_tree import Node, YamlList, YamlTable, YamlText


class Unreadable(Exception):
    """A value could not be read; its errors are reported already."""


PartT = TypeVar("PartT", bound=BaseModel)
_LEAVES: dict[Any, Callable[[YamlText], Any]] = {
    Target: lambda text: parse_target(text, text.mark),
    Place: lambda text: parse_place(text, text.mark),
    Template: lambda text: template(text, text.mark),
    Variable: parse_variable,
    Seconds: parse_seconds,
    Point: parse_point,
    Keys: parse_keys,
    BlockName: BlockName,
    SectionName: SectionName,
}
_EXPECTED = {
    bool: "yes or no",
    int: "a whole number",
    float: "a number",
    Pattern: "a regular expression",
}


@dataclass(frozen=True)
class Fields:
    """The fields of a table."""

    infos: Mapping[str, FieldInfo]
    written: Mapping[str, str]
    """Field names by the keys that are written in YAML."""
    required: frozenset[str]
    """The keys of the required fields."""


@cache
def fields_of(model: type[BaseModel], without: str | None = None) -> Fields:
    """The fields of a model, except `mark` and the one named by ``without``."""
    infos = {name: info for name, info in model.model_fields.items() if name not in ("mark", without)}
    written = {(info.alias or name): name for name, info in infos.items()}
    return Fields(infos, written, frozenset(key for key, name in written.items() if infos[name].is_required()))


def read_model(model: type[PartT], node: Node, what: str, diagnostics: DiagnosticList) -> PartT | None:
    """Read a table into a model; None, with the errors reported, if it is invalid."""
    if not isinstance(node, YamlTable):
        needed = next(name for name in model.model_fields if name != "mark")
        value = str(node) if isinstance(node, YamlText) and len(node) <= 80 else "…"
        diagnostics.add(node.mark, f"{what} must be a table of `key: value`.", f"Write `{needed}: {value}` below it.")
        return None
    values, sound = read_fields(fields_of(model), node, what, diagnostics)
    if not sound:
        return None
    if "mark" in model.model_fields:
        values["mark"] = node.mark
    return model(**values)


def read_fields(
    fields: Fields,
    table: YamlTable,
    what: str,
    diagnostics: DiagnosticList,
    others: Collection[str] = (),
    templates: bool = False,
) -> tuple[dict[str, Any], bool]:
    """Read the fields of a table: the values that are valid, and whether all are; errors are reported.

    ``others`` are keys that the caller reads. With ``templates`` a plain field may contain `${…}` and then becomes a
    Template.
    """
    values: dict[str, Any] = {}
    sound = True
    for key, node in table.items():
        if key in others:
            continue
        name = fields.written.get(key)
        if name is None:
            diagnostics.add(key.mark, f"{what} has no field `{key}`.", suggest(key, [*fields.written, *others]))
            sound = False
            continue
        try:
            values[name] = read_value(fields.infos[name].annotation, node, f"`{key}`", diagnostics, templates)
        except Unreadable:
            sound = False
    for needed in fields.written:
        if needed in fields.required and needed not in table and not has_retired_name(needed, table):
            diagnostics.add(table.mark, f"{what} needs `{needed}`.", f"Add `{needed}: …`.")
            sound = False
    return values, sound


def read_value(annotation: Any, node: Node, what: str, diagnostics: DiagnosticList, templates: bool = False) -> Any:
    """Read one value. Raises Unreadable after reporting the error."""
    shape = _shape(annotation)
    if shape.condition:
        return read_condition(node, what, diagnostics)
    if shape.listed or isinstance(node, YamlList):
        return _read_list(shape, node, what, diagnostics, templates)
    if isinstance(node, YamlTable):
        return _read_table(shape.options, node, what, diagnostics)
    if node == "" and node.plain:
        diagnostics.add(
            node.mark,
            f"{what} has no value.",
            'Write a value. Put text that starts with a special character in quotes: "#…".',
        )
        raise Unreadable
    if shape.leaf is not None and not (templates and str in shape.options and "${" in node):
        return _leaf(shape.leaf, node, what, diagnostics)
    if Expression in shape.options:
        return _expression(node, what, diagnostics)
    if templates and "${" in node:
        return _leaf(Template, node, what, diagnostics)
    return _plain(shape, node, what, diagnostics)


@dataclass(frozen=True)
class _Shape:
    """What the annotation of a field accepts."""

    options: list[Any]
    condition: bool
    listed: bool
    leaf: Any
    """The type with a parser of its own; None if there is none."""
    target_type: Any
    """The type of a plain value."""
    table: bool
    """Only a table is valid."""
    each: Any
    """The type of a list's items; None without a list."""


@cache
def _shape(annotation: Any) -> _Shape:
    options = [annotation]
    if get_origin(annotation) in (Union, types.UnionType):
        options = [option for option in get_args(annotation) if option is not type(None)]
    plain = [option for option in options if option is not Secret]
    target_type: Any = plain[0] if len(plain) == 1 else Union[tuple(plain)] if plain else None  # noqa: UP007
    lists = [option for option in options if get_origin(option) is list]
    return _Shape(
        options,
        condition=any(option in CONDITIONS for option in options),
        listed=bool(lists),
        leaf=next((option for option in options if option in _LEAVES), None),
        target_type=target_type,
        table=get_origin(target_type) is dict or (isinstance(target_type, type) and issubclass(target_type, BaseModel)),
        each=get_args(lists[0])[0] if lists else None,
    )


def _leaf(kind: Any, text: YamlText, what: str, diagnostics: DiagnosticList) -> Any:
    try:
        return _LEAVES[kind](text)
    except (TargetError, ExpressionError) as error:
        column = text.mark.column + error.at + (0 if text.plain else 1)
        message = f"Invalid target in {what}: {error}" if isinstance(error, TargetError) else str(error)
        diagnostics.add(Mark(text.mark.line, column), message, error.remedy)
    except FieldError as error:
        diagnostics.add(text.mark, str(error), error.remedy)
    raise Unreadable


def _expression(text: YamlText, what: str, diagnostics: DiagnosticList) -> Expression:
    read = _leaf(Template, text, what, diagnostics)
    if len(read.parts) == 1 and isinstance(read.parts[0], Expression):
        return read.parts[0]
    diagnostics.add(text.mark, f"{what} must be an expression.", 'Write ${…}, such as ${admin_pages == "console"}.')
    raise Unreadable


def _plain(shape: _Shape, text: YamlText, what: str, diagnostics: DiagnosticList) -> Any:
    if str in shape.options:
        return str(text)
    target_type = shape.target_type
    if shape.table:
        diagnostics.add(
            text.mark, f"{what} must be a table of `key: value`.", "Write one `key: value` per line below it."
        )
        raise Unreadable
    try:
        return _adapter(target_type).validate_python(str(text))
    except ValidationError as error:
        allowed = _choices(target_type)
        cause = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(cause, FieldError):
            diagnostics.add(text.mark, f"{cause}", cause.remedy)
        elif allowed:
            retired = VALUES.get((what.strip("`"), str(text)))
            remedy = f"Write `{retired}`." if retired in allowed else did_you_mean(text, allowed)
            remedy += f" Allowed: {', '.join(f'`{each}`' for each in allowed)}."
            diagnostics.add(text.mark, f"Invalid value `{text}` for {what}.", remedy)
        else:
            expected = _EXPECTED.get(target_type, error.errors()[0]["msg"])
            diagnostics.add(text.mark, f"Invalid value `{text}` for {what}.", f"Write {expected}.")
    raise Unreadable


@lru_cache(maxsize=64)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind, config={"arbitrary_types_allowed": True})


def _choices(annotation: Any) -> list[str]:
    if str(get_origin(annotation)) == "typing.Literal":
        return [str(each) for each in get_args(annotation)]
    return []


def _read_list(shape: _Shape, node: Node, what: str, diagnostics: DiagnosticList, templates: bool) -> Any:
    if not shape.listed:
        diagnostics.add(
            node.mark, f"{what} must be one value, not a list.", "Write the value after the key, on its line."
        )
        raise Unreadable
    if isinstance(node, YamlText) and templates and (node.startswith("${") or (str in shape.options and "${" in node)):
        return _leaf(Template, node, what, diagnostics)
    if isinstance(node, YamlText) and str in shape.options and not (templates and node == "" and node.plain):
        return str(node) if node != "" or not node.plain else []
    values, sound = [], True
    for item in node if isinstance(node, YamlList) else [node]:
        try:
            values.append(read_value(shape.each, item, what, diagnostics, templates))
        except Unreadable:
            sound = False
    if not sound:
        raise Unreadable
    return values


def _read_table(options: list[Any], node: YamlTable, what: str, diagnostics: DiagnosticList) -> Any:
    for option in options:
        if isinstance(option, type) and issubclass(option, BaseModel):
            read = read_model(option, node, what, diagnostics)
            if read is None:
                raise Unreadable
            return read
        if get_origin(option) is dict:
            inner = get_args(option)[1]
            return {str(key): read_value(inner, value, f"`{key}`", diagnostics) for key, value in node.items()}
    if node.flow and len(node) == 1 and next(iter(node.values())) in ("", {}):
        diagnostics.add(
            node.mark, f"{what} must be one value; `{{{{…}}}}` is not an expression here.", 'Write "${name}".'
        )
        raise Unreadable
    first = next(iter(node), YamlText("", node.mark))
    remedy = "Write it on one line"
    if isinstance(node.get(first), YamlText):
        remedy += f"; put a text with a colon in quotes: {quoted(f'{first}: {node[first]}')}"
    diagnostics.add(node.mark, f"{what} must be one value, not a table.", remedy + ".")
    raise Unreadable


def read_condition(node: Node, what: str, diagnostics: DiagnosticList) -> Condition:
    """Read a condition: one line, a list (all), `any:` with a list, or `every: x in ${list}` with `holds:`.

    Raises Unreadable after reporting the error.
    """
    if isinstance(node, YamlText):
        if node == "":
            diagnostics.add(node.mark, f"{what} has no value.", 'Write a target, such as heading "Settings".')
            raise Unreadable
        try:
            return parse_condition(node, node.mark)
        except (TargetError, ExpressionError) as error:
            _refuse_cut(node.mark, what, diagnostics)
            mark = Mark(node.mark.line, node.mark.column + error.at)
            diagnostics.add(mark, f"Invalid condition in {what}: {error}", error.remedy)
            raise Unreadable from None
    if isinstance(node, YamlList):
        return All(_conditions(node, what, diagnostics))
    every, some = node.at("every"), node.at("any")
    if some is not None and len(node) == 1:
        if not isinstance(some, YamlList):
            diagnostics.add(
                some.mark,
                f"Invalid condition in {what}: `any` must be a list.",
                "Write `- ` before each condition below `any:`.",
            )
            raise Unreadable
        return AnyOf(_conditions(some, what, diagnostics))
    if isinstance(every, YamlText):
        variable, items = read_loop(every, what, diagnostics)
        holds = node.at("holds")
        if holds is None:
            message = f"Invalid condition in {what}: `every` needs `holds`."
            diagnostics.add(node.mark, message, f'Add `holds: text "${{{variable}}}"`.')
            raise Unreadable
        return Every(variable, items, read_condition(holds, what, diagnostics))
    _refuse_cut(node.mark, what, diagnostics)
    message = f"Invalid condition in {what}: the table has neither `any` nor `every`."
    diagnostics.add(node.mark, message, "Write a target, a list of conditions, `any:` or `every:`.")
    raise Unreadable


def _refuse_cut(mark: Mark, what: str, diagnostics: DiagnosticList) -> None:
    """Raises Unreadable, after reporting it, if YAML has cut the target that starts at a mark."""
    line = diagnostics.lines[mark.line - 1] if mark.line <= len(diagnostics.lines) else ""
    whole = cut_target(line, mark.column) if len(line) <= MOST_EXPLAINED else None
    if whole is not None:
        diagnostics.add(mark, f"Invalid condition in {what}: {CUT}", f"Put it in quotes: {quoted(whole)}")
        raise Unreadable


def _conditions(row: YamlList, what: str, diagnostics: DiagnosticList) -> tuple[Condition, ...]:
    if not row:
        diagnostics.add(row.mark, f"Invalid condition in {what}: the list is empty.", "Write at least one condition.")
        raise Unreadable
    read, sound = [], True
    for item in row:
        try:
            read.append(read_condition(item, what, diagnostics))
        except Unreadable:
            sound = False
    if not sound:
        raise Unreadable
    return tuple(read)


def read_loop(text: YamlText, what: str, diagnostics: DiagnosticList) -> tuple[str, Expression]:
    """Read `address in ${addresses}`. Raises Unreadable after reporting the error."""
    name, found, rest = text.partition(" in ")
    rest = rest.strip()
    if found and rest.startswith("${") and expression_end(rest, 2) == len(rest) - 1:
        try:
            return parse_variable(name.strip()), Expression(rest[2:-1], text.mark).check()
        except FieldError as error:
            diagnostics.add(text.mark, str(error), error.remedy)
            raise Unreadable from None
        except ExpressionError as error:
            diagnostics.add(text.mark, str(error), error.remedy)
            raise Unreadable from None
    diagnostics.add(text.mark, f"Invalid loop `{text}` in {what}.", "Write `name in ${list}`.")
    raise Unreadable
