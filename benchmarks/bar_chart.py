"""A chart of stacked bars as SVG: one bar for each program, one colour for each phase."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

COLOURS = (
    *("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#ff8ab7"),
    *("#a463f2", "#97bbf5", "#9c6b4e", "#9498a0", "#d6d65b", "#7a3e65"),
)
WIDTH, LEFT, BAR = 900, 90, 44


def stacked_bar(title: str, bars: Mapping[str, Mapping[str, float]]) -> str:
    """The chart as SVG, with a legend below. The length of a segment is the phase's time in seconds."""
    phases = list(dict.fromkeys(phase for parts in bars.values() for phase in parts))
    colours = {phase: COLOURS[number % len(COLOURS)] for number, phase in enumerate(phases)}
    scale = (WIDTH - LEFT - 70) / max(sum(parts.values()) for parts in bars.values())
    drawn = [f'<text x="{LEFT}" y="24" font-weight="bold">{escape(title)}</text>']
    top = 44
    for name, parts in bars.items():
        drawn.append(f'<text x="{LEFT - 10}" y="{top + 27}" text-anchor="end">{escape(name)}</text>')
        left = float(LEFT)
        for phase, seconds in parts.items():
            width = max(seconds, 0) * scale
            tooltip = f"<title>{escape(phase)}: {seconds:.2f} s</title>"
            box = f'x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{colours[phase]}"'
            drawn.append(f"<rect {box}>{tooltip}</rect>")
            if width > 42:
                middle = f'x="{left + width / 2:.1f}" y="{top + 27}"'
                drawn.append(f'<text {middle} text-anchor="middle" fill="#111">{seconds:.2f}</text>')
            left += width
        drawn.append(f'<text x="{left + 8:.1f}" y="{top + 27}">{sum(parts.values()):.2f} s</text>')
        top += BAR + 16
    for number, phase in enumerate(phases):
        x, y = LEFT + (number % 4) * 200, top + 14 + (number // 4) * 24
        drawn.append(f'<rect x="{x}" y="{y - 12}" width="14" height="14" fill="{colours[phase]}"/>')
        drawn.append(f'<text x="{x + 20}" y="{y}">{escape(phase)}</text>')
    height = top + 30 + (len(phases) - 1) // 4 * 24
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"'
    return f'{head} font-size="14"><rect width="100%" height="100%" fill="#fff"/>{"".join(drawn)}</svg>\n'
