"""What a closed shadow root shows is searched wherever there may be one, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.site_pages import Played, Site

from runwright.engine.browser import redaction

Play = Callable[..., Played]
SECRET = "kwzr-7342-hbxt-9563-mfgd"
INNER = f"<p>{SECRET}</p>"
DECLARED = f'<div><template shadowrootmode="closed">{INNER}</template></div>'
APART = f"'<div><template shadow' + 'rootmode=closed>{INNER}</template></div>'"  # the source must not tell
HOST = "<div id=host></div>"
PLACES: dict[str, str | bytes] = {
    "attached by a script": f"{HOST}<script>host.attachShadow({{ mode: 'closed' }}).innerHTML = '{INNER}'</script>",
    "declared in the source": DECLARED,
    "declared in capitals": DECLARED.replace("shadowrootmode", "SHADOWROOTMODE"),
    "declared in UTF-16": f"<!doctype html><title>A</title><h1>Page</h1>{DECLARED}".encode("utf-16"),
    "on a page that has changed its address": f"{DECLARED}<script>history.pushState(0, '', '/elsewhere')</script>",
    "written": f"<script>document.write({APART})</script>",
    "set as HTML": f"{HOST}<script>host.setHTMLUnsafe({APART})</script>",
    "read from HTML": f"<script>document.body.append(Document.parseHTMLUnsafe({APART}).querySelector('div'))</script>",
    "attached by the function of a frame that is gone": f"""{HOST}<iframe id=other></iframe><script>
const attach = other.contentWindow.Element.prototype.attachShadow;
other.remove();
attach.call(host, {{ mode: 'closed' }}).innerHTML = '{INNER}'</script>""",
    "in a frame": f"<iframe srcdoc='{DECLARED}'></iframe>",
}
LOOK = """secrets:
  value: { description: A value, from: env:REDACTED }
sections:
  - name: Look
    open: shop /
    steps:
      - expect: heading "Page"
"""
LATER = f"""{HOST}<button onclick="host.attachShadow({{ mode: 'closed' }}).innerHTML = '{INNER}'">Show</button>"""


@pytest.fixture
def searched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the browser was asked to search for."""
    monkeypatch.setenv("REDACTED", SECRET)
    asked: list[str] = []
    search = redaction._search

    def note(session: Any, query: str) -> Any:
        asked.append(query)
        return search(session, query)

    monkeypatch.setattr(redaction, "_search", note)
    return asked


def _site(body: str | bytes) -> Site:
    def page(request: Request, site: Site) -> Response:
        if isinstance(body, bytes):
            return Response(body, media_type="text/html; charset=utf-16")
        return HTMLResponse(f"<!doctype html><title>A</title><h1>Page</h1>{body}")

    return Site({"/": page})


def _redacted(played: Played) -> list[list[str]]:
    """The names of what was redacted, of each screenshot."""
    assert played.result.exit == 0, played.message
    taken = [each for event in played.events("step") for each in event["screenshots"]]
    assert taken and not any(each["withheld"] for each in taken), taken
    return [[place["name"] for place in each["redacted"]] for each in taken]


@pytest.mark.quick(5)
@pytest.mark.parametrize("place", PLACES)
def test_a_secret_in_a_closed_root_is_redacted(play: Play, searched: list[str], place: str) -> None:
    found = _redacted(play(_site(PLACES[place]), LOOK))
    assert all("value" in names for names in found), found


def test_a_root_that_a_step_attaches_is_searched_from_then_on(play: Play, searched: list[str]) -> None:
    steps = '      - click: button "Show"\n      - expect: heading "Page"\n'
    found = _redacted(play(_site(LATER), LOOK + steps))
    assert ["value" in names for names in found] == [False, False, False, True, True], found


@pytest.mark.parametrize(
    "body",
    [
        "<p>Nothing here</p>",
        f"<p>{SECRET}</p>",
        f"{HOST}<script>host.attachShadow({{ mode: 'open' }}).innerHTML = '{INNER}'</script>",
        "<script>history.pushState(0, '', '/elsewhere')</script>",
    ],
    ids=["no secret", "a secret in a text", "an open root", "another address"],
)
def test_the_browser_is_not_asked_where_there_is_no_such_root(play: Play, searched: list[str], body: str) -> None:
    found = _redacted(play(_site(body), LOOK))
    assert all(("value" in names) is (SECRET in body) for names in found), found
    assert searched == []
