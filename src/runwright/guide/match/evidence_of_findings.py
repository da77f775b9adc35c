"""The step, the screenshot and the branch of a run that show a finding."""

from __future__ import annotations

from dataclasses import replace

from runwright.guide.match.findings import Finding
from runwright.guide.match.observations import ObservedStep, RunObservations


def with_evidence(finding: Finding, step: ObservedStep, run: RunObservations) -> Finding:
    """The finding with the step that shows it, and the branch of its section."""
    branch = _branch(step, run)
    return replace(finding, run=run.run, step=step.number, screenshot=step.screenshot, branch=branch)


def _branch(step: ObservedStep, run: RunObservations) -> str | None:
    """The inputs with `choices` in the `when` of the step's section: `pages = old`. None when there are none."""
    if run.runbook is None:
        return None
    section = next((each for each in run.runbook.sections if each.number == step.section), None)
    if section is None or section.fields.when is None:
        return None
    taken = {name: value for name, value in run.branch.items() if name in section.fields.when.names}
    return ", ".join(f"{name} = {value}" for name, value in taken.items()) or None


def page_of(step: ObservedStep) -> str:
    """The address of the page of a step, without query and fragment."""
    return step.address.partition("#")[0].partition("?")[0]
