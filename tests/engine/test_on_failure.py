"""`on_failure` puts things back after a section that failed; what may or may not be made is left to a person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import anyio.from_thread
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from support.site_pages import Played, Site

from runwright.engine.run.failure_location import failed_at
from runwright.evidence.verify import verify
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

Play = Callable[..., Played]

SECTION = """
  - name: Move the store
    open: shop /
    ready: heading "Store"
    done_when: text "Store is moved"
    steps:
      - click: button "Closed"
        changes: true
        expect: text "Shop is closed"
      - click: button "Move"
        changes: true
        expect: text "Store is moved"
      - click: button "Open"
        changes: true
        expect: text "Shop is open"
"""
BACK = """    on_failure:
      - open: shop /
      - click: button "Open"
        when: text "Shop is closed"
        changes: true
        expect: text "Shop is open"
"""
BOOK = f"sections:{SECTION}{BACK}"
WANTED = ["Closed", "Move", "Open"]


def store(**answers: int) -> Site:
    """A shop that is closed while its store moves. ``answers`` are the statuses of requests that have no effect."""

    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            name = str(anyio.from_thread.run(request.form)["do"])
            failing = site.kept.get("answers", answers)
            if name in failing:
                return HTMLResponse(f"<title>No</title><p role=alert>{name} is not allowed", failing[name])
            site.effect(name)
            site.kept.setdefault("done", []).append(name)
            return RedirectResponse("/", 303)
        done = site.kept.get("done", [])
        shop = next((one for one in reversed(done) if one in ("Closed", "Open")), "Open").lower()
        at = "moved" if "Move" in done else "here"
        buttons = "".join(f"<button name=do value={one}>{one}</button>" for one in ("Closed", "Move", "Open"))
        lines = f"<p>Shop is {shop}</p><p>Store is {at}</p>"
        return HTMLResponse(
            f"<!doctype html><title>Store</title><h1>Store</h1>{lines}<form method=post>{buttons}</form>"
        )

    return Site({"/": page})


def test_a_section_that_failed_is_put_back_and_can_be_resumed(play: Play) -> None:
    site = store(Move=403)
    first = play(site, BOOK)
    assert first.statuses == ["failed"]
    assert site.kept["done"] == ["Closed", "Open"]
    assert 'waiting for text "Store is moved"' in first.message and first.result.failure_class == "refused", (
        "the failure stays the run's failure"
    )
    assert first.result.failure is not None and "Move is not allowed" in first.result.failure.page_messages
    assert first.result.remedy == "`on_failure` was run: what the section had changed was put back."
    parts = [step["part"] for step in first.events("step")]
    assert parts[-2:] == ["on_failure", "on_failure"] and parts.count("on_failure") == 2
    assert [intent["part"] for intent in first.events("intent")] == ["steps", "steps", "on_failure"]
    (event,) = first.events("put-back")
    assert (event["section"], event["status"]) == (1, "put back")
    assert "on failure" in (first.result.folder / "report.html").read_text("utf-8")
    assert verify(first.result.folder).good
    assert [action.kind for action in first.result.next_actions] == ["resume"]
    site.kept["answers"] = {}
    second = play(site, BOOK, resume=first.result.folder)
    assert second.statuses == ["changed"], second.message
    assert site.kept["done"] == ["Closed", "Open", *WANTED], "a section that is put back starts from its first change"


def test_a_runbook_s_own_steps_are_for_sections_without_any(play: Play) -> None:
    site = store(Move=403)
    steps = BACK.replace("\n    ", "\n").replace("    on_failure", "on_failure", 1)
    assert play(site, f"{steps}sections:{SECTION}").statuses == ["failed"]
    assert site.kept["done"] == ["Closed", "Open"]
    site = store(Move=403)
    named = 'blocks:\n  nothing:\n    - expect: heading "Store"\n'
    assert play(site, f"{named}{steps}sections:{SECTION}    on_failure: nothing\n").statuses == ["failed"]
    assert site.kept["done"] == ["Closed"], "the section's own steps come first"


def test_a_section_that_succeeds_or_is_checked_puts_nothing_back(play: Play) -> None:
    site = store()
    assert play(site, BOOK, mode="check").statuses == ["drift"]
    assert play(site, BOOK).statuses == ["changed"]
    assert site.kept["done"] == WANTED
    assert play(site, BOOK).statuses == ["unchanged"] and site.kept["done"] == WANTED


def test_nothing_is_put_back_where_the_section_had_not_begun(play: Play) -> None:
    site = store()
    book = BOOK.replace(
        'open: shop /\n    ready: heading "Store"',
        'open: shop /\n    navigation:\n      - click: button "No"\n    ready: heading "Store"',
    )
    played = play(site, book)
    assert played.statuses == ["failed"] and played.events("put-back") == []


def test_a_section_that_its_page_does_not_confirm_is_put_back(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every change is known to be made, and the page does not show what it should."""
    monkeypatch.setattr("runwright.engine.run.section_checks.READY", 1.0)
    site = store()
    book = BOOK.replace('done_when: text "Store is moved"', 'done_when: text "Store is gone"').replace(
        'when: text "Shop is closed"', 'when: text "Shop is open"'
    )
    played = play(site, book)
    assert played.statuses == ["failed"] and site.kept["done"] == [*WANTED, "Open"], played.message
    assert played.result.remedy.startswith("`on_failure` was run")
    found = failed_at(played.result)
    assert found is not None and found.label == "done_when of “Move the store”"
    assert found.record.part == "verification"
    assert [action.kind for action in played.result.next_actions] == ["resume"]


