"""Guide check results as SARIF 2.1.0, which code hosts show beside the lines of the guide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runwright.guide.check_result import CheckedGuide, Report, ReportedFinding
from runwright.guide.match.findings import Finding
from runwright.guide.parse.guide_model import Guide
from runwright.guide.render.source_ranges import replaceable, source_range
from runwright.version import __version__

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_RULES = {
    "label": "The page does not show a label or value of the guide in this form.",
    "missing": "The guide does not mention a necessary step.",
    "ambiguous": "A label names several controls, or an item names none.",
    "state": "The page shows a label in some states only.",
    "order": "The items are in another order than the steps that worked.",
    "rule": "The page rejects what the guide shows, or the guide does not state what the page requires.",
    "stale": "An item changed since the baseline was reviewed, and the runs do not confirm it.",
}


def sarif(report: Report) -> dict[str, Any]:
    """A SARIF log with one run and a result for each finding of each guide."""
    rules = [{"id": kind, "shortDescription": {"text": text}} for kind, text in _RULES.items()]
    results = [_result(each) for each in report.reported()]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "runwright", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "properties": {"comparedWith": report.compared_with},
                "invocations": [
                    {"executionSuccessful": True, "toolExecutionNotifications": list(_not_compared(report))}
                ],
                "results": results,
            }
        ],
    }


def _not_compared(report: Report) -> Iterator[dict[str, Any]]:
    """A notification for each guide, item or label that was not compared. These are not findings."""
    for checked in report.guides:
        uri = {"artifactLocation": {"uri": _uri(checked.comparison.guide.path.as_posix())}}
        if checked.unknown is not None:
            text = f"The guide was not compared with any page: {checked.unknown}."
            yield {"level": "warning", "message": {"text": text}, "locations": [{"physicalLocation": uri}]}
        for each in checked.not_compared:
            place = {"physicalLocation": {**uri, "region": {"startLine": each.line}}}
            text = f"{each.message[:1].upper()}{each.message[1:]}."
            yield {"level": "note", "message": {"text": text}, "locations": [place]}


def _result(reported: ReportedFinding) -> dict[str, Any]:
    finding, guide = reported.finding, reported.checked.comparison.guide
    result: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": list(_RULES).index(finding.kind),
        "level": finding.severity,
        "message": {"text": f"{finding.found} {reported.advice}"},
        "locations": [_location(reported.checked, finding)],
        "partialFingerprints": {"finding/v1": "/".join(finding.identity)},
    }
    if reported.also:
        result["relatedLocations"] = [_location(other, each) for other, each in reported.also]
    if reported.source is None and replaceable(guide, finding):
        replacement = {"deletedRegion": _region(guide, finding), "insertedContent": {"text": finding.new}}
        change = {"artifactLocation": {"uri": _uri(guide.path.as_posix())}, "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": finding.suggestion}, "artifactChanges": [change]}]
    return result


def _location(checked: CheckedGuide, finding: Finding) -> dict[str, Any]:
    guide = checked.comparison.guide
    place = {"artifactLocation": {"uri": _uri(guide.path.as_posix())}, "region": _region(guide, finding)}
    return {"physicalLocation": place}


def _region(guide: Guide, finding: Finding) -> dict[str, int]:
    found = source_range(guide, finding)
    if found is None:
        return {"startLine": finding.line, "startColumn": finding.column}
    end = {"endColumn": found.end_column}
    if found.end_line != found.line:
        end = {"endLine": found.end_line, **end}
    return {"startLine": found.line, "startColumn": found.column, **end}


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path) if not path.startswith("/") else f"file://{quote(path)}"
