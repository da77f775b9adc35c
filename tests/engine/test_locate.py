"""The only control that matches a simple target is found, scrolled to and observed in one round trip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from runwright.engine.browser.find_control import find_one
from runwright.engine.browser.launch import launch
from runwright.language.target_reader import parse_target

ONE = "data:text/html,<title>Hosts</title><p style='height:3000px'></p><button>Save</button>"
OTHERS = {
    "none": "<p>Nothing</p>",
    "two": "<button>Save</button><button>Save</button>",
    "in a frame": "<iframe title=Admin srcdoc='<button>Save</button>'></iframe>",
    "a page that occupies the symbol": (
        "<button>Save</button><script>Object.defineProperty(window, Symbol.for('control'), { value: 1 })</script>"
    ),
}
"""Pages on which one round trip does not find the only control."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser.new_page(viewport={"width": 1280, "height": 800})
        browser.close()


def test_the_only_control_is_in_view_and_the_page_is_unchanged(page: Page) -> None:
    page.goto(ONE)
    number, found = find_one(page, parse_target('button "Save"'), True)
    assert number == 1 and found is not None
    control, observation = found
    assert control.inner_text() == "Save"
    assert observation is not None
    assert observation[0] == "Hosts"
    assert observation[3] is not None
    assert 0 < observation[3][1] < 800, "it was not scrolled to"
    assert not page.evaluate("Symbol.for('control') in window")


@pytest.mark.parametrize("how", OTHERS)
def test_a_control_that_one_round_trip_does_not_find_is_found_with_more(page: Page, how: str) -> None:
    page.goto(f"data:text/html,{OTHERS[how]}")
    target = parse_target('button "Save" in iframe "Admin"' if how == "in a frame" else 'button "Save"')
    number, found = find_one(page, target, False)
    assert number == {"none": 0, "two": 2}.get(how, 1)
    assert (found[0].inner_text() if found is not None else None) == ("Save" if number == 1 else None)
