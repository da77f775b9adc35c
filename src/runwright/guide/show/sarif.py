"""A report as SARIF 2.1.0, which code hosts show beside the lines."""

from __future__ import annotations

from typing import Any

from runwright import __version__
from runwright.guide.findings import Finding
from runwright.guide.report import Checked, Report

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
    results = [_result(checked, finding) for checked in report.guides for finding in checked.verdict.findings]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "runwright", "version": __version__, "rules": rules}},
                "columnKind": "unicodeCodePoints",
                "properties": {"heldAgainst": report.against},
                "results": results,
            }
        ],
    }


def _result(checked: Checked, finding: Finding) -> dict[str, Any]:
    place: dict[str, Any] = {"startLine": finding.line, "startColumn": finding.column}
    if finding.column > 1:
        place["endColumn"] = finding.column + len(finding.says)
    address = checked.verdict.guide.path.as_posix()
    result: dict[str, Any] = {
        "ruleId": finding.kind,
        "ruleIndex": list(_RULES).index(finding.kind),
        "level": finding.severity,
        "message": {"text": f"{finding.found} {finding.suggestion}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(address)},
                    "region": place,
                }
            }
        ],
        "partialFingerprints": {"finding/v1": "/".join(finding.identity)},
    }
    if finding.old is not None and finding.new is not None:
        replacement = {"deletedRegion": place, "insertedContent": {"text": finding.new}}
        change = {"artifactLocation": {"uri": _uri(address)}, "replacements": [replacement]}
        result["fixes"] = [{"description": {"text": finding.suggestion}, "artifactChanges": [change]}]
    return result


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path) if not path.startswith("/") else f"file://{quote(path)}"
