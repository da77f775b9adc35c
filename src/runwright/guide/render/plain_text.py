"""A report as plain lines for a terminal: the guide's line, what the page says, what to write instead."""

from __future__ import annotations

import unicodedata
from collections import Counter

from runwright.guide.check_result import BROKEN_OFF, Grouped, Report
from runwright.guide.match.references import Coverage
from runwright.guide.parse.guide_model import Guide


def text(report: Report) -> str:
    """The whole report."""
    out = [f"held against {report.against}"]
    out += [f"{run.run} ended {run.status}: {run.reason}" for run in report.runs if run.status != "done" and run.reason]
    out.append("")
    for group in report.grouped():
        out += [*_finding(report, group), ""]
    for checked in report.guides:
        count = Counter(finding.severity for finding in checked.verdict.findings)
        told = ", ".join(f"{count[each]} {each}{'s' if count[each] > 1 else ''}" for each in count) or "no finding"
        if checked.unknown is not None:
            told = f"not held against anything: {checked.unknown}"
        out.append(f"{checked.name}: {told}.")
        out += [f"  line {each.line}: {each.told}." for each in checked.silent]
    if report.broken_off:
        out.append(BROKEN_OFF)
    return "\n".join(out) + "\n"


def _finding(report: Report, group: Grouped) -> list[str]:
    finding, guide = group.finding, group.checked.verdict.guide
    branch = f"  ({finding.branch})" if finding.branch else ""
    where = f"{guide.path}:{finding.line}:{finding.column}"
    out = [f"{where}: {finding.severity}: {finding.kind}, item {finding.item}{branch}"]
    out += quoted(guide, finding.line, finding.column, finding.says if finding.column > 1 else "")
    out.append(f"       page   {finding.found}")
    out.append(f"       write  {finding.suggestion}")
    picture = report.picture(finding)
    if picture is not None:
        out.append(f"       see    {picture}")
    for other, each in group.others:
        out.append(f"       also   {other.name}:{each.line}:{each.column}")
    return out


def quoted(guide: Guide, line: int, column: int, marked: str) -> list[str]:
    """A line of the guide, shortened around the place that is marked."""
    full = guide.lines[line - 1].expandtabs(1) if line <= len(guide.lines) else ""
    start = max(0, column - 60) if len(full) > 110 else 0
    shown = full[start : start + 110]
    out = [f"  {line:>4} | {'…' if start else ''}{shown}{'…' if start + 110 < len(full) else ''}"]
    if marked and full[column - 1 :].startswith(marked):
        before = _width(shown[: column - 1 - start]) + (1 if start else 0)
        out.append(f"       | {' ' * before}{'^' * _width(marked)}")
    return out


def coverage_text(guide: Guide, coverage: Coverage) -> str:
    """Each item with the steps that follow it, items without, ties that point nowhere."""
    out = [str(guide.path)]
    heading = None
    for each in coverage.items:
        if each.item.number[0] != heading:
            heading = each.item.number[0]
            found = guide.heading(heading)
            out += ["", f"{heading}. {found.text if found else ''}"]
        out.append(f"  {each.item.address:<8} line {each.item.line:<5} {_short(each.item.text)}")
        out += [f"    {'':<8} runbook line {tie.line:<4} {tie.says}" for tie in each.ties]
        if each.item in coverage.unfollowed:
            optional = " (optional)" if each.item.optional else ""
            out.append(f"    {'':<8} no step follows it{optional}")
    if coverage.nowhere:
        out += ["", "Ties that point nowhere:"]
        out += [f"  runbook line {tie.line}: follows {tie.follows}  ({tie.says})" for tie in coverage.nowhere]
    followed = len(coverage.items) - len(coverage.unfollowed)
    out += ["", f"{followed} of {len(coverage.items)} items are followed; {len(coverage.nowhere)} ties point nowhere."]
    return "\n".join(out) + "\n"


def _short(text: str, most: int = 70) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
