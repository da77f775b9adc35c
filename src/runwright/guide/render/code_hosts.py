"""Guide check results as annotations of GitHub (workflow commands) and of GitLab (a Code Quality report).

Sources: GitHub's page "Workflow commands for GitHub Actions", and GitLab's page "Code Quality", section "Code Quality
report format". GitHub shows 10 annotations of each severity of a step: the worst come first, and the summary has all.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import Any

from runwright.guide.check_result import STOPPED_EARLY, Report, ReportedFinding
from runwright.guide.render.source_ranges import source_range

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"
"""The environment variable with the file to which a step of GitHub Actions appends its summary."""
MAX_SUMMARY = 1_000_000
"""The most bytes of a summary; GitHub refuses one of more than 1 MiB."""
SHOWN_PER_SEVERITY = 10
"""How many annotations of each severity GitHub shows for a step."""
_GITHUB = {"error": "error", "warning": "warning", "note": "notice"}
_GITLAB = {"error": "major", "warning": "minor", "note": "info"}


def github_annotations(report: Report, root: Path | None = None) -> str:
    """A workflow command for each finding, and for each guide that was not compared.

    ``root`` is the folder to which paths are relative; by default that of the checkout, if GitHub names it.
    """
    found = sorted(report.reported(), key=lambda each: list(_GITHUB).index(each.finding.severity))
    lines = [_command(each, root) for each in found]
    for checked in report.guides:
        if checked.unknown is not None:
            place = {"file": _path(checked.comparison.guide.path, root), "title": "Guide check: not compared"}
            lines.append(_written("warning", place, f"The guide was not compared with any page: {checked.unknown}."))
    if report.stopped_early:
        lines.append(_written("warning", {"title": "Guide check: incomplete"}, STOPPED_EARLY))
    count = Counter(each.finding.severity for each in found)
    if any(number > SHOWN_PER_SEVERITY for number in count.values()):
        shown = ", ".join(f"{number} {name}s" for name, number in count.items())
        lines.append(f"GitHub shows {SHOWN_PER_SEVERITY} annotations of each severity. The summary has all: {shown}.")
    return "".join(f"{line}\n" for line in lines)


def bounded_summary(text: str, most: int = MAX_SUMMARY) -> str:
    """A summary of at most ``most`` bytes: its first lines, and how many lines are left out."""
    if len(text.encode()) <= most:
        return text
    lines = text.split("\n")
    kept, size = [], 100
    for line in lines:
        size += len(line.encode()) + 1
        if size > most:
            break
        kept.append(line)
    return "\n".join(kept) + f"\n\n{len(lines) - len(kept)} lines are left out.\n"


def code_quality(report: Report, root: Path | None = None) -> list[dict[str, Any]]:
    """The issues of a Code Quality report of GitLab: the findings, and the guides that were not compared.

    ``root`` is the folder to which paths are relative; by default that of the checkout, if GitLab names it.
    """
    issues = []
    seen: Counter[str] = Counter()
    for each in report.reported():
        finding = each.finding
        path = _path(each.checked.comparison.guide.path, root)
        identity = "\0".join((path, *finding.identity, finding.branch or ""))
        seen[identity] += 1  # GitLab keeps one issue of each fingerprint
        issues.append(
            _issue(
                path, finding.line, f"guide/{finding.kind}", _GITLAB[finding.severity], _message(each),
                f"{identity}\0{seen[identity]}",
            )
        )  # fmt: skip
    for checked in report.guides:
        if checked.unknown is not None:
            path = _path(checked.comparison.guide.path, root)
            text = f"The guide was not compared with any page: {checked.unknown}."
            issues.append(_issue(path, 1, "guide/not-compared", "minor", text, f"{path}\0not-compared"))
    return issues


def _issue(path: str, line: int, name: str, severity: str, text: str, identity: str) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": name,
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest()[:32],
        "severity": severity,
        "location": {"path": path, "lines": {"begin": line}},
    }


def _command(reported: ReportedFinding, root: Path | None) -> str:
    finding, guide = reported.finding, reported.checked.comparison.guide
    place = {"file": _path(guide.path, root), "line": str(finding.line)}
    found = source_range(guide, finding)
    if found is not None:
        place["endLine"] = str(found.end_line)
        if found.end_line == found.line:  # columns count only within one line
            place |= {"col": str(found.column), "endColumn": str(found.end_column)}
    place["title"] = f"Guide check: {finding.kind}"
    return _written(_GITHUB[finding.severity], place, _message(reported))


def _message(reported: ReportedFinding) -> str:
    finding = reported.finding
    branch = f" ({finding.branch})" if finding.branch else ""
    return f"{finding.found}{branch} {reported.advice}"


def _written(command: str, properties: dict[str, str], message: str) -> str:
    """A workflow command. Line ends are encoded, and so are the signs that separate properties."""
    shown = ",".join(f"{name}={_encoded(value, ':,')}" for name, value in properties.items())
    return f"::{command} {shown}::{_encoded(message)}"


def _encoded(text: str, signs: str = "") -> str:
    for sign in "%\r\n" + signs:
        text = text.replace(sign, f"%{ord(sign):02X}")
    return text


def _path(path: Path, root: Path | None) -> str:
    """The path of a guide, relative to the checkout where it is in it."""
    named = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    root = root or (Path(named) if named else Path.cwd())
    full = Path(os.path.abspath(path))  # noqa: PTH100  # a link stays as it is in the repository
    return full.relative_to(root).as_posix() if full.is_relative_to(root) else path.as_posix()
