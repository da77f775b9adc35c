"""A run as one PDF, for people who upload it: a cover, then each step's facts and pictures. Needs fpdf2."""

from __future__ import annotations

import io
import logging
import shlex
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image

from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.images import fonts
from runwright.evidence.images.caption import REHEARSAL
from runwright.evidence.images.fonts import Colour
from runwright.evidence.integrity import pictures_of
from runwright.evidence.journal import walk
from runwright.evidence.sanitize import clean
from runwright.evidence.seal import picture

if TYPE_CHECKING:
    from fpdf import FPDF

MOST = 18_000_000
"""Bytes of pictures that go in as they are; above it, each is stored as JPEG, which the cover says."""

_INK, _QUIET, _LINE = (22, 32, 44), (86, 98, 114), (214, 220, 228)
_COLOURS = {"done": (15, 107, 86), "already done": (15, 107, 86), "failed": (179, 38, 30), "unknown": (179, 38, 30)}
_NOTICE = (125, 82, 0)
_MARK = (214, 51, 108)
_MARGIN, _WIDE = 14.0, 182.0
"""Millimetres: the margin of an A4 page, and what is left between."""


def pdf_of(folder: Path) -> bytes:
    """The PDF's bytes; the same folder gives the same bytes on the same machine.

    Raises AlteredError when journal or pictures are not as the run left them, EvidenceError without fpdf2 or a font.
    """
    from runwright.evidence.reports.html_report import shaped

    head, events = walk(folder / "events.jsonl")
    with shaped():
        return _pages(folder, events, head)


def _pages(folder: Path, events: list[dict[str, Any]], head: str) -> bytes:
    pages = _paper(events[0], head)
    large = sum(len(picture(folder, shot)) for shot in pictures_of(events)) > MOST
    _cover(pages, events, head, large)
    for event in events:
        if event["event"] == "section":
            _heading(pages, event)
        elif event["event"] == "step":
            _step(pages, folder, event, large)
    return bytes(pages.output())


def _paper(run: dict[str, Any], head: str) -> FPDF:
    """An empty document whose every page bears the run, the head and its number."""
    try:
        from fpdf import FPDF
    except ImportError:
        ways = f"{shlex.join([sys.executable, '-m', 'pip', 'install', 'fpdf2'])}, or: pipx inject runwright fpdf2"
        raise EvidenceError(f"A PDF needs fpdf2. Install it with: {ways}") from None

    class Paper(FPDF):
        def header(self) -> None:
            if run["rehearsal"]:
                self.set_fill_color(*REHEARSAL)
                self.rect(0, 0, 210, 9, style="F")
                self.set_xy(_MARGIN, 1.5)
                _text(
                    self, "REHEARSAL  –  against stand-ins, no evidence of any real setting", 9, (255, 255, 255), True
                )
            self.set_y(14)

        def footer(self) -> None:
            self.set_xy(_MARGIN, -13)
            _text(self, f"run {clean(run['run'])}   head {head}", 6.5, _QUIET)
            self.set_xy(_MARGIN, -13)
            self.set_font("plain", size=6.5)
            self.set_text_color(*_QUIET)
            self.cell(_WIDE, 4, f"{self.page_no()} / {{nb}}", align="R")

    for name in ("fontTools", "fpdf"):
        logging.getLogger(name).setLevel(logging.ERROR)  # which signs a font lacks is nobody's business here
    paper = Paper(format="A4")
    _fonts(paper)
    paper.set_margins(_MARGIN, 14, _MARGIN)
    paper.set_auto_page_break(True, 18)
    paper.set_title(clean(run["runbook"]["title"]) + (" (REHEARSAL)" if run["rehearsal"] else ""))
    paper.set_creator("runwright")
    paper.set_creation_date(datetime.fromisoformat(run["time"]))
    return paper


def _fonts(paper: FPDF) -> None:
    plain, bold = fonts.first_file(), fonts.first_file(bold=True)
    if plain is None:
        raise EvidenceError("A PDF needs a font, such as DejaVu Sans (package fonts-dejavu-core). There is none here.")
    paper.add_font("plain", fname=plain)
    paper.add_font("plain", style="B", fname=bold or plain)
    others = [path for path in fonts.other_files() if path.suffix.lower() in (".ttf", ".otf", ".ttc")]
    for number, path in enumerate(others):
        paper.add_font(f"other{number}", fname=path)
    if others:
        paper.set_fallback_fonts([f"other{number}" for number in range(len(others))], exact_match=False)


