"""The parts of a page that together show all of it: the page from top to bottom, then what its scroll areas hide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, JSHandle, Page

from runwright.engine.browser.dom import Box

TILE = 16_000
"""CSS pixels of a page that one screenshot shows at most: Chromium draws nothing beyond 16,384."""
MOST_OF_PAGE = 8
"""Screenshots of one page at most."""
MOST_OF_AREAS = 24
"""Screenshots of its scroll areas at most, all together."""

_SCRIPT = Path(__file__).with_suffix(".js").read_text("utf-8")
Clip = dict[str, float]
"""x, y, width and height in CSS pixels from the document's corner."""


@dataclass(frozen=True)
class Tile:
    """One part of a page, which is in view while it is current."""

    shows: str
    """What it shows, for people; empty if it is the page as a whole."""
    clip: Clip
    missing: tuple[str, ...] = ()
    """Of the last tile: what none of the tiles shows."""
    scrolled: bool = False
    """Whether it is a part of a scroll area that was scrolled for it."""

    def contains(self, box: Box | None) -> bool:
        """Whether a box, measured before any area was scrolled, lies in the tile."""
        if box is None or self.scrolled:
            return False
        middle = box[1] + box[3] / 2
        return self.clip["y"] <= middle < self.clip["y"] + self.clip["height"]


class PageTiles:
    """Prepares a page, gives its tiles one after the other, and leaves the page as it was when its `with` block ends.

    While it is open, the page is scrolled to its start. Raises Playwright's Error when the page navigates or closes.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._layout: JSHandle | None = None

    def __enter__(self) -> PageTiles:
        self._layout = self._page.evaluate_handle(_SCRIPT)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Error):  # the page has navigated: there is nothing to restore
            if self._layout is not None:
                self._layout.evaluate("(layout) => layout.restore()")
                self._layout.dispose()

    def __iter__(self) -> Iterator[Tile]:
        """The tiles; each scroll area is scrolled to its tile until the next one is asked for."""
        layout = self._layout
        assert layout is not None, "use it in a `with` block"
        facts: dict[str, Any] = layout.evaluate("(layout) => layout.facts")
        missing = _missing(facts)
        areas = list(_planned(facts["areas"]))
        pages = _pages(facts["width"], facts["height"])
        for number, (shows, clip) in enumerate(pages):
            last = number == len(pages) - 1 and not areas
            yield Tile(shows, clip, tuple(missing) if last else ())
        for number, (index, tile) in enumerate(areas):
            clip = layout.evaluate("(layout, [number, tile]) => layout.show(number, tile)", [index, tile])
            area = facts["areas"][index]
            last = number == len(areas) - 1
            yield Tile(f"{area['name']}, {tile + 1} of {area['tiles']}", clip, tuple(missing) if last else (), True)
            if last or areas[number + 1][0] != index:
                layout.evaluate("(layout, number) => layout.leave(number)", index)


def _pages(width: float, height: float) -> list[tuple[str, Clip]]:
    """The page from top to bottom: what each part shows, and its clip."""
    tops = list(range(0, max(int(height), 1), TILE))[:MOST_OF_PAGE]
    whole = len(tops) == 1
    return [
        (
            "" if whole else f"page, {number} of {len(tops)}",
            {"x": 0, "y": top, "width": width, "height": min(height - top, TILE)},
        )
        for number, top in enumerate(tops, 1)
    ]


def _planned(areas: list[dict[str, Any]]) -> Iterator[tuple[int, int]]:
    """The scroll area and the tile of each screenshot."""
    left = MOST_OF_AREAS
    for index, area in enumerate(areas):
        if area["tiles"] == 1:
            continue
        tiles = min(area["tiles"], left)
        yield from ((index, tile) for tile in range(tiles))
        left -= tiles


def _missing(facts: dict[str, Any]) -> list[str]:
    """What of a page no tile shows, in words."""
    found = []
    shown = MOST_OF_PAGE * TILE
    if facts["height"] > shown:
        found.append(f"the page below {shown:,} pixels")
    taken: dict[int, int] = {}
    for index, _ in _planned(facts["areas"]):
        taken[index] = taken.get(index, 0) + 1
    for index, area in enumerate(facts["areas"]):
        if area["across"]:
            found.append(f"what lies to the right in {area['name']}")
        if area["tiles"] > 1 and taken.get(index, 0) < area["tiles"]:
            found.append(f"parts {taken.get(index, 0) + 1} to {area['tiles']} of {area['name']}")
    return found
