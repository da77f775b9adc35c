"""Checks before a run starts: takes the run lock and compares the plan with earlier runs of the same runbook."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from runwright.engine.errors import Stopped
from runwright.engine.run.options import RunOptions
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import procedure, who
from runwright.engine.run.resume import last_run, named_run, refuse_another
from runwright.engine.run.run_lock import locked
from runwright.engine.secrets.scrub import Scrubber
from runwright.language.diagnostics import UserError


@contextmanager
def preflight(
    plan: Plan, options: RunOptions, nonce: str | None, resume: str | None = None, restart: str | None = None
) -> Iterator[RunOptions]:
    """Hold the run lock while the block runs, and yield the options completed with what an earlier run left.

    ``nonce`` identifies a rehearsal. ``resume`` names the run to resume. ``restart`` is the command line that ignores
    an unfinished run; None if this call ignores it already. A check changes nothing, so none of this applies to it.

    Raises Stopped if another run is in progress or did not finish, UserError if the named run cannot be resumed.
    """
    if plan.mode != "run":
        yield options
        return
    rehearsal_id = hashlib.sha256(nonce.encode()).hexdigest()[:16] if nonce is not None else None
    inputs = Scrubber().data(plan.inputs)
    runs = options.out / plan.runbook.slug
    facts = {**options.facts, "rehearsal_id": rehearsal_id}
    with locked(plan.runbook.slug, (site.url for site in plan.sites), rehearsal_id, who()):
        if resume is not None:
            prior_run = named_run(runs, resume, inputs, rehearsal_id)
            refuse_another(prior_run, inputs, plan, rehearsal_id, procedure(plan))
            facts["resumes"] = {"run": prior_run.run, "digest": prior_run.digest}
            yield replace(options, facts=facts, prior_run=prior_run)
            return
        last = last_run(runs, inputs, rehearsal_id) if restart is not None else None
        if last is not None and last.unfinished:
            stopped = Stopped(f"The run {last.run} of this runbook with these inputs did not finish.")
            redo = "".join(f" --redo {number}" for number in sorted(options.redo))
            start_over = f"To start over, after checking what the last run left: {restart}{redo}"
            try:
                refuse_another(last, inputs, plan, rehearsal_id, procedure(plan))
                resume_command = options.resume_command.replace("{run}", last.run)
                stopped.remedy = f"To resume: {resume_command}{redo}\n{start_over}"
            except UserError:
                stopped.remedy = f"The procedure has changed since, so this run cannot be resumed.\n{start_over}"
            raise stopped
        yield replace(options, facts=facts)
