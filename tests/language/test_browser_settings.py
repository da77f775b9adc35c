"""`browser:`: settings that no browser accepts are reported before a browser is started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.site_pages import Played, Site

from runwright.engine.errors import EnvironmentFailure
from runwright.language import browser_settings
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

BOOK = """name: T
sites: { app: { url: https://a.example } }
browser: { BROWSER }
sections:
  - { name: S, open: app /, steps: [{ expect: 'text "A"' }] }
"""


def _diagnostics(folder: Path, browser: str) -> tuple[Diagnostic, ...]:
    path = folder / "book.yaml"
    path.write_text(BOOK.replace("BROWSER", browser), "utf-8")
    try:
        load(path, vocabulary())
    except UserError as error:
        return error.diagnostics
    return ()


@pytest.mark.parametrize(
    ("browser", "column", "message", "remedy"),
    [
        ("time_zone: Asia/Seul", 23, "Unknown time zone `Asia/Seul`", "Did you mean `Asia/Seoul`?"),
        ("locale: en-US, time_zone: KST9", 38, "Unknown time zone `KST9`", "Asia/Seoul"),
        ("time_zone: ../etc/passwd", 23, "Unknown time zone `../etc/passwd`", ""),
        ("locale: 한국어", 20, "Invalid locale `한국어`", "ko, en-US"),
        ("locale: en_US", 20, "Invalid locale `en_US`", "Write `en-US`."),
        ("window: 0x0", 20, "window of 0x0 pixels", "between 200 and 8000"),
        ("window: 99999x99999", 20, "window of 99999x99999 pixels", "between 200 and 8000"),
        ("window: 1280x199", 20, "window of 1280x199 pixels", "between 200 and 8000"),
        ("window: 1280 x 800", 20, "Invalid window size `1280 x 800`", "1280x800"),
        ("window: ²x³", 20, "Invalid window size `²x³`", "1280x800"),
        ("scale: 0", 19, "Invalid value `0` for `scale`", "`1`, `2`, `3`"),
        ("scale: 9", 19, "Invalid value `9` for `scale`", "`1`, `2`, `3`"),
        ("window: 8000x800, scale: 3", 37, "8000x800 window at scale 3", "16000 pixels a side"),
    ],
)
def test_an_invalid_setting_is_reported_at_its_position(
    browser: str, column: int, message: str, remedy: str, tmp_path: Path
) -> None:
    (diagnostic,) = _diagnostics(tmp_path, browser)
    assert diagnostic.mark is not None and (diagnostic.mark.line, diagnostic.mark.column) == (3, column)
    assert message in diagnostic.message
    assert remedy in diagnostic.remedy


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
def test_valid_settings_are_accepted(browser: str, tmp_path: Path) -> None:
    assert _diagnostics(tmp_path, browser) == ()


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a time zone database, as in minimal container images."""
    monkeypatch.setattr("zoneinfo.available_timezones", set)
    browser_settings._zones.cache_clear()
    yield
    browser_settings._zones.cache_clear()


def test_without_a_time_zone_database_any_time_zone_is_accepted(tmp_path: Path, no_database: None) -> None:
    assert _diagnostics(tmp_path, "time_zone: Asia/Seoul") == ()


def test_a_setting_that_the_browser_rejects_ends_the_run_with_a_message(
    play: Callable[..., Played], no_database: None
) -> None:
    book = """
browser: { time_zone: Asia/Seul }
sections:
  - { name: Look, open: shop / }
"""
    site = Site({"/": "<title>Page</title><h1>Page</h1>"})
    with pytest.raises(EnvironmentFailure, match=r"cannot be set up: .*Asia/Seul") as ended:
        play(site, book)
    assert "`browser:`" in ended.value.remedy
    assert site.count("GET", "/") == 0, "the site was requested"
