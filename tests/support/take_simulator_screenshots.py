"""Take the screenshots in docs/images/rehearsal: `python tests/support/take_simulator_screenshots.py [NAME]…`."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from support.simulator_walk import SIGHTS, scene_of

FOLDER = Path(__file__).parents[2] / "docs" / "images" / "rehearsal"


def main(names: list[str]) -> None:
    """Take the pictures with these names, or all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        for sight in SIGHTS:
            if names and sight.name not in names:
                continue
            with scene_of(playwright, sight) as scene:
                if sight.whole:  # in a window as high as the page, so that a bar at its bottom covers nothing
                    height = scene.page.evaluate("document.documentElement.scrollHeight")
                    scene.page.set_viewport_size({"width": 1280, "height": height})
                scene.page.wait_for_timeout(400)  # animations of the pages' own
                png = scene.page.screenshot()
            picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
            picture.save(FOLDER / f"{sight.name}.png", optimize=True)
            print(sight.name)


if __name__ == "__main__":
    main(sys.argv[1:])
