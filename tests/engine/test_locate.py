"""The one control of a plain target is found, scrolled to and looked at in one question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from runwright.engine.browser.launch import launch
from runwright.engine.browser.observation import seek
from runwright.language.targets import parse_target

ONE = "data:text/html,<title>Hosts</title><p style='height:3000px'></p><button>Save</button>"
OTHERS = {
    "none": "<p>Nothing</p>",
    "two": "<button>Save</button><button>Save</button>",
    "in a frame": "<iframe title=Admin srcdoc='<button>Save</button>'></iframe>",
    "a page that holds the place": (
        "<button>Save</button><script>Object.defineProperty(window, Symbol.for('control'), { value: 1 })</script>"
    ),
}
"""Pages on which one question does not find the one control."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def test_the_one_control_is_in_view_and_nothing_is_left_behind(page: Page) -> None:
    page.goto(ONE)
    number, sought = seek(page, parse_target('button "Save"'), True)
    assert number == 1 and sought is not None
    control, told = sought
    assert control.inner_text() == "Save"
    assert told is not None
    assert told[0] == "Hosts"
    assert told[3] is not None
    assert 0 < told[3][1] < 800, "it was not scrolled to"
    assert not page.evaluate("Symbol.for('control') in window")


@pytest.mark.parametrize("how", OTHERS)
def test_what_one_question_does_not_find_is_found_the_longer_way(page: Page, how: str) -> None:
    page.goto(f"data:text/html,{OTHERS[how]}")
    target = parse_target('button "Save" in iframe "Admin"' if how == "in a frame" else 'button "Save"')
    number, sought = seek(page, target, False)
    assert number == {"none": 0, "two": 2}.get(how, 1)
    assert (sought[0].inner_text() if sought is not None else None) == ("Save" if number == 1 else None)
