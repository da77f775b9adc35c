"""A run exported as one file: a self-contained HTML page or a PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest
from PIL import Image
from playwright.sync_api import sync_playwright
from support.raw_events import write_raw
from support.site_pages import Played

from runwright.cli.evidence_commands import export_run as export
from runwright.engine.browser.launch import launch
from runwright.engine.errors import EnvironmentFailure
from runwright.evidence.atomic_io import AlteredError, EvidenceError
from runwright.evidence.folder_layout import DERIVED
from runwright.evidence.reports.export import single_page
from runwright.evidence.seal import close
from runwright.evidence.verify import verify

HOSTILE = "<img src=x onerror=document.title='owned'>\u202e"


@pytest.fixture
def failed(make: Callable[..., Any]) -> Any:
    """A rehearsal that failed in a changing step, with everything that a report can show."""
    made = make("20261124T033000Z-7f3a-rehearsal")
    made.begin()
    made.section(f"Turn on {HOSTILE}")
    write_raw(made.folder.journal, "console-error", text=HOSTILE)
    made.step(f"Open {HOSTILE}", address=f"https://alerts.example/{HOSTILE}")
    made.step("Show the secret", withheld=["client_secret"])
    failure = {
        "message": 'No button "On" found.',
        "class": "page_changed",
        "looked_for": 'button "On"',
        "nearest": ['button "Turn on"', 'button "One"'],
        "page_messages": ["Something went wrong."],
        "candidates": [
            {"role": "button", "name": "Turn on", "box": [300, 200, 80, 40]},
            {"role": "button", "name": HOSTILE, "box": None},
            {"role": "button", "name": "One", "box": [400, 200, 80, 40]},
        ],
    }
    made.step(moments=("before", "failure"), changes=True, status="failed", box=None, failure=failure)
    made.end("failed", 1, 'No button "On" found.')
    return made


def test_the_single_page_shows_everything_without_other_files(failed: Any, tmp_path: Path) -> None:
    to = tmp_path / "alone" / "run.html"
    to.parent.mkdir()
    export(failed.path, to)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        requested: list[str] = []
        page.on("request", lambda request: requested.append(request.url))
        page.goto(to.as_uri())
        page.locator("img").last.scroll_into_view_if_needed()
        page.evaluate(
            """async () => {
              for (const one of document.images) one.loading = 'eager';
              await Promise.all([...document.images].map((one) => one.decode()));
            }"""
        )
        assert page.evaluate("[...document.images].every(i => i.naturalWidth === 640)")
        assert [url for url in requested if not url.startswith("data:")] == [to.as_uri()]
        assert page.title() == "Alerts for a server (REHEARSAL)"
        text = page.inner_text("body")
        frame = page.locator("#n3 .frame").nth(1)
        image = frame.locator("img").bounding_box()
        outlines = [each.bounding_box() for each in frame.locator(".outline.candidate").all()]
        labels = frame.locator(".outline b").all_inner_texts()
        items = page.locator("#n3 .failure li").all_inner_texts()
        browser.close()
    for expected in (
        "REHEARSAL",
        'No button "On" found.',
        'button "Turn on"',
        "Something went wrong.",
        "line 7 of alerts.yaml",
        "withheld because it would show client_secret",
        "<img src=x onerror=document.title='owned'>\\u202e",
        failed.digest,
    ):
        assert expected in text, expected
    assert labels == ["1", "3"]
    assert len(items) == 3
    assert image is not None and outlines[1] is not None
    factor = image["width"] / 640
    caption = Image.open(next(failed.path.glob("0003-*-failure.png"))).height - 400
    assert abs(outlines[1]["x"] - image["x"] - 400 * factor) <= 1
    assert abs(outlines[1]["y"] - image["y"] - (200 + caption) * factor) <= 1


def test_an_export_leaves_the_run_folder_unchanged(failed: Any, tmp_path: Path) -> None:
    export(failed.path, tmp_path / "run.html")
    assert verify(failed.path).good
    with pytest.raises(EvidenceError, match="is inside the run folder, which must not change"):
        export(failed.path, failed.path / "run.html")
    with pytest.raises(EvidenceError, match="must end in"):
        export(failed.path, tmp_path / "run.docx")


def test_no_name_in_the_journal_makes_it_read_another_file(failed: Any, tmp_path: Path) -> None:
    screenshot = next(failed.path.glob("0001-*.png"))
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    screenshot.unlink()
    screenshot.symlink_to(secret)
    with pytest.raises(EvidenceError, match="not a screenshot in this folder"):
        single_page(failed.path)


def test_a_missing_screenshot_is_reported_by_name(failed: Any, tmp_path: Path) -> None:
    next(failed.path.glob("0001-*.png")).unlink()
    with pytest.raises(AlteredError, match=r"0001-.*is missing"):
        export(failed.path, tmp_path / "run.html")


@pytest.mark.parametrize("kind", ["pdf", "html"])
def test_an_altered_screenshot_is_not_exported_under_the_old_digest(failed: Any, tmp_path: Path, kind: str) -> None:
    altered = next(failed.path.glob("0003-*-before.png"))
    altered.write_bytes(altered.read_bytes() + b" ")
    close(failed.path)  # makes all sums match again
    with pytest.raises(AlteredError, match=f"{altered.name} does not match its digest in the journal"):
        export(failed.path, tmp_path / f"run.{kind}")
    assert not (tmp_path / f"run.{kind}").exists()


def test_the_pdf_names_the_facts_and_shows_the_digest_on_every_page(failed: Any, tmp_path: Path) -> None:
    export(failed.path, tmp_path / "run.pdf")
    document = pypdf.PdfReader(tmp_path / "run.pdf")
    texts = [re.sub(r"\s+", " ", page.extract_text()) for page in document.pages]
    for expected in ("Alerts for a server", "failed", "ann on desk", "OPS-17", "CC8.1", "2026-", failed.digest):
        assert expected in texts[0] or expected in texts[0].replace(" ", ""), expected  # the reader guesses blanks
    assert all(
        failed.digest in text.replace(" ", "") and failed.path.name in text and "REHEARSAL" in text for text in texts
    )
    assert all(f"{number} / {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert 'No button "On" found.' in " ".join(texts)
    assert "steps/wave.py" in " ".join(texts), "the folded table of files is open in print"
    assert sum(len(page.images) for page in document.pages) == 4
    assert document.metadata is not None and document.metadata.title == "Alerts for a server (REHEARSAL)"


def test_the_pdf_is_tagged_and_has_a_language_and_an_outline_for_screen_readers(made: Any, tmp_path: Path) -> None:
    export(made.path, tmp_path / "run.pdf")
    document = pypdf.PdfReader(tmp_path / "run.pdf")
    root = document.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert root["/Lang"] == "en"
    assert "Turn the alerts on" in str(document.outline)


def test_names_in_other_scripts_are_in_the_text_of_the_pdf(make: Callable[..., Any], tmp_path: Path) -> None:
    made = make()
    made.begin()
    made.section("Ελληνικά")
    made.step("Кнопка “Сохранить”")
    made.end()
    export(made.path, tmp_path / "run.pdf")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(tmp_path / "run.pdf").pages)
    assert "Ελληνικά" in text and "Сохранить" in text


@pytest.mark.slow
def test_sixty_large_screenshots_stay_under_the_size_limit(make: Callable[..., Any], tmp_path: Path) -> None:
    made = make()
    made.begin()
    made.section()
    out = io.BytesIO()
    Image.effect_noise((640, 400), 60).resize((1280, 800)).convert("RGB").save(out, "PNG", compress_level=1)
    assert len(out.getvalue()) > 500_000
    for number in range(60):
        made.step(f"Step {number}", png=out.getvalue())
    made.end()
    export(made.path, tmp_path / "run.pdf")
    assert (tmp_path / "run.pdf").stat().st_size < 25_000_000
    document = pypdf.PdfReader(tmp_path / "run.pdf")
    assert "screenshots compressed" in document.pages[0].extract_text()
    assert sum(len(page.images) for page in document.pages) == 60


def test_without_a_browser_the_message_says_how_to_get_one(
    made: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_BROWSER", str(tmp_path / "none"))
    with pytest.raises(EnvironmentFailure, match="does not start") as raised:
        export(made.path, tmp_path / "run.pdf")
    assert [each.kind for each in raised.value.next_actions] == ["check_machine"]
    assert not (tmp_path / "run.pdf").exists()


def test_all_regenerated_files_are_byte_for_byte_the_same(failed: Any) -> None:
    before = {name: (failed.path / name).read_bytes() for name in DERIVED}
    for name in DERIVED:
        (failed.path / name).unlink()
    close(failed.path)
    assert {name: (failed.path / name).read_bytes() for name in DERIVED} == before


def test_junit_names_what_failed_and_where(failed: Any) -> None:
    import xml.etree.ElementTree as ElementTree

    suite = ElementTree.fromstring((failed.path / "junit.xml").read_text("utf-8"))[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "0")
    assert suite.get("name") == "alerts (REHEARSAL)"
    failure = suite.find(".//failure")
    assert failure is not None and failure.get("message") == 'No button "On" found.'
    assert "alerts.yaml:7" in (failure.text or "") and 'button "Turn on"' in (failure.text or "")


@pytest.mark.parametrize(("mode", "expected"), [("run", "failed: The steps ran"), ("check", "drift: ")])
def test_junit_names_the_status_of_a_section_whose_steps_were_all_done(
    play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch, mode: str, expected: str
) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)  # the lamp never goes on
    import xml.etree.ElementTree as ElementTree

    book = """
sections:
  - name: Check the lamp
    open: shop /
    ready: heading "Lamps"
    done_when: text "On"
    steps:
      - hover: heading "Lamps"
"""
    played = play({"/": "<title>Lamps</title><h1>Lamps</h1>"}, book, mode=mode)
    suite = ElementTree.fromstring((played.result.folder / "junit.xml").read_text("utf-8"))[0]
    (case,) = (case for case in suite if case.find("failure") is not None)
    assert case.get("classname") == "book.Check the lamp"
    assert (case.find("failure") or case[0]).get("message", "").startswith(expected)
    assert (suite.get("tests"), suite.get("failures")) == (str(len(suite)), "1")
