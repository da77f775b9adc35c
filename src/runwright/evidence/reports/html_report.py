"""The HTML report, made from the journal alone: the same run folder gives the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from runwright.evidence.event_parts import Box, Event, ScreenshotRecord
from runwright.evidence.events import IntentEvent, SectionEndedEvent, SectionEvent, StepEvent, UnknownEvent
from runwright.evidence.journal import malformed_as_altered, run_and_end
from runwright.evidence.reports.setting_summary import controls_of, persons_of, sections_of
from runwright.evidence.sanitize import clean
from runwright.evidence.statuses import Status
from runwright.version import __version__

_PARTS = {
    "open": "page load",
    "navigation": "navigation",
    "check": "check",
    "verification": "verification",
    "on_failure": "on failure",
    "steps": "",
}
"""Labels of the parts of a section; its own steps need none."""
_MOMENTS = {"before": "before", "after": "after", "page": "", "failure": "at the failure"}
"""Labels of a screenshot's moment."""
_OTHER_EVENTS = {
    "dialog": "Dialog: “{message}”, answered {answer}.",
    "popup": "The page opened a window: {address}",
    "download": "Download not stored: {name}",
    "downloaded": "Download {name} stored as {file}: {size} bytes, SHA-256 {sha256}.",
    "download-withheld": "Download {name} ({size} bytes) not stored: it contains a secret.",
    "blocked": "Request blocked, because the address is outside the runbook’s sites: {address}",
    "console-error": "Console error: {text}",
    "dismissed": "Banner dismissed: {target}",
    "secret-kept": "The secret {secret} was handed to {sink}.",
    "session": "The run began with a sign-in that was kept: at {site}, account {account}, signed in since {since}.",
    "clock": "The site’s clock differs from this machine’s by {seconds} s.",
    "signed-out": "{sentence}",
    "manual": "Manual step: a person acted in the browser for {seconds} s, without screenshots: {sentence}",
    "put-back": "`on_failure`: {status}. {reason}",
    "crash": "The page crashed.",
    "unresponsive": "The page stopped responding and was closed.",
    "interrupted": "Interrupted by Ctrl-C or a signal.",
    "cleaned": "A secret value was removed from {file}.",
}
"""Messages for events other than steps."""

_TEMPLATES = Path(__file__).parent

ImageAddress = Callable[[ScreenshotRecord], str]
"""Returns the address under which the report refers to a screenshot that the journal lists."""


def tone(status: str) -> str:
    """The tone of a status in a journal: `good`, `notice`, `bad` or `quiet`; `quiet` for an unknown status."""
    return Status(status).tone if status in set(Status) else "quiet"


def relative_address(screenshot: ScreenshotRecord) -> str:
    """The address of a screenshot in the same folder as the report."""
    return quote(screenshot.file)


def html_of(
    events: Sequence[Event], digest: str | None = None, address: ImageAddress = relative_address, alone: bool = False
) -> bytes:
    """The HTML report: no scripts, a strict content security policy, screenshots beside the steps.

    ``address`` gives each screenshot its address, and ``alone`` is True for a self-contained file. Only a file outside
    the run folder shows the journal ``digest``, which exists once the report in the folder is bound. Raises
    EvidenceError for a malformed event.
    """
    with malformed_as_altered(TemplateError):
        view = _view(events, digest)
        text: str = _template().render(
            **view, screenshots_of=lambda step: _screenshots(step, address), alone=alone, layout=layout()
        )
    return text.encode("utf-8", "backslashreplace") + b"\n"


def prepare() -> None:
    """Load the template ahead of time, so that the end of a run does not wait for it."""
    _template()
    layout()


@lru_cache(maxsize=1)
def layout() -> str:
    """Identifies what made the reports and VERIFY.md: the version, and a digest of templates and code.

    The same journal gives the same bytes only under the same layout.
    """
    names = ("html_report.py", "setting_summary.py", "junit.py", "report.html", "VERIFY.md")
    parts = [(_TEMPLATES / name).read_bytes().replace(b"\r\n", b"\n") for name in names]
    digest = hashlib.sha256(b"".join(parts)).hexdigest()
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
    environment.filters["status_class"] = lambda status: tone(status)
    environment.filters["or_empty"] = lambda value: value or "empty"
    environment.filters["moment"] = _moment
    environment.filters["clock"] = lambda text: _moment(text)[11:]
    environment.filters["duration"] = _duration
    return environment.get_template("report.html")


@dataclass
class _SectionView:
    """A section as the report shows it."""

    header: SectionEvent
    status: Status = Status.INCOMPLETE
    reason: str | None = None
    seconds: float = 0
    rows: list[dict[str, Any]] = field(default_factory=list)


