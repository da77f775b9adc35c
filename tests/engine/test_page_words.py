"""What a page says when it refuses something: with and without roles, near the control, and what is new on it."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.site_pages import Played, Site

Play = Callable[..., Played]
FORM = "<title>A</title><h1>Servers</h1><p>All fields are required.</p><p id=far style='margin-bottom: 400px'></p>"
FIELD = "<label>Name <input></label><span id=near></span>"
BOOK = """
sections:
  - name: S
    open: shop /
    steps:
      - click: button "Save"
{more}      - expect: text "Never"
        timeout: 1s
"""
SAID: dict[str, tuple[str, str]] = {
    "near the control": ("near.textContent = 'Names are short here.'", "Names are short here."),
    "in red, far away": (
        "far.innerHTML = '<b style=\"color: #c00\">Ten names at most.</b>'",
        "Ten names at most.",
    ),
    "in a red frame": (
        "far.innerHTML = '<b style=\"border: 1px solid #d33\">Ten names at most.</b>'",
        "Ten names at most.",
    ),
    "in the words of an error": ("far.textContent = 'The name is already in use.'", "The name is already in use."),
    "shown by a class": (
        "far.className = 'shown'; far.textContent = 'Not allowed for you.'",
        "Not allowed for you.",
    ),
    "in a drawing": (
        "far.innerHTML = '<svg width=300 height=40><text y=20 fill=\"#c00\">Quota is full</text></svg>'",
        "Quota is full",
    ),
    "in a shadow": (
        "far.attachShadow({mode: 'open'}).innerHTML = '<p style=\"color: red\">Quota is full</p>'",
        "Quota is full",
    ),
}


def _messages(played: Played) -> list[str]:
    assert played.result.failure is not None
    return played.result.failure.page_messages


@pytest.mark.quick(4)
@pytest.mark.parametrize("where", SAID)
def test_new_text_is_reported_without_a_role(play: Play, where: str) -> None:
    script, text = SAID[where]
    page = f'{FORM}{FIELD}<button onclick="{script.replace(chr(34), "&quot;")}">Save</button>'
    messages = _messages(play({"/": page}, BOOK.format(more="")))
    assert text in messages
    assert "All fields are required." not in messages, "an old text is no message"


def test_a_text_far_away_that_is_no_error_is_not_reported(play: Play) -> None:
    page = f"{FORM}{FIELD}<button onclick=\"far.textContent = 'Seen 5 times'\">Save</button>"
    assert _messages(play({"/": page}, BOOK.format(more=""))) == []


def test_the_answer_to_a_form_says_what_it_refuses(play: Play) -> None:
    def page(request: Request, site: Site) -> Response:
        wrong = "<div style='color: rgb(200, 30, 30)'>Ten names at most</div>" if request.method == "POST" else ""
        return HTMLResponse(f"<!doctype html><form method=post>{FORM}{FIELD}{wrong}<button>Save</button></form>")

    fields = '    ready: heading "Servers"\n    always_run: no page shows it\n    steps:'
    played = play({"/": page}, BOOK.replace("    steps:", fields).format(more="        changes: true\n"))
    assert "Ten names at most" in _messages(played)


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_a_refused_request_is_reported_with_method_path_and_status(play: Play, method: str) -> None:
    page = f"{FORM}{FIELD}<button onclick=\"fetch('/api/names?key=1', {{method: '{method}'}})\">Save</button>"
    refused: Callable[[Request, Site], Response] = lambda request, site: Response("", 403)  # noqa: E731
    if method == "PUT":
        page = page.replace("PUT", "POST")
    played = play({"/": page, "/api/names": refused}, BOOK.format(more=""))
    word = "POST" if method == "PUT" else method
    assert f"({word} /api/names was answered with status 403)" in _messages(played)


def test_what_is_new_on_the_page_since_the_act_is_listed_to_paste(play: Play) -> None:
    opens = "far.innerHTML = '<div role=dialog aria-label=Confirm><button>Yes, save</button></div>'"
    played = play({"/": f'{FORM}{FIELD}<button onclick="{opens}">Save</button>'}, BOOK.format(more=""))
    assert played.result.failure is not None
    assert played.result.failure.appeared == ['dialog "Confirm"', 'button "Yes, save"']
    report = (played.result.folder / "report.html").read_text("utf-8")
    assert "New on the page since the last act" in report and "dialog &#34;Confirm&#34;" in report
    (failure,) = ElementTree.parse(played.result.folder / "junit.xml").findall(".//failure")
    assert 'new on the page: button "Yes, save"' in (failure.text or "")
    recorded = played.events("step")[-1]["failure"]["appeared"]
    assert recorded == played.result.failure.appeared


def test_a_page_that_was_opened_has_nothing_that_is_new_since_an_act(play: Callable[..., Played]) -> None:
    page = "<title>Shop</title><h1>Shop</h1><button>Save</button><a href=#>Help</a>"
    played = play({"/": page}, 'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: button "Store"\n')
    assert played.result.failure is not None and played.result.failure.appeared == []
