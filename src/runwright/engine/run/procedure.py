"""What a plan does, as its evidence names it, and who has it done."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from runwright.engine.run.plan import Plan
from runwright.language.runbook_model import Block, flat
from runwright.language.verb_spec import SHIPPED


def procedure(plan: Plan) -> dict[str, Any]:
    """What a plan does, by digests: the runbook, the blocks that it shares, the verbs that it uses."""
    runbook = plan.runbook
    return {
        "runbook": {
            "name": runbook.name,
            "title": runbook.title,
            "path": _short(runbook.path),
            "sha256": digest_of(runbook.text.encode()),
        },
        "blocks": [
            {"name": block.name, "path": _short(block.path), "sha256": digest_of(block.path.read_bytes())}
            for block in own_blocks(plan)
        ],
        "verbs": [
            {"name": name, "path": _short(path), "sha256": digest_of(path.read_bytes()), "shipped": shipped}
            for name, path, shipped in used_verbs(plan)
        ],
    }


def own_blocks(plan: Plan) -> list[Block]:
    """The blocks that stand in files of their own."""
    return [block for block in plan.runbook.blocks.values() if block.path != plan.runbook.path]


def used_verbs(plan: Plan) -> Iterable[tuple[str, Path, bool]]:
    """The verbs that a plan uses: each one's name, its file, whether it ships."""
    sections = plan.runbook.sections
    names = {step.verb for section in sections for step in flat((*section.reach, *section.steps))}
    return [
        (name, plan.runbook.verbs[name], plan.runbook.verbs[name].parent.resolve() == SHIPPED.resolve())
        for name in sorted(names)
    ]


def _short(path: Path) -> str:
    """The path from the working folder where it lies below it, else its name: no home folder in evidence."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return path.name


def digest_of(data: bytes) -> str:
    """The SHA-256 sum, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def who() -> str:
    """The account that a run claims to be made by."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
