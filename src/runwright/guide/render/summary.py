"""Guide check results as a Markdown table for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.guide.check_result import STOPPED_EARLY, Report

_SIGN = {"error": "🛑", "warning": "⚠️", "note": "ℹ️"}


def summary(report: Report) -> str:
    """A table of findings, the worst first."""
    groups = sorted(report.grouped(), key=lambda group: ("error", "warning", "note").index(group.finding.severity))
    rest = "".join(f"\n{line}\n" for line in _not_compared(report))
    if not groups:
        nothing = all(checked.unknown for checked in report.guides)
        found = "not compared with any page" if nothing else "no findings"
        return f"### Guide check: {found}\n\nCompared with {_cell(report.compared_with)}.\n{rest}"
    out = [f"### Guide check: {len(groups)} finding{'s' if len(groups) > 1 else ''}", ""]
    out += [f"Compared with {_cell(report.compared_with)}.", ""]
    out += ["| | Where | The guide says | The page shows | Write instead |", "|---|---|---|---|---|"]
    for group in groups:
        finding = group.finding
        also = "".join(f"<br>also `{other.name}:{each.line}`" for other, each in group.others)
        branch = f"<br>{_cell(finding.branch)}" if finding.branch else ""
        out.append(
            f"| {_SIGN[finding.severity]} {finding.kind} | `{group.checked.name}:{finding.line}`{also} "
            f"| {_cell(finding.guide_text)} | {_cell(finding.found)}{branch} | {_cell(finding.suggestion, keep='*`')} |"
        )
    return "\n".join(out) + "\n" + rest


def _not_compared(report: Report) -> Iterator[str]:
    """A paragraph for each guide, item or label that was not compared."""
    for checked in report.guides:
        if checked.unknown is not None:
            yield f"`{checked.name}` was not compared with any page: {_cell(checked.unknown)}."
        for each in checked.not_compared:
            yield f"`{checked.name}:{each.line}`: {_cell(each.message)}."
    if report.stopped_early:
        yield STOPPED_EARLY


def _cell(text: str, keep: str = "") -> str:
    """Text escaped for a table cell, so that its Markdown and HTML are shown as text. ``keep`` is not escaped."""
    for sign in "\\`*_[]<>|":
        if sign not in keep:
            text = text.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return text.replace("\n", " ")
