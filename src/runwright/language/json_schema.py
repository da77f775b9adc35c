"""Generates the JSON Schema of runbooks from the models and the verbs, for completion and checks in editors."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from runwright.language import schema_patterns
from runwright.language.conditions import CONDITIONS
from runwright.language.expressions import Expression, Template
from runwright.language.fields import Keys, Place, Point, Seconds, Variable
from runwright.language.markdown_tables import field_docs, summary
from runwright.language.patterns import Pattern
from runwright.language.runbook_model import Banner, CommonFields, DeclaredSecret, Input, SectionFields, Site, Window
from runwright.language.secret_places import SINK_PATTERN, SINKS, SOURCE_PATTERN, SOURCES
from runwright.language.secret_value import Secret
from runwright.language.targets import Target
from runwright.language.verb_spec import VerbModel

Json: TypeAlias = dict[str, Any]

_LINES = {
    "expression": (schema_patterns.EXPRESSION, "An expression: ${name}, ${a == b}, ${list | length > 0}."),
    "target": (
        schema_patterns.TARGET,
        'A control: button "Save", textbox "Name" in dialog "New", row containing "Acme".',
    ),
    "condition line": (
        schema_patterns.CONDITION,
        'A target, `no TARGET`, `loaded TARGET`, `url /path*`, `title "…"` or ${…}.',
    ),
    "place": (schema_patterns.PLACE, "A site and a path on it: slack /apps."),
    "seconds": (schema_patterns.SECONDS, "A duration: 500ms, 10s, 2m."),
    "keys": (schema_patterns.KEYS, "A key or a combination: Enter, ArrowDown, a, Control+a."),
    "point": (schema_patterns.POINT, "A point in a control, in pixels from its top left corner: 120, 40."),
    "variable": (schema_patterns.VARIABLE, "The name of a variable."),
    "loop": (schema_patterns.LOOP, "address in ${addresses}"),
    "pattern": (schema_patterns.REGEX, "A regular expression."),
    "window": (schema_patterns.WINDOW, "WIDTHxHEIGHT: 1280x800."),
    "locale": (schema_patterns.LOCALE, "A language, or a language and a region: ko, en-US."),
    "written switch": (schema_patterns.SWITCH, "on, off, yes or no."),
    "written number": (schema_patterns.INTEGER, "A whole number."),
    "origin": (schema_patterns.ORIGIN, "Scheme and host, without a path: https://api.slack.com, or ${url}."),
    "command": (schema_patterns.COMMAND, "A command that no shell reads: python seed.py."),
    "source": (SOURCE_PATTERN, f"The source of a secret: {SOURCES}."),
    "sink": (SINK_PATTERN, f"Where a secret is handed to: {SINKS}."),
}
_LEAVES: Mapping[Any, str] = {
    Target: "target",
    Place: "place",
    Seconds: "seconds",
    Point: "point",
    Keys: "keys",
    Variable: "variable",
    Expression: "expression",
    Template: "template",
    Pattern: "pattern",
}


def schema(verbs: Mapping[str, type[VerbModel]]) -> Json:
    """The schema of a runbook that uses these verbs. The loader reads every file that the schema accepts."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "runwright runbook",
        **_object(
            {
                "name": _described(_ref("text"), "What the runbook achieves, for people."),
                "guide": _described(_ref("text"), "The documentation page that the runbook follows."),
                "inputs": _named(_ref("Input"), "Values that are passed to a run, by name."),
                "sites": _named(_ref("Site"), "Origins that the runbook may use, by name."),
                "secrets": _named(_ref("DeclaredSecret"), "Values that are never shown, by name."),
                "blocks": _described(
                    {"type": "object", "additionalProperties": _ref("steps")},
                    "Named steps that several sections share.",
                ),
                "dismiss": _described(_or_list(_ref("Banner")), "Banners that may appear at any time."),
                "browser": _ref("Window"),
                "on_failure": _described(
                    _BLOCK_OR_STEPS, "Puts things back after a section without its own has failed."
                ),
                "sections": {"type": "array", "minItems": 1, "items": _ref("section")},
            },
            required=("name", "sites", "sections"),
        ),
        "definitions": {_id(name): kind for name, kind in {**_values(), **_parts(), **_steps(verbs)}.items()},
    }


