"""Guide check results as plain text: the guide's line, what the page shows, what to write instead."""

from __future__ import annotations

import unicodedata
from collections import Counter

from runwright.guide.check_result import STOPPED_EARLY, FindingGroup, Report
from runwright.guide.match.references import Coverage
from runwright.guide.parse.guide_model import Guide


def text(report: Report) -> str:
    """The complete report."""
    out = [f"Compared with {report.compared_with}"]
    out += [
        f"Run {run.run} ended {run.status}: {run.reason}" for run in report.runs if not run.ended_well and run.reason
    ]
    out.append("")
    for group in report.grouped():
        out += [*_finding(report, group), ""]
    for checked in report.guides:
        count = Counter(finding.severity for finding in checked.comparison.findings)
        result = ", ".join(f"{count[each]} {each}{'s' if count[each] > 1 else ''}" for each in count) or "no findings"
        if checked.unknown is not None:
            result = f"not compared with any page: {checked.unknown}"
        out.append(f"{checked.name}: {result}.")
        out += [f"  line {each.line}: {each.message}." for each in checked.not_compared]
    if report.stopped_early:
        out.append(STOPPED_EARLY)
    return "\n".join(out) + "\n"


def _finding(report: Report, group: FindingGroup) -> list[str]:
    finding, guide = group.finding, group.checked.comparison.guide
    branch = f"  ({finding.branch})" if finding.branch else ""
    where = f"{guide.path}:{finding.line}:{finding.column}"
    out = [f"{where}: {finding.severity}: {finding.kind}, item {finding.item}{branch}"]
    out += guide_line(guide, finding.line, finding.column, finding.guide_text if finding.column > 1 else "")
    out.append(f"       page   {finding.found}")
    out.append(f"       write  {finding.suggestion}")
    screenshot = report.screenshot(finding)
    if screenshot is not None:
        out.append(f"       see    {screenshot}")
    for other, each in group.others:
        out.append(f"       also   {other.name}:{each.line}:{each.column}")
    return out


def guide_line(guide: Guide, line: int, column: int, marked: str) -> list[str]:
    """A line of the guide, shortened around ``column``, with ``marked`` underlined if it is there."""
    full = guide.lines[line - 1].expandtabs(1) if line <= len(guide.lines) else ""
    start = max(0, column - 60) if len(full) > 110 else 0
    shown = full[start : start + 110]
    out = [f"  {line:>4} | {'…' if start else ''}{shown}{'…' if start + 110 < len(full) else ''}"]
    if marked and full[column - 1 :].startswith(marked):
        before = _width(shown[: column - 1 - start]) + (1 if start else 0)
        out.append(f"       | {' ' * before}{'^' * _width(marked)}")
    return out


def coverage_text(guide: Guide, coverage: Coverage) -> str:
    """Each item with the references to it, items without any, and references that do not resolve."""
    out = [str(guide.path)]
    heading = None
    for each in coverage.items:
        if each.item.number[0] != heading:
            heading = each.item.number[0]
            found = guide.heading(heading)
            out += ["", f"{heading}. {found.text if found else ''}"]
        out.append(f"  {each.item.address:<8} line {each.item.line:<5} {_short(each.item.text)}")
        out += [f"    {'':<8} runbook line {reference.line:<4} {reference.summary}" for reference in each.references]
        if each.item in coverage.unfollowed:
            optional = " (optional)" if each.item.optional else ""
            out.append(f"    {'':<8} no step follows it{optional}")
    if coverage.unresolved:
        out += ["", "Unresolved references:"]
        out += [
            f"  runbook line {reference.line}: follows {reference.follows}  ({reference.summary})"
            for reference in coverage.unresolved
        ]
    followed, unresolved = len(coverage.items) - len(coverage.unfollowed), len(coverage.unresolved)
    out += [
        "",
        f"{followed} of {len(coverage.items)} items are followed; {unresolved} references are unresolved.",
    ]
    return "\n".join(out) + "\n"


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
