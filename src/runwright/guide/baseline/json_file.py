"""Small JSON files beside a runbook, meant for version control: one entry per line, so that diffs are readable."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import write_atomic
from runwright.language.bounded_file import FileTooLarge, read_bounded
from runwright.language.diagnostics import Diagnostic, UserError

FORMAT = 1
_MOST_BYTES = 20_000_000


def read_beside(path: Path, take: Callable[[Any], None], name: str, remedy: str) -> None:
    """Pass the content of the file to ``take``; do nothing without a file.

    Raises UserError if the file cannot be read or does not have the expected form.
    """
    if not path.is_file():
        return
    try:
        take(json.loads(read_bounded(path, _MOST_BYTES)))
    except (FileTooLarge, OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise UserError(Diagnostic(f"Cannot read {name}.", remedy, path=path)) from None


def write_beside(path: Path, **data: Any) -> None:
    """Write the file atomically. Raises EvidenceError if the disk refuses it."""
    text = json.dumps({"format": FORMAT, **data}, indent=1, ensure_ascii=False)
    write_atomic(path, (text + "\n").encode())
