"""The short flow by hand: plain Playwright with five screenshots.

python benchmarks/short_flow.py ORIGIN NAME FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright


def main(origin: str, name: str, folder: Path) -> None:
    """Sign in as the benchmark's user, set the name, look at it on a page opened afresh."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=os.environ["BENCHMARK_BROWSER"], args=arguments)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{origin}/profile")
        page.screenshot(path=folder / "1.png")
        page.get_by_label("User name").fill("noor")
        page.get_by_label("Password").fill("a-password-for-benchmarks")
        page.screenshot(path=folder / "2.png")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="Profile")).to_be_visible()
        page.screenshot(path=folder / "3.png")
        page.get_by_label("Name").fill(name)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_have_text("The name is saved.")
        page.screenshot(path=folder / "4.png")
        page.goto(f"{origin}/profile")
        expect(page.get_by_label("Name")).to_have_value(name)
        page.screenshot(path=folder / "5.png")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
