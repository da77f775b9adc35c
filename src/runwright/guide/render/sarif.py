"""A report as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright import __version__
from runwright.guide.check_result import Checked, Report, Told
from runwright.guide.match.findings import Finding
from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.source_ranges import replaceable, stretch

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "label": "A label or value of the guide is not on the page in this form.",
    "missing": "Something has to be done that the guide does not mention.",
    "ambiguous": "A label fits several controls, or an item names none.",
    "state": "A label is there only while the page is in some state.",
    "order": "The steps that work come in another order than the items.",
    "rule": "The page refuses what the guide tells or shows.",
    "stale": "An item changed since the runbook was last reviewed.",
}


def sarif(report: Report) -> dict[str, Any]:
    """One run of the tool with a result for each finding of each guide."""
    rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in _RULES.items()]
    results = [_result(told) for told in report.told()]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "runwright", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "properties": {"heldAgainst": report.against},
                "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_silent(report))}],
                "results": results,
            }
        ],
    }


def _silent(report: Report) -> Iterator[dict[str, Any]]:
    """What nothing is known of, as notifications: it is no finding, and no agreement either."""
    for checked in report.guides:
        uri = {"artifactLocation": {"uri": _uri(checked.verdict.guide.path.as_posix())}}
        if checked.unknown is not None:
            text = f"The guide was not held against anything: {checked.unknown}."
            yield {"level": "warning", "message": {"text": text}, "locations": [{"physicalLocation": uri}]}
        for each in checked.silent:
            place = {"physicalLocation": {**uri, "region": {"startLine": each.line}}}
            text = f"{each.told[:1].upper()}{each.told[1:]}."
            yield {"level": "note", "message": {"text": text}, "locations": [place]}


def _result(told: Told) -> dict[str, Any]:
    finding, guide = told.finding, told.checked.verdict.guide
    said = f"{finding.found} {finding.suggestion}"
    if told.source is not None:
        first, line = told.source[0].name, told.source[1].line
        said = f"{finding.found} It is so in {first}, line {line}, too: change it there first."
    result: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": list(_RULES).index(finding.kind),
        "level": finding.severity,
        "message": {"text": said},
        "locations": [_location(told.checked, finding)],
        "partialFingerprints": {"finding/v1": "/".join(finding.identity)},
    }
    if told.also:
        result["relatedLocations"] = [_location(other, each) for other, each in told.also]
    if told.source is None and replaceable(guide, finding):
        replacement = {"deletedRegion": _region(guide, finding), "insertedContent": {"text": finding.new}}
        change = {"artifactLocation": {"uri": _uri(guide.path.as_posix())}, "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": finding.suggestion}, "artifactChanges": [change]}]
    return result


def _location(checked: Checked, finding: Finding) -> dict[str, Any]:
    guide = checked.verdict.guide
    place = {"artifactLocation": {"uri": _uri(guide.path.as_posix())}, "region": _region(guide, finding)}
    return {"physicalLocation": place}


def _region(guide: Guide, finding: Finding) -> dict[str, int]:
    found = stretch(guide, finding)
    if found is None:
        return {"startLine": finding.line, "startColumn": finding.column}
    end = {"endColumn": found.end_column}
    if found.end_line != found.line:
        end = {"endLine": found.end_line, **end}
    return {"startLine": found.line, "startColumn": found.column, **end}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path) if not path.startswith("/") else f"file://{quote(path)}"
