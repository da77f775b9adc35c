"""What is told to people who write a runbook as another tool, or plain sense, would have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

BOOK = """title: T
sites:
  app: SITE
sections:
  - title: S
    open: app /
    steps:
      - STEP
"""


def _told(folder: Path, site: str = "{ url: https://a.example }", step: str = 'click: button "A"') -> list[str]:
    path = folder / "book.yaml"
    path.write_text(BOOK.replace("SITE", site).replace("STEP", step), "utf-8")
    try:
        load(path, vocabulary())
    except UserError as error:
        return [f"{fault.message} {fault.remedy}" for fault in error.faults]
    return []


def test_a_site_that_is_an_address_alone_is_told_its_key(tmp_path: Path) -> None:
    (told,) = _told(tmp_path, site="https://a.example")
    assert told.endswith("Write `url: https://a.example` below it.")


@pytest.mark.parametrize(
    ("step", "verb"),
    [
        ('check: checkbox "A"', "set"),
        ('select: combobox "A"', "choose"),
        ("goto: app /", "open"),
        ('assert: text "A"', "expect"),
        ('enter: textbox "A"', "fill"),
        ('clik: button "A"', "click"),
    ],
)
def test_a_verb_by_another_name_is_told_its_own(step: str, verb: str, tmp_path: Path) -> None:
    (told,) = _told(tmp_path, step=step)
    assert f"`{verb}`" in told


@pytest.mark.parametrize("target", ["Save button", '"Save"', "Einstellungen"])
def test_a_target_without_a_role_is_shown_how_one_looks(target: str, tmp_path: Path) -> None:
    (told,) = _told(tmp_path, step=f"click: '{target}'")
    assert 'button "Save"' in told and len(told) < 200


def test_no_two_verbs_are_called_the_same_elsewhere() -> None:
    models = vocabulary().models()
    names = [name for model in models.values() for name in model.elsewhere]
    assert names and len(names) == len(set(names)) and not set(names) & set(models)


@pytest.mark.parametrize(
    "comment", ["# join #general first", "#general comes first", "# 1.1: Join **#alerts**.", "# a # b #c"]
)
@pytest.mark.parametrize("place", ["      {}\n      - ", "      - {{}}   {}\n      - ", "{}\n      - "])
def test_a_comment_may_name_what_begins_with_a_hash(comment: str, place: str, tmp_path: Path) -> None:
    if "{{}}" in place and comment.startswith("#g"):
        pytest.skip("behind a value, that is the slip itself")
    step = place.format(comment).replace("{}", 'click: button "B"')
    path = tmp_path / "book.yaml"
    text = BOOK.replace("SITE", "{ url: https://a.example }").replace("      - STEP", step + 'click: button "A"')
    path.write_text(text, "utf-8")
    assert load(path, vocabulary()).sections


def test_a_hash_that_cuts_a_value_off_is_told_though_a_comment_follows(tmp_path: Path) -> None:
    (told,) = _told(tmp_path, step='click: button "A"\n        say: Join #general   # not #random')
    assert "begins a comment" in told
