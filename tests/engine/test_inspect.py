"""Inspections: every line parses and means its control alone, secrets are not read, and the page is not touched."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import Browser, Frame, Locator, Page
from support.simulator_walk import PAGE_STATES, PageState, visit_page
from support.site_pages import Played

from runwright.engine.browser import locate, unique_targets
from runwright.engine.browser.inspection import Inspection, changed, inspect_page
from runwright.engine.browser.unique_targets import UniqueTargets
from runwright.language.pasted_lines import pasted
from runwright.language.target_reader import parse_target

CONTROL_PAGES = sorted((Path(__file__).parents[1] / "controls" / "pages").glob("*.html"))
LARGE = {"many"}
"""Pages with thousands of controls, of which the test below would take minutes."""
AWKWARD = """<title>A</title><h1>Hosts: "one"</h1><button>Pay ${price}</button><button>Save #1: now</button>
<input aria-label="Key" type="password" value="hunter2-hunter2">
<input aria-label="Code" autocomplete="one-time-code" value="123456">
<input aria-label="Masked" style="-webkit-text-security: disc" value="not-for-eyes">
<table><caption>Alerts</caption>
<tr><th>Event<th>Mail<th>Slack
<tr><td>Crashed<td><input type=checkbox checked><td><input type=checkbox>
<tr><td>Finished<td><input type=checkbox><td><input type=checkbox></table>
<h2>First</h2><button>Remove</button><h2>Second</h2><button>Remove</button>
<ul><li>prod-1 <button>Edit</button><li>prod-2 <button>Edit</button></ul>
<div role=dialog aria-label="Sure?"><button>Save #1: now</button></div><div role=group aria-label=A><input><input></div>
<iframe title=Menu srcdoc="<a href=/>Mail</a><a href=/>Hosts</a><h1>Hosts</h1><button>Remove</button>"></iframe>
<label>Zone <select><option>North<option selected>South</select></label><textarea aria-label=Notes>Two
lines</textarea>"""


def call(*words: str) -> subprocess.CompletedProcess[str]:
    """Call the command line as a user does."""
    command = [sys.executable, "-m", "runwright", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture
def page(shared_browser: Callable[[], Browser]) -> Iterator[Page]:
    context = shared_browser().new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()


def each_line_means_its_control_alone(page: Page) -> int:
    """Check every line of a page, as it is pasted; how many there are."""
    count = 0
    unique = UniqueTargets(page)
    for control, target in unique.all():
        assert target is not None, f"no line for {control.role} {control.name!r}"
        line = yaml.safe_load(f"click: {pasted(target)}  # a comment")["click"]
        resolved = parse_target(line).resolve({})
        handles = locate.matches(page, resolved)
        assert len(handles) == 1, f"{line} matches {len(handles)}"
        assert unique.means(resolved, control), f"{line} means another control"
        count += 1
    return count


@pytest.mark.parametrize("path", [each for each in CONTROL_PAGES if each.stem not in LARGE], ids=lambda path: path.stem)
def test_each_line_means_its_control_alone(page: Page, path: Path) -> None:
    page.set_content(f"<!doctype html>{path.read_text('utf-8')}")
    assert each_line_means_its_control_alone(page) >= 3


STATES = [
    pytest.param(state, marks=() if number % 8 == 0 else pytest.mark.slow, id=state.name)
    for number, state in enumerate(PAGE_STATES)
]


@pytest.mark.quick(2)
@pytest.mark.parametrize("state", STATES)
def test_each_line_of_a_simulator_page_means_its_control_alone(
    shared_browser: Callable[[], Browser], state: PageState
) -> None:
    with visit_page(shared_browser(), state) as visit:
        controls = visit.page.locator("a, button, input, select, textarea, h1, h2, h3").filter(visible=True).count()
        assert (each_line_means_its_control_alone(visit.page) >= 1) == (controls >= 1)


def test_ambiguous_names_come_with_the_narrowing_that_makes_them_unique(page: Page) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    page.frame_locator("iframe").get_by_role("button").wait_for()
    assert each_line_means_its_control_alone(page) > 20
    lines = [each.target for each in inspect_page(page, str).controls]
    for line in (
        'checkbox column "Slack" in row containing "Crashed"',
        'button "Remove" near heading "Second"',
        'button "Remove" in iframe',
        'button "Edit" in listitem with_text "prod-2 Edit"',
        'textbox [nth=2] in group "A"',
    ):
        assert line in lines


def test_secrets_are_not_read_and_values_are(page: Page) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    found = {each.name: each for each in inspect_page(page, str).controls if each.frame == ""}
    assert [found[name].value for name in ("Key", "Code", "Masked")] == [None, None, None]
    text = json.dumps(inspect_page(page, str).data())
    assert not any(secret in text for secret in ("hunter2", "123456", "not-for-eyes"))
    assert found["Zone"].state == '[value="South"]' and found["Notes"].state == '[value="Two lines"]'


def test_what_a_person_changes_is_what_differs(page: Page) -> None:
    page.set_content("<title>A</title><h1>A</h1><label>Name <input></label><button>Old</button>")
    before = inspect_page(page, str)
    page.evaluate("document.querySelector('input').value = 'Ann'; document.querySelector('button').textContent = 'New'")
    found = [(sign, each.target, each.state) for sign, each in changed(before, inspect_page(page, str))]
    assert found == [("-", 'button "Old"', ""), ("~", 'textbox "Name"', '[value="Ann"]'), ("+", 'button "New"', "")]


def test_an_inspection_changes_nothing_on_the_page(page: Page) -> None:
    page.set_content(f"<!doctype html>{AWKWARD}")
    page.evaluate(
        "() => { window.heard = []; for (const name of ['click', 'input', 'change', 'focusin', 'keydown', 'scroll'])"
        " addEventListener(name, () => heard.push(name), true);"
        " new MutationObserver(() => heard.push('mutation')).observe(document, { subtree: true, childList: true,"
        " attributes: true, characterData: true }); }"
    )
    inspect_page(page, str)
    assert page.evaluate("heard") == []


@pytest.mark.slow
def test_the_command_prints_lines_json_and_the_page_of_a_simulator(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<title>Acme</title><h1>Security</h1><label>Contact <input value=ann></label>", "utf-8")
    printed = call("inspect", path.as_uri())
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == f'Acme  {path.as_uri()}\n\nheading "Security"\n  textbox "Contact"  # [value="ann"]\n'
    data = json.loads(call("inspect", path.as_uri(), "--json").stdout)
    assert (
        data["controls"][1]["target"] == 'textbox "Contact"' and data["controls"][1]["heading"] == 'heading "Security"'
    )
    missing = call("inspect", "http://127.0.0.1:1/")
    assert missing.returncode == 4 and "cannot be opened" in missing.stderr
    simulated = call("inspect", "slack /apps", "--runbook", "slack-alerts", "--rehearse")
    assert 'button "Create an App"' in simulated.stdout, simulated.stderr
    refused = call("inspect", "https://elsewhere.example", "--runbook", "slack-alerts", "--rehearse")
    assert refused.returncode == 2 and "none of the runbook's sites" in refused.stderr


def test_an_ambiguous_target_fails_with_the_lines_that_distinguish_what_it_matches(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><h2>First</h2><button>Remove</button><h2>Second</h2><button>Remove</button>"
    book = """
