"""Settling costs nothing where nothing is under way, and waits where something is."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright

from runwright.engine.browser import launch
from runwright.engine.settle import QUIET, WATCH, settle
from runwright.engine.traffic import Traffic


@pytest.fixture
def page() -> Iterator[tuple[Page, Traffic]]:
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context()
        context.add_init_script(WATCH)
        traffic = Traffic(context)
        yield context.new_page(), traffic
        browser.close()


def took(page: Page, traffic: Traffic) -> float:
    begun = time.perf_counter()
    settle(page, traffic)
    return time.perf_counter() - begun


def test_a_static_page_settles_at_once(page: tuple[Page, Traffic]) -> None:
    page[0].goto("data:text/html,<h1>Still</h1>" + "<p>text</p>" * 200)
    settle(*page)

    def waiting() -> float:
        """How long the page takes to wait as long as after a change."""
        begun = time.perf_counter()
        page[0].evaluate(f"new Promise((done) => setTimeout(done, {QUIET * 1000}))")
        return time.perf_counter() - begun

    pairs = [(took(*page), waiting()) for _ in range(9)]
    assert statistics.median(settled / waited for settled, waited in pairs) < 0.7, "it waits though nothing changed"


def test_a_page_that_changes_for_a_while_is_waited_for(page: tuple[Page, Traffic]) -> None:
    page[0].goto("data:text/html,<p id=n></p>")
    settle(*page)
    page[0].evaluate(
        """() => { let n = 0; const step = () => { document.getElementById('n').textContent = ++n;
        if (n < 30) setTimeout(step, 50); }; step(); }"""
    )
    settle(*page)
    assert page[0].inner_text("#n") == "30"


def test_a_finite_animation_is_waited_for_and_an_endless_one_is_not(page: tuple[Page, Traffic]) -> None:
    style = "<style>@keyframes a { to { opacity: .2 } } .endless { animation: a 1s infinite }</style>"
    page[0].goto(f"data:text/html,{style}<div class=endless>x</div><div id=one>y</div>")
    settle(*page)
    page[0].evaluate("document.getElementById('one').animate({ opacity: [1, 0] }, 700)")
    assert took(*page) > 0.4
    assert took(*page) < 0.4


def test_a_page_that_never_rests_is_taken_as_it_is(page: tuple[Page, Traffic]) -> None:
    page[0].goto("data:text/html,<p id=n></p><script>setInterval(() => { n.textContent = Date.now() }, 20)</script>")
    begun = time.perf_counter()
    assert settle(page[0], page[1], most=1.0) is False
    assert time.perf_counter() - begun < 4
