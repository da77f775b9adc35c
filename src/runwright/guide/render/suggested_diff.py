"""Suggested label replacements as a unified diff of the source language's guide."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from runwright.guide.check_result import CheckedGuide, Report
from runwright.guide.match.findings import Finding
from runwright.guide.render.source_ranges import replaceable


def diff(report: Report) -> str:
    """A diff for `git apply`; empty when no label can simply be replaced."""
    if not report.guides:
        return ""
    chosen: dict[str, CheckedGuide] = {}
    findings: dict[int, list[Finding]] = {}
    for group in report.grouped():
        findings.setdefault(id(group.checked), []).append(group.finding)
        if group.finding.old is not None:
            chosen.setdefault(group.checked.name, group.checked)
    out: list[str] = []
    for checked in chosen.values():
        out += _of_guide(checked, findings[id(checked)])
    return "".join(out)


def _of_guide(checked: CheckedGuide, mine: Sequence[Finding]) -> list[str]:
    guide = checked.comparison.guide
    before = list(guide.lines)
    after = list(before)
    for finding in sorted(mine, key=lambda each: (each.line, each.column), reverse=True):
        if replaceable(guide, finding):
            line, at = after[finding.line - 1], finding.column - 1
            after[finding.line - 1] = line[:at] + str(finding.new) + line[at + len(str(finding.old)) :]
    if after == before:
        return []
    name = _name(guide.path)
    made = difflib.unified_diff(_ended(before), _ended(after), f"a/{name}", f"b/{name}")
    return [line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in made]


def _name(path: Path) -> str:
    """The path for `git apply`: relative to the working directory, or to the top of the guide's own repository."""
    whole = path.resolve()
    tops = (Path.cwd(), *(folder for folder in whole.parents if (folder / ".git").exists()))
    return next((whole.relative_to(top) for top in tops if whole.is_relative_to(top)), whole).as_posix().lstrip("/")


def _ended(lines: list[str]) -> list[str]:
    """Lines with line feeds; the last line has none if the file ends without one."""
    ended = [f"{line}\n" for line in lines[:-1]]
    return [*ended, lines[-1]] if lines[-1] else ended
