"""Reports for people and for CI, made from a run's folder alone: the same folder gives the same bytes."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runwright.evidence.band import clean
from runwright.evidence.journal import chain, read

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
_PARTS = {"open": "opens the page", "reach": "on the way", "look": "looks", "confirm": "looks again", "steps": ""}
_BETWEEN = {
    "dialog": "A dialog came up: “{message}”, answered {answer}.",
    "popup": "A window opened: {address}",
    "download": "A download began: {name}",
    "blocked": "Not requested, since it belongs to none of the sites: {address}",
    "console-error": "The page's console: {text}",
    "dismissed": "A banner was dismissed: {target}",
    "signed-out": "{sentence}",
    "hand-over": "A person acted in the window for {seconds} s, without pictures: {sentence}",
    "crash": "The page crashed.",
    "interrupted": "Interrupted by Ctrl-C.",
}


def html(folder: Path) -> bytes:
    """The report for people: no script, strict policy, pictures beside the steps."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = lambda value: clean(str(value))
    environment.filters["status_class"] = lambda status: STATUS_CLASS.get(status, "quiet")
    text = environment.get_template("report.html").render(**view(folder))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def view(folder: Path) -> dict[str, Any]:
    """What the report shows, in the order of the journal."""
    events = read(folder / "events.jsonl")
    run = events[0]
    last = events[-1] if events[-1]["event"] == "end" else None
    sections: list[dict[str, Any]] = []
    loose: list[str] = []
    for event in events[1:]:
        match event["event"]:
            case "section":
                sections.append({"head": event, "status": "unfinished", "reason": None, "seconds": 0, "rows": []})
            case "section-ended":
                sections[-1] |= {key: event[key] for key in ("status", "reason", "seconds")}
            case "step":
                sections[-1]["rows"].append({"step": event, "part": _PARTS[event["part"]], "shots": _shots(event)})
            case kind if kind in _BETWEEN:
                told = _BETWEEN[kind].format_map(event)
                if sections and sections[-1]["status"] == "unfinished":
                    sections[-1]["rows"].append({"note": told})
                else:
                    loose.append(told)
    steps = sum(1 for event in events if event["event"] == "step")
    pictures = sum(len(event["pictures"]) for event in events if event["event"] == "step")
    return {
        "run": run,
        "end": last,
        "status": last["status"] if last else "unfinished",
        "sections": sections,
        "loose": loose,
        "steps": steps,
        "pictures": pictures,
        "head": chain(folder / "events.jsonl"),
    }


def _shots(step: dict[str, Any]) -> list[dict[str, Any]]:
    """Each picture with its outlines, as percentages of the picture, band included."""
    shots = []
    for picture in step["pictures"]:
        outlines = [("acted", picture["box"])] if picture["box"] and not picture["withheld"] else []
        if step["failure"] and picture["shows"] == "failure":
            outlines += [("candidate", each["box"]) for each in step["failure"]["candidates"] if each["box"]]
        shots.append(
            {
                "file": picture["file"],
                "shows": picture["shows"],
                "width": picture["width"],
                "height": picture["height"],
                "withheld": picture["withheld"],
                "painted": picture["painted"],
                "outlines": [_outline(kind, box, picture, step["scale"]) for kind, box in outlines],
            }
        )
    return shots


def _outline(kind: str, box: list[float], picture: dict[str, Any], scale: float) -> dict[str, str]:
    """Where an outline lies over its picture, in percent; what lies outside the picture is cut off."""
    width, height, band = picture["width"], picture["height"], picture["band"]
    left, top = max(box[0] * scale, 0), max(box[1] * scale, 0)
    right, bottom = min((box[0] + box[2]) * scale, width), min((box[1] + box[3]) * scale, height - band)
    return {
        "kind": kind,
        "left": f"{left / width * 100:.4f}",
        "top": f"{(top + band) / height * 100:.4f}",
        "width": f"{max(right - left, 0) / width * 100:.4f}",
        "height": f"{max(bottom - top, 0) / height * 100:.4f}",
    }


def junit(folder: Path) -> bytes:
    """The run for CI: one test case a step."""
    events = read(folder / "events.jsonl")
    run = events[0]
    steps = [event for event in events if event["event"] == "step"]
    titles = {event["section"]: event["title"] for event in events if event["event"] == "section"}
    failed = sum(1 for step in steps if step["status"] in ("failed", "stopped"))
    skipped = sum(1 for step in steps if step["status"] == "skipped")
    suite = ElementTree.Element(
        "testsuite",
        name=run["runbook"]["name"],
        tests=str(len(steps)),
        failures=str(failed),
        skipped=str(skipped),
        errors="0",
        timestamp=run["time"],
        hostname=clean(run["machine"]),
        time=str(round(sum(step["seconds"] for step in steps), 3)),
    )
    for step in steps:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"{run['runbook']['name']}.{clean(titles[step['section']])}",
            name=f"{step['step']}. {clean(step['say'])}",
            time=str(step["seconds"]),
        )
        if step["status"] in ("failed", "stopped"):
            message = clean(step["failure"]["message"]) if step["failure"] else "The run stopped for a person."
            ElementTree.SubElement(case, "failure", message=message)
        elif step["status"] == "skipped":
            ElementTree.SubElement(case, "skipped")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    text: str = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'.encode("utf-8", "backslashreplace")
