"""What a step must not do with awkward controls: guess, or say done where nothing was done."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from controls.conftest import RECORDS, did
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.site_pages import Played, Site

Recorded = Callable[..., Any]
Play = Callable[..., Played]
BOOK = """
sections:
  - title: Do it
    open: shop /{page}
    steps:
"""


def book(page: str, *lines: str) -> str:
    return BOOK.format(page=page) + "".join(f"      {line}\n" for line in lines)


FAILING: dict[str, tuple[str, list[str], str]] = {
    "two controls of one name": ("names", ['- click: button "Edit"', "  timeout: 3s"], '2 controls fit button "Edit".'),
    "a paste into what takes none": ("names", ['- paste: button "Save"', "  with: x"], "takes no paste"),
    "an entry that the list does not have": (
        "lists",
        ['- scroll: feed "Events"', '  to: link "Event 46"'],
        'link "Event 46" is nowhere in it.',
    ),
    "several options of a list that takes one": (
        "lists",
        ['- choose: combobox "Region"', "  option: [Seoul, Dublin]"],
        "One option of this list can be chosen, not 2.",
    ),
    "several options of a list that is none of the browser's": (
        "lists",
        ['- choose: button "Pick a time zone"', "  option: [UTC, Asia/Seoul]"],
        "choose one after the other",
    ),
    "a wait for what never comes": (
        "late",
        ['- wait: text "Certificate revoked"', "  up_to: 1s", "  reload_every: 300ms"],
        'This did not come: text "Certificate revoked".',
    ),
    "a control in another frame": (
        "inside",
        ['- click: button "Seal" in iframe "Audit log"', "  timeout: 3s"],
        'There is no button "Seal" in iframe "Audit log"',
    ),
    "an editor that fill puts nothing into": (
        "fields",
        ['- fill: textbox "Licence"', "  with: AB-12"],
        "The field was filled with “AB-12” and holds “”.",
    ),
    "an item whose state cannot be told": (
        "menus",
        ['- click: button "View"', '- set: menuitem "Wrap lines"', "  to: on"],
        "This control has no state that could be on or off.",
    ),
    "a dragged card that finds no place": (
        "drawing",
        ['- drag: button "Card"', '  to: region "Attic"', "  timeout: 3s"],
        'There is no region "Attic" on the page.',
    ),
}


@pytest.mark.parametrize("what", FAILING)
def test_it_fails_and_says_why(recorded: Recorded, what: str) -> None:
    page, lines, message = FAILING[what]
    played, kept = recorded(book(page, *lines))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert message in played.message
    assert kept == {}


def test_a_place_beside_the_control_is_said_to_be(recorded: Recorded) -> None:
    played, kept = recorded(book("drawing", '- click: img "Plan"', "  at: 5000, 10"))
    assert "5000, 10 lies outside the control, which is " in played.message
    assert kept == {}


def test_an_option_that_is_disabled_is_said_to_be(play: Play) -> None:
    page = """<title>Plan</title><h1>Plan</h1><label>Plan <select><option>Free</option>
<optgroup label=More disabled><option>Pro</option></optgroup></select></label>"""
    played = play({"/": page}, book("", '- choose: combobox "Plan"', "  option: Pro", "  timeout: 2s"))
    assert played.message == "The option “Pro” is disabled, so it cannot be chosen."


@pytest.mark.parametrize(("answer", "status"), [("yes", "done"), ("no", "failed")])
def test_each_dialog_of_a_step_gets_its_answer_and_none_of_the_next_step(play: Play, answer: str, status: str) -> None:
    page = """<title>Shop</title><h1>Shop</h1><button>Delete</button><button>Leave</button><p></p><script>
