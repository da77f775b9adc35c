"""The run lock: one run at a time of a runbook at a site, for this account on this machine.

It is in the state folder, which all logins of the account share. The holder's name is in a file beside the lock.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from runwright.engine.errors import EnvironmentFailure, Stopped
from runwright.engine.state_folder import writable_state_folder
from runwright.evidence.statuses import FailureClass


@contextmanager
def locked(runbook: str, sites: Iterable[str], rehearsal_id: str | None, who: str) -> Iterator[None]:
    """Hold one lock per site address while the block runs. The system releases them if the process dies.

    Two runs of a runbook that share a site exclude each other, whatever their other inputs and output folders are:
    both would find the same thing missing there, and create it twice. ``rehearsal_id`` separates rehearsals from
    each other and from the real sites.

    Raises Stopped with the holder's name if another run has a lock, EnvironmentFailure if the disk rejects the files.
    """
    with ExitStack() as locks:
        for site in sorted(set(sites)):
            busy = f"Another run of this runbook at {site} is in progress"
            locks.enter_context(held([runbook, site, rehearsal_id], busy, who))
        yield


@contextmanager
def held(key: Sequence[object], busy: str, who: str) -> Iterator[None]:
    """Hold the lock of a key while the block runs. Raises Stopped with ``busy`` and the holder's name if it is taken.

    Also EnvironmentFailure if the disk rejects the files.
    """
    name = hashlib.sha256(json.dumps(list(key)).encode()).hexdigest()[:16]
    try:
        locks = writable_state_folder() / "locks"
        locks.mkdir(exist_ok=True, mode=0o700)
        holder = locks / f"{name}.holder"
        lock = FileLock(locks / f"{name}.lock")
        lock.acquire(timeout=0)
    except Timeout:
        sentence = f"{busy}: {_describe(holder)}."
        raise Stopped(f"{sentence} Wait until it ends, or stop it.", failure_class=FailureClass.LOCKED) from None
    except OSError as error:
        raise EnvironmentFailure(
            f"The lock cannot be written: {error.strerror}: {error.filename}.",
            "Free some space, or set RUNWRIGHT_STATE to a folder that this account can write to.",
        ) from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        content = {"who": who, "machine": platform.node(), "process": os.getpid(), "since": now}
        try:
            holder.write_text(json.dumps(content), "utf-8")
        except OSError as error:
            raise EnvironmentFailure(f"{holder} cannot be written: {error.strerror}.", "Free some space.") from None
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _describe(holder: Path) -> str:
    try:
        content = json.loads(holder.read_text("utf-8"))
        return f"{content['who']} on {content['machine']}, process {content['process']}, since {content['since']}"
    except (OSError, ValueError, KeyError):
        return "a run that has just started"
