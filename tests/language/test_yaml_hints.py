"""Hints for people who write a runbook in the words of another tool."""

from __future__ import annotations

from pathlib import Path

import pytest

from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

BOOK = """name: T
sites:
  app: SITE
sections:
  - name: S
    open: app /
    steps:
      - STEP
"""


def _messages(folder: Path, site: str = "{ url: https://a.example }", step: str = 'click: button "A"') -> list[str]:
    path = folder / "book.yaml"
    path.write_text(BOOK.replace("SITE", site).replace("STEP", step), "utf-8")
    try:
        load(path, vocabulary())
    except UserError as error:
        return [f"{diagnostic.message} {diagnostic.remedy}" for diagnostic in error.diagnostics]
    return []


def test_a_site_that_is_only_a_url_gets_its_key(tmp_path: Path) -> None:
    (message,) = _messages(tmp_path, site="https://a.example")
    assert message.endswith("Write `url: https://a.example` below it.")


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
def test_an_alias_of_a_verb_gets_the_name_of_the_verb(step: str, verb: str, tmp_path: Path) -> None:
    (message,) = _messages(tmp_path, step=step)
    assert f"`{verb}`" in message


@pytest.mark.parametrize("target", ["Save button", '"Save"', "Einstellungen"])
def test_a_target_without_a_role_gets_an_example(target: str, tmp_path: Path) -> None:
    (message,) = _messages(tmp_path, step=f"click: '{target}'")
    assert 'button "Save"' in message and len(message) < 200


def test_no_alias_belongs_to_two_verbs() -> None:
    models = vocabulary().models()
    names = [name for model in models.values() for name in model.aliases]
    assert names and len(names) == len(set(names)) and not set(names) & set(models)


@pytest.mark.parametrize(
    "comment", ["# join #general first", "#general comes first", "# 1.1: Join **#alerts**.", "# a # b #c"]
)
@pytest.mark.parametrize("place", ["      {}\n      - ", "      - {{}}   {}\n      - ", "{}\n      - "])
def test_a_comment_can_contain_a_word_with_a_hash(comment: str, place: str, tmp_path: Path) -> None:
    if "{{}}" in place and comment.startswith("#g"):
        pytest.skip("after a value, this is the mistake itself")
    step = place.format(comment).replace("{}", 'click: button "B"')
    path = tmp_path / "book.yaml"
    text = BOOK.replace("SITE", "{ url: https://a.example }").replace("      - STEP", step + 'click: button "A"')
    path.write_text(text, "utf-8")
    assert load(path, vocabulary()).sections


def test_a_hash_that_cuts_off_a_value_is_reported_even_before_a_comment(tmp_path: Path) -> None:
    (message,) = _messages(tmp_path, step='click: button "A"\n        name: Join #general   # not #random')
    assert "starts a comment" in message


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("inputs:", "vars:", "inputs"),
        ("    open: shop /\n", "    goto: shop /\n", "open"),
        ('        expect: text "C"\n', '        if: text "C"\n', "when"),
        ("        with: x\n", "        value: x\n", "with"),
        ("        into: seen\n", "        register: seen\n", "into"),
        ("    steps:\n", "    tasks:\n", "steps"),
    ],
)
def test_a_word_of_another_tool_gets_the_word_that_does_the_same(tmp_path: Path, old: str, new: str, key: str) -> None:
    book = (
        "name: A page\ninputs: { who: { description: Somebody, default: Ann } }\n"
        "sites: { shop: { url: https://shop.example } }\nsections:\n  - name: One\n    open: shop /\n    steps:\n"
        '      - click: button "Save"\n        expect: text "C"\n      - fill: textbox "A"\n        with: x\n'
        '      - read: textbox "A"\n        into: seen\n'
    )
    assert old in book
    path = tmp_path / "book.yaml"
    path.write_text(book.replace(old, new, 1), "utf-8")
    with pytest.raises(UserError) as caught:
        load(path, vocabulary())
    line = next(n for n, text in enumerate(path.read_text("utf-8").splitlines(), 1) if new.strip()[:5] in text)
    found = [(each.mark.line, each.remedy) for each in caught.value.diagnostics if each.mark is not None]
    assert any(at == line and f"`{key}`" in remedy for at, remedy in found), found
