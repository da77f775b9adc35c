"""What console, journal and file names say of a step: evaluated, on one line, with the words of the guide."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from support.http_site import served
from support.site_pages import Played

import runwright
from runwright.engine.run.options import RunOptions

Play = Callable[..., Played]
PAGE = "<title>A</title><h1>People</h1><label>Notes <textarea></textarea></label><p>Ask noor</p>"


def test_the_address_of_a_section_is_evaluated_wherever_it_is_named(play: Play) -> None:
    book = """inputs: {{ editor: {{ description: Who, example: noor }} }}
dismiss:
  - seen: text "Ask ${{editor}}"
    click: text "Ask ${{editor}}"
sections:
  - name: Find the editor
    open: shop /?q=${{editor}}
    ready: heading "People"
    {field}: text "Ask ${{editor}}"
    steps:
      - expect: heading "People"
"""
    played = play({"/": PAGE}, book.format(field="done_when"))
    first = played.events("step")[0]
    assert first["name"] == "Open shop /?q=noor"
    assert "noor" in first["screenshots"][0]["file"]
    assert played.events("dismissed")[0]["target"] == 'text "Ask noor"'
    waiting = play({"/": PAGE}, book.format(field="waits_when"))
    assert waiting.message.endswith('the page shows text "Ask noor".')
    for each in (played, waiting):
        journal = (each.result.folder / "events.jsonl").read_text() + "".join(each.listener.heard)
        assert "${" not in journal


def test_a_secret_is_never_evaluated_into_the_address(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "never-shown-4711")
    book = """name: T
sites: { shop: { url: https://shop.example, simulator: site } }
secrets: { key: { description: It, typed_at: shop } }
sections:
  - name: Find
    open: shop /?q=${key}
    steps:
      - expect: heading
"""
    try:
        played = play({"/": PAGE}, book, secrets={"key": "env:KEY"})
    except runwright.UserError as error:
        assert "never-shown" not in str(error)
    else:
        assert played.result.status == "failed"
        assert b"never-shown" not in played.everything()


def test_a_pasted_text_of_many_lines_is_one_line_in_the_list(play: Play) -> None:
    text = "|\n          first line\n          second line\n          third line"
    book = f"""
sections:
  - name: Note
    open: shop /
    steps:
      - paste: textbox "Notes"
        with: {text}
"""
    played = play({"/": PAGE}, book)
    (pasted,) = [each for each in played.events("step") if each["verb"] == "paste"]
    assert pasted["name"] == 'Paste first line … (3 lines) into textbox "Notes"'
    assert all("\n" not in line for line in played.listener.heard)


def test_a_step_without_a_name_shows_the_item_of_the_guide(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    guide = tmp_path / "people.md"
    guide.write_text("# People\n\n## Find\n\n1. Look at the **People** of your team.\n2. Write a *note*.\n", "utf-8")
    with served({"/": PAGE}) as address:
        book = tmp_path / "book.yaml"
        book.write_text(
            f"""name: T
guide: people
sites: {{ shop: {{ url: "{address}" }} }}
sections:
  - name: Find
    open: shop /
    steps:
      - expect: heading "People"
        follows: find/1
      - fill: textbox "Notes"
        with: x
        name: Write it down
        follows: find/2
      - expect: heading
        follows: find/7
""",
            "utf-8",
        )
        result = runwright.run(book, options=RunOptions(tmp_path / "out"), guide=guide)
    assert result.exit == 0, result.reason
    by_verb = [each for each in result.steps if each.part == "steps"]
    assert [each.item for each in by_verb] == ["Look at the People of your team.", None, None]
    report = (result.folder / "report.html").read_text("utf-8")
    assert '<p class="name">Look at the People of your team.</p>' in report
    assert "Verify heading &#34;People&#34;" in report, "what the step does is shown, too"
    assert '<p class="name">Write it down</p>' in report
    cases = [each.get("name") for each in ElementTree.parse(result.folder / "junit.xml").iter("testcase")]
    assert f"{by_verb[0].step}. Look at the People of your team." in cases
