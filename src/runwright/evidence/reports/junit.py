"""JUnit XML of a run: one test case per step, and one for a section or run that failed without a failed step."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from typing import Any

from runwright.evidence.journal import malformed_as_altered
from runwright.evidence.sanitize import clean
from runwright.evidence.statuses import Status, StepStatus


def junit_of(events: list[dict[str, Any]]) -> bytes:
    """The JUnit XML of a run. Raises EvidenceError as `html_of` does."""
    with malformed_as_altered():
        root = _suites(events)
        ElementTree.indent(root)
        text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode("utf-8", "backslashreplace")


def _suites(events: list[dict[str, Any]]) -> ElementTree.Element:
    run = events[0]
    steps = [event for event in events if event["event"] == "step"]
    names = {event["section"]: event["name"] for event in events if event["event"] == "section"}
    name = f"{run['runbook']['slug']} (REHEARSAL)" if run["rehearsal"] else run["runbook"]["slug"]
    suite = ElementTree.Element("testsuite", name=clean(name))
    end = next((event for event in events if event["event"] == "end"), None)
    end_class = end.get("failure_class") if end is not None else None
    for step in steps:
        case = _case(suite, f"{run['runbook']['slug']}.{names[step['section']]}", f"{step['step']}. {step['name']}")
        case.set("time", f"{step['seconds']:.3f}")
        if step["status"] == StepStatus.SKIPPED:
            reason = "; ".join(f"condition not met: {each['condition']}" for each in step["conditions"])
            ElementTree.SubElement(case, "skipped", message=clean(reason))
        elif step["status"] != StepStatus.DONE:
            _failure(case, step, end_class)
    failing = {step["section"] for step in steps if step["status"] not in (StepStatus.DONE, StepStatus.SKIPPED)}
    for event in events:
        if event["event"] == "section-ended" and not passed(event["status"]) and event["section"] not in failing:
            failing.add(event["section"])
            case = _case(suite, f"{run['runbook']['slug']}.{names[event['section']]}", "section status")
            _add_failure(case, f"{event['status']}: {event['reason'] or ''}", end_class)
    if not failing and (end is None or not passed(end["status"])):
        case = _case(suite, run["runbook"]["slug"], "run status")
        message = f"{end['status']}: {end['reason'] or ''}" if end is not None else "The run is incomplete."
        _add_failure(case, message, end_class)
    for attribute, value in {
        "tests": len(suite),
        "failures": len(suite.findall("*/failure")),
        "skipped": len(suite.findall("*/skipped")),
        "errors": 0,
        "timestamp": run["time"][:19],
        "hostname": clean(run["machine"]),
        "time": f"{sum(step['seconds'] for step in steps):.3f}",
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


def _failure(case: ElementTree.Element, step: dict[str, Any], end_class: str | None) -> None:
    """Why the step failed: the message, the place in the runbook, the page's messages, and lines to paste."""
    failure = step["failure"] or {"message": "The run stopped for a person.", "page_messages": [], "nearest": []}
    element = _add_failure(case, failure["message"], failure.get("class", end_class))
    lines = [f"{step['file']}:{step['line']}"]
    lines += [f"page message: {text}" for text in failure["page_messages"]] + failure["nearest"]
    element.text = "\n".join(clean(line) for line in lines)


def passed(status: str) -> bool:
    """Whether a section or run with this status passes as a test."""
    return status in set(Status) and Status(status).good
