"""Drafts contain what the guide states clearly, and TODO comments for the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.guide.draft import draft
from runwright.guide.parse.guide_reader import parse_guide, read_guide
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

GUIDES = Path(__file__).parents[2] / "docs" / "guides"


def drafted(text: str) -> str:
    return draft(parse_guide(Path("a.md"), text.encode()))


def steps(item: str) -> list[str]:
    """The steps of a draft of one item, without comments."""
    lines = [line.strip().split("   #")[0] for line in drafted(f"## A\n\n1. {item}\n").splitlines()]
    return [line.removeprefix("- ") for line in lines if line.startswith("- ") and not line.startswith("- name:")]


@pytest.mark.parametrize(
    ("item", "step"),
    [
        ("Choose **Save**.", 'click: button "Save"'),
        ("Click the **Docs** link.", 'click: link "Docs"'),
        ("Select the **Users** tab.", 'click: tab "Users"'),
        ("Fill in **Name**.", 'fill: textbox "Name"'),
        ("Enter `x` into **Name**.", 'fill: textbox "Name"'),
        ("Turn on **Alerts**.", 'set: switch "Alerts"'),
        ("Select the **Alerts** checkbox.", 'set: checkbox "Alerts"'),
        ("**저장**을 클릭합니다.", 'click: button "저장"'),
        ("**名前**に名前を入力します。", 'fill: textbox "名前"'),
        ("Klicken Sie auf **Sichern**.", 'click: button "Sichern"'),
    ],
)
def test_a_clear_instruction_becomes_a_step(item: str, step: str) -> None:
    assert steps(item) == [step]


@pytest.mark.parametrize(
    "item",
    [
        "Under **Redirect URLs**, look.",
        "Hold <kbd>Ctrl</kbd> and press <kbd>S</kbd>.",
        "Choose **Acme** from **Workspaces**.",
        "Copy its **Client ID**.",
        "Open the page **Basic Information**.",
        "Give it a name in **App Name**.",
        "Enter **hello** as its name.",
        "Go to **Restrict API Token Usage**.",
    ],
)
def test_an_unclear_instruction_becomes_a_todo(item: str) -> None:
    assert steps(item) == ['expect: heading "A"']
    assert drafted(f"## A\n\n1. {item}\n").count("TODO: ") >= 3


def test_listed_names_share_the_verb() -> None:
    assert steps("Fill in **A** and **B**, then choose **C**, then **D** or **E**.") == [
        'fill: textbox "A"',
        'fill: textbox "B"',
        'click: button "C"',
        'click: button "D"',
    ]


def test_a_value_belongs_to_the_field_in_the_same_clause() -> None:
    text = drafted("## A\n\n1. With the path `/x`: fill in **A**. Then enter `hello` into **B**.\n")
    assert 'with: "hello"' in text and 'with: "/x"' not in text and "with: TODO" in text


@pytest.mark.parametrize("name", ["slack-alerts.en.md", "slack-alerts.ko.md"])
def test_the_draft_of_the_shipped_guide_has_no_wrong_targets(name: str, tmp_path: Path) -> None:
    text = draft(read_guide(GUIDES / name))
    path = tmp_path / "book.yaml"
    path.write_text(text, "utf-8")
    assert load(path, vocabulary()).sections
    for wrong in ('button "App Name"', 'textbox "Add', 'textbox "Slack"', 'button "Bot Token', 'with: "https"', '"/c'):
        assert wrong not in text


def test_a_url_keeps_its_path_and_query() -> None:
    text = drafted("## A\n\n1. Open <https://a.example/x%20y/z?b=1&c=%2F#part> and press **Save**.\n")
    assert "    open: a /x%20y/z?b=1&c=%2F\n" in text
    assert "    open: b /#/keys\n" in drafted("## A\n\n1. Open https://b.example/#/keys and press **Save**.\n")


def test_a_url_in_a_sentence_without_a_label_becomes_the_site() -> None:
    text = drafted("Sign in at https://app.shop.example/login first.\n\n## A\n\nGo on.\n\n1. Press **Save**.\n")
    assert "https://app.shop.example" in text and "site.example" not in text
    text = drafted("## A\n\nOn <https://shop.example/keys>:\n\n1. Press **Save**.\n")
    assert "open: shop /keys" in text


def test_a_guide_whose_runbook_would_be_too_large_is_rejected() -> None:
    with pytest.raises(UserError, match="exceed the limit of 1,000,000 bytes"):
        drafted("## A\n\n" + "1. Press **Save** there.\n" * 20_000)