const [remove, leave] = document.querySelectorAll('button');
const say = (text) => { document.querySelector('p').innerText += text; };
remove.onclick = () => { if (confirm('Delete it?') && confirm('For good?')) say('Deleted.'); };
leave.onclick = () => say(confirm('Leave?') ? 'Left.' : 'Stayed.');
</script>"""
    lines = [
        '- click: button "Delete"',
        f"  answer: {answer}",
        '- click: button "Leave"',
        '- expect: text "Deleted.Stayed."',
        "  timeout: 1s",
    ]
    played = play({"/": page}, book("", *lines))
    assert played.result.status == status, played.message


def test_a_condition_that_is_no_look_at_the_page_is_told_with_its_values(play: Play) -> None:
    page = "<title>Shop</title><h1>Shop</h1>"
    lines = ['- read: heading "Shop"', "  into: name", '- expect: ${name == "Bank"}', "  timeout: 300ms"]
    played = play({"/": page}, book("", *lines))
    assert played.message == 'This is not so: ${name == "Bank"}. `name` is “Shop”.'


def test_the_nearest_of_thousands_is_named_wherever_it_stands(recorded: Recorded) -> None:
    begun = time.monotonic()
    played, _ = recorded(book("many", '- click: button "Aply 499"', "  timeout: 3s"))
    assert played.result.failure.nearest[0] == 'button "Apply 499"'
    assert time.monotonic() - begun < 60, "a page of 2,000 controls keeps the run for minutes"


SHADOW = """<title>Optimist</title>{records}<h1>Optimist</h1><button>Connect</button><p></p>
<script>document.querySelector('button').onclick = async () => {{
  document.querySelector('p').innerText = 'Connected';
  const answer = await fetch('/connect', {{ method: 'POST' }});
  document.querySelector('p').innerText = answer.ok ? 'Connected' : 'It failed';
}};</script>"""


def test_what_a_page_shows_beforehand_and_takes_back_does_not_count(play: Play) -> None:
    def refuse(request: Request, site: Site) -> Response:
        time.sleep(0.7)
        return Response(status_code=409)

    pages = {"/": SHADOW.format(records=RECORDS), "/connect": refuse, "/did": did}
    played = play(pages, book("", '- click: button "Connect"', '  expect: text "Connected"', "  timeout: 3s"))
    assert played.result.status == "failed"


def test_the_journal_says_that_a_message_came_which_no_picture_shows(recorded: Recorded) -> None:
    played, _ = recorded(book("late", '- click: button "Ping"', '  expect: text "Pinged"'))
    step = next(event for event in played.events("step") if event["verb"] == "click")
    assert step["conditions"] == [{"condition": 'expect: text "Pinged"', "held": True}]


def test_a_message_that_stood_there_before_does_not_count_as_news(play: Play) -> None:
    old = """<title>Old</title><h1>Old</h1><p id=old>Saved</p><button>Save</button><i></i>
<script>document.querySelector('button').onclick = () => {
  const work = () => { document.querySelector('i').innerText += '.'; };
  const busy = setInterval(work, 20);
  work();
  setTimeout(() => { clearInterval(busy); old.remove(); }, 400);
};</script>"""
    played = play({"/": old}, book("", '- click: button "Save"', '  expect: text "Saved"', "  timeout: 3s"))
    assert played.result.status == "failed"


def test_a_page_that_came_by_a_form_is_asked_for_anew_and_the_form_not_sent_again(play: Play) -> None:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.effect("ordered")
        site.kept["looks"] = site.kept.get("looks", 0) + 1
        state = "Ready" if site.kept["looks"] > 3 else "Making it"
        return HTMLResponse(
            f"<!doctype html><title>Shop</title><h1>Shop</h1><p>{state}</p>"
            "<form method=post><button>Order</button></form>"
        )

    lines = ['- click: button "Order"', "  commits: true", '- wait: text "Ready"', "  reload_every: 200ms"]
    ready = '    ready: heading "Shop"\n    every_time: nothing shows it\n    steps:\n'
    played = play({"/": page}, book("", *lines).replace("    steps:\n", ready))
    assert played.result.status == "done", played.message
    assert played.site.count("POST", "/") == 1


def test_a_secret_is_pasted_only_where_it_may_be(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "s3cr3t-value-of-the-key")
    head = """title: Keys
sites:
  shop: { url: https://shop.example, stand_in: site }
  bank: { url: https://bank.example, stand_in: site }
secrets:
  key: { about: A key, typed_at: bank }
"""
    pages = {"/": "<title>Shop</title><label>Key <input></label>"}
    lines = ['- paste: textbox "Key"', "  with: ${key}"]
    played = play(pages, head + book("", *lines), secrets={"key": "env:THE_KEY"})
    assert played.result.status == "failed"
    allowed = head.replace("typed_at: bank", "typed_at: shop")
    played = play(pages, allowed + book("", *lines), secrets={"key": "env:THE_KEY"})
    assert played.result.status == "done", played.message
    assert b"s3cr3t-value" not in played.everything()
