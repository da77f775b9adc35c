"""What a run executes, as its evidence records it: runbook, blocks and verbs with their digests, and the account."""

from __future__ import annotations

import getpass
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from runwright.engine.run.plan import Plan
from runwright.evidence.event_parts import BlockRecord, RunbookRecord, VerbRecord
from runwright.language.runbook_model import Block, flat
from runwright.language.verb_spec import SHIPPED


class Procedure(NamedTuple):
    """The files that a run follows, each with the SHA-256 of its content."""

    runbook: RunbookRecord
    blocks: tuple[BlockRecord, ...]
    verbs: tuple[VerbRecord, ...]


def procedure(plan: Plan) -> Procedure:
    """The runbook, its shared blocks and the verbs it uses."""
    runbook = plan.runbook
    return Procedure(
        RunbookRecord(
            slug=runbook.slug,
            name=runbook.name,
            path=_short(runbook.path),
            sha256=digest_of(runbook.text.encode()),
        ),
        tuple(
            BlockRecord(name=block.name, path=_short(block.path), sha256=digest_of(block.path.read_bytes()))
            for block in own_blocks(plan)
        ),
        tuple(
            VerbRecord(name=name, path=_short(path), sha256=digest_of(path.read_bytes()), shipped=shipped)
            for name, path, shipped in used_verbs(plan)
        ),
    )


def own_blocks(plan: Plan) -> list[Block]:
    """The blocks that are defined in files of their own."""
    return [block for block in plan.runbook.blocks.values() if block.path != plan.runbook.path]


def used_verbs(plan: Plan) -> Iterable[tuple[str, Path, bool]]:
    """The verbs that a plan uses: name, file, and whether the verb ships with runwright."""
    runbook = plan.runbook
    names = {step.verb for section in runbook.sections for step in section.every_step}
    names |= {step.verb for step in flat(runbook.on_failure)}
    return [
        (name, plan.runbook.verbs[name], plan.runbook.verbs[name].parent.resolve() == SHIPPED.resolve())
        for name in sorted(names)
    ]


def _short(path: Path) -> str:
    """The path relative to the working folder, or the bare name: no home folder in evidence."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return path.name


def digest_of(data: bytes) -> str:
    """The SHA-256 digest, in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def who() -> str:
    """The operating system account that the run records as its user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
