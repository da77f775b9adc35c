"""What other runs of a runbook mean for one that is about to begin."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from runwright.engine.errors import Stopped
from runwright.engine.run.options import Given
from runwright.engine.run.plan import Plan
from runwright.engine.run.procedure import procedure, who
from runwright.engine.run.resume import last_run, named_run, refuse_another
from runwright.engine.run.run_lock import locked
from runwright.engine.secrets.scrub import Scrubber
from runwright.language.diagnostics import UserError


@contextmanager
def after_others(
    plan: Plan, given: Given, nonce: str | None, resume: str | None = None, anew: str | None = None
) -> Iterator[Given]:
    """Hold the lock, and give back what the run is given once it is known what earlier ones left unfinished.

    ``nonce`` tells one rehearsal from another, ``resume`` names a run to take up, ``anew`` is the command line that
    takes no notice of an unfinished one; None does so already. A check changes nothing, and has no others.

    Raises Stopped when another run is under way or was not finished, UserError when one cannot be taken up.
    """
    if plan.mode != "run":
        yield given
        return
    world = hashlib.sha256(nonce.encode()).hexdigest()[:16] if nonce is not None else None
    inputs = Scrubber().data(plan.inputs)
    runs = given.out / plan.runbook.name
    facts = {**given.facts, "world": world}
    with locked(plan.runbook.name, (site.url for site in plan.sites), world, who()):
        if resume is not None:
            past = named_run(runs, resume, inputs, world)
            refuse_another(past, inputs, plan, world, procedure(plan))
            yield replace(given, facts={**facts, "resumes": {"run": past.run, "head": past.head}}, past=past)
            return
        last = last_run(runs, inputs, world) if anew is not None else None
        if last is not None and last.unfinished:
            stopped = Stopped(f"The run {last.run} of this runbook with these inputs was not finished.")
            redo = "".join(f" --redo {number}" for number in sorted(given.redo))
            later = f"egin anew, when somebody has seen what it left: {anew}{redo}"
            try:
                refuse_another(last, inputs, plan, world, procedure(plan))
                stopped.remedy = f"Take it up: {given.go_on.replace('{run}', last.run)}{redo}\nOr b{later}"
            except UserError:
                stopped.remedy = f"What it ran has changed since, so it cannot be taken up.\nB{later}"
            raise stopped
        yield replace(given, facts=facts)
