"""A section begins on the page where the one before was seen to be done, and only where nothing has happened since."""

from __future__ import annotations

import json
from collections.abc import Callable

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

Play = Callable[..., Played]


def _rooms() -> Site:
    """Two rooms, each with a name, on a page of both; and a page with another address that shows the same."""

    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            form = anyio.from_thread.run(request.form)
            site.kept.update({key: str(value) for key, value in form.items()})
            site.effect("name")
            return RedirectResponse("/", 303)
        forms = "".join(
            f"<form method=post><label>{room} <input name={room} value='{site.kept.get(room, '')}'></label>"
            f"<button>Save {room}</button></form>"
            for room in ("Hall", "Attic")
        )
        return HTMLResponse(f"<!doctype html><title>Rooms</title><h1>Rooms</h1><a href=#list>List</a>{forms}")

    return Site({"/": page, "/all": page})


def _book(second: str = "/", navigation: str = "") -> str:
    """A runbook that names both rooms; the second section opens the address ``second``."""
    return "\nsections:\n" + "".join(
        f"""  - name: Name the {room}
    open: shop {place}
{before}    ready: heading "Rooms"
    done_when: textbox "{room}" [value="Blue"]
    steps:
      - fill: textbox "{room}"
        with: Blue
      - click: button "Save {room}"
        changes: true
"""
        for room, place, before in (("Hall", "/", ""), ("Attic", second, navigation))
    )


def _openings(played: Played) -> list[int | None]:
    """For each opening of the run: the step whose page it is, or None if it was loaded."""
    return [each["page_of"] for each in played.events("step") if each["part"] == "open"]


def test_the_page_that_shows_one_section_done_is_where_the_next_begins(play: Play) -> None:
    played = play(_rooms(), _book())
    assert played.statuses == ["changed", "changed"], played.message
    looks = [each["step"] for each in played.events("step") if each["part"] == "verification"]
    assert _openings(played) == [None, None, looks[0] - 1, None]
    assert played.site.count("GET", "/") == 5, "two saves, three openings"
    standing = next(each for each in played.events("step") if each["page_of"] is not None)
    assert standing["screenshots"] == [], "the look before has shown the page"
    assert played.site.kept == {"Hall": "Blue", "Attic": "Blue"}


def test_a_run_that_finds_all_done_opens_the_page_once(play: Play) -> None:
    site = _rooms()
    site.kept.update(Hall="Blue", Attic="Blue")
    played = play(site, _book())
    assert played.statuses == ["unchanged", "unchanged"], played.message
    assert site.count("GET", "/") == 1


@pytest.mark.parametrize(
    ("second", "navigation"),
    [
        pytest.param("/all", "", id="another address"),
        pytest.param("/", '    navigation:\n      - click: link "List"\n', id="which the section then leaves"),
    ],
)
def test_a_page_is_opened_where_the_next_section_needs_it(play: Play, second: str, navigation: str) -> None:
    site = _rooms()
    site.kept.update(Hall="Blue", Attic="Blue")
    played = play(site, _book(second, navigation))
    assert played.statuses == ["unchanged", "unchanged"], played.message
    stayed = [each for each in _openings(played) if each is not None]
    assert (len(stayed), site.count("GET", "/") + site.count("GET", "/all")) == ((1, 1) if navigation else (0, 2))


def test_a_page_that_a_section_has_navigated_is_opened_again(play: Play) -> None:
    site = _rooms()
    site.kept.update(Hall="Blue", Attic="Blue")
    first = _book().replace(
        '    ready: heading "Rooms"\n', '    navigation:\n      - click: link "List"\n    ready: heading "Rooms"\n', 1
    )
    played = play(site, first)
    assert played.statuses == ["unchanged", "unchanged"], played.message
    assert _openings(played) == [None, None]


def test_a_section_with_an_unknown_outcome_opens_its_page_afresh(play: Play) -> None:
    site = _rooms()
    played = play(site, _book())
    journal = played.result.folder / "events.jsonl"
    lines = journal.read_text("utf-8").splitlines(keepends=True)
    cut = max(number for number, line in enumerate(lines) if json.loads(line)["event"] == "intent")
    assert json.loads(lines[cut])["section"] == 2
    journal.write_text("".join(lines[: cut + 1]), "utf-8")  # as if the run had been killed there
    again = play(site, _book(), resume=played.result.folder)
    assert again.statuses == ["unchanged", "unchanged"], again.message
    assert _openings(again) == [None, None]
    assert site.kept == {"Hall": "Blue", "Attic": "Blue"} and len(site.asked) == site.count("GET", "/") + 2
