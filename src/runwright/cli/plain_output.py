"""Output without rich, for commands that only read and should start fast: diagnostics, JSON, counts."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from runwright.evidence.sanitize import for_terminal
from runwright.language.diagnostics import Diagnostic, UserError


def print_diagnostics(error: UserError, stream: TextIO | None = None) -> None:
    """Print all diagnostics of an error, separated by blank lines, to ``stream`` or standard output."""
    print(for_terminal("\n\n".join(str(diagnostic) for diagnostic in error.diagnostics)), file=stream or sys.stdout)


def diagnostic_data(diagnostic: Diagnostic) -> dict[str, Any]:
    """A diagnostic as a JSON object."""
    return {
        "file": str(diagnostic.path) if diagnostic.path else None,
        "line": diagnostic.mark.line if diagnostic.mark else None,
        "column": diagnostic.mark.column if diagnostic.mark else None,
        "message": diagnostic.message,
        "remedy": diagnostic.remedy,
    }


def print_json(data: Any) -> None:
    """Print one JSON value on standard output."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    sys.stdout.write("".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text))
    sys.stdout.write("\n")


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 step`, `2 steps`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
