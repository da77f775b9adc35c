"""Small JSON files beside a runbook, kept in version control: one entry a line, so that changes are seen."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runwright.evidence.atomic_io import write_whole
from runwright.language.diagnostics import Fault, UserError

FORMAT = 1


def read_beside(path: Path, take: Callable[[Any], None], name: str, remedy: str) -> None:
    """Hand what the file holds to ``take``; nothing where there is no file. Raises UserError when it cannot be read."""
    if not path.is_file():
        return
    try:
        take(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise UserError(Fault(f"{name} cannot be read.", remedy, path=path)) from None


def write_beside(path: Path, **data: Any) -> None:
    """Write the file whole. Raises EvidenceError where the disk does not take it."""
    text = json.dumps({"format": FORMAT, **data}, indent=1, ensure_ascii=False)
    write_whole(path, (text + "\n").encode())
