"""The PDF of a run: its HTML report, made again from the verified folder and printed by the headless browser."""

from __future__ import annotations

import html
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Error, Page

from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.errors import EnvironmentFailure
from runwright.evidence.events import RunEvent
from runwright.evidence.integrity import screenshots_of
from runwright.evidence.journal import malformed_as_altered, read_verified, run_and_end
from runwright.evidence.reports.html_report import html_of
from runwright.evidence.sanitize import clean
from runwright.evidence.seal import screenshot

LOSSLESS_LIMIT = 18_000_000
"""Bytes of screenshots that are embedded unchanged. Above it, each becomes a JPEG where that is smaller; the pages
mention that."""

_PNG = b"\x89PNG"
_MARGINS = {"top": "16mm", "bottom": "17mm", "left": "12mm", "right": "12mm"}
_LINE = (
    "font: 6.5px sans-serif; font-variant-ligatures: none; width: 100%; margin: 0 12mm; display: flex;"
    " justify-content: space-between"
)
_BANNER = (
    "font: bold 9px sans-serif; width: 100%; padding: 2mm 12mm; background: #6a1b9a; color: #fff; margin-top: -6mm"
)
_COMPLETE = "() => [...document.images].every((image) => image.complete && image.naturalWidth > 0)"
_PREPARE = """() => {
  for (const image of document.images) image.loading = 'eager';
  for (const part of document.querySelectorAll('details')) part.open = true;
}"""


def pdf_of(folder: Path) -> bytes:
    """The PDF of a run: A4, tagged, with an outline; each page shows the run id and the journal digest.

    Two exports of a run have the same content, not the same bytes: the browser writes the time of printing.

    Raises AlteredError when the journal or a screenshot was altered, and EnvironmentFailure without a browser.
    """
    digest, events = read_verified(folder / "events.jsonl")
    with malformed_as_altered(), TemporaryDirectory(prefix="runwright-") as place:
        (run, _), listed = run_and_end(events), list(screenshots_of(events))
        compressed = sum(len(screenshot(folder, each)) for each in listed) > LOSSLESS_LIMIT
        names = {}
        for number, each in enumerate(listed):
            data = screenshot(folder, each)
            if compressed:
                data = min(data, _as_jpeg(data), key=len)  # of a page with little colour, the PNG is the smaller one
            names[each.file] = name = f"{number}.{'png' if data.startswith(_PNG) else 'jpg'}"
            (Path(place) / name).write_bytes(data)
        report = Path(place) / "report.html"
        report.write_bytes(html_of(events, digest, lambda one: names[one.file], alone=True))
        return _printed(report, _header(run), _footer(run, digest, compressed))


def _printed(report: Path, header: str, footer: str) -> bytes:
    with driver() as playwright:
        browser = launch(playwright)
        try:
            page = browser.new_page()
            page.goto(report.as_uri())
            return _print(page, header, footer)
        except Error as error:
            raise EnvironmentFailure(
                f"The browser could not print the report: {str(error).splitlines()[0]}",
                "Export the run as HTML instead, or free some memory.",
            ) from None
        finally:
            browser.close()


def _print(page: Page, header: str, footer: str) -> bytes:
    page.evaluate(_PREPARE)
    page.wait_for_function(_COMPLETE)
    return page.pdf(
        format="A4",
        margin=_MARGINS,  # type: ignore[arg-type]
        print_background=True,
        tagged=True,
        outline=True,
        display_header_footer=True,
        header_template=header,
        footer_template=footer,
    )


def _header(run: RunEvent) -> str:
    """A banner on every page of a rehearsal, else nothing; an empty template would print the date and the title."""
    if not run.rehearsal:
        return "<span></span>"
    notice = "REHEARSAL – against simulators, not evidence of any real setting"
    return f'<div style="{_BANNER}">{notice}</div>'


def _footer(run: RunEvent, digest: str, compressed: bool) -> str:
    note = " screenshots compressed; originals in the run folder" if compressed else ""
    facts = html.escape(f"run {clean(run.run)}   journal digest {digest}{note}")
    numbers = '<span class="pageNumber"></span> / <span class="totalPages"></span>'
    return f'<div style="{_LINE}"><span>{facts}</span><span>{numbers}</span></div>'


def _as_jpeg(data: bytes) -> bytes:
    """The image as JPEG, at most 1600 pixels wide."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        copy = image.convert("RGB")
        copy.thumbnail((1600, 4000))
        copy.save(out, "JPEG", quality=76, optimize=True)
    return out.getvalue()