def _text(
    paper: FPDF, text: str, size: float, colour: Colour = _INK, bold: bool = False, wide: float | None = None
) -> None:
    """A paragraph at the place where the pen is; the pen ends below it, at the left margin."""
    paper.set_font("plain", style="B" if bold else "", size=size)
    paper.set_text_color(*colour)
    room = wide or paper.w - _MARGIN - paper.x
    paper.multi_cell(room, size * 0.5, clean(text), align="L", new_x="LMARGIN", new_y="NEXT")


def _cover(paper: FPDF, events: list[dict[str, Any]], head: str, large: bool) -> None:
    """Who, what, when, against what, with which result; the sections with their controls."""
    run = events[0]
    end = events[-1] if events[-1]["event"] == "end" else None
    sections = [event for event in events if event["event"] == "section"]
    ended = {event["section"]: event for event in events if event["event"] == "section-ended"}
    status = end["status"] if end else "unfinished"
    controls = sorted({name for section in sections for name in section["controls"]})
    paper.add_page()
    paper.ln(10)
    _text(paper, run["runbook"]["title"], 22, bold=True)
    paper.ln(2)
    checked = " (check: nothing was changed)" if run["mode"] == "check" else ""
    _text(paper, f"Result: {status}{checked}", 13, _COLOURS.get(status, _NOTICE), bold=True)
    if end and end["reason"]:
        _text(paper, end["reason"], 10, _NOTICE)
    paper.ln(4)
    facts = {
        "Run": run["run"],
        "Runbook": f"{run['runbook']['name']}, SHA-256 {run['runbook']['sha256']}",
        "Begun": _moment(run["time"]),
        "Ended": _moment(end["time"]) if end else "it did not end",
        "By": f"{run['who']} on {run['machine']} (as that machine claims)",
        "Ticket": run["ticket"] or "none",
        "CI": run["ci"],
        "Guide": run["guide"]["name"] if run["guide"] else None,
        "Controls": ", ".join(controls) or "none named",
        **{f"Site {name}": address for name, address in run["sites"].items()},
        **{name: _listed(value) for name, value in run["inputs"].items()},
        "Versions": ", ".join(f"{name} {version}" for name, version in run["versions"].items()),
        "Head": head,
    }
    for name, value in facts.items():
        if value is not None:
            _fact(paper, name, str(value))
    paper.ln(6)
    for section in sections:
        over = ended.get(section["section"], {"status": "unfinished", "reason": None})
        _row(paper, section, over)
    paper.ln(6)
    exact = "The pictures here are stored in less detail to save room; " if large else "The pictures here are copies; "
    told = f"{exact}the run’s folder holds the exact ones, and says in VERIFY.md how to check them against the head."
    _text(paper, told, 8.5, _QUIET)


def _fact(paper: FPDF, name: str, value: str) -> None:
    top = paper.y
    _text(paper, name, 9, _QUIET)
    page, below = paper.page, paper.y
    if paper.page == page and below > top:
        paper.set_xy(_MARGIN + 34, top)
    _text(paper, value, 9)
    paper.set_y(max(paper.y, below) + 0.6)


def _row(paper: FPDF, section: dict[str, Any], over: dict[str, Any]) -> None:
    if paper.will_page_break(12):
        paper.add_page()
    paper.set_draw_color(*_LINE)
    paper.line(_MARGIN, paper.y, _MARGIN + _WIDE, paper.y)
    paper.ln(1)
    top = lowest = paper.y
    columns = (
        (156, ", ".join(section["controls"]), 8.5, _QUIET, False),
        (128, over["status"], 9, _COLOURS.get(over["status"], _NOTICE), True),
    )
    for left, text, size, colour, bold in columns:
        paper.set_xy(_MARGIN + left, top)
        _text(paper, text, size, colour, bold)
        lowest = max(lowest, paper.y)
    paper.set_xy(_MARGIN, top)
    _text(paper, f"{section['section']}. {section['title']}", 9, wide=124)
    if over["reason"]:
        _text(paper, over["reason"], 8, _QUIET, wide=124)
    paper.set_y(max(paper.y, lowest) + 1)


def _heading(paper: FPDF, section: dict[str, Any]) -> None:
    paper.add_page()
    _text(paper, f"{section['section']}. {section['title']}", 15, bold=True)
    paper.start_section(clean(f"{section['section']}. {section['title']}"))
    more = [f"guide {section['follows']}"] if section["follows"] else []
    more += [f"controls {', '.join(section['controls'])}"] if section["controls"] else []
    if more:
        _text(paper, "  ·  ".join(more), 9, _QUIET)
    paper.ln(3)


