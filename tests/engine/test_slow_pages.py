"""A page to which a step leads has as much time to load as any page; a page that never loads ends the run."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.short_limits import FACTOR
from support.site_pages import Played, Site

from runwright.engine.run.step_state import ACTION

HOME = """<title>Shop</title><h1>Home</h1><a href=/next>Next</a>
<form method=post action=/next><button>Save</button></form>"""
NEXT = "<!doctype html><title>Shop</title><h1>Next</h1>"
SLOW = FACTOR * ACTION + 1.5
"""Seconds; longer than the time limit of an action."""


def _book(step: str) -> str:
    return f"""
sections:
  - name: S
    open: shop /
    ready: heading "Home"
    always_run: The section changes nothing.
    steps:
      - {step}
      - expect: heading "Next"
"""


STEPS = {"a link": 'click: link "Next"', "a change": 'click: button "Save"\n        changes: true'}
STATUSES = {"a link": "unchanged", "a change": "changed"}


@pytest.mark.quick(1)
@pytest.mark.parametrize("step", STEPS)
def test_a_page_may_take_longer_than_an_action(step: str, play: Callable[..., Played]) -> None:
    def slow(request: Request, site: Site) -> Response:
        time.sleep(SLOW)
        return HTMLResponse(NEXT)

    played = play({"/": HOME, "/next": slow}, _book(STEPS[step]))
    assert played.statuses == [STATUSES[step]], played.message
    assert sum(asked[2] == "/next" for asked in played.site.asked) == 1, "it was requested again"


@pytest.fixture
def never() -> Iterator[Callable[[Request, Site], Response]]:
    """A page that does not answer during the test."""
    over = threading.Event()

    def answer(request: Request, site: Site) -> Response:
        over.wait(60)
        return HTMLResponse(NEXT)

    yield answer
    over.set()


@pytest.mark.quick(1)
@pytest.mark.parametrize(
    ("step", "ending", "words"),
    [("a link", 4, "does not answer."), ("a change", 3, "Check on the page whether the change was made")],
)
def test_a_page_that_never_comes_ends_the_run(
    step: str,
    ending: int,
    words: str,
    play: Callable[..., Played],
    never: Callable[[Request, Site], Response],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("runwright.engine.run.site_access.READY", 3.0)
    played = play({"/": HOME, "/next": never}, _book(STEPS[step]))
    assert played.result.exit == ending, played.message
    assert "https://shop.example/next" in played.message and words in played.message
    assert sum(asked[2] == "/next" for asked in played.site.asked) == 1, "it was asked for again"


def test_a_page_that_the_browser_cannot_load_is_reported(
    play: Callable[..., Played], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.site_access.READY", 3.0)
    page = '<title>Shop</title><h1>Home</h1><a href="https://shop.example:444/">Away</a>'
    sites = (
        'name: T\nsites:\n  shop: { url: https://shop.example, simulator: site, also: ["https://shop.example:444"] }\n'
    )
    book = _book('click: link "Away"').replace('expect: heading "Next"', 'expect: heading "Next"\n        timeout: 1s')
    played = play({"/": page}, sites + book)
    assert played.result.exit != 0 and played.result.failure is not None
    assert played.result.failure.page_messages[0] == "(the browser could not load the requested page)"
