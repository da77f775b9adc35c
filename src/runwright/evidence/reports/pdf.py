"""The PDF report: a cover page, then the facts and screenshots of each step. Needs fpdf2."""

from __future__ import annotations

import io
import logging
import shlex
import sys
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.event_parts import Event, ScreenshotRecord
from runwright.evidence.events import RunEvent, SectionEndedEvent, SectionEvent, StepEvent
from runwright.evidence.images import fonts
from runwright.evidence.images.caption import REHEARSAL
from runwright.evidence.images.fonts import Colour
from runwright.evidence.integrity import screenshots_of
from runwright.evidence.journal import malformed_as_altered, read_verified, run_and_end
from runwright.evidence.reports.html_report import place, tone
from runwright.evidence.sanitize import clean
from runwright.evidence.seal import screenshot
from runwright.evidence.statuses import Status, StepStatus

if TYPE_CHECKING:
    from fpdf import FPDF

LOSSLESS_LIMIT = 18_000_000
"""Bytes of screenshots that are embedded unchanged. Above it, all are compressed as JPEG; the cover mentions that."""

_INK, _QUIET, _LINE = (22, 32, 44), (86, 98, 114), (214, 220, 228)
_TONES = {"good": (15, 107, 86), "notice": (125, 82, 0), "bad": (179, 38, 30), "quiet": _QUIET}
"""Colours by the tone of a status."""
_MARK = (214, 51, 108)
_MARGIN, _TEXT_WIDTH = 14.0, 182.0
"""The margins of an A4 page and the width between them, in millimetres."""


def pdf_of(folder: Path) -> bytes:
    """The PDF of a run. The same folder gives the same bytes on the same machine.

    Raises AlteredError when the journal or a screenshot was altered, EvidenceError without fpdf2 or without a font.
    """
    digest, events = read_verified(folder / "events.jsonl")
    with malformed_as_altered():
        return _pages(folder, events, digest)


def _pages(folder: Path, events: list[Event], digest: str) -> bytes:
    pages = _paper(run_and_end(events)[0], digest)
    large = sum(len(screenshot(folder, listed)) for listed in screenshots_of(events)) > LOSSLESS_LIMIT
    _cover(pages, events, digest, large)
    for event in events:
        if isinstance(event, SectionEvent):
            _heading(pages, event)
        elif isinstance(event, StepEvent):
            _step(pages, folder, event, large)
    return bytes(pages.output())


def _paper(run: RunEvent, digest: str) -> FPDF:
    """An empty document. Every page shows the run id, the journal digest and the page number."""
    try:
        from fpdf import FPDF
    except ImportError:
        commands = f"{shlex.join([sys.executable, '-m', 'pip', 'install', 'fpdf2'])}, or: pipx inject runwright fpdf2"
        raise EvidenceError(f"A PDF needs fpdf2. Install it with: {commands}") from None

    class Paper(FPDF):
        def header(self) -> None:
            if run.rehearsal:
                self.set_fill_color(*REHEARSAL)
                self.rect(0, 0, 210, 9, style="F")
                self.set_xy(_MARGIN, 1.5)
                notice = "REHEARSAL  –  against simulators, not evidence of any real setting"
                _text(self, notice, 9, (255, 255, 255), True)
            self.set_y(14)

        def footer(self) -> None:
            self.set_xy(_MARGIN, -13)
            _text(self, f"run {clean(run.run)}   journal digest {digest}", 6.5, _QUIET)
            self.set_xy(_MARGIN, -13)
            self.set_font("plain", size=6.5)
            self.set_text_color(*_QUIET)
            self.cell(_TEXT_WIDTH, 4, f"{self.page_no()} / {{nb}}", align="R")

    for name in ("fontTools", "fpdf"):
        logging.getLogger(name).setLevel(logging.ERROR)  # no warnings about characters that a font does not have
    paper = Paper(format="A4")
    _fonts(paper)
    paper.set_margins(_MARGIN, 14, _MARGIN)
    paper.set_auto_page_break(True, 18)
    paper.set_title(clean(run.runbook.name) + (" (REHEARSAL)" if run.rehearsal else ""))
    paper.set_creator("runwright")
    paper.set_creation_date(datetime.fromisoformat(run.time))
    return paper


