"""The part of SARIF 2.1.0 that a guide check uses, as a JSON schema without additional properties.

Based on the specification's sections 3.13 (log), 3.14 (run), 3.20 (invocation), 3.27 (result), 3.30 (region), 3.55 to
3.57 (fix) and 3.58 (notification).
"""

from __future__ import annotations

from typing import Any


def _object(*required: str, **properties: Any) -> dict[str, Any]:
    """An object with these properties and no others."""
    shape = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**shape, "required": list(required)} if required else shape


_STRING = {"type": "string"}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
_PLACE = {"type": "integer", "minimum": 1}
_REGION = _object("startLine", startLine=_PLACE, startColumn=_PLACE, endLine=_PLACE, endColumn=_PLACE)
_ARTIFACT = _object("uri", uri={"type": "string", "format": "uri-reference", "pattern": r"^[^\s<>\"{}|\\^`]+$"})
_LOCATION = _object(physicalLocation=_object("artifactLocation", artifactLocation=_ARTIFACT, region=_REGION))
_REPLACEMENT = _object("deletedRegion", deletedRegion=_REGION, insertedContent=_MESSAGE)
_CHANGE = _object(
    "artifactLocation",
    "replacements",
    artifactLocation=_ARTIFACT,
    replacements={"type": "array", "minItems": 1, "items": _REPLACEMENT},
)
_FIX = _object(
    "artifactChanges", description=_MESSAGE, artifactChanges={"type": "array", "minItems": 1, "items": _CHANGE}
)
_RULE = _object("id", id=_STRING, shortDescription=_MESSAGE)
_DRIVER = _object(
    "name",
    name={"type": "string", "minLength": 1},
    version=_STRING,
    rules={"type": "array", "uniqueItems": True, "items": _RULE},
)
_LOCATIONS = {"type": "array", "uniqueItems": True, "items": _LOCATION}
_RESULT = _object(
    "message",
    ruleId=_STRING,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
    relatedLocations=_LOCATIONS,
    partialFingerprints={"type": "object", "additionalProperties": _STRING},
    fixes={"type": "array", "uniqueItems": True, "items": _FIX},
)
_NOTIFICATION = _object("message", level=_LEVEL, message=_MESSAGE, locations=_LOCATIONS)
_INVOCATION = _object(
    "executionSuccessful",
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": _NOTIFICATION},
)
_RUN = _object(
    "tool",
    tool=_object("driver", driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    properties={"type": "object"},
    invocations={"type": "array", "items": _INVOCATION},
    results={"type": "array", "items": _RESULT},
)
_LOG = _object(
    "version",
    "runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"const": "2.1.0"},
    runs={"type": "array", "items": _RUN},
)
SCHEMA: dict[str, Any] = {"$schema": "http://json-schema.org/draft-07/schema#", **_LOG}
