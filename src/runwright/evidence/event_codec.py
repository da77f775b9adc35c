"""Turns journal events into JSON data and back. Writing needs no library; reading validates with pydantic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Annotated, Any, TypeVar, Union

from runwright.evidence.event_parts import Event
from runwright.evidence.events import KINDS, UnknownEvent

_HEADER = ("prev", "number", "event", "time")
"""The fields that every event starts with."""
_FORMAT_WORDS = frozenset({*_HEADER, "verb", "part", "mode", "kind", "moment"})
"""Fields whose values are words of the journal format. They are not scrubbed: a short secret could match by chance."""

_Known = TypeVar("_Known", bound=Event)
_Cleaner = Callable[[str], str]
_CLASSES: dict[str, type[Event]] = {str(each.__dataclass_fields__["event"].default): each for each in KINDS}


def data_of(event: Event, clean: _Cleaner) -> dict[str, Any]:
    """The event as JSON data, with ``clean`` applied to every text that is not a word of the format.

    The keys of mappings stay: they are names of the format and of the runbook.
    """
    if isinstance(event, UnknownEvent):
        header = {name: getattr(event, name) for name in _HEADER}
        own = {key: each if key in _FORMAT_WORDS else _data(each, clean) for key, each in event.fields.items()}
        return header | own
    data: dict[str, Any] = _data(event, clean)
    return data


def cleaned(event: _Known, clean: _Cleaner) -> _Known:
    """The same event with ``clean`` applied as `data_of` does. Its mappings are read-only."""
    return type(event)(
        **{
            each.name: getattr(event, each.name)
            if each.name in _FORMAT_WORDS
            else _cleaned(getattr(event, each.name), clean)
            for each in fields(event)
        }
    )


def event_of_data(data: Mapping[str, Any]) -> Event:
    """The event of a JSON object. Unknown fields are dropped, an event of an unknown kind is kept as `UnknownEvent`.

    Raises ValueError, with the field in its message, when the event is malformed.
    """
    from pydantic import ValidationError

    if data["event"] not in _CLASSES:
        own = {key: value for key, value in data.items() if key not in _HEADER}
        data = {**{name: data[name] for name in _HEADER if name in data}, "fields": own}
    try:
        kind: Any = _CLASSES.get(data["event"], UnknownEvent)
        event: Event = _adapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"] if each != data["event"])
        raise ValueError(f"{place}: {first['msg']}" if place else first["msg"]) from None
    return event


@lru_cache(maxsize=1)
def events_adapter() -> Any:
    """The pydantic adapter of all known events, from which the reference makes the JSON Schema."""
    from pydantic import Field, TypeAdapter

    union: Any = Union[KINDS]  # noqa: UP007
    return TypeAdapter(Annotated[union, Field(discriminator="event")])


@cache
def _adapter(kind: Any) -> Any:
    """The adapter of one kind of event: a command that needs the first event only waits for no other."""
    from pydantic import TypeAdapter

    return TypeAdapter(kind)


_Plan = tuple[tuple[str, str, bool], ...]
_plans: dict[Any, _Plan | None] = {}


def _plan(kind: Any) -> _Plan | None:
    """The fields of a dataclass: attribute, key, and whether it is a word of the format; None for any other type."""
    if kind not in _plans:
        names: Mapping[str, str] = getattr(kind, "JSON_NAMES", {})
        _plans[kind] = (
            tuple((each.name, names.get(each.name, each.name), each.name in _FORMAT_WORDS) for each in fields(kind))
            if is_dataclass(kind)
            else None
        )
    return _plans[kind]


def _data(value: Any, clean: _Cleaner) -> Any:
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind is tuple or kind is list:
        return [_data(each, clean) for each in value]
    plan = _plan(kind)
    if plan is not None:
        return {
            key: getattr(value, name) if verbatim else _data(getattr(value, name), clean)
            for name, key, verbatim in plan
        }
    if isinstance(value, Mapping):
        return {key: _data(each, clean) for key, each in value.items()}
    return value


def _cleaned(value: Any, clean: _Cleaner) -> Any:
    kind = type(value)
    if kind is str:
        return clean(value)
    if kind is tuple or kind is list:
        return tuple(_cleaned(each, clean) for each in value)
    plan = _plan(kind)
    if plan is not None:
        return kind(
            **{
                name: getattr(value, name) if verbatim else _cleaned(getattr(value, name), clean)
                for name, _, verbatim in plan
            }
        )
    if isinstance(value, Mapping):
        return MappingProxyType({key: _cleaned(each, clean) for key, each in value.items()})
    return value
