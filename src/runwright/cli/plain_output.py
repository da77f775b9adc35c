"""What is printed without rich, which commands that only read do not wait for: faults, JSON, text from pages."""

from __future__ import annotations

import json
import sys
from typing import Any, TextIO

from runwright.evidence.sanitize import for_terminal
from runwright.language.diagnostics import Fault, UserError


def print_faults(error: UserError, stream: TextIO | None = None) -> None:
    """Print every fault, one below the other; on standard output unless ``stream`` is another."""
    print(for_terminal("\n\n".join(str(fault) for fault in error.faults)), file=stream or sys.stdout)


def fault_data(fault: Fault) -> dict[str, Any]:
    """A fault as an object, for programs."""
    return {
        "file": str(fault.path) if fault.path else None,
        "line": fault.mark.line if fault.mark else None,
        "column": fault.mark.column if fault.mark else None,
        "message": fault.message,
        "remedy": fault.remedy,
    }


def print_json(data: Any) -> None:
    """Print one object on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
