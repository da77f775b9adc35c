"""Locates the text of a finding in the guide's source, as a range of lines and columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.guide.match.findings import Finding
from runwright.guide.parse.guide_model import Guide


@dataclass(frozen=True)
class SourceRange:
    """A range of text in a file. Lines and columns count from 1; the end column is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


def source_range(guide: Guide, finding: Finding) -> SourceRange | None:
    """The range of the text of a finding; None if the source contains the text in another form.

    A label may span lines. The markers of lists and quotations at the start of a line do not belong to it.
    """
    if finding.column <= 1 and finding.old is None:
        return None
    words = finding.guide_text.split()
    if not words or not 0 < finding.line <= len(guide.lines):
        return None
    rest = "\n".join(guide.lines[finding.line - 1 : finding.line + 3])
    pattern = r"(?:[ \t]+|[ \t]*\n[ \t>]*)".join(re.escape(word) for word in words)
    found = re.compile(pattern).match(rest, finding.column - 1)
    if found is None:
        return None
    before = found[0].split("\n")
    end = len(before[-1]) + 1 + (finding.column - 1 if len(before) == 1 else 0)
    return SourceRange(finding.line, finding.column, finding.line + len(before) - 1, end)


def replaceable(guide: Guide, finding: Finding) -> bool:
    """Whether the finding's old text can be replaced with the new one: the source contains it unchanged on one line."""
    if finding.old is None or finding.new is None or finding.old != finding.guide_text:
        return False
    at = finding.column - 1
    line = guide.lines[finding.line - 1] if 0 < finding.line <= len(guide.lines) else ""
    return line[at : at + len(finding.old)] == finding.old
