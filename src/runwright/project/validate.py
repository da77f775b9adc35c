"""Collect the errors of many runbooks; several processes read them where there are hundreds."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import Vocabulary
from runwright.project.discovery import vocabulary_cache

PARALLEL_FROM = 200
"""The number of runbooks from which several processes are faster than one."""

_vocabulary_for: Callable[[Path], Vocabulary] = vocabulary_cache()


def validate_runbooks(files: Sequence[Path]) -> tuple[list[Diagnostic], int]:
    """All errors of all runbooks, in the order of the files, and the number of runbooks that have an error.

    An error in a shared block is listed once.
    """
    global _vocabulary_for
    _vocabulary_for = vocabulary_cache()
    gc.disable()  # no runbook is kept and none holds a reference cycle, so a collection would find nothing
    try:
        found = _in_processes(files) if len(files) >= PARALLEL_FROM else [_diagnostics(path) for path in files]
    finally:
        gc.enable()
    distinct = list(dict.fromkeys(diagnostic for diagnostics in found for diagnostic in diagnostics))
    return distinct, sum(1 for diagnostics in found if diagnostics)


def _in_processes(files: Sequence[Path]) -> list[tuple[Diagnostic, ...]]:
    workers = min(os.cpu_count() or 1, 8)
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [_diagnostics(path) for path in files]
    first = _diagnostics(files[0])  # reads verbs and blocks, so the forked processes inherit them
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        return [first, *pool.map(_diagnostics, files[1:], chunksize=25)]


def _diagnostics(path: Path) -> tuple[Diagnostic, ...]:
    try:
        load(path, _vocabulary_for(path))
    except UserError as error:
        return error.diagnostics
    return ()
