"""Takes the screenshots in docs/images/rehearsal.

Run it with `PYTHONPATH=tests python -m support.take_simulator_screenshots [NAME]…`.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image

from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from support.simulator_walk import PAGE_STATES, visit_page

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "rehearsal"


def main(names: list[str]) -> None:
    """Take the screenshots with these names, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with driver() as playwright:
        browser = launch(playwright)
        for state in PAGE_STATES:
            if names and state.name not in names:
                continue
            with visit_page(browser, state) as visit:
                if state.full_page:  # a window as high as the page, so that a bar at its bottom covers nothing
                    height = visit.page.evaluate("document.documentElement.scrollHeight")
                    visit.page.set_viewport_size({"width": 1280, "height": height})
                visit.page.wait_for_timeout(400)  # the pages have animations
                png = visit.page.screenshot()
            screenshot = Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
            screenshot.save(FOLDER / f"{state.name}.png", optimize=True)
            print(state.name)


if __name__ == "__main__":
    main(sys.argv[1:])
