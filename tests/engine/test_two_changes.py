"""A section with several changes: valid, run in order, and resumed at the one that is next."""

from __future__ import annotations

from collections.abc import Callable

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

from runwright.engine.run.change_gate import ChangeIntent, GateAnswer, OpenGate
from runwright.evidence.statuses import FailureClass

Play = Callable[..., Played]

BOOK = """sections:
  - name: Add the venue and the event
    open: shop /
    ready: heading "Things"
    done_when:
      - text "venue"
      - text "event"
    steps:
      - click: button "Add venue"
        changes: true
        expect: text "venue"
      - click: button "Add event"
        changes: true
        expect: text "event"
"""
LOOP = """sections:
  - name: Add the three
    open: shop /
    ready: heading "Things"
    done_when:
      - every: one in ${['first', 'second', 'third']}
        holds: text "${one}"
    steps:
      - for_each: one in ${['first', 'second', 'third']}
        steps:
          - fill: textbox "Name"
            with: ${one}
          - click: button "Add"
            changes: true
            expect: text "${one}"
"""
NO_PAGE = """sections:
  - name: Add both
    open: shop /
    ready: heading "Things"
    always_run: nobody looks
    steps:
      - click: button "Add venue"
        changes: true
      - click: button "Add event"
        changes: true
"""


def things() -> Site:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            form = anyio.from_thread.run(request.form)
            site.effect(str(form["name"]))
            site.kept.setdefault("names", []).append(str(form["name"]))
            return RedirectResponse("/", 303)
        names = "".join(f"<p>{one}</p>" for one in site.kept.get("names", []))
        buttons = "".join(f"<button name=name value={one}>Add {one}</button>" for one in ("venue", "event"))
        field = "<form method=post><label>Name <input name=name></label><button>Add</button></form>"
        form = f"<form method=post>{buttons}</form>{field}"
        return HTMLResponse(f"<!doctype html><title>Things</title><h1>Things</h1>{names}{form}")

    return Site({"/": page})


class EndAt(OpenGate):
    """Does not allow the nth change."""

    def __init__(self, nth: int) -> None:
        self.left = nth

    def ask(self, intent: ChangeIntent) -> GateAnswer:
        self.left -= 1
        if self.left == 0:
            return GateAnswer(False, "Not now.", FailureClass.APPROVAL)
        return super().ask(intent)


def test_a_section_makes_its_changes_in_order_and_once(play: Play) -> None:
    site = things()
    assert play(site, BOOK).statuses == ["changed"]
    assert site.kept["names"] == ["venue", "event"]
    assert play(site, BOOK).statuses == ["unchanged"]
    assert play(site, BOOK, mode="check").statuses == ["in sync"]
    assert site.kept["names"] == ["venue", "event"]


def test_what_is_made_by_hand_leaves_the_rest_to_the_run(play: Play) -> None:
    """A change whose effect is there is left out by a `when` of its own; the section knows nothing of it."""
    site = things()
    site.kept["names"] = ["venue"]
    book = BOOK.replace(
        '        expect: text "venue"\n', '        expect: text "venue"\n        when: no text "venue"\n'
    )
    assert play(site, book).statuses == ["changed"]
    assert site.kept["names"] == ["venue", "event"]


BOTH, ALL = ["venue", "event"], ["first", "second", "third"]


@pytest.mark.quick(1)
@pytest.mark.parametrize(("book", "wanted", "stopped_at"), [(BOOK, BOTH, 2), (LOOP, ALL, 2), (LOOP, ALL, 3)])
def test_a_resumed_section_goes_on_with_the_change_that_is_next(
    play: Play, book: str, wanted: list[str], stopped_at: int
) -> None:
    site = things()
    first = play(site, book, gate=EndAt(stopped_at))
    assert first.statuses == ["stopped"], first.message
    assert site.kept["names"] == wanted[: stopped_at - 1]
    second = play(site, book, resume=first.result.folder)
    assert second.statuses == ["changed"], second.message
    assert site.kept["names"] == wanted, "a change was made twice, or left out"
    passed = [each for each in second.events("step") if each["changes"] and each["status"] == "skipped"]
    assert len(passed) == stopped_at - 1
    assert passed[0]["conditions"] == [
        {"condition": f"not made in run {first.result.run}", "held": False, "found": None}
    ]


def test_changes_that_no_page_shows_are_passed_over_as_well(play: Play) -> None:
    site = things()
    first = play(site, NO_PAGE, gate=EndAt(2))
    assert (first.statuses, site.kept["names"]) == (["stopped"], ["venue"])
    second = play(site, NO_PAGE, resume=first.result.folder)
    assert second.statuses == ["changed"], second.message
    assert site.kept["names"] == ["venue", "event"]


def test_a_section_whose_changes_are_all_made_and_not_shown_is_for_a_person(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)
    site = things()
    book = BOOK.replace('      - text "event"\n    steps', '      - text "evening"\n    steps')
    first = play(site, book)
    assert first.statuses == ["failed"] and site.kept["names"] == ["venue", "event"]
    second = play(site, book, resume=first.result.folder)
    assert second.statuses == ["stopped"] and site.kept["names"] == ["venue", "event"]
    assert second.result.failure_class == "outcome_unknown"
    assert 'made this change: Click button "Add event".' in second.message
    assert [action.kind for action in second.result.next_actions] == ["settle"]