def _values() -> Json:
    """Definitions of single values: texts, targets, conditions and other one-line values."""
    lines = {
        name: {**_line(pattern, description), "description": description}
        for name, (pattern, description) in _LINES.items()
    }
    scalar = {"type": ["string", "number", "boolean"]}
    template = _line(schema_patterns.TEMPLATE, "A text; `${…}` inserts a value, `$${` is a literal `${`.")
    several = {"type": "array", "minItems": 1, "items": _ref("condition")}
    return {
        **lines,
        "text": scalar,
        "template": {"anyOf": [template, {"type": ["number", "boolean"]}]},
        "switch": {"anyOf": [{"type": "boolean"}, _ref("written switch")]},
        "yes": {"anyOf": [{"enum": [True]}, _line(schema_patterns.YES, "yes")]},
        "no": {"anyOf": [{"enum": [False]}, _line(schema_patterns.NO, "no")]},
        "number": {"anyOf": [{"type": "integer", "minimum": -999999999, "maximum": 999999999}, _ref("written number")]},
        "condition": {
            "anyOf": [
                _ref("condition line"),
                several,
                _object({"any": several}, required=("any",)),
                _object({"every": _ref("loop"), "holds": _ref("condition")}, required=("every", "holds")),
            ]
        },
    }


def _line(pattern: str, description: str) -> Json:
    """A text that matches a pattern; editors show the error message instead of the pattern."""
    return {
        "type": "string",
        "pattern": schema_patterns.whole(pattern),
        "patternErrorMessage": f"Invalid value. Expected: {description}",
    }


def _parts() -> Json:
    """Definitions of the tables of a runbook."""
    site = _model(Site)
    site["properties"]["url"] = _described(_ref("origin"), field_docs(Site)["url"])
    words = {"type": "array", "minItems": 1, "items": _line(schema_patterns.ARGUMENT, "an argument.")}
    reset = _described({"anyOf": [_ref("command"), words]}, "A command that is run before each rehearsal.")
    simulator = {**site["properties"]["simulator"], "properties": {"reset": reset}, "required": ["kind"]}
    site["properties"]["simulator"] = {"anyOf": [_ref("template"), simulator]}
    secret = _model(DeclaredSecret)
    secret["properties"]["from"] = _described(_ref("source"), field_docs(DeclaredSecret)["source"])
    secret["properties"]["keep"] = _described(_ref("sink"), field_docs(DeclaredSecret)["keep"])
    window = _model(Window)
    window["properties"] |= {name: _described(_ref(name), field_docs(Window)[name]) for name in ("window", "locale")}
    return {
        "Input": {**_model(Input), "allOf": [_if(_any_of_them("default", "example", of={"type": "array"}), _IS_LIST)]},
        "Site": site,
        "DeclaredSecret": secret,
        "Banner": _model(Banner),
        "Window": window,
        "section": {
            **_object(
                {
                    **_fields(SectionFields, SectionFields.model_fields),
                    "navigation": {"anyOf": [_ref("text"), {**_steps_of("step"), "not": _ref("steps with changes")}]},
                    "steps": _ref("steps"),
                    "on_failure": _described(_BLOCK_OR_STEPS, "Puts things back after the section has failed."),
                },
                required=("name", "open"),
                description=SectionFields,
            ),
            "dependencies": {"done_when": ["ready"]},
            "allOf": [
                {"not": {"required": ["done_when", "always_run"]}},
                _if(_any_of_them("steps", "on_failure", of=_ref("steps with changes")), _FIT_FOR_CHANGES),
            ],
        },
    }


_BLOCK_OR_STEPS: Json = {
    "anyOf": [{"$ref": "#/definitions/text"}, {"type": "array", "items": {"$ref": "#/definitions/step"}}]
}
_IS_LIST: Json = {"properties": {"type": {"enum": ["list"]}}, "required": ["type"]}
_FIT_FOR_CHANGES: Json = {"required": ["ready"], "anyOf": [{"required": ["done_when"]}, {"required": ["always_run"]}]}


def _if(this: Json, then: Json) -> Json:
    return {"if": this, "then": then}


def _any_of_them(*names: str, of: Json) -> Json:
    """A table in which one of these fields matches a schema."""
    return {"anyOf": [{"required": [name], "properties": {name: of}} for name in names]}


def _steps(verbs: Mapping[str, type[VerbModel]]) -> Json:
    """Definitions of a step of each verb, and of groups of steps."""
    common = _fields(CommonFields, CommonFields.model_fields)
    found = {f"verb {name}": _verb(model, common) for name, model in sorted(verbs.items())}
    waits = {"unless": _ref("condition"), "when": _ref("condition"), "within": _ref("seconds")}
    conditional = {**waits, "steps": _ref("steps")}
    some = {"anyOf": [{"required": ["when"]}, {"required": ["unless"]}]}
    each = _object({"for_each": _ref("loop"), **conditional}, required=("for_each", "steps"))
    return {
        **found,
        "for each": {**each, "dependencies": {"within": some}},
        "unless": _object(conditional, required=("unless", "steps")),
        "when": _object(conditional, required=("when", "steps")),
        "step": {"anyOf": [_ref(name) for name in (*found, "for each", "unless", "when")]},
        "steps": _steps_of("step"),
        "steps with changes": {
            "type": "array",
            "contains": {
                "type": "object",
                "anyOf": [
                    {"required": ["changes"], "properties": {"changes": _ref("yes")}},
                    {"required": ["steps"], "properties": {"steps": _ref("steps with changes")}},
                ],
            },
        },
    }


