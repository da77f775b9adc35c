"""One run at a time of a runbook at a site; who holds the lock stands beside it."""

from __future__ import annotations

import getpass
import hashlib
import json
import os
import platform
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from runwright.engine.errors import NotUsable, Stopped


@contextmanager
def locked(runbook: str, sites: Iterable[str], world: str | None, who: str) -> Iterator[None]:
    """Hold a lock for each site, given by its address, while the block runs. The system lets go of them when their
    holder dies.

    Two runs of a runbook that share a site exclude each other, whatever else their inputs are and wherever they leave
    their evidence: both would find the same thing missing there, and make it twice. ``world`` tells one rehearsal from
    another, and from the real sites.

    Raises Stopped with the holder's name when somebody has one, NotUsable when the disk does not take it.
    """
    with ExitStack() as held:
        for site in sorted(set(sites)):
            held.enter_context(_one(runbook, site, world, who))
        yield


def folder() -> Path:
    """Where this account's locks lie: on this machine, whatever folder a run is started in."""
    own = os.environ.get("XDG_RUNTIME_DIR")
    return Path(own, "runwright") if own else Path(tempfile.gettempdir(), f"runwright-{getpass.getuser()}")


@contextmanager
def _one(runbook: str, site: str, world: str | None, who: str) -> Iterator[None]:
    key = hashlib.sha256(json.dumps([runbook, site, world]).encode()).hexdigest()[:16]
    locks = folder()
    holder = locks / f"{key}.holder"
    try:
        locks.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(locks / f"{key}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        sentence = f"A run of this runbook at {site} is under way: {_named(holder)}."
        raise Stopped(f"{sentence} Wait until it is over, or end it.") from None
    except OSError as error:
        raise NotUsable(f"{locks} cannot be written: {error.strerror}.", "Make room, or set TMPDIR.") from None
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
