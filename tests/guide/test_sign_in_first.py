"""A page that asks for a sign-in is a thing that the guide should say."""

from __future__ import annotations

from guide.conftest import Play
from support.guide_checks import check, findings_of

SECTIONS = """
  - name: Make it
    follows: 1
    open: shop /apps
    navigation:
      - fill: textbox "Password"
        with: ${name}
      - click: button "Go"
    ready: button "Create App"
    done_when: link "Mine"
    steps:
      - click: button "Create App"
        follows: 1.1
        changes: true
"""
DOOR = ["textbox Password", "button Go"]
GUIDE = "## A\n\nRead this first.\n\n1. Choose **Create App**.\n"


def test_a_sign_in_that_the_guide_omits_is_missing(played: Play) -> None:
    run = played(SECTIONS, DOOR, DOOR, ["button Create App"])
    (finding,) = check(GUIDE, run).findings
    assert (finding.kind, finding.severity, finding.line) == ("missing", "warning", 5)
    assert finding.found == "Before this item, shop.example asks the reader to sign in; the guide does not say so."


def test_a_guide_with_it_in_any_words_is_right(played: Play) -> None:
    run = played(SECTIONS, DOOR, DOOR, ["button Create App"])
    for words in (
        "Log in to the shop first.",
        "You are signed in as an owner.",
        "먼저 로그인합니다.",
        "Melden: angemeldet.",
    ):
        assert findings_of(check(GUIDE.replace("Read this first.", words), run)) == [], words


def test_a_run_without_a_sign_in_has_no_finding(played: Play) -> None:
    public = SECTIONS.replace('textbox "Password"', 'textbox "Search"')
    assert findings_of(check(GUIDE, played(public, ["textbox Search", "button Go"], DOOR, ["button Create App"]))) == []
