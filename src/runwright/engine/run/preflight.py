"""Checks before a run starts: takes the run lock and compares the plan with earlier runs of the same runbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from runwright.engine.errors import EnvironmentFailure, InvalidCall, Stopped
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.options import RunSetup
from runwright.engine.run.procedure import procedure, who
from runwright.engine.run.resume import PriorRun, last_run, named_run, read_prior_run, refuse_another
from runwright.engine.run.run_lock import locked
from runwright.engine.run.run_memory import RememberedRun, RunMemory
from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence.statuses import FailureClass
from runwright.language.diagnostics import Diagnostic, UserError


@contextmanager
def preflight(setup: RunSetup) -> Iterator[RunSetup]:
    """Hold the run lock while the block runs, and yield the set-up completed with what an earlier run left.

    A check and an inspection change nothing, so none of this applies to them.

    Raises Stopped if another run is in progress or did not finish, UserError if the named run cannot be resumed.
    """
    plan, options = setup.plan, setup.options
    if plan.mode != "run" or plan.looking:
        yield setup
        return
    if not setup.lasting:  # its simulators are nobody else's, and gone afterwards
        yield setup
        return
    nonce = setup.backend.nonce if setup.backend is not None else None
    rehearsal_id = hashlib.sha256(nonce.encode()).hexdigest()[:16] if nonce is not None else None
    inputs = Scrubber(setup.credentials).data(plan.inputs)
    runs = options.out / plan.runbook.slug
    sites = [site.url for site in plan.sites]
    with locked(plan.runbook.slug, sites, rehearsal_id, who()):
        memory = _memory(plan.runbook.slug, sites, inputs, rehearsal_id)
        setup = replace(setup, rehearsal_id=rehearsal_id, memory=memory)
        if options.resume is not None:
            prior_run = _resumed(options.resume, runs, inputs, rehearsal_id, memory.last())
            refuse_another(prior_run, inputs, plan, rehearsal_id, procedure(plan))
            settled: tuple[str, ...] = ()
            if options.settled is not None:
                changes = prior_run.settle(options.settled == "made", who())
                if not changes:
                    message = f"{prior_run.run} left no change to settle."
                    raise InvalidCall(Diagnostic(message, "Resume it without `--settled`."))
                settled = tuple(each.name for each in changes)
            yield replace(setup, prior_run=prior_run, settled=settled)
            return
        last = None if options.restart else _last(memory.last(), runs, inputs, rehearsal_id)
        if last is not None and last.unfinished:
            stopped = Stopped(f"The run {last.run} of this runbook with these inputs did not finish.")
            restart = NextAction(ActionKind.RESTART, sections=options.redo)
            try:
                refuse_another(last, inputs, plan, rehearsal_id, procedure(plan))
                stopped.next_actions = (NextAction(ActionKind.RESUME, last.run, options.redo), restart)
            except UserError:
                stopped.remedy = "The procedure has changed since, so this run cannot be resumed."
                stopped.next_actions = (restart,)
            raise stopped
        yield setup


def _memory(runbook: str, sites: list[str], inputs: Mapping[str, Any], rehearsal_id: str | None) -> RunMemory:
    try:
        return RunMemory(runbook, sites, inputs, rehearsal_id)
    except OSError as error:
        remedy = "Set RUNWRIGHT_STATE to a folder that this account can write to."
        raise EnvironmentFailure(f"The state folder cannot be written: {error}.", remedy) from None


def _last(
    remembered: Sequence[RememberedRun], runs: Path, inputs: Mapping[str, Any], rehearsal_id: str | None
) -> PriorRun | None:
    """The last run with these inputs: as this machine remembers, else among the run folders.

    Raises Stopped if it is open and its folder is gone.
    """
    for each in remembered:
        if (each.folder / "events.jsonl").is_file():
            if each.open:
                return read_prior_run(each.folder, each.folders)
        elif each.open:
            raise Stopped(
                f"The run {each.run} of this runbook with these inputs did not finish, and its folder {each.folder} is "
                "gone: nobody knows which changes it made.",
                failure_class=FailureClass.OUTCOME_UNKNOWN,
                next_actions=(NextAction(ActionKind.RESTART),),
            )
    return last_run(runs, inputs, rehearsal_id) if not remembered else None


def _resumed(
    name: str, runs: Path, inputs: Mapping[str, Any], rehearsal_id: str | None, remembered: Sequence[RememberedRun]
) -> PriorRun:
    """The run to resume: one that this machine remembers, wherever its folder is, or one among the run folders."""
    for each in remembered:
        if (name == "last" or each.run.startswith(name)) and (each.folder / "events.jsonl").is_file():
            return read_prior_run(each.folder, each.folders)
    return named_run(runs, name, inputs, rehearsal_id)
