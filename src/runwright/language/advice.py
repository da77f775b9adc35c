"""Advice on a valid runbook: what works, and is hard to take up again after a run that was killed."""

from __future__ import annotations

from collections.abc import Iterator

from runwright.language.diagnostics import Diagnostic
from runwright.language.runbook_model import Group, Runbook, Section, Step


def advice(runbook: Runbook) -> list[Diagnostic]:
    """The places of a valid runbook that somebody should look at again, in the order of its lines.

    Today one kind: changes in a loop of which the page shows only together whether they were made. If a run is killed
    during one of them, nothing but `done_when` of the whole section can tell, and that is false until all are made.
    """
    found = [_loop_advice(section, step) for section in runbook.sections for step in _unsettled(section.steps)]
    return list(dict.fromkeys(found))


def _unsettled(steps: tuple[Step | Group, ...], looped: bool = False, settled: bool = False) -> Iterator[Step]:
    """The changes in loops that no condition of the page around them passes over once they are made."""
    for each in steps:
        if isinstance(each, Group):
            by_page = each.unless is not None or each.when is not None
            begins = each.items is not None
            yield from _unsettled(each.steps, looped or begins, by_page or (settled and not begins))
        elif looped and not settled and _may_be_made_twice(each):
            yield each


def _may_be_made_twice(step: Step) -> bool:
    """Whether a step makes a change that is not idempotent, whatever the page shows."""
    idempotent = step.common.idempotent or step.model.idempotent
    return step.common.changes and not idempotent and step.common.when is None


def _loop_advice(section: Section, step: Step) -> Diagnostic:
    message = (
        f"If a run is killed during this change, only `done_when` of “{section.name}” can tell whether it was made, "
        "and a person has to settle it."
    )
    remedy = (
        'Write `unless:` in the group, with what the page shows of one turn: `unless: cell "${name}"`. '
        "Or write `idempotent: true` if making it twice does no harm."
    )
    return Diagnostic(message, remedy, step.mark, step.path)