def _step(paper: FPDF, folder: Path, step: dict[str, Any], large: bool) -> None:
    """A step's facts, then its pictures: one as wide as the page, two side by side."""
    shots = step["pictures"]
    across = (_WIDE - 4) / 2 if len(shots) == 2 else _WIDE * 0.8
    height = max((across * shot["height"] / shot["width"] for shot in shots), default=0)
    if paper.y > 30 and paper.will_page_break(min(height + 30, 230)):
        paper.add_page()
    _text(paper, f"{step['step']}. {step['say']}", 10.5, bold=True)
    for line in _facts(step):
        _text(paper, line, 8, _QUIET)
    if step["failure"]:
        told = step["failure"]
        _text(paper, told["message"], 9.5, _COLOURS["failed"], bold=True)
        for line in [f"The page says: {text}" for text in told["page_says"]] + told["nearest"]:
            _text(paper, line, 8.5)
    paper.ln(1.5)
    left, top, bottom = _MARGIN, paper.y, paper.y
    for number, shot in enumerate(shots):
        tall = across * shot["height"] / shot["width"]
        if len(shots) != 2 and number and paper.will_page_break(tall + 5):
            paper.add_page()
            top = paper.y
        _shot(paper, folder, shot, (left, top, across, tall), step["scale"], large)
        bottom = max(bottom, top + tall)
        paper.set_xy(left, top + tall + 0.8)
        caption = _caption(shot)
        if caption:
            _text(paper, caption, 7, _QUIET)
            bottom = max(bottom, paper.y)
        if len(shots) == 2:
            left += across + 4
        else:
            top = bottom + 3
    paper.set_y(bottom + 7)


def _facts(step: dict[str, Any]) -> list[str]:
    first = [_moment(step["ended"]) if step["ended"] else "not ended", f"line {step['line']} of {step['file']}"]
    first += [f"guide {step['follows']}"] if step["follows"] else []
    first += ["changes the site"] if step["commits"] else []
    first += [step["status"]] if step["status"] != "done" else []
    lines = ["  ·  ".join(first), step["address"]]
    if step["target"]:
        lines.append(f"target: {step['target']}")
    if step["server_date"]:
        lines.append(f"site’s Date: {step['server_date']}")
    return lines + [f"{'held' if each['held'] else 'not so'}: {each['condition']}" for each in step["conditions"]]


def _caption(shot: dict[str, Any]) -> str:
    shows = {"before": "before", "after": "after", "failure": "where it failed"}.get(shot["shows"])
    parts = [shows] if shows else []
    parts += [f"withheld, as it would show {', '.join(shot['withheld'])}"] if shot["withheld"] else []
    names = sorted({each["name"] for each in shot["painted"]})
    return ", ".join(parts + ([f"painted over: {', '.join(names)}"] if names else []))


def _shot(
    paper: FPDF,
    folder: Path,
    shot: dict[str, Any],
    where: tuple[float, float, float, float],
    scale: float,
    large: bool,
) -> None:
    """A picture at its place in millimetres, with the control that was acted on outlined."""
    from runwright.evidence.reports.html_report import place

    left, top, wide, tall = where
    data = io.BytesIO(picture(folder, shot))
    paper.image(_smaller(data) if large else data, x=left, y=top, w=wide, h=tall)
    paper.set_draw_color(*_LINE)
    paper.set_line_width(0.2)
    paper.rect(left, top, wide, tall)
    if shot["box"] and not shot["withheld"]:
        at = {side: float(percent) / 100 for side, percent in place(shot["box"], shot, scale).items()}
        paper.set_draw_color(*_MARK)
        paper.set_line_width(0.5)
        paper.rect(left + at["left"] * wide, top + at["top"] * tall, at["width"] * wide, at["height"] * tall)


def _smaller(data: io.BytesIO) -> io.BytesIO:
    out = io.BytesIO()
    with Image.open(data) as image:
        seen = image.convert("RGB")
        seen.thumbnail((1600, 4000))
        seen.save(out, "JPEG", quality=82, optimize=True)
    out.seek(0)
    return out


def _moment(text: str) -> str:
    return f"{text[:19].replace('T', ' ')} UTC"


def _listed(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
