"""The same control on the page and in the dialog that opened: `in front` is the one that a person can reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page
from support.site_pages import Played

from runwright.engine.browser import locate
from runwright.language.expressions import Template
from runwright.language.target_reader import parse_target

ROWS = "".join(f"<p>Row {n} <button id=row{n}>Delete</button></p>" for n in range(60))
SHADE = "<div style='position:fixed;inset:0;background:#0008;z-index:1'></div>"
OVER = "position:fixed;left:300px;top:100px;width:400px;height:300px;background:#fff;z-index:2"
OWN = "<h2>Delete it?</h2><button id=own>Delete</button><button id=cancel>Cancel</button>"
DIALOGS = {
    "drawn, at the end": f"<main>{ROWS}</main>{SHADE}<div style='{OVER}'>{OWN}</div>",
    "drawn, before the page": f"{SHADE}<div style='{OVER}'>{OWN}</div><main>{ROWS}</main>",
    "drawn, in the page": f"<main><div style='{OVER}'>{OWN}</div>{SHADE}{ROWS}</main>",
    "drawn, in the shade": f"<main>{ROWS}<div style='position:fixed;inset:0;background:#0008'>{OWN}</div></main>",
    "drawn, placed in the page": f"""<body style='position:relative'>{ROWS}
      <div style='position:absolute;inset:0;z-index:3;height:6000px;background:#0008'>{OWN}</div>""",
    "with a role": f"<main>{ROWS}</main>{SHADE}<div role=dialog aria-label=Sure style='{OVER}'>{OWN}</div>",
    "native": f"<main>{ROWS}</main><dialog>{OWN}</dialog><script>document.querySelector('dialog').showModal()</script>",
    "in a shadow root": f"""<main>{ROWS}</main><div id=host></div><script>
      const root = document.querySelector('#host').attachShadow({{mode: 'open'}});
      root.innerHTML = `{SHADE}<div style='{OVER}'>{OWN}</div>`;
      </script>""",
    "scrolled": f"""<main>{ROWS}</main>{SHADE}
      <div style='{OVER};overflow:auto'><p style='height:900px'>Terms</p>{OWN}</div>""",
}


@pytest.fixture
def page(shared_browser: Callable[[], Browser]) -> Iterator[Page]:
    context = shared_browser().new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def ids(page: Page, line: str) -> list[str | None]:
    return [one.get_attribute("id") for one in locate.matches(page, parse_target(line))]


@pytest.mark.quick(4)
@pytest.mark.parametrize("kind", DIALOGS)
def test_only_the_control_of_the_dialog_is_in_front(page: Page, kind: str) -> None:
    page.set_content(DIALOGS[kind])
    assert len(ids(page, 'button "Delete"')) == 61
    assert ids(page, 'button "Delete" in front') == ["own"]
    assert locate.count(page, parse_target('button "Delete" in front')) == 1
    assert ids(page, 'button in front near heading "Delete it?" [nth=1]') == ["own"]


def test_without_a_dialog_everything_is_in_front_that_can_be_scrolled_to(page: Page) -> None:
    page.set_content(f"<main>{ROWS}</main><div style='height:200px;overflow:auto'>{ROWS.replace('row', 'more')}</div>")
    assert len(ids(page, 'button "Delete" in front')) == 120
    page.evaluate("scrollTo(0, 1200)")
    assert len(ids(page, 'button "Delete" in front')) == 120


def test_the_upper_one_of_two_dialogs_is_in_front(page: Page) -> None:
    boxes = "".join(f"<dialog id={one}><button id=in-{one}>OK</button><p>{one}</dialog>" for one in ("lower", "upper"))
    script = "<script>for (const one of document.querySelectorAll('dialog')) one.showModal()</script>"
    page.set_content(boxes + script)
    assert ids(page, 'button "OK" in dialog') == ["in-lower", "in-upper"]
    assert ids(page, 'button "OK" in front') == ["in-upper"]
    assert ids(page, 'button "OK" in dialog in front') == ["in-upper"]


def test_a_control_in_a_frame_is_behind_what_lies_over_the_frame(page: Page) -> None:
    page.set_content(f"<iframe title=Inner srcdoc='<button id=in>Delete</button>'></iframe>{DIALOGS['with a role']}")
    page.frames[1].wait_for_selector("button")
    assert ids(page, 'button "Delete" in iframe "Inner"') == ["in"]
    assert ids(page, 'button "Delete" in front in iframe "Inner"') == []


@pytest.mark.parametrize(
    "line",
    [
        'button "OK" in front',
        'button "OK" [disabled] in front near heading "A" in dialog "B"',
        'button "OK" in dialog in front',
        'cell "1" column "A" in front in table',
        'button "front" in row "front"',
    ],
)
def test_a_line_is_written_as_it_was_read(line: str) -> None:
    target = parse_target(line)
    assert str(target) == line
    assert parse_target(str(target)) == target
    assert target.mapped(lambda text: Template((str(text).upper(),))).front is target.front


def test_a_runbook_acts_in_the_dialog_that_opened(play: Callable[..., Played]) -> None:
    shown = DIALOGS["drawn, in the page"].replace("<main>", "<main><div id=ask hidden>", 1)
    shown = shown.replace("<p>Row 0", "</div><p>Row 0", 1)
    script = """<h1>Rows</h1><script>
      const ask = document.querySelector('#ask');
      for (const one of document.querySelectorAll('[id^=row]')) one.onclick = () => ask.hidden = false;
      document.querySelector('#own').onclick = () => document.body.innerHTML = '<h1>Deleted</h1>';</script>"""
    book = """sections:
  - name: Delete the row
    open: shop /
    ready: heading "Rows"
    steps:
      - click: button "Delete" near text containing "Row 33"
        expect: button "Delete" in front near heading "Delete it?"
      - click: button "Delete" in front
        expect: heading "Deleted"
"""
    played = play({"/": f"<title>Rows</title>{shown}{script}"}, book)
    assert played.result.status.good, played.message
