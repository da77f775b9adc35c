"""Steps on awkward controls never guess, and never report success if nothing was done."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from controls.conftest import RECORDS, did
from playwright.sync_api import CDPSession, Frame, JSHandle, Locator, Page
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from support.site_pages import Played, Site

Recorded = Callable[..., Any]
Play = Callable[..., Played]
BOOK = """
sections:
  - name: Do it
    open: shop /{page}
    steps:
"""


def book(page: str, *lines: str) -> str:
    return BOOK.format(page=page) + "".join(f"      {line}\n" for line in lines)


FAILING: dict[str, tuple[str, list[str], str]] = {
    "two controls of the same name": (
        "names",
        ['- click: button "Edit"', "  timeout: 3s"],
        '2 controls match button "Edit".',
    ),
    "a paste into a control that accepts none": (
        "names",
        ['- paste: button "Save"', "  with: x"],
        "does not accept a paste",
    ),
    "an entry that is not in the list": (
        "lists",
        ['- scroll: feed "Events"', '  to: link "Event 46"'],
        'link "Event 46" is not in the list.',
    ),
    "several options of a list that accepts one": (
        "lists",
        ['- choose: combobox "Region"', "  option: [Seoul, Dublin]"],
        "This list accepts one option, not 2.",
    ),
    "several options of a list that is not native": (
        "lists",
        ['- choose: button "Pick a time zone"', "  option: [UTC, Asia/Seoul]"],
        "one `choose` step per option",
    ),
    "a wait for a text that never comes": (
        "late",
        ['- wait: text "Certificate revoked"', "  timeout: 1s", "  reload_every: 300ms"],
        'Timed out after 1 s waiting for text "Certificate revoked".',
    ),
    "a control in another frame": (
        "inside",
        ['- click: button "Seal" in iframe "Audit log"', "  timeout: 3s"],
        'No button "Seal" in iframe "Audit log" found.',
    ),
    "a field that fill does not change": (
        "fields",
        ['- fill: textbox "Licence"', "  with: AB-12"],
        "The field was filled with “AB-12” but is empty.",
    ),
    "an item without a known state": (
        "menus",
        ['- click: button "View"', '- set: menuitem "Wrap lines"', "  to: on"],
        "This control has no on or off state.",
    ),
    "a dragged card without its drop target": (
        "drawing",
        ['- drag: button "Card"', '  to: region "Attic"', "  timeout: 3s"],
        'No region "Attic" found.',
    ),
}


@pytest.mark.quick(1)
@pytest.mark.parametrize("what", FAILING)
def test_the_step_fails_with_the_reason(recorded: Recorded, what: str) -> None:
    page, lines, message = FAILING[what]
    played, kept = recorded(book(page, *lines))
    assert (played.result.status, played.result.exit) == ("failed", 1)
    assert message in played.message
    assert kept == {}


def test_a_point_outside_the_control_is_reported(recorded: Recorded) -> None:
    played, kept = recorded(book("drawing", '- click: img "Plan"', "  at: 5000, 10"))
    assert "The point 5000, 10 is outside the control, which is " in played.message
    assert kept == {}


def test_a_disabled_option_is_reported(play: Play) -> None:
    page = """<title>Plan</title><h1>Plan</h1><label>Plan <select><option>Free</option>
<optgroup label=More disabled><option>Pro</option></optgroup></select></label>"""
    played = play({"/": page}, book("", '- choose: combobox "Plan"', "  option: Pro", "  timeout: 2s"))
    assert played.message == "The option “Pro” is disabled."


@pytest.mark.parametrize(("answer", "status"), [("yes", "unchanged"), ("no", "failed")])
def test_each_dialog_of_a_step_gets_its_answer_but_not_those_of_the_next_step(
    play: Play, answer: str, status: str
) -> None:
    page = """<title>Shop</title><h1>Shop</h1><button>Delete</button><button>Leave</button><p></p><script>
const [remove, leave] = document.querySelectorAll('button');
const show = (text) => { document.querySelector('p').innerText += text; };
remove.onclick = () => { if (confirm('Delete it?') && confirm('For good?')) show('Deleted.'); };
leave.onclick = () => show(confirm('Leave?') ? 'Left.' : 'Stayed.');
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


def test_an_unmet_expression_is_reported_with_the_values_of_its_variables(play: Play) -> None:
    page = "<title>Shop</title><h1>Shop</h1>"
    lines = ['- read: heading "Shop"', "  into: name", '- expect: ${name == "Bank"}', "  timeout: 300ms"]
    played = play({"/": page}, book("", *lines))
    assert played.message == 'Expected ${name == "Bank"} to be true; `name` is “Shop”.'


