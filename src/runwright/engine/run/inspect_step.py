"""The step that shows the controls of a page, and the plan that leads to it: sign in, open the page, inspect it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from playwright.sync_api import Page
from pydantic import Field

from runwright.engine.run.plan import Plan
from runwright.engine.run.step_context import StepContext
from runwright.engine.run.verb_base import Verb
from runwright.language.diagnostics import Diagnostic, Mark, UserError, did_you_mean
from runwright.language.expressions import Template
from runwright.language.fields import Place
from runwright.language.runbook_model import CommonFields, Group, Section, SectionFields, Step, flat


class InspectPage(Verb):
    """Show the controls of the page. It is not touched."""

    name: ClassVar[str] = "inspect"
    summary: ClassVar[str] = "Inspect the page"
    read_only: ClassVar[bool] = True

    show: Callable[[Page], None] = Field(exclude=True)
    """Receives the page once it is at rest."""

    def act(self, context: StepContext) -> None:
        context.wait_until_settled()
        self.show(context.page)


def inspecting(plan: Plan, address: str, block: str | None, show: Callable[[Page], None]) -> Plan:
    """The plan with one section in place of its own: open the address, perform a block, open it again, inspect it.

    ``address`` is a URL on one of the plan's sites, or a site and a path as a runbook writes them. Raises UserError for
    an address or a block that the runbook does not know, and for a block that makes changes.
    """
    runbook = plan.runbook
    if block is not None and block not in runbook.blocks:
        message = f"The runbook has no block `{block}`."
        raise UserError(Diagnostic(message, did_you_mean(block, runbook.blocks), path=runbook.path))
    if block is not None and any(step.common.changes for step in flat(runbook.blocks[block].steps)):
        message = f"The block `{block}` makes changes, and an inspection changes nothing."
        raise UserError(Diagnostic(message, "Pass a block that only signs in.", path=runbook.path))
    place, mark, path = _place(plan, address), Mark(1, 1), Path(__file__)
    last = Step("inspect", InspectPage, {"show": show}, CommonFields(), mark, path)
    names = ("Sign in", "Inspect") if block is not None else ("Inspect",)
    sections = []
    for number, name in enumerate(names, 1):
        steps: tuple[Step | Group, ...] = runbook.blocks[block].steps if block is not None and number == 1 else (last,)
        sections.append(Section(number, SectionFields(name=name, open=place), (), steps, mark))
    verbs = {**runbook.verbs, "inspect": path}
    return replace(plan, runbook=replace(runbook, sections=tuple(sections), verbs=verbs), looking=True)


def _place(plan: Plan, address: str) -> Place:
    if "://" in address:
        site = plan.sites.at(address)
        if site is not None and address.startswith(site.url):
            return Place(site.name, Template((address.removeprefix(site.url) or "/",)))
        known = ", ".join(each.url for each in plan.sites)
        message = f"{address} is on none of the runbook's sites ({known})."
        raise UserError(Diagnostic(message, "Pass an address on one of them.", path=plan.runbook.path))
    name, _, path = address.partition(" ")
    names = [each.name for each in plan.sites]
    if name not in names:
        raise UserError(Diagnostic(f"Unknown site in `{address}`.", did_you_mean(name, names), path=plan.runbook.path))
    return Place(name, Template((path.strip() or "/",)))