@pytest.mark.quick(1)
@pytest.mark.parametrize(("answer", "status"), [(500, "stopped"), (200, "failed")])
def test_a_change_that_may_be_made_is_left_to_a_person(play: Play, answer: int, status: str) -> None:
    """Of 500 nobody knows; the answer 200 without what is expected shows neither that it is made nor that it is not."""
    site = store(Move=answer)
    first = play(site, BOOK)
    assert first.statuses == [status] and site.kept["done"] == ["Closed"], "put back without knowing what is there"
    if answer == 200:
        (event,) = first.events("put-back")
        assert event["status"] == "not run" and 'Click button "Move"' in event["reason"]
        assert first.result.remedy.startswith("`on_failure` was not run.")
    second = play(site, BOOK, resume=first.result.folder)
    assert second.statuses == ["stopped"] and site.kept["done"] == ["Closed"]


def test_putting_back_that_fails_is_said_and_a_person_must_look(play: Play) -> None:
    site = store(Move=403, Open=500)
    first = play(site, BOOK)
    assert first.statuses == ["failed"] and first.result.failure_class == "refused"
    assert first.result.remedy.startswith("`on_failure` failed, too: ")
    assert [event["status"] for event in first.events("put-back")] == ["failed"]
    assert [action.kind for action in first.result.next_actions] == ["settle"]
    site.kept["answers"] = {}
    second = play(site, BOOK, resume=first.result.folder)
    assert second.statuses == ["stopped"] and second.result.failure_class == "outcome_unknown"
    assert site.kept["done"] == ["Closed"], "nothing is changed until somebody has looked"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("    on_failure: nobody\n", "Unknown block `nobody`."),
        ('    on_failure:\n      - fill: textbox "A"\n        with: ${nobody}\n', "`nobody` is not defined here."),
        ("    on_failure: { a: b }\n", "`on_failure` of The section “Move the store” must contain a list of steps."),
    ],
)
def test_an_invalid_block_is_an_error(tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(
        f"name: A test\nsites:\n  shop: {{ url: https://shop.example }}\nsections:{SECTION}{lines}", "utf-8"
    )
    with pytest.raises(UserError) as raised:
        load(path, vocabulary())
    assert [error.message for error in raised.value.diagnostics] == [message]
    assert raised.value.diagnostics[0].mark is not None