sections:
  - name: S
    open: shop /
    ready: heading "A"
    steps:
      - click: button "Remove"
        timeout: 1s
"""
    played = play({"/": page}, book)
    assert played.result.failure is not None
    assert played.result.failure.nearest == [
        'button "Remove" near heading "First"',
        'button "Remove" near heading "Second"',
    ]


def test_an_inspection_can_be_compared_with_another_page() -> None:
    assert list(changed(Inspection("a", "A", (), 0), Inspection("b", "B", (), 0))) == []


def test_the_targets_of_many_controls_are_found_in_few_queries(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    row = "<tr><th scope=row>Host {0:03}<td><label>Port <input></label><td><button>Edit</button>"
    page.set_content(f"<h1>A</h1><table>{''.join(row.format(n) for n in range(200))}</table>")
    asked: list[str] = []
    for kind in (Frame, Locator):
        for name in ("evaluate", "evaluate_all"):
            if not hasattr(kind, name):
                continue
            known = getattr(kind, name)

            def counted(*words: Any, known: Any = known, **more: Any) -> Any:
                asked.append(known.__name__)
                return known(*words, **more)

            monkeypatch.setattr(kind, name, counted)
    found = inspect_page(page, str)
    assert len(found.controls) == 401 and found.unnamed == found.left_out == 0
    assert len({each.target for each in found.controls}) == 401
    assert len(asked) < 30 + 2 * unique_targets.SLOW, "the page is asked for each control"
    lines = [each.target for each in found.controls]
    assert 'textbox "Port" in row containing "Host 007"' in lines


def test_a_secret_of_the_runbook_is_not_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEY", "kept-from-eyes-42")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"<title>A</title><h1>A</h1><input aria-label=Shown value=kept-from-eyes-42><button>Go</button>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    book = tmp_path / "book.yaml"
    book.write_text(
        f"name: B\nsites:\n  shop: {{ url: 'http://127.0.0.1:{server.server_port}' }}\n"
        "secrets:\n  key: { description: A key }\n"
        'sections:\n  - name: S\n    open: shop /\n    steps:\n      - click: button "Go"\n',
        "utf-8",
    )
    try:
        found = call("inspect", "shop /", "--runbook", str(book), "--secret", "key=env:KEY")
    finally:
        server.shutdown()
        server.server_close()
    assert found.returncode == 0, found.stderr
    assert 'textbox "Shown"' in found.stdout and "kept-from-eyes" not in found.stdout