def _steps_of(kind: str) -> Json:
    return {"type": "array", "items": _ref(kind)}


def _verb(model: type[VerbModel], common: Json) -> Json:
    subject = model.subject()
    fields = dict(model.model_fields)
    own = _field(model, subject, fields.pop(subject), templates=True)
    arguments = _fields(model, fields, templates=True)
    allowed = filter(model.takes, common)
    properties = {model.name: own, **arguments}
    properties |= {key: common[key] for key in allowed if key not in properties}
    if model.read_only and "changes" not in arguments:
        properties["changes"] = _described(_ref("no"), "Always `no`: the verb is read-only.")
    required = [model.name, *(info.alias or name for name, info in fields.items() if info.is_required())]
    kind = _object(properties, required, model)
    if "within" in properties:
        kind["dependencies"] = {"within": ["when"]}
    if model.one_of:
        kind["allOf"] = [{"anyOf": [{"required": [name]} for name in model.one_of]}]
    if model.not_both:
        kind["not"] = {"required": list(model.not_both)}
    return kind


def _model(model: type[BaseModel]) -> Json:
    required = [info.alias or name for name, info in model.model_fields.items() if info.is_required()]
    return _object(_fields(model, model.model_fields), required, model)


def _fields(model: type[BaseModel], fields: Mapping[str, FieldInfo], templates: bool = False) -> Json:
    return {info.alias or name: _field(model, name, info, templates) for name, info in fields.items() if name != "mark"}


def _field(model: type[BaseModel], name: str, info: FieldInfo, templates: bool = False) -> Json:
    return _described(_kind(info.annotation, templates), field_docs(model).get(name, ""))


def _kind(annotation: Any, templates: bool) -> Json:
    options = [each for each in _options(annotation) if each not in (types.NoneType, Secret)]
    if any(each in CONDITIONS for each in options):
        return _ref("condition")
    if Keys in options:
        options = [Keys]  # the other type, text, is for the value of an expression
    kinds = [_one(each, templates) for each in options]
    if templates and not any(each in _LEAVES for each in options if each != Pattern) and str not in options:
        kinds.append(_ref("expression"))
    different = [kind for number, kind in enumerate(kinds) if kind not in kinds[:number]]
    return different[0] if len(different) == 1 else {"anyOf": different}


def _one(kind: Any, templates: bool) -> Json:
    if kind in _LEAVES:
        return _ref(_LEAVES[kind])
    if kind is bool:
        return _ref("switch")
    if kind is int:
        return _ref("number")
    if kind is float:
        return {"type": "number"}
    if get_origin(kind) is Literal:
        return {"type": "string", "enum": list(get_args(kind))}
    if get_origin(kind) is list:
        return _or_list(_kind(get_args(kind)[0], templates))
    if get_origin(kind) is dict:
        return {"type": "object", "additionalProperties": _kind(get_args(kind)[1], templates)}
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return _model(kind)
    return _ref("template") if templates and kind is str else _ref("text")


def _options(annotation: Any) -> tuple[Any, ...]:
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _ref(name: str) -> Json:
    return {"$ref": f"#/definitions/{_id(name)}"}


def _id(name: str) -> str:
    return name.replace(" ", "-")


def _described(kind: Json, description: str) -> Json:
    """The schema with a description; a `$ref` hides its siblings, so it moves into `allOf`."""
    if not description:
        return kind
    return {"description": description, "allOf": [kind]} if "$ref" in kind else {"description": description, **kind}


def _or_list(kind: Json) -> Json:
    return {"anyOf": [kind, {"type": "array", "items": kind}]}


def _named(kind: Json, description: str) -> Json:
    names = _line(schema_patterns.NAME, "letters, digits and `_`, starting with a letter.")
    return {"description": description, "type": "object", "propertyNames": names, "additionalProperties": kind}


def _object(properties: Json, required: Iterable[str] = (), description: type[BaseModel] | None = None) -> Json:
    return {
        "type": "object",
        **({"description": summary(description)} if description is not None else {}),
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
