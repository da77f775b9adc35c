"""The comparison script: plain Playwright, one screenshot per step. Prints the seconds per step and per part as JSON.

python benchmarks/by_hand.py ORIGIN STEPS FOLDER [--parts]
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright


def main(origin: str, steps: int, folder: Path, parts: bool) -> None:
    """Perform the steps. With ``parts``, then repeat only the actions, then only the screenshots, equally often."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ["BENCHMARK_BROWSER"], args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(origin)
        page.screenshot(path=folder / "first.png")
        seconds = {"step": _each(steps, lambda n: (_act(page, n), _screenshot(page, folder, n)))}
        page.screenshot(path=folder / "last.png")
        if parts:
            seconds["act"] = _each(steps, lambda n: _act(page, n))
            seconds["screenshot"] = _each(steps, lambda n: _screenshot(page, folder, n))
        browser.close()
    print(json.dumps(seconds))


def _act(page: Page, number: int) -> None:
    if number % 2 == 0:
        page.get_by_role("textbox", name="Name", exact=True).fill(f"member {number // 2}")
    else:
        page.get_by_role("button", name="Add", exact=True).click()


def _screenshot(page: Page, folder: Path, number: int) -> None:
    page.screenshot(path=folder / f"{number:04}.png")


def _each(times: int, act: Callable[[int], object]) -> float:
    """The average seconds of one call."""
    started = time.perf_counter()
    for number in range(times):
        act(number)
    return (time.perf_counter() - started) / max(times, 1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), "--parts" in sys.argv)
