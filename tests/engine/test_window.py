"""With a window, the person signs in there and the run continues."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site
from support.virtual_display import display

Play = Callable[..., Played]

BOOK = """name: A test
sites:
  shop:
    url: https://shop.example
    simulator: site
    signed_out_when: link "Sign in"
sections:
  - name: Look inside
    open: shop /inside
    ready: heading "Inside"
    steps:
      - click: button "Go"
"""


@pytest.fixture(name="display")
def a_display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with display(monkeypatch) as name:
        yield name


def pages() -> dict[str, object]:
    """A site that shows its sign-in page until the person has signed in by phone; then the page moves on."""

    def inside(request: Request, site: Site) -> Response:
        if not site.kept.get("in"):
            return RedirectResponse("/sign-in", 302)
        return HTMLResponse("<!doctype html><title>In</title><h1>Inside</h1><button>Go</button>")

    def sign_in(request: Request, site: Site) -> Response:
        if site.kept.get("in"):
            return RedirectResponse("/inside", 302)
        again = "<script>setTimeout(() => location.reload(), 400)</script>"
        return HTMLResponse(f"<!doctype html><title>Sign in</title><a href=/sign-in>Sign in</a>{again}")

    return {"/inside": inside, "/sign-in": sign_in}


def by_phone(site: Site) -> None:
    """Sign in, a second after the run asks for it."""
    threading.Timer(1.0, lambda: site.kept.update({"in": True})).start()


def test_the_run_continues_once_the_person_is_signed_in(play: Play, display: str) -> None:
    site = Site(pages())  # type: ignore[arg-type]
    played = play(site, BOOK, headed=True, asked=lambda: by_phone(site))
    assert played.statuses == ["unchanged"], played.message
    names = [event["event"] for event in played.events()]
    assert "signed-out" in names and "manual" in names
    manual = played.events("manual")[0]
    assert manual["seconds"] > 0.3
    first = names.index("signed-out")
    assert not any(event.get("screenshots") for event in played.events()[first : names.index("manual")])


def test_without_a_window_the_run_stops_and_names_the_sign_in(play: Play) -> None:
    played = play(Site(pages()), BOOK)  # type: ignore[arg-type]
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert "https://shop.example" in played.message and played.next_actions == [("sign_in", ())]


def test_the_person_performs_a_manual_step(play: Play, display: str) -> None:
    def page(request: Request, site: Site) -> Response:
        body = "<h1>Thanks</h1>" if site.kept.get("in") else "<script>setTimeout(() => location.reload(), 300)</script>"
        return HTMLResponse(f"<!doctype html><title>Code</title>{body}")

    site = Site({"/": page})
    book = """
sections:
  - name: A code
    open: shop /
    steps:
      - manual: Enter the code that was mailed to you.
        until: heading "Thanks"
"""
    played = play(site, book, headed=True, asked=lambda: by_phone(site))
    assert played.statuses == ["unchanged"], played.message
    assert "message Enter the code that was mailed to you." in played.listener.heard
    stopped = play(Site({"/": page}), book)
    assert (stopped.result.status, stopped.result.exit) == ("stopped", 3)