def _fonts(paper: FPDF) -> None:
    plain, bold = fonts.first_file(), fonts.first_file(bold=True)
    if plain is None:
        raise EvidenceError(
            "A PDF needs a font, and none is installed. Install DejaVu Sans (package fonts-dejavu-core)."
        )
    paper.add_font("plain", fname=plain)
    paper.add_font("plain", style="B", fname=bold or plain)
    others = [path for path in fonts.other_files() if path.suffix.lower() in (".ttf", ".otf", ".ttc")]
    for number, path in enumerate(others):
        paper.add_font(f"other{number}", fname=path)
    if others:
        paper.set_fallback_fonts([f"other{number}" for number in range(len(others))], exact_match=False)


def _text(
    paper: FPDF, text: str, size: float, colour: Colour = _INK, bold: bool = False, width: float | None = None
) -> None:
    """Write a paragraph at the current position. Afterwards the position is below it, at the left margin."""
    paper.set_font("plain", style="B" if bold else "", size=size)
    paper.set_text_color(*colour)
    paper.multi_cell(
        width or paper.w - _MARGIN - paper.x, size * 0.5, clean(text), align="L", new_x="LMARGIN", new_y="NEXT"
    )


def _cover(paper: FPDF, events: list[Event], digest: str, large: bool) -> None:
    """The facts of the run: status, people, times, sites and inputs; then the sections with their controls."""
    run, end = run_and_end(events)
    sections = [event for event in events if isinstance(event, SectionEvent)]
    ended = {event.section: event for event in events if isinstance(event, SectionEndedEvent)}
    status = end.status if end is not None else Status.INCOMPLETE
    controls = sorted({name for section in sections for name in section.controls})
    paper.add_page()
    paper.ln(10)
    _text(paper, run.runbook.name, 22, bold=True)
    paper.ln(2)
    checked = " (check: nothing was changed)" if run.mode == "check" else ""
    _text(paper, f"Status: {status}{checked}", 13, _TONES[tone(status)], bold=True)
    if end is not None and end.reason:
        _text(paper, end.reason, 10, _TONES["notice"])
    paper.ln(4)
    facts = {
        "Run": run.run,
        "Runbook": f"{run.runbook.slug}, SHA-256 {run.runbook.sha256}",
        "Started": _moment(run.time),
        "Ended": _moment(end.time) if end is not None else "incomplete",
        "Run by": f"{run.who} on {run.machine} (self-reported)",
        "Ticket": run.ticket or "none",
        "CI": run.ci,
        "Guide": run.guide.name if run.guide is not None else None,
        "Controls": ", ".join(controls) or "none",
        **{f"Site {name}": address for name, address in run.sites.items()},
        **{name: _listed(value) for name, value in run.inputs.items()},
        "Versions": ", ".join(f"{name} {version}" for name, version in asdict(run.versions).items()),
        "Journal digest": digest,
    }
    for name, value in facts.items():
        if value is not None:
            _fact(paper, name, str(value))
    paper.ln(6)
    for section in sections:
        outcome = ended.get(section.section)
        if outcome is None:
            _row(paper, section, Status.INCOMPLETE, None)
        else:
            _row(paper, section, outcome.status, outcome.reason)
    paper.ln(6)
    copies = "The screenshots in this file are compressed copies. " if large else "The screenshots here are copies. "
    note = f"{copies}The originals are in the run folder; VERIFY.md there explains how to verify them."
    _text(paper, note, 8.5, _QUIET)


def _fact(paper: FPDF, name: str, value: str) -> None:
    top = paper.y
    _text(paper, name, 9, _QUIET)
    page, bottom = paper.page, paper.y
    if paper.page == page and bottom > top:
        paper.set_xy(_MARGIN + 34, top)
    _text(paper, value, 9)
    paper.set_y(max(paper.y, bottom) + 0.6)


def _row(paper: FPDF, section: SectionEvent, status: Status, reason: str | None) -> None:
    """One section as a line of the cover: name, status and controls, then the reason."""
    if paper.will_page_break(12):
        paper.add_page()
    paper.set_draw_color(*_LINE)
    paper.line(_MARGIN, paper.y, _MARGIN + _TEXT_WIDTH, paper.y)
    paper.ln(1)
    top = lowest = paper.y
    columns = (
        (156, ", ".join(section.controls), 8.5, _QUIET, False),
        (128, status, 9, _TONES[tone(status)], True),
    )
    for left, text, size, colour, bold in columns:
        paper.set_xy(_MARGIN + left, top)
        _text(paper, text, size, colour, bold)
        lowest = max(lowest, paper.y)
    paper.set_xy(_MARGIN, top)
    _text(paper, f"{section.section}. {section.name}", 9, width=124)
    if reason:
        _text(paper, reason, 8, _QUIET, width=124)
    paper.set_y(max(paper.y, lowest) + 1)


