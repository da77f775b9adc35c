"""Target lines: parsing, formatting, and the messages for invalid lines."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runwright.language.expressions import Template
from runwright.language.target_reader import parse_target
from runwright.language.targets import ROLES, Alternative, Name, Target, TargetError, named

LINES = [
    'button "Save"',
    'button "Create an App" or "Create New App"',
    'button "Log in" or link "Sign in"',
    'button starting "From scratch"',
    'text containing "integration"',
    "link /apps.[A-Z0-9]+/",
    'button "Add an OAuth Scope" near heading "Bot Token Scopes"',
    'switch column "Slack" in row containing "Run finished"',
    'textbox "Slack Client ID" [value="${client_id}"]',
    'checkbox "Mail" [checked] in dialog "Settings" in iframe "Admin"',
    'heading "Scopes" [level=2]',
    'button "Show" [nth=2]',
    'css "#team-picker"',
    'link "${app.name}"',
    'button "Answer \\"yes\\""',
]


@pytest.mark.parametrize("line", LINES)
def test_a_parsed_line_is_formatted_unchanged(line: str) -> None:
    assert str(parse_target(line)) == line


@settings(deadline=None)
@given(st.text(min_size=1), st.sampled_from(sorted(ROLES)))
def test_any_name_survives_formatting_and_parsing(name: str, role: str) -> None:
    line = str(named(role, name.replace("${", "")))
    assert parse_target(line).alternatives[0].names[0].text == Template((name.replace("${", ""),))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_either_parses_or_raises_a_target_error(text: str) -> None:
    try:
        parse_target(text)
    except TargetError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('link "\\uf0c9"', "\uf0c9"),
        ('link "Inbox \\U000f0247"', "Inbox \U000f0247"),
        ('link "C:\\\\users"', "C:\\users"),
        ('link "\\under"', "under"),
        ('link "\\ud83d"', "ud83d"),
    ],
)
def test_a_character_that_cannot_be_seen_is_written_by_its_code(line: str, name: str) -> None:
    assert parse_target(line).alternatives[0].names[0].text == Template((name,))


def test_a_value_is_inserted_into_a_name_unchanged() -> None:
    target = parse_target('link "${app_name}"').resolve({"app_name": 'Click "in dialog" [nth=2]'})
    assert target == Target((Alternative("link", (Name("exact", Template(('Click "in dialog" [nth=2]',))),)),))


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ('checkbox "Tips" [value="${tips}"]', "off"),
        ('switch "Tips" [value!="${tips}"]', "off"),
        ('textbox "Tips" [value="${tips}"]', "false"),
        ('checkbox "Tips" [value="false"]', "false"),
    ],
)
def test_a_flag_is_compared_with_what_a_checkbox_shows(line: str, value: str) -> None:
    ((_, found),) = parse_target(line).resolve({"tips": False}).alternatives[0].states
    assert str(found) == value


@pytest.mark.parametrize(
    ("line", "remedy"),
    [
        ('buton "Save"', "`button`"),
        ('Button "Save"', "`button`"),
        ('dropdown "Channel"', "`combobox`"),
        ('"Save"', "role first"),
        ("button 'Save'", 'Write "…"'),
        ("button “Save”", 'Write "…"'),
        ("text", 'text "…"'),
        ('button "Save" [cheked]', "`checked`"),
        ('heading "A" [level=two]', "[level=2]"),
        ('button "Save" inside dialog', "`in`"),
        ("link /[/", "regular expression"),
        ("", "role and a name"),
        ('button "Save', "double quote"),
        ('textbox near text "Name" [value="Ann"]', "before the anchor"),
        ('checkbox in row "Ann" [checked]', "right after the name"),
    ],
)
def test_an_invalid_line_gets_a_remedy(line: str, remedy: str) -> None:
    with pytest.raises(TargetError) as caught:
        parse_target(line)
    assert remedy in caught.value.remedy, caught.value.remedy


@pytest.mark.parametrize(
    ("word", "correct"), [("rwo", "row"), ("buton", "button"), ("lnk", "link"), ("swicth", "switch")]
)
def test_a_typo_of_one_letter_gets_the_correct_word(word: str, correct: str) -> None:
    with pytest.raises(TargetError) as error:
        parse_target(f'{word} "Save"')
    assert error.value.remedy == f"Did you mean `{correct}`?"
