"""One run at a time of a runbook with the same inputs; who holds the lock stands beside it."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from runwright.engine.outcomes import NotUsable, Stopped


@contextmanager
def locked(runs: Path, inputs: Mapping[str, Any], world: str | None, who: str) -> Iterator[None]:
    """Hold the lock of these inputs while the block runs. The system lets go of it when its holder dies.

    Raises Stopped with the holder's name when somebody has it, NotUsable when the disk does not take it.
    """
    key = hashlib.sha256(json.dumps([inputs, world], sort_keys=True).encode()).hexdigest()[:12]
    folder = runs / ".locks"
    holder = folder / f"{key}.holder"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{key}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        sentence = f"A run of this runbook with these inputs is under way: {_named(holder)}."
        raise Stopped(f"{sentence} Wait until it is over, or end it.") from None
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}."
        raise NotUsable(message, "Make room, or choose another place with --out.") from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        told = {"who": who, "machine": platform.node(), "process": os.getpid(), "since": now}
        try:
            holder.write_text(json.dumps(told), "utf-8")
        except OSError as error:
            raise NotUsable(f"{holder} cannot be written: {error.strerror}.", "Make room there.") from None
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _named(holder: Path) -> str:
    try:
        told = json.loads(holder.read_text("utf-8"))
        return f"{told['who']} on {told['machine']}, process {told['process']}, since {told['since']}"
    except (OSError, ValueError, KeyError):
        return "somebody who has just begun"
