"""Prior values: what the resumed run had read before it ended is known again, and is not read again.

A page may show something else after the run's own changes; a `when` that held before them must not be judged by that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from runwright.engine.run.resume import Place, PriorRun
from runwright.engine.run.step_record import StepRecord


class PriorValues:
    """The values that earlier runs have read in sections that are done, or whose changes they have begun."""

    def __init__(self, prior_run: PriorRun | None, redo: Collection[int]) -> None:
        self._read: dict[int, Mapping[Place, Mapping[str, str]]] = {}
        if prior_run is not None:
            begun = {*prior_run.done, *(number for number, changes in prior_run.changes.items() if changes)} - {*redo}
            self._read = {number: read for number, read in prior_run.read.items() if number in begun}

    def all(self) -> Iterator[tuple[str, str]]:
        """Every name with its last value, in the order of reading."""
        for section in self._read.values():
            for values in section.values():
                yield from values.items()

    def keep(self, record: StepRecord, assign: Callable[[str, str], None], clean: Callable[[str], str]) -> None:
        """Assign the values that a step has read before, in place of those that it has read now."""
        where = record.file, record.line, clean(record.target or ""), record.turn
        for name, value in self._read.get(record.section, {}).get(where, {}).items():
            assign(name, value)
