"""The faults of many runbooks; where there are hundreds, several processes read them."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from runwright.language.diagnostics import Fault, UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import Vocabulary
from runwright.project.discovery import words

MANY = 200
"""From this many runbooks on, processes of their own are worth their start."""

_words: Callable[[Path], Vocabulary] = words()


def faults_of(files: Sequence[Path]) -> list[Fault]:
    """Every fault of every runbook, in the order of the files; one in a shared block is told once."""
    global _words
    _words = words()
    gc.disable()  # nothing of a thousand runbooks is kept, and nothing of it goes round in circles
    try:
        found = _in_processes(files) if len(files) >= MANY else [_faults(path) for path in files]
    finally:
        gc.enable()
    return list(dict.fromkeys(fault for faults in found for fault in faults))


def _in_processes(files: Sequence[Path]) -> list[tuple[Fault, ...]]:
    workers = min(os.cpu_count() or 1, 8)
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [_faults(path) for path in files]
    first = _faults(files[0])  # reads verbs and blocks, which the processes then have from the start
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        return [first, *pool.map(_faults, files[1:], chunksize=25)]


def _faults(path: Path) -> tuple[Fault, ...]:
    try:
        load(path, _words(path))
    except UserError as error:
        return error.faults
    return ()
