"""The check as an HTML page: screenshots cropped to the control, later ones folded, filters without a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import guide_of

from runwright.guide.check import check
from runwright.guide.match.observations import ScreenshotGeometry
from runwright.guide.render.html_page import page
from runwright.guide.render.screenshot_crop import crop


@pytest.mark.parametrize(
    "box",
    [(600.0, 400.0, 80.0, 30.0), (0.0, 48.0, 20.0, 20.0), (1270.0, 838.0, 10.0, 10.0), (0.0, 48.0, 1280.0, 5000.0)],
    ids=["middle", "top left", "bottom right", "a large area"],
)
def test_a_crop_holds_the_control_and_stays_within_the_screenshot_without_its_caption(
    box: tuple[float, float, float, float],
) -> None:
    part = crop(ScreenshotGeometry(1280, 848, 48, box))
    assert part.x >= 0
    assert part.y >= 48
    assert part.x + part.width <= 1280
    assert part.y + part.height <= 848
    assert part.x <= box[0]
    assert part.y <= box[1]
    assert part.x + part.width >= box[0] + box[2]
    assert part.height <= 420
    assert part.y + part.height >= min(box[1] + box[3], part.y + 420)


def test_without_a_control_the_top_of_the_page_is_shown() -> None:
    part = crop(ScreenshotGeometry(1280, 3048, 48, None))
    assert (part.x, part.y, part.width) == (0, 48, 1280)
    assert part.height == 420
    assert part.outline is None


STEPS = (
    SECTION
    + """\
      - click: button "Create App"
        follows: 1.1
      - click: button "Save"
        follows: 1.1
        changes: true
"""
)


def test_screenshots_runs_and_findings_can_be_folded_and_filtered_without_a_script(
    played: Play, tmp_path: Path
) -> None:
    run = played(STEPS, ["button Create App", "button Save"])
    for step in run.steps:
        (run.folder / str(step.screenshot)).write_bytes(b"")
    guide = guide_of("## A\n\n1. Press <kbd>Ctrl</kbd>, choose **create App** and **Sav**.\n")
    html = page(check([guide], [run], None, None), tmp_path / "check.html")
    assert html.count("<svg viewBox=") == 2
    assert html.count("<details><summary>Screenshot of step") == 1, "the second screenshot of the item is folded"
    assert "<summary>Compared with simulators, not real pages (" in html
    assert run.run not in html.split("<details>")[0], "run ids stand behind a fold"
    assert 'id="hide-note"' in html
    assert 'id="hide-warning"' in html
    assert "body:has(#hide-note:not(:checked)) .note { display: none; }" in html
    assert "<script" not in html
    assert "<kbd>Ctrl</kbd>" in html