def _view(events: Sequence[Event], digest: str | None) -> dict[str, Any]:
    """The data of the report, in the order of the journal. An event during a step follows that step."""
    run, end = run_and_end(events)
    sections: list[_SectionView] = []
    outside: list[str] = []
    intents: dict[int, IntentEvent] = {}
    for event in events[1:]:
        match event:
            case SectionEvent():
                sections.append(_SectionView(event))
            case SectionEndedEvent():
                ended = sections[-1]
                ended.status, ended.reason, ended.seconds = event.status, event.reason, event.seconds
            case IntentEvent():
                intents[event.step] = event
            case StepEvent():
                intents.pop(event.step, None)
                rows = sections[-1].rows
                notes = next((n for n, row in enumerate(reversed(rows)) if "step" in row), len(rows))
                rows.insert(len(rows) - notes, {"step": event, "part": _PARTS[event.part]})
            case _ if event.event in _OTHER_EVENTS and not isinstance(event, UnknownEvent):
                note = _OTHER_EVENTS[event.event].format_map(_Attributes(event))
                if sections and sections[-1].status == Status.INCOMPLETE:
                    sections[-1].rows.append({"note": note})
                else:
                    outside.append(note)
    steps = [event for event in events if isinstance(event, StepEvent)]
    summary = sections_of(events)
    return {
        "run": run,
        "end": end,
        "status": end.status if end is not None else Status.INCOMPLETE,
        "sections": [(section, list(_blocks(section.rows))) for section in sections],
        "summary": summary,
        "controls": controls_of(summary),
        "persons": persons_of(events),
        "counts": _counts(section.status for section in sections),
        "outside": outside,
        "unresolved": list(intents.values()),
        "failed": [step for step in steps if step.failure is not None],
        "steps": len(steps),
        "screenshots": sum(len(step.screenshots) for step in steps),
        "versions": asdict(run.versions),
        "digest": digest,
    }


def _blocks(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[bool, list[dict[str, Any]]]]:
    """The rows of a section in blocks: whether a block is the way to a page, which is folded unless a step failed."""

    def folded(row: dict[str, Any]) -> bool:
        step = row.get("step")
        return step is not None and step.part in ("open", "navigation") and step.failure is None

    for way, block in groupby(rows, folded):
        yield way, list(block)


class _Attributes(dict[str, Any]):
    """The fields of an event, for a format string."""

    def __init__(self, event: Event) -> None:
        super().__init__()
        self._event = event

    def __missing__(self, name: str) -> Any:
        return getattr(self._event, name)


def _counts(statuses: Iterable[str]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for status in statuses:
        counts[status] = counts.get(status, 0) + 1
    return list(counts.items())


def _screenshots(step: StepEvent, address: ImageAddress) -> list[dict[str, Any]]:
    """A step's screenshots with their outlines, in percent of the image including the caption."""
    screenshots = []
    for number, screenshot in enumerate(step.screenshots):
        outlines: list[tuple[str, str, Box]] = []
        if not screenshot.withheld:
            outlines += [("setting", "", each.box) for each in step.settings if each.screenshot == number and each.box]
        if screenshot.box and not screenshot.withheld:
            outlines.append(("acted", "", screenshot.box))
        if step.failure is not None and screenshot.moment == "failure" and not screenshot.withheld:
            numbered = enumerate(step.failure.candidates, 1)
            outlines += [("candidate", str(rank), each.box) for rank, each in numbered if each.box]
        screenshots.append(
            {
                "address": address(screenshot),
                "moment": _MOMENTS[screenshot.moment],
                "shows": screenshot.shows,
                "missing": screenshot.missing,
                "width": screenshot.width,
                "height": screenshot.height,
                "withheld": screenshot.withheld,
                "redacted": sorted({each.name for each in screenshot.redacted}),
                "outlines": [
                    {"kind": kind, "label": label, **place(box, screenshot, step.scale)}
                    for kind, label, box in outlines
                ],
            }
        )
    return screenshots


def place(box: Box, screenshot: ScreenshotRecord, scale: float) -> dict[str, str]:
    """The position of an outline on its screenshot, in percent, clipped to the screenshot.

    ``box`` is x, y, width and height in CSS pixels of the page; ``scale`` is device pixels per CSS pixel.
    """
    width, height, caption = screenshot.width, screenshot.height, screenshot.caption
    left, top = max(box[0] * scale, 0), max(box[1] * scale, 0)
    right, bottom = min((box[0] + box[2]) * scale, width), min((box[1] + box[3]) * scale, height - caption)
    return {
        "left": f"{left / width * 100:.4f}",
        "top": f"{(top + caption) / height * 100:.4f}",
        "width": f"{max(right - left, 0) / width * 100:.4f}",
        "height": f"{max(bottom - top, 0) / height * 100:.4f}",
    }


def _moment(text: str) -> str:
    """`2026-11-24T03:30:12.345Z` as `2026-11-24 03:30:12 UTC`."""
    return f"{text[:19].replace('T', ' ')} UTC"


def _duration(seconds: float) -> str:
    """A duration, such as `4.2 s` or `3 min 5 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    rounded = round(seconds)
    return f"{rounded // 60} min {rounded % 60} s"
