"""What is read once more before the first change, and how often a page is opened to see its result."""

from __future__ import annotations

from collections.abc import Callable

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site, later

Play = Callable[..., Played]


def _list(late: float, *, preview: bool = False) -> Site:
    """A page of names that appear ``late`` seconds after loading, with a form that adds one.

    With ``preview``, *Preview* shows the name in the list before it is stored.
    """

    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            name = str(anyio.from_thread.run(request.form)["name"])
            site.kept.setdefault("names", []).append(name)
            site.effect("add", name=name)
            return RedirectResponse("/", 303)
        names = "".join(f"<li><a href=#>{name}</a>" for name in site.kept.get("names", []))
        show = "" if not preview else "<button type=button onclick='show()'>Preview</button>"
        return HTMLResponse(
            "<!doctype html><title>Names</title><h1>Names</h1><ul id=list></ul>"
            f"<form method=post><label>Name <input name=name></label>{show}<button>Add</button></form>"
            "<script>const field = document.querySelector('input');"
            "const show = () => list.innerHTML += `<li><a href=#>${field.value}</a>`;</script>"
            + (later(late, f"list.innerHTML = '{names}'") if late else f"<script>list.innerHTML='{names}'</script>")
        )

    return Site({"/": page})


BOOK = """
sections:
  - name: Add the name
    open: shop /
    ready: heading "Names"
    done_when: {done_when}
    steps:
      - fill: textbox "Name"
        with: Lamp
{more}      - click: button "Add"
        changes: true
"""
PREVIEW = '      - click: button "Preview"\n        expect: link "Lamp"\n'


def _book(done_when: str = 'link "Lamp"', more: str = "") -> str:
    return BOOK.format(done_when=done_when, more=more)


@pytest.mark.parametrize("late", [0.0, 1.2])
def test_a_list_that_arrives_late_is_seen_on_one_opening(play: Play, late: float) -> None:
    played = play(_list(late), _book())
    assert played.statuses == ["changed"], played.message
    assert len([each for each in played.events("step") if each["part"] == "open"]) == 2, "the first, and to verify"


def test_a_list_that_arrives_after_ready_adds_nothing_twice(play: Play) -> None:
    site = _list(1.2)
    site.kept["names"] = ["Lamp"]
    played = play(site, _book(more='      - wait: link "Lamp"\n'))
    assert played.statuses == ["unchanged"], played.message
    assert site.kept["names"] == ["Lamp"]
    assert site.count("POST", "/") == 0
    passed = next(each for each in played.events("step") if each["status"] == "skipped")
    assert passed["name"] == 'Click button "Add"'
    assert [each["condition"] for each in passed["conditions"]] == ['done_when: link "Lamp"']
    assert not played.events("intent")


def test_what_the_steps_show_before_they_save_it_is_not_taken_as_done(play: Play) -> None:
    site = _list(0.0, preview=True)
    played = play(site, _book(more=PREVIEW))
    assert played.statuses == ["changed"], played.message
    assert site.kept["names"] == ["Lamp"]
    names = [each["name"] for each in played.events("step")]
    assert names.count('Fill textbox "Name" with Lamp') == 1, "what a page shows in advance costs the steps again"


def test_a_value_that_a_step_has_typed_is_not_read_again(play: Play) -> None:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.kept["name"] = str(anyio.from_thread.run(request.form)["name"])
            return RedirectResponse("/", 303)
        value = site.kept.get("name", "")
        return HTMLResponse(
            f"<!doctype html><title>N</title><h1>Names</h1><form method=post><label>Name "
            f"<input name=name value='{value}'></label><button>Add</button></form>"
        )

    site = Site({"/": page})
    played = play(site, _book('textbox "Name" [value="Lamp"]'))
    assert (played.statuses, site.kept) == (["changed"], {"name": "Lamp"}), played.message
    assert site.count("GET", "/") == 3, "the first opening, the answer to the form, and the one that verifies it"
