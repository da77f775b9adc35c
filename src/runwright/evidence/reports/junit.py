"""JUnit XML of a run: one test case per step, and one for a section or run that failed without a failed step."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence

from runwright.evidence.event_parts import Event
from runwright.evidence.events import SectionEndedEvent, SectionEvent, StepEvent
from runwright.evidence.journal import malformed_as_altered, run_and_end
from runwright.evidence.sanitize import clean
from runwright.evidence.statuses import StepStatus


def junit_of(events: Sequence[Event]) -> bytes:
    """The JUnit XML of a run. Raises EvidenceError as `html_of` does."""
    with malformed_as_altered():
        root = _suites(events)
        ElementTree.indent(root)
        text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode("utf-8", "backslashreplace")


def _suites(events: Sequence[Event]) -> ElementTree.Element:
    run, end = run_and_end(events)
    slug = run.runbook.slug
    steps = [event for event in events if isinstance(event, StepEvent)]
    names = {event.section: event.name for event in events if isinstance(event, SectionEvent)}
    suite = ElementTree.Element("testsuite", name=clean(f"{slug} (REHEARSAL)" if run.rehearsal else slug))
    end_class = end.failure_class if end is not None else None
    for step in steps:
        case = _case(suite, f"{slug}.{names[step.section]}", f"{step.step}. {step.item or step.name}")
        case.set("time", f"{step.seconds:.3f}")
        if step.status == StepStatus.SKIPPED:
            reason = "; ".join(
                f"condition {'' if each.held else 'not '}met: {each.condition}" for each in step.conditions
            )
            ElementTree.SubElement(case, "skipped", message=clean(reason))
        elif step.status != StepStatus.DONE:
            _failure(case, step, end_class)
    failing = {step.section for step in steps if step.status not in (StepStatus.DONE, StepStatus.SKIPPED)}
    for event in events:
        if isinstance(event, SectionEndedEvent) and not event.status.good and event.section not in failing:
            failing.add(event.section)
            case = _case(suite, f"{slug}.{names[event.section]}", "section status")
            _add_failure(case, f"{event.status}: {event.reason or ''}", end_class)
    if not failing and (end is None or not end.status.good):
        case = _case(suite, slug, "run status")
        message = f"{end.status}: {end.reason or ''}" if end is not None else "The run is incomplete."
        _add_failure(case, message, end_class)
    for attribute, value in {
        "tests": len(suite),
        "failures": len(suite.findall("*/failure")),
        "skipped": len(suite.findall("*/skipped")),
        "errors": 0,
        "timestamp": run.time[:19],
        "hostname": clean(run.machine),
        "time": f"{sum(step.seconds for step in steps):.3f}",
    }.items():
        suite.set(attribute, str(value))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    return root


def _case(suite: ElementTree.Element, group: str, name: str) -> ElementTree.Element:
    return ElementTree.SubElement(suite, "testcase", classname=clean(group), name=clean(name))


def _add_failure(case: ElementTree.Element, message: str, failure_class: str | None) -> ElementTree.Element:
    """A `failure` element; its `type` is the failure class, if there is one."""
    types = {"type": clean(failure_class)} if failure_class is not None else {}
    return ElementTree.SubElement(case, "failure", {"message": clean(message), **types})


def _failure(case: ElementTree.Element, step: StepEvent, end_class: str | None) -> None:
    """Why the step failed: the message, the place in the runbook, the page's messages, and lines to paste."""
    failure, lines = step.failure, [f"{step.file}:{step.line}"]
    if failure is None:
        element = _add_failure(case, "The run stopped for a person.", end_class)
    else:
        element = _add_failure(case, failure.message, failure.failure_class)
        lines += [f"page message: {text}" for text in failure.page_messages]
        lines += failure.nearest
        lines += [f"new on the page: {line}" for line in failure.appeared]
    element.text = "\n".join(clean(line) for line in lines)
