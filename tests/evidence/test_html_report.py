"""The HTML report in a browser: no script runs, hostile text stays text, outlines are in the right place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Browser
from support.raw_events import write_raw
from support.site_pages import Played

from runwright.evidence.seal import close

Play = Callable[..., Played]

HOSTILE = "<img src=x onerror=alert(1)><script>document.title='owned'</script>\u202e\x1b[31m"

PAGES = {
    "/": """<title>&lt;img src=x onerror=alert(1)&gt;&lt;script&gt;document.title='owned'&lt;/script&gt;</title>
    <style>body { margin: 0 } button { position: absolute; left: 300px; top: 200px; width: 160px; height: 40px }</style>
    <h1>Here</h1><button>&lt;b onclick=alert(1)&gt;Press&lt;/b&gt;</button>"""
}
BOOK = """
sections:
  - name: "<script>document.title='owned'</script>"
    open: shop /
    steps:
      - name: "<img src=x onerror=document.title='owned'>"
        click: button "<b onclick=alert(1)>Press</b>"
"""


def test_in_a_browser_no_script_runs_and_outlines_are_in_place(
    play: Play, shared_browser: Callable[[], Browser]
) -> None:
    played = play(PAGES, BOOK)
    assert played.statuses == ["unchanged"], played.message
    page = shared_browser().new_page(viewport={"width": 1400, "height": 900})
    errors: list[str] = []
    dialogs: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto((played.result.folder / "report.html").as_uri())
    assert page.title().startswith("A test")
    assert not errors and not dialogs
    assert page.locator("script").count() == 0
    assert page.locator("img").count() == page.locator("figure img").count()
    assert "<img src=x onerror=document.title='owned'>" in page.inner_text("body")
    assert "<script>document.title='owned'</script>" in page.inner_text("body")
    assert "REHEARSAL" in page.inner_text("header")

    step = next(event for event in played.events("step") if event["verb"] == "click")
    screenshot = step["screenshots"][0]
    frame = page.locator(f"#n{step['step']} .frame").first
    image, outline = frame.locator("img").bounding_box(), frame.locator(".outline").bounding_box()
    page.close()
    assert image is not None and outline is not None
    factor = image["width"] / screenshot["width"]
    expected = (
        image["x"] + 300 * factor,
        image["y"] + (200 + screenshot["caption"]) * factor,
        160 * factor,
        40 * factor,
    )
    found = (outline["x"], outline["y"], outline["width"], outline["height"])
    assert all(abs(a - b) <= 1.0 for a, b in zip(found, expected, strict=True)), (found, expected)


def test_regenerated_reports_are_byte_for_byte_the_same(play: Play) -> None:
    folder = play(PAGES, BOOK).result.folder
    names = ("report.html", "junit.xml", "statement.json", "VERIFY.md", "SHA256SUMS")
    before = {name: (folder / name).read_bytes() for name in names}
    for name in names:
        (folder / name).unlink()
    close(folder)
    assert {name: (folder / name).read_bytes() for name in names} == before


def test_an_event_during_a_step_is_shown_below_it(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.step("Open the list")
    write_raw(made.folder.journal, "dialog", kind="confirm", message="Really?", answer="yes")
    made.step("Remove it")
    write_raw(made.folder.journal, "dialog", kind="alert", message="Removed.", answer="yes")
    made.end()
    html = (made.path / "report.html").read_text("utf-8")
    places = [html.index(words) for words in ("Open the list", "Remove it", "“Really?”", "“Removed.”")]
    assert places == sorted(places)
