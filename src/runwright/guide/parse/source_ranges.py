"""Where in the source the words of a finding stand: from which line and column to which."""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.guide.match.findings import Finding
from runwright.guide.parse.guide_model import Guide


@dataclass(frozen=True)
class Stretch:
    """Words in a file; lines and columns count from 1, and the end is the first column behind them."""

    line: int
    column: int
    end_line: int
    end_column: int


def stretch(guide: Guide, finding: Finding) -> Stretch | None:
    """Where the words stand that a finding is about; None where the source has them in another form.

    A label may be broken over lines; what opens a line of a list or a quotation belongs to none.
    """
    if finding.column <= 1 and finding.old is None:
        return None
    words = finding.says.split()
    if not words or not 0 < finding.line <= len(guide.lines):
        return None
    rest = "\n".join(guide.lines[finding.line - 1 : finding.line + 3])
    pattern = r"(?:[ \t]+|[ \t]*\n[ \t>]*)".join(re.escape(word) for word in words)
    found = re.compile(pattern).match(rest, finding.column - 1)
    if found is None:
        return None
    before = found[0].split("\n")
    end = len(before[-1]) + 1 + (finding.column - 1 if len(before) == 1 else 0)
    return Stretch(finding.line, finding.column, finding.line + len(before) - 1, end)


def replaceable(guide: Guide, finding: Finding) -> bool:
    """Whether the finding's old words can be put out for the new ones: they stand in the source, on one line."""
    if finding.old is None or finding.new is None or finding.old != finding.says:
        return False
    at = finding.column - 1
    line = guide.lines[finding.line - 1] if 0 < finding.line <= len(guide.lines) else ""
    return line[at : at + len(finding.old)] == finding.old
