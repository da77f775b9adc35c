"""What was expected and what was found: in a run, in a check, in the report, in the journal."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.site_pages import Played

Play = Callable[..., Played]
PAGE = """<title>People</title><h1>People</h1><p role=status>Two invitations wait.</p><h3>Teams</h3>
<label>Name <input value=Ann></label><label><input type=checkbox> Active</label>
<label>Key <input type=password value=never-shown-4711></label><ul><li>One<li>Two</ul><button>Invite all</button>"""
FOUND: dict[str, str] = {
    'textbox "Name" [value="Bo"]': 'Expected textbox "Name" to have the value "Bo"; found "Ann".',
    'checkbox "Active" [checked]': 'Expected checkbox "Active" to be checked; it is not.',
    'heading "Teams" [level=2]': 'Expected heading "Teams" to have the level 2; found 3.',
    "count of listitem is 3": "Expected 3 of listitem; found 2.",
    "no status": 'Expected no status; found 1: "Two invitations wait.".',
    'no label "Key"': 'Expected no label "Key"; found 1.',
    'title "Teams"': 'Expected title "Teams"; found "People".',
    "url /teams": "Expected url /teams; found https://shop.example/.",
    'button "Invite al"': 'Expected button "Invite al"; found button "Invite all".',
    'link "Billing"': 'Expected link "Billing"; found none.',
}
BOOK = """
sections:
  - name: S
    open: shop /
    ready: heading "People"
    done_when: {done_when}
    steps:
      - expect: heading "People"
"""
ANY = """
      - any:
          - link "Billing"
          - textbox "Name" [value="Bo"]"""


@pytest.mark.quick(5)
@pytest.mark.parametrize("condition", FOUND)
def test_a_check_says_what_it_expected_and_what_it_found(play: Play, condition: str) -> None:
    played = play({"/": PAGE}, BOOK.format(done_when=f"'{condition}'"), mode="check")
    assert played.statuses == ["drift"]
    assert played.result.sections[0].reason == FOUND[condition]
    read = next(each for each in played.events("step")[-1]["conditions"] if each["found"])
    assert read["found"] == FOUND[condition]
    report = (played.result.folder / "report.html").read_text("utf-8").replace("&#34;", '"')
    assert report.count(FOUND[condition]) >= 2, "beside the section, and at the condition"
    assert b"never-shown" not in played.everything()


@pytest.mark.usefixtures("short_limits")
def test_a_run_says_it_of_a_result_that_does_not_come(play: Play) -> None:
    played = play({"/": PAGE}, BOOK.format(done_when=ANY))
    assert played.message == (
        "The steps ran, but the reopened page does not show it. Expected one of 2: "
        'Expected link "Billing"; found none. Expected textbox "Name" to have the value "Bo"; found "Ann".'
    )


@pytest.mark.usefixtures("short_limits")
def test_a_run_says_it_of_a_page_that_is_never_ready(play: Play) -> None:
    book = BOOK.format(done_when='link "Billing"').replace('ready: heading "People"', "ready: 'heading \"Peple\"'")
    played = play({"/": PAGE}, book)
    assert played.message.endswith(
        'waiting for the page to be ready. Expected heading "Peple"; found heading "People".'
    )
    assert played.result.failure is not None and 'heading "People"' in played.result.failure.nearest
