"""Checks before a run starts: takes the run lock and compares the plan with earlier runs of the same runbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from runwright.engine.errors import Stopped
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.options import RunSetup
from runwright.engine.run.procedure import procedure, who
from runwright.engine.run.resume import last_run, named_run, refuse_another
from runwright.engine.run.run_lock import locked
from runwright.engine.secrets.scrub import Scrubber
from runwright.language.diagnostics import UserError


@contextmanager
def preflight(setup: RunSetup) -> Iterator[RunSetup]:
    """Hold the run lock while the block runs, and yield the set-up completed with what an earlier run left.

    A check changes nothing, so none of this applies to it.

    Raises Stopped if another run is in progress or did not finish, UserError if the named run cannot be resumed.
    """
    plan, options = setup.plan, setup.options
    if plan.mode != "run":
        yield setup
        return
    nonce = setup.backend.nonce if setup.backend is not None else None
    rehearsal_id = hashlib.sha256(nonce.encode()).hexdigest()[:16] if nonce is not None else None
    inputs = Scrubber(setup.credentials).data(plan.inputs)
    runs = options.out / plan.runbook.slug
    with locked(plan.runbook.slug, (site.url for site in plan.sites), rehearsal_id, who()):
        if options.resume is not None:
            prior_run = named_run(runs, options.resume, inputs, rehearsal_id)
            refuse_another(prior_run, inputs, plan, rehearsal_id, procedure(plan))
            yield replace(setup, rehearsal_id=rehearsal_id, prior_run=prior_run)
            return
        last = None if options.restart else last_run(runs, inputs, rehearsal_id)
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
        yield replace(setup, rehearsal_id=rehearsal_id)
