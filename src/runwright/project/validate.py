"""Collects errors and advice for many runbooks; several processes read them where there are hundreds."""

from __future__ import annotations

import gc
import multiprocessing
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from runwright.language.advice import advice
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import Vocabulary
from runwright.project.discovery import vocabulary_cache

PARALLEL_FROM = 200
"""The number of runbooks from which several processes are faster than one."""

_vocabulary_for: Callable[[Path], Vocabulary] = vocabulary_cache()


@dataclass(frozen=True)
class Validated:
    """What was found in some runbooks, in the order of the files. What is in a shared block is listed once."""

    errors: list[Diagnostic]
    warnings: list[Diagnostic]
    """Advice on the valid ones."""
    invalid: int
    """The number of runbooks that have an error."""


@dataclass(frozen=True)
class _Found:
    errors: tuple[Diagnostic, ...] = ()
    warnings: tuple[Diagnostic, ...] = ()


def validate_runbooks(files: Sequence[Path]) -> Validated:
    """Read runbooks and collect what is wrong with them."""
    global _vocabulary_for
    _vocabulary_for = vocabulary_cache()
    gc.disable()  # no runbook is kept and none holds a reference cycle, so a collection would find nothing
    try:
        found = _in_processes(files) if len(files) >= PARALLEL_FROM else [_read(path) for path in files]
    finally:
        gc.enable()
    errors = list(dict.fromkeys(diagnostic for each in found for diagnostic in each.errors))
    warnings = list(dict.fromkeys(diagnostic for each in found for diagnostic in each.warnings))
    return Validated(errors, warnings, sum(1 for each in found if each.errors))


def _in_processes(files: Sequence[Path]) -> list[_Found]:
    workers = min(os.cpu_count() or 1, 8)
    if workers < 2 or "fork" not in multiprocessing.get_all_start_methods():
        return [_read(path) for path in files]
    first = _read(files[0])  # reads verbs and blocks, so the forked processes inherit them
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        return [first, *pool.map(_read, files[1:], chunksize=25)]


def _read(path: Path) -> _Found:
    try:
        return _Found(warnings=tuple(advice(load(path, _vocabulary_for(path)))))
    except UserError as error:
        return _Found(error.diagnostics)
