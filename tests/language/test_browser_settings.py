"""What `browser:` may say: whatever a browser cannot be set to is told before one is started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.site_pages import Played, Site

from runwright.engine.errors import NotUsable
from runwright.language import browser_settings
from runwright.language.diagnostics import Fault, UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

BOOK = """title: T
sites: { app: { url: https://a.example } }
browser: { BROWSER }
sections:
  - { title: S, open: app /, steps: [{ expect: 'text "A"' }] }
"""


def _faults(folder: Path, browser: str) -> tuple[Fault, ...]:
    path = folder / "book.yaml"
    path.write_text(BOOK.replace("BROWSER", browser), "utf-8")
    try:
        load(path, vocabulary())
    except UserError as error:
        return error.faults
    return ()


@pytest.mark.parametrize(
    ("browser", "column", "message", "remedy"),
    [
        ("time_zone: Asia/Seul", 23, "no time zone `Asia/Seul`", "Did you mean `Asia/Seoul`?"),
        ("locale: en-US, time_zone: KST9", 38, "no time zone `KST9`", "Asia/Seoul"),
        ("time_zone: ../etc/passwd", 23, "no time zone", ""),
        ("locale: 한국어", 20, "`한국어` is no locale", "ko, en-US"),
        ("locale: en_US", 20, "`en_US` is no locale", "Write `en-US`."),
        ("window: 0x0", 20, "window of 0x0 pixels", "200 to 8000"),
        ("window: 99999x99999", 20, "window of 99999x99999 pixels", "200 to 8000"),
        ("window: 1280x199", 20, "window of 1280x199 pixels", "200 to 8000"),
        ("window: 1280 x 800", 20, "`1280 x 800` is no window", "1280x800"),
        ("window: ²x³", 20, "`²x³` is no window", "1280x800"),
        ("scale: 0", 19, "`scale` cannot be `0`", "`1`, `2`, `3`"),
        ("scale: 9", 19, "`scale` cannot be `9`", "`1`, `2`, `3`"),
        ("window: 8000x800, scale: 3", 37, "8000x800 window at scale 3", "16000 pixels a side"),
    ],
)
def test_what_no_browser_can_be_set_to_is_told_at_its_place(
    browser: str, column: int, message: str, remedy: str, tmp_path: Path
) -> None:
    (fault,) = _faults(tmp_path, browser)
    assert fault.mark is not None and (fault.mark.line, fault.mark.column) == (3, column)
    assert message in fault.message
    assert remedy in fault.remedy


@pytest.mark.parametrize(
    "browser",
    [
        "time_zone: Asia/Seoul, locale: ko",
        "time_zone: America/Argentina/Buenos_Aires, locale: es-419",
        "time_zone: Etc/GMT+9, locale: zh-Hant-TW",
        "locale: de-DE-1996, window: 200x8000",
        "locale: th-TH-u-nu-thai, scale: 3",
    ],
)
def test_what_a_browser_can_be_set_to_is_no_fault(browser: str, tmp_path: Path) -> None:
    assert _faults(tmp_path, browser) == ()


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a time zone database, as the smallest images of containers are."""
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    browser_settings._zones.cache_clear()
    yield
    browser_settings._zones.cache_clear()


def test_a_machine_without_time_zones_leaves_them_to_the_browser(tmp_path: Path, no_database: None) -> None:
    assert _faults(tmp_path, "time_zone: Asia/Seoul") == ()


def test_what_the_browser_itself_refuses_ends_the_run_with_a_sentence(
    play: Callable[..., Played], no_database: None
) -> None:
    book = """
browser: { time_zone: Asia/Seul }
sections:
  - { title: Look, open: shop / }
"""
    site = Site({"/": "<title>Page</title><h1>Page</h1>"})
    with pytest.raises(NotUsable, match=r"cannot be set up: .*Asia/Seul") as ended:
        play(site, book)
    assert "`browser:`" in ended.value.remedy
    assert site.count("GET", "/") == 0, "the site was touched"
