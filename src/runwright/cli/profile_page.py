"""The page that `--profile` writes: a flame chart of a run, which any browser shows without scripts."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from runwright.engine.spans import TimeSpan

COLOURS = {
    "run": "#c8ccd4",
    "section": "#aab4c8",
    "step": "#8fb0e8",
    "starting": "#d6d65b",
    "the run loop": "#e4e6ea",
    "finding the control": "#6cc5b0",
    "acting": "#3ca951",
    "settling": "#efb118",
    "reading what the page offers": "#a463f2",
    "taking the screenshot": "#ff725c",
    "collecting page facts": "#ff8ab7",
    "queueing the evidence": "#9c6b4e",
    "waiting for the disk": "#9498a0",
    "writing the reports": "#97bbf5",
}
"""A colour for each kind of span."""
SCALE = 120.0
"""Pixels per second, at least; a run of less than ten seconds fills the window."""
ROW = 20
"""Pixels of a row."""
_LEAST = 0.3
"""Pixels below which a span is not drawn."""
_SLOWEST = 15

_STYLE = """body { font: 14px/1.5 sans-serif; margin: 2em auto; max-width: 76em; padding: 0 1em; color: #1c2430 }
.chart { overflow-x: auto; border: 1px solid #c8ccd4 } svg { display: block } svg text { font: 12px sans-serif }
table { border-collapse: collapse; margin: 1em 0 }
td, th { text-align: left; padding: 2px 14px 2px 0; vertical-align: top }
td.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap }
.key { display: inline-block; width: 12px; height: 12px; margin-right: 6px }"""


def profile_page(root: TimeSpan, title: str) -> str:
    """The page as HTML: the chart, the seconds of each phase, and the slowest steps."""
    phases = _own_seconds(root)
    steps = sorted((each for each in _every(root) if each.kind == "step"), key=lambda each: -each.seconds)
    rows = "".join(
        f'<tr><td><span class="key" style="background:{_colour(kind)}"></span>{escape(_phase(kind))}</td>'
        f'<td class="number">{seconds:.2f} s</td><td class="number">{seconds / max(root.seconds, 1e-9):.0%}</td></tr>'
        for kind, seconds in sorted(phases.items(), key=lambda each: -each[1])
    )
    slowest = "".join(
        f'<tr><td class="number">{each.seconds:.2f} s</td><td>{escape(each.name)}</td>'
        f"<td>{escape(_most(each))}</td></tr>"
        for each in steps[:_SLOWEST]
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>{root.seconds:.2f} s. Rows are nested: a box lies below what it is part of. Point at a box for its time;"
        " scroll the chart sideways.</p>"
        f'<div class="chart">{_chart(root)}</div>'
        "<h2>Where the time went</h2><table><tr><th>phase</th><th>without what is in it</th><th></th></tr>"
        f"{rows}</table><h2>The slowest steps</h2><table><tr><th></th><th>step</th><th>most of it</th></tr>"
        f"{slowest}</table></body></html>\n"
    )


def _chart(root: TimeSpan) -> str:
    scale = max(SCALE, 1100 / max(root.seconds, 0.1))
    boxes: list[str] = []
    depth = max((level for level, _ in _nested(root)), default=0) + 1
    for level, span in _nested(root):
        width = span.seconds * scale
        if width < _LEAST:
            continue
        left, top = span.start * scale, level * ROW
        boxes.append(
            f'<rect x="{left:.1f}" y="{top}" width="{max(width - 0.5, _LEAST):.1f}" height="{ROW - 1}"'
            f' fill="{_colour(span.kind)}"><title>{escape(span.name)}: {span.seconds:.3f} s</title></rect>'
        )
        fits = int((width - 6) / 6.2)
        if fits > 3:
            text = span.name if len(span.name) <= fits else f"{span.name[: fits - 1]}…"
            boxes.append(f'<text x="{left + 3:.1f}" y="{top + 14}" pointer-events="none">{escape(text)}</text>')
    seconds = int(root.seconds) + 1
    step = 1 if seconds <= 60 else 10
    ticks = "".join(
        f'<line x1="{second * scale:.1f}" y1="0" x2="{second * scale:.1f}" y2="{depth * ROW}" stroke="#0002"/>'
        f'<text x="{second * scale + 3:.1f}" y="{depth * ROW + 14}">{second} s</text>'
        for second in range(0, seconds, step)
    )
    width, height = root.seconds * scale + 40, depth * ROW + 20
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height}">{"".join(boxes)}{ticks}</svg>'
    )


def _nested(span: TimeSpan, level: int = 0) -> Iterator[tuple[int, TimeSpan]]:
    yield level, span
    for each in span.inner:
        yield from _nested(each, level + 1)


def _every(span: TimeSpan) -> Iterator[TimeSpan]:
    return (each for _, each in _nested(span))


def _own_seconds(root: TimeSpan) -> dict[str, float]:
    """The seconds of each kind of span, without those of the spans in it."""
    seconds: dict[str, float] = {}
    for each in _every(root):
        seconds[each.kind] = seconds.get(each.kind, 0.0) + each.own_seconds
    return seconds


def _most(step: TimeSpan) -> str:
    """The phase in which a step spent most of its time."""
    kind, seconds = max(_own_seconds(step).items(), key=lambda each: each[1])
    return f"{_phase(kind)}, {seconds:.2f} s"


def _phase(kind: str) -> str:
    return {"run": "before and after the run", "section": "between steps", "step": "the step itself"}.get(kind, kind)


def _colour(kind: str) -> str:
    return COLOURS.get(kind, "#d0d0d0")