def _heading(paper: FPDF, section: SectionEvent) -> None:
    paper.add_page()
    _text(paper, f"{section.section}. {section.name}", 15, bold=True)
    paper.start_section(clean(f"{section.section}. {section.name}"))
    facts = [f"guide {section.follows}"] if section.follows else []
    facts += [f"controls {', '.join(section.controls)}"] if section.controls else []
    if facts:
        _text(paper, "  ·  ".join(facts), 9, _QUIET)
    paper.ln(3)


def _step(paper: FPDF, folder: Path, step: StepEvent, large: bool) -> None:
    """A step's facts, then its screenshots: two side by side, any other number one below the other."""
    screenshots = step.screenshots
    width = (_TEXT_WIDTH - 4) / 2 if len(screenshots) == 2 else _TEXT_WIDTH * 0.8
    tallest = max((width * each.height / each.width for each in screenshots), default=0)
    if paper.y > 30 and paper.will_page_break(min(tallest + 30, 230)):
        paper.add_page()
    _text(paper, f"{step.step}. {step.name}", 10.5, bold=True)
    for line in _facts(step):
        _text(paper, line, 8, _QUIET)
    if step.failure:
        failure = step.failure
        _text(paper, failure.message, 9.5, _TONES["bad"], bold=True)
        for line in [f"Page message: {text}" for text in failure.page_messages] + list(failure.nearest):
            _text(paper, line, 8.5)
    paper.ln(1.5)
    left, top, bottom = _MARGIN, paper.y, paper.y
    for number, listed in enumerate(screenshots):
        height = width * listed.height / listed.width
        if len(screenshots) != 2 and number and paper.will_page_break(height + 5):
            paper.add_page()
            top = paper.y
        _screenshot(paper, folder, listed, (left, top, width, height), step.scale, large)
        bottom = max(bottom, top + height)
        paper.set_xy(left, top + height + 0.8)
        label = _label(listed)
        if label:
            _text(paper, label, 7, _QUIET)
            bottom = max(bottom, paper.y)
        if len(screenshots) == 2:
            left += width + 4
        else:
            top = bottom + 3
    paper.set_y(bottom + 7)


def _facts(step: StepEvent) -> list[str]:
    first = [_moment(step.ended) if step.ended else "not ended", f"line {step.line} of {step.file}"]
    first += [f"guide {step.follows}"] if step.follows else []
    first += ["changes the site"] if step.changes else []
    first += [step.status] if step.status != StepStatus.DONE else []
    lines = ["  ·  ".join(first), step.address]
    if step.target:
        lines.append(f"target: {step.target}")
    if step.server_date:
        lines.append(f"site’s Date: {step.server_date}")
    return lines + [f"{'met' if each.held else 'not met'}: {each.condition}" for each in step.conditions]


def _label(listed: ScreenshotRecord) -> str:
    """The line below a screenshot: its moment, and what was withheld or redacted."""
    moment = {"before": "before", "after": "after", "failure": "at the failure"}.get(listed.moment)
    parts = [moment] if moment else []
    parts += [f"withheld because it would show {', '.join(listed.withheld)}"] if listed.withheld else []
    names = sorted({each.name for each in listed.redacted})
    return ", ".join(parts + ([f"redacted: {', '.join(names)}"] if names else []))


def _screenshot(
    paper: FPDF,
    folder: Path,
    listed: ScreenshotRecord,
    area: tuple[float, float, float, float],
    scale: float,
    large: bool,
) -> None:
    """Place a screenshot in an area (left, top, width, height in millimetres) and outline the step's control."""
    left, top, width, height = area
    data = io.BytesIO(screenshot(folder, listed))
    paper.image(_compressed(data) if large else data, x=left, y=top, w=width, h=height)
    paper.set_draw_color(*_LINE)
    paper.set_line_width(0.2)
    paper.rect(left, top, width, height)
    if listed.box and not listed.withheld:
        at = {side: float(percent) / 100 for side, percent in place(listed.box, listed, scale).items()}
        paper.set_draw_color(*_MARK)
        paper.set_line_width(0.5)
        paper.rect(left + at["left"] * width, top + at["top"] * height, at["width"] * width, at["height"] * height)


def _compressed(data: io.BytesIO) -> io.BytesIO:
    """The image as JPEG, at most 1600 pixels wide."""
    out = io.BytesIO()
    with Image.open(data) as image:
        copy = image.convert("RGB")
        copy.thumbnail((1600, 4000))
        copy.save(out, "JPEG", quality=82, optimize=True)
    out.seek(0)
    return out


def _moment(text: str) -> str:
    return f"{text[:19].replace('T', ' ')} UTC"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
