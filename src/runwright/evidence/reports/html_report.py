"""Reports for people and for CI, made from a run's folder alone: the same folder gives the same bytes."""

from __future__ import annotations

import hashlib
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from runwright import __version__
from runwright.evidence.atomic_io import AlteredError
from runwright.evidence.sanitize import clean

STATUS_CLASS = {
    "done": "good",
    "already done": "good",
    "skipped": "quiet",
    "not checkable": "notice",
    "to do": "notice",
    "waiting": "notice",
    "unknown": "bad",
    "failed": "bad",
    "stopped": "notice",
    "interrupted": "notice",
    "unfinished": "bad",
}
WELL = frozenset({"done", "already done", "skipped", "not checkable"})
"""How a section ends of which a test system has nothing to tell."""
_PARTS = {"open": "opens the page", "reach": "on the way", "look": "looks", "confirm": "looks again", "steps": ""}
_SHOWS = {"before": "before", "after": "after", "look": "", "failure": "where it failed"}
_BETWEEN = {
    "dialog": "A dialog came up: “{message}”, answered {answer}.",
    "popup": "A window opened: {address}",
    "download": "A download began: {name}",
    "downloaded": "The file {name} was kept as {file}: {size} bytes, SHA-256 {sha256}.",
    "download-withheld": "The file {name} ({size} bytes) was not kept, since it holds a secret.",
    "blocked": "Not requested, since it belongs to none of the sites: {address}",
    "console-error": "The page’s console: {text}",
    "dismissed": "A banner was dismissed: {target}",
    "signed-out": "{sentence}",
    "hand-over": "A person acted in the window for {seconds} s, without pictures: {sentence}",
    "crash": "The page crashed.",
    "unresponsive": "The page answered nothing any more.",
    "interrupted": "Interrupted by Ctrl-C, or by the system.",
    "cleaned": "The value of a secret was taken out of {file}.",
}
"""How events between steps are told."""

_TEMPLATES = Path(__file__).parent

Linked = Callable[[dict[str, Any]], str]
"""Gives the address of a picture, as the journal names it, the way the report writes it."""


def beside(shot: dict[str, Any]) -> str:
    """The address of a picture that lies beside the report."""
    return quote(shot["file"])


def html_of(events: list[dict[str, Any]], head: str, linked: Linked = beside, alone: bool = False) -> bytes:
    """The report for people: no script, strict policy, pictures beside the steps.

    ``linked`` gives pictures their address; ``alone`` is for one file without others beside it.
    Raises EvidenceError when an event has not the shape that runwright writes.
    """
    return b"".join(html_parts(events, head, linked, alone))


def html_parts(
    events: list[dict[str, Any]], head: str, linked: Linked = beside, alone: bool = False
) -> Iterator[bytes]:
    """The same, part after part: that of a long run is large."""
    with shaped():
        view = _view(events, head)
        parts = _template().stream(**view, shots=lambda step: _shots(step, linked), alone=alone, layout=layout())
        parts.enable_buffering(64)
        for part in parts:
            yield part.encode("utf-8", "backslashreplace")
    yield b"\n"


def prepare() -> None:
    """Read the report's template; the first report needs it anyway, and a run's end is the sooner there."""
    _template()
    layout()


@lru_cache(maxsize=1)
def layout() -> str:
    """What made the reports and the instructions: the version, and a digest of templates and code.

    Other layouts give other bytes.
    """
    parts = [Path(__file__), _TEMPLATES / "report.html", _TEMPLATES / "VERIFY.md"]
    digest = hashlib.sha256(b"".join(path.read_bytes().replace(b"\r\n", b"\n") for path in parts)).hexdigest()
    return f"runwright {__version__}, layout {digest[:16]}"


@lru_cache(maxsize=1)
def _template() -> Any:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = lambda value: clean(str(value))
    environment.filters["status_class"] = lambda status: STATUS_CLASS.get(status, "quiet")
    environment.filters["moment"] = _moment
    environment.filters["clock"] = lambda text: _moment(text)[11:]
    environment.filters["spoken"] = _spoken
    return environment.get_template("report.html")


def _view(events: list[dict[str, Any]], head: str) -> dict[str, Any]:
    """What the report shows, in the order of the journal; what came up during a step stands below it."""
    last = events[-1] if events[-1]["event"] == "end" else None
    sections: list[dict[str, Any]] = []
    loose: list[str] = []
    intents: dict[int, dict[str, Any]] = {}
    for event in events[1:]:
        match event["event"]:
            case "section":
                sections.append({"head": event, "status": "unfinished", "reason": None, "seconds": 0, "rows": []})
            case "section-ended":
                sections[-1] |= {key: event[key] for key in ("status", "reason", "seconds")}
            case "intent":
                intents[event["step"]] = event
            case "step":
                intents.pop(event["step"], None)
                rows = sections[-1]["rows"]
                during = next((n for n, row in enumerate(reversed(rows)) if "step" in row), len(rows))
                rows.insert(len(rows) - during, {"step": event, "part": _PARTS[event["part"]]})
            case kind if kind in _BETWEEN:
                told = _BETWEEN[kind].format_map(event)
                if sections and sections[-1]["status"] == "unfinished":
                    sections[-1]["rows"].append({"note": told})
                else:
                    loose.append(told)
    steps = [event for event in events if event["event"] == "step"]
    return {
        "run": events[0],
        "end": last,
        "status": last["status"] if last else "unfinished",
        "sections": sections,
        "counts": _counts(section["status"] for section in sections),
        "loose": loose,
        "lost": list(intents.values()),
        "failed": [step for step in steps if step["failure"]],
        "steps": len(steps),
        "pictures": sum(len(step["pictures"]) for step in steps),
        "head": head,
    }


