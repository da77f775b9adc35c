"""The one control of a plain target is found, scrolled to and looked at in one question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from runwright.engine.browser import launch
from runwright.engine.find import matches
from runwright.engine.glance import only
from runwright.language.targets import parse_target

ONE = "data:text/html,<title>Hosts</title><p style='height:3000px'></p><button>Save</button>"
NO_ONE_QUESTION = {
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


def test_one_question_finds_the_control_and_leaves_nothing_behind(page: Page) -> None:
    page.goto(ONE)
    found = only(page, parse_target('button "Save"'), True)
    assert found is not None, "two questions were needed"
    control, told = found
    assert control.inner_text() == "Save"
    assert told is not None
    assert told[0] == "Hosts"
    assert told[3] is not None
    assert 0 < told[3][1] < 800, "it was not scrolled to"
    assert not page.evaluate("Symbol.for('control') in window")


@pytest.mark.parametrize("how", NO_ONE_QUESTION)
def test_what_one_question_does_not_find_is_left_to_the_longer_way(page: Page, how: str) -> None:
    page.goto(f"data:text/html,{NO_ONE_QUESTION[how]}")
    target = parse_target('button "Save" in iframe "Admin"' if how == "in a frame" else 'button "Save"')
    assert only(page, target, False) is None
    assert len(matches(page, target)) == {"none": 0, "two": 2}.get(how, 1)