QUERIES = {
    Page: ("evaluate", "evaluate_handle"),
    Frame: ("evaluate", "evaluate_handle", "query_selector", "query_selector_all"),
    Locator: ("evaluate", "evaluate_all", "evaluate_handle", "aria_snapshot", "count", "element_handle", "is_visible"),
    JSHandle: ("evaluate", "evaluate_handle"),
    CDPSession: ("send",),
}
"""The ways to ask a page, each a round trip to the browser."""


def test_the_nearest_of_thousands_of_controls_is_suggested_wherever_it_is(
    recorded: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: Counter[str] = Counter()

    def counted(kind: type[Any], name: str) -> Callable[..., Any]:
        original = getattr(kind, name)

        def ask(*args: Any, **more: Any) -> Any:
            asked[f"{kind.__name__}.{name}"] += 1
            return original(*args, **more)

        return ask

    for kind, names in QUERIES.items():
        for name in names:
            monkeypatch.setattr(kind, name, counted(kind, name))
    played, _ = recorded(book("many", '- click: button "Aply 499"', "  timeout: 3s"))
    assert played.result.failure.nearest[0] == 'button "Apply 499"'
    assert 0 < asked.total() < 500, f"it asks the page about its 2,000 controls one by one: {asked}"


SHADOW = """<title>Optimist</title>{records}<h1>Optimist</h1><button>Connect</button><p></p>
<script>document.querySelector('button').onclick = async () => {{
  document.querySelector('p').innerText = 'Connected';
  const answer = await fetch('/connect', {{ method: 'POST' }});
  document.querySelector('p').innerText = answer.ok ? 'Connected' : 'It failed';
}};</script>"""


def test_an_optimistic_message_that_the_page_takes_back_does_not_count(play: Play) -> None:
    def refuse(request: Request, site: Site) -> Response:
        time.sleep(0.7)
        return Response(status_code=409)

    pages = {"/": SHADOW.format(records=RECORDS), "/connect": refuse, "/did": did}
    played = play(pages, book("", '- click: button "Connect"', '  expect: text "Connected"', "  timeout: 3s"))
    assert played.result.status == "failed"


def test_the_journal_records_a_message_that_no_screenshot_shows(recorded: Recorded) -> None:
    played, _ = recorded(book("late", '- click: button "Ping"', '  expect: text "Pinged"'))
    step = next(event for event in played.events("step") if event["verb"] == "click")
    assert step["conditions"] == [{"condition": 'expect: text "Pinged"', "held": True, "found": None}]


def test_a_message_that_was_there_before_the_step_does_not_count(play: Play) -> None:
    old = """<title>Old</title><h1>Old</h1><p id=old>Saved</p><button>Save</button><i></i>
<script>document.querySelector('button').onclick = () => {
  const work = () => { document.querySelector('i').innerText += '.'; };
  const busy = setInterval(work, 20);
  work();
  setTimeout(() => { clearInterval(busy); old.remove(); }, 400);
};</script>"""
    played = play({"/": old}, book("", '- click: button "Save"', '  expect: text "Saved"', "  timeout: 3s"))
    assert played.result.status == "failed"


def test_a_page_that_answered_a_form_is_reloaded_without_sending_the_form_again(play: Play) -> None:
    def page(request: Request, site: Site) -> Response:
        if request.method == "POST":
            site.effect("ordered")
        site.kept["looks"] = site.kept.get("looks", 0) + 1
        state = "Ready" if site.kept["looks"] > 3 else "Making it"
        return HTMLResponse(
            f"<!doctype html><title>Shop</title><h1>Shop</h1><p>{state}</p>"
            "<form method=post><button>Order</button></form>"
        )

    lines = ['- click: button "Order"', "  changes: true", '- wait: text "Ready"', "  reload_every: 200ms"]
    ready = '    ready: heading "Shop"\n    always_run: nothing shows it\n    steps:\n'
    played = play({"/": page}, book("", *lines).replace("    steps:\n", ready))
    assert played.result.status.good, played.message
    assert played.site.count("POST", "/") == 1


def test_a_secret_is_pasted_only_where_typed_at_allows(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_KEY", "s3cr3t-value-of-the-key")
    head = """name: Keys
sites:
  shop: { url: https://shop.example, simulator: site }
  bank: { url: https://bank.example, simulator: site }
secrets:
  key: { description: A key, typed_at: bank }
"""
    pages = {"/": "<title>Shop</title><label>Key <input></label>"}
    lines = ['- paste: textbox "Key"', "  with: ${key}"]
    played = play(pages, head + book("", *lines), secrets={"key": "env:THE_KEY"})
    assert played.result.status == "failed"
    allowed = head.replace("typed_at: bank", "typed_at: shop")
    played = play(pages, allowed + book("", *lines), secrets={"key": "env:THE_KEY"})
    assert played.result.status.good, played.message
    assert b"s3cr3t-value" not in played.everything()
