"""`screenshot: page` shows all of a page: high pages in parts, scroll areas, bars that stick to the window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PIL import Image
from support.site_pages import Played

RED, BLUE, GREEN = (255, 0, 0), (0, 0, 255), (0, 128, 0)
HEAD = "<div style='position:sticky;top:0;height:50px;background:blue'></div>"
FOOT = "<div style='position:fixed;bottom:0;left:0;right:0;height:50px;background:green'></div>"


def _mark(name: str) -> str:
    return f"<div role=img aria-label={name} style='background:#f00;width:200px;height:30px'></div>"


def _space(height: int) -> str:
    return f"<div style='height:{height}px'></div>"


RUNBOOK = """
sections:
  - name: S
    open: shop /
    ready: img "Last"
    always_run: Nothing is stored.
    steps:
      - hover: img "Last"
        screenshot: page
"""


def _shot(play: Callable[..., Played], page: str, more: str = "") -> tuple[Played, list[dict[str, Any]]]:
    """A run that takes a screenshot of the whole page, and the records of these; ``more`` are further steps."""
    played = play({"/": f"<title>Shop</title><style>body {{ margin: 0 }}</style>{page}"}, RUNBOOK + more)
    assert played.statuses == ["unchanged"], played.message
    event = next(each for each in played.events("step") if each["part"] == "steps")
    return played, event["screenshots"]


def _rows(played: Played, screenshot: dict[str, Any], x: int, colour: tuple[int, int, int]) -> list[tuple[int, int]]:
    """From which row to which a colour stands in a column of pixels, below the caption."""
    with Image.open(played.result.folder / screenshot["file"]) as image:
        column = image.convert("RGB").crop((x, screenshot["caption"], x + 1, image.height))
        rows = [number for number, each in enumerate(column.get_flattened_data()) if each == colour]
    runs: list[tuple[int, int]] = []
    for row in rows:
        if runs and row == runs[-1][1]:
            runs[-1] = (runs[-1][0], row + 1)
        else:
            runs.append((row, row + 1))
    return runs


def test_a_page_that_is_too_high_takes_several_screenshots(play: Callable[..., Played]) -> None:
    played, shots = _shot(play, _mark("First") + _space(19_000) + _mark("Last") + _space(940))
    assert [each["shows"] for each in shots] == ["page, 1 of 2", "page, 2 of 2"]
    assert [each["height"] - each["caption"] for each in shots] == [16_000, 4_000]
    assert _rows(played, shots[0], 10, RED) == [(0, 30)]
    assert _rows(played, shots[1], 10, RED) == [(3030, 3060)]
    assert shots[0]["box"] is None and shots[1]["box"][1] == 3030
    assert not shots[0]["missing"] and not shots[1]["missing"]
    text = (played.result.folder / "report.html").read_text("utf-8")
    assert "page, 2 of 2" in text


def test_bars_that_stick_to_the_window_are_where_they_belong(play: Callable[..., Played]) -> None:
    played, (shot,) = _shot(play, HEAD + _space(3000) + _mark("Last") + _space(1000) + FOOT)
    assert _rows(played, shot, 600, BLUE) == [(0, 50)]
    assert _rows(played, shot, 600, GREEN) == [(4030, 4080)]
    assert _rows(played, shot, 10, RED) == [(3050, 3080)]


def test_scroll_areas_are_shown_to_their_end(play: Callable[..., Played]) -> None:
    area = "<div aria-label=Members style='height:400px;overflow:auto;width:300px'>"
    page = f"<h1>Shop</h1>{area}{_mark('First')}{_space(900)}{_mark('Last')}</div>"
    played, shots = _shot(play, page)
    assert [each["shows"] for each in shots] == ["", *(f"scroll area “Members”, {number} of 3" for number in (1, 2, 3))]
    assert _rows(played, shots[1], 10, RED) == [(0, 30)]
    assert _rows(played, shots[3], 10, RED) == [(370, 400)], "the last part ends with the area"


def test_what_no_screenshot_shows_is_named(play: Callable[..., Played]) -> None:
    long = f"<div style='height:100px;overflow:auto;width:300px'>{_mark('Last')}{_space(3970)}</div>"
    wide = "<div aria-label=Wide style='width:300px;overflow-x:auto'><div style='width:900px;height:50px'></div></div>"
    played, shots = _shot(play, f"<h1>Shop</h1>{wide}{long}")
    assert len(shots) == 1 + 24
    assert shots[-1]["missing"] == ["what lies to the right in scroll area “Wide”", "parts 25 to 40 of a scroll area"]
    assert all(not each["missing"] for each in shots[:-1])
    assert "not shown: what lies to the right" in (played.result.folder / "report.html").read_text("utf-8")


def test_the_page_is_left_as_it_was(play: Callable[..., Played]) -> None:
    page = f"""{HEAD}{_space(2000)}<div id=area style='height:200px;overflow:auto'>{_space(500)}{_mark("Last")}</div>
    {_space(2000)}{FOOT}<p id=said></p><script>
    addEventListener('click', () => {{ const bar = document.querySelector('body > div:last-of-type');
      const below = Math.round(innerHeight - bar.getBoundingClientRect().bottom);
      said.textContent = [scrollY > 1000, area.scrollTop > 100, below,
        document.getAnimations().length].join(' ') }}); </script>"""
    _shot(
        play,
        page,
        """      - click: img "Last"
        expect: text "true true 0 0"
""",
    )
