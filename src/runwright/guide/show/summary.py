"""A report as a Markdown summary for a pull request."""

from __future__ import annotations

from runwright.guide.report import Report

_SIGN = {"error": "🛑", "warning": "⚠️", "note": "ℹ️"}


def summary(report: Report) -> str:
    """A table of findings, the worst first."""
    groups = sorted(report.grouped(), key=lambda group: ("error", "warning", "note").index(group.finding.severity))
    unreached = [f"`{checked.name}:{item.line}`" for checked in report.guides for item in checked.unreached]
    left = f"\nNothing is known of {', '.join(unreached)}: no step of these runs did it.\n" if unreached else ""
    if not groups:
        return f"### Guide check: no finding\n\nHeld against {_cell(report.against)}.\n{left}"
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


def _cell(text: str, keep: str = "") -> str:
    """Text that a table's cell can bear: its own Markdown and HTML mean nothing there."""
    for sign in "\\`*_[]<>|":
        if sign not in keep:
            text = text.replace(sign, f"\\{sign}" if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return text.replace("\n", " ")
