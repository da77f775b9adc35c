"""A report as a Markdown summary for a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.guide.check_result import BROKEN_OFF, Report

_SIGN = {"error": "🛑", "warning": "⚠️", "note": "ℹ️"}


def summary(report: Report) -> str:
    """A table of findings, the worst first."""
    groups = sorted(report.grouped(), key=lambda group: ("error", "warning", "note").index(group.finding.severity))
    left = "".join(f"\n{line}\n" for line in _silent(report))
    if not groups:
        nothing = all(checked.unknown for checked in report.guides)
        found = "not held against anything" if nothing else "no finding"
        return f"### Guide check: {found}\n\nHeld against {_cell(report.against)}.\n{left}"
    out = [f"### Guide check: {len(groups)} finding{'s' if len(groups) > 1 else ''}", ""]
    out += [f"Held against {_cell(report.against)}.", ""]
    out += ["| | where | the guide says | the page | write |", "|---|---|---|---|---|"]
    for group in groups:
        finding = group.finding
        also = "".join(f"<br>also `{other.name}:{each.line}`" for other, each in group.others)
        branch = f"<br>{_cell(finding.branch)}" if finding.branch else ""
        out.append(
            f"| {_SIGN[finding.severity]} {finding.kind} | `{group.checked.name}:{finding.line}`{also} "
            f"| {_cell(finding.says)} | {_cell(finding.found)}{branch} | {_cell(finding.suggestion, keep='*`')} |"
        )
    return "\n".join(out) + "\n" + left


def _silent(report: Report) -> Iterator[str]:
    """What nothing is known of, a paragraph each."""
    for checked in report.guides:
        if checked.unknown is not None:
            yield f"`{checked.name}` was not held against anything: {_cell(checked.unknown)}."
        for each in checked.silent:
            yield f"`{checked.name}:{each.line}`: {_cell(each.told)}."
    if report.broken_off:
        yield BROKEN_OFF


def _cell(text: str, keep: str = "") -> str:
    """Text that a table's cell can bear: its own Markdown and HTML mean nothing there."""
    for sign in "\\`*_[]<>|":
        if sign not in keep:
            text = text.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return text.replace("\n", " ")