def _counts(statuses: Iterable[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return list(counts.items())


def _shots(step: dict[str, Any], linked: Linked) -> list[dict[str, Any]]:
    """Each picture with its outlines, as percentages of the picture, band included."""
    shots = []
    for picture in step["pictures"]:
        outlines = [("acted", "", picture["box"])] if picture["box"] and not picture["withheld"] else []
        if step["failure"] and picture["shows"] == "failure" and not picture["withheld"]:
            named = enumerate(step["failure"]["candidates"], 1)
            outlines += [("candidate", str(number), each["box"]) for number, each in named if each["box"]]
        shots.append(
            {
                "address": linked(picture),
                "shows": _SHOWS[picture["shows"]],
                "width": picture["width"],
                "height": picture["height"],
                "withheld": picture["withheld"],
                "painted": sorted({each["name"] for each in picture["painted"]}),
                "outlines": [
                    {"kind": kind, "label": label, **place(box, picture, step["scale"])}
                    for kind, label, box in outlines
                ],
            }
        )
    return shots


def place(box: list[float], picture: dict[str, Any], scale: float) -> dict[str, str]:
    """Where an outline lies over its picture, in percent; what lies outside the picture is cut off."""
    width, height, band = picture["width"], picture["height"], picture["band"]
    left, top = max(box[0] * scale, 0), max(box[1] * scale, 0)
    right, bottom = min((box[0] + box[2]) * scale, width), min((box[1] + box[3]) * scale, height - band)
    return {
        "left": f"{left / width * 100:.4f}",
        "top": f"{(top + band) / height * 100:.4f}",
        "width": f"{max(right - left, 0) / width * 100:.4f}",
        "height": f"{max(bottom - top, 0) / height * 100:.4f}",
    }


def _moment(text: str) -> str:
    """`2026-11-24T03:30:12.345Z` as people read it."""
    return f"{text[:19].replace('T', ' ')} UTC"


def _spoken(seconds: float) -> str:
    """A time span: `4.2 s`, `3 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60} s"


def junit_of(events: list[dict[str, Any]]) -> bytes:
    """The run for CI: one test case a step. Raises EvidenceError as `html_of` does."""
    with shaped():
        root = _suites(events)
        ElementTree.indent(root)
        text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode("utf-8", "backslashreplace")


@contextmanager
def shaped() -> Iterator[None]:
    """A journal that somebody had a hand in is a finding, and no fault of the code that reads it."""
    try:
        yield
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, TemplateError) as error:
        told = f"The journal holds an event of another shape than runwright writes ({type(error).__name__})."
        raise AlteredError(told) from error


def _suites(events: list[dict[str, Any]]) -> ElementTree.Element:
    run = events[0]
    steps = [event for event in events if event["event"] == "step"]
    titles = {event["section"]: event["title"] for event in events if event["event"] == "section"}
    name = f"{run['runbook']['name']} (REHEARSAL)" if run["rehearsal"] else run["runbook"]["name"]
    suite = ElementTree.Element("testsuite", name=clean(name))
    for step in steps:
        case = _case(suite, f"{run['runbook']['name']}.{titles[step['section']]}", f"{step['step']}. {step['say']}")
        case.set("time", f"{step['seconds']:.3f}")
        if step["status"] == "skipped":
            why = "; ".join(f"{each['condition']} is not so" for each in step["conditions"])
            ElementTree.SubElement(case, "skipped", message=clean(why))
        elif step["status"] != "done":
            _failure(case, step)
    failing = {step["section"] for step in steps if step["status"] not in ("done", "skipped")}
    for event in events:
        if event["event"] == "section-ended" and event["status"] not in WELL and event["section"] not in failing:
            failing.add(event["section"])
            case = _case(suite, f"{run['runbook']['name']}.{titles[event['section']]}", "how the section ended")
            ElementTree.SubElement(case, "failure", message=clean(f"{event['status']}: {event['reason'] or ''}"))
    end = next((event for event in events if event["event"] == "end"), None)
    if not failing and (end is None or end["status"] != "done"):
        case = _case(suite, run["runbook"]["name"], "how the run ended")
        told = f"{end['status']}: {end['reason'] or ''}" if end is not None else "The run did not live to end."
        ElementTree.SubElement(case, "failure", message=clean(told))
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


def _failure(case: ElementTree.Element, step: dict[str, Any]) -> None:
    """What failed, with what helps: where in the runbook, what the page says, lines to paste."""
    told = step["failure"] or {"message": "The run stopped for a person.", "page_says": [], "nearest": []}
    failure = ElementTree.SubElement(case, "failure", message=clean(told["message"]))
    lines = [f"{step['file']}:{step['line']}"]
    lines += [f"the page says: {text}" for text in told["page_says"]] + told["nearest"]
    failure.text = "\n".join(clean(line) for line in lines)
