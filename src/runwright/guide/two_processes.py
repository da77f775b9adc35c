"""Spreads independent work over two processes where there is much of it: reading and comparing hundreds of guides."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

LEAST = 100
"""Pieces of work from which a second process is worth its start."""
_PROCESSES = 2
_CHUNK = 25

One = TypeVar("One")
Made = TypeVar("Made")
_work: Callable[[Any], Any] | None = None
"""What the processes do; they inherit it when they are forked."""


def spread(work: Callable[[One], Made], pieces: Sequence[One]) -> list[Made]:
    """The results of ``work`` in the order of the pieces; what it raises for the first piece that fails is raised.

    Two processes share the work where there is much of it, the system can fork, and no other thread runs, which could
    hold a lock in the copy. ``work`` changes nothing but what it returns, and that can be pickled.
    """
    global _work
    if len(pieces) < LEAST or not _can_fork():
        return [work(piece) for piece in pieces]
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(_PROCESSES) as pool:
            results = pool.map(_try, pieces, _CHUNK)
            pool.close()
            pool.join()
    finally:
        _work = None
    return [work(piece) if failed else made for piece, (failed, made) in zip(pieces, results, strict=True)]


def _can_fork() -> bool:
    return hasattr(os, "fork") and (os.cpu_count() or 1) > 1 and threading.active_count() == 1


def _try(piece: Any) -> tuple[bool, Any]:
    """Whether the work failed, and its result. The caller repeats what failed, so that it sees the exception itself."""
    assert _work is not None
    try:
        return False, _work(piece)
    except Exception:
        return True, None
