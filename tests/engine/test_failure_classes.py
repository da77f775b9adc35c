"""Each failure has a class, the same in the result, in the journal's last event, and in JUnit."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.responses import HTMLResponse, Response
from support.http_site import served
from support.shared_browser import SHARED
from support.site_pages import Page, Played

from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run.launcher import execute
from runwright.engine.run.listener import NullListener
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.evidence.statuses import FailureClass
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

Play = Callable[..., Played]

HEAD = "<title>Shop</title><h1>Shop</h1>"
BUTTON = HEAD + "<button onclick=\"fetch('/add', {method: 'POST'})\">Add</button>"
SIGN_IN = """name: A test
sites:
  shop:
    url: https://shop.example
    simulator: site
    signed_out_when: link "Sign in"
sections:
  - name: Look
    open: shop /
    steps:
      - expect: heading "Inside"
"""


def book(*steps: str, fields: str = "") -> str:
    lines = "".join(f"      {line}\n" for line in steps)
    return f"sections:\n  - name: Use the shop\n    open: shop /\n{fields}    steps:\n{lines}"


def change(*more: str) -> str:
    fields = '    ready: heading "Shop"\n    always_run: no page shows it\n'
    return book('- click: button "Add"', "  changes: true", *more, fields=fields)


def answer(status: int) -> Page:
    return lambda request, site: HTMLResponse(f"<title>Status {status}</title><h1>Sorry</h1>", status)


def has_class(result: RunResult, failure_class: FailureClass) -> None:
    """Check the result, the journal and JUnit."""
    assert result.failure_class is failure_class, result.reason
    last = json.loads((result.folder / "events.jsonl").read_text("utf-8").splitlines()[-1])
    assert (last["event"], last["failure_class"]) == ("end", failure_class)
    failures = ElementTree.parse(result.folder / "junit.xml").findall(".//failure")
    assert failures and {each.get("type") for each in failures} == {failure_class}


CASES: dict[str, tuple[FailureClass, dict[str, Page], str]] = {
    "a missing control": (FailureClass.PAGE_CHANGED, {"/": HEAD}, book('- click: button "Add"', "  timeout: 1s")),
    "a missing expectation": (FailureClass.PAGE_CHANGED, {"/": HEAD}, book('- expect: text "Saved"', "  timeout: 1s")),
    "a change that is refused": (FailureClass.REFUSED, {"/": BUTTON, "/add": answer(422)}, change()),
    "a change that is refused, with an expectation": (
        FailureClass.REFUSED,
        {"/": BUTTON, "/add": answer(403)},
        change('  expect: text "Saved"', "  timeout: 1s"),
    ),
    "a change that fails": (FailureClass.OUTCOME_UNKNOWN, {"/": BUTTON, "/add": answer(500)}, change()),
    "a change that fails, with an expectation": (
        FailureClass.OUTCOME_UNKNOWN,
        {"/": BUTTON, "/add": answer(500)},
        change('  expect: text "Saved"', "  timeout: 1s"),
    ),
    "a change that is answered with 429": (
        FailureClass.OUTCOME_UNKNOWN,
        {"/": BUTTON, "/add": answer(429)},
        change(),
    ),
    "a link to a page that fails": (
        FailureClass.SITE_ERROR,
        {"/": f"{HEAD}<a href=/orders>Orders</a>", "/orders": answer(503)},
        book('- click: link "Orders"', '- expect: heading "Orders"', "  timeout: 1s"),
    ),
    "a link to a page that is rate limited": (
        FailureClass.RATE_LIMITED,
        {"/": f"{HEAD}<a href=/orders>Orders</a>", "/orders": answer(429)},
        book('- click: link "Orders"', '- expect: heading "Orders"', "  timeout: 1s"),
    ),
    "an address that fails": (FailureClass.SITE_ERROR, {"/": answer(500)}, book('- expect: heading "Shop"')),
    "an address that is rate limited": (FailureClass.RATE_LIMITED, {"/": answer(429)}, book('- hover: heading "Shop"')),
    "an address that gives no page": (
        FailureClass.PAGE_CHANGED,
        {"/": lambda request, site: Response(status_code=204)},
        book('- expect: heading "Shop"'),
    ),
    "a page that never gets ready": (
        FailureClass.PAGE_CHANGED,
        {"/": HEAD},
        book('- hover: heading "Shop"', fields='    ready: heading "Orders"\n'),
    ),
    "a manual step": (FailureClass.PERSON, {"/": HEAD}, book("- manual: Call the owner.")),
    "a question without a terminal": (FailureClass.PERSON, {"/": HEAD}, book("- ask: Which code?", "  into: code")),
    "a page that waits for somebody": (
        FailureClass.PERSON,
        {"/": f"{HEAD}<p>Pending approval</p>"},
        book('- hover: heading "Shop"', fields='    waits_when: text "Pending approval"\n'),
    ),
    "a sign-in page": (FailureClass.SIGN_IN, {"/": f"{HEAD}<a href=/in>Sign in</a>"}, SIGN_IN),
}


@pytest.mark.quick(2)
@pytest.mark.parametrize("what", CASES)
def test_a_failure_has_its_class(play: Play, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    for limit in ("site_access.DOWN", "site_access.READY", "builtin_steps.READY"):
        monkeypatch.setattr(f"runwright.engine.run.{limit}", 1.0)
    failure_class, pages, runbook = CASES[what]
    has_class(play(pages, runbook).result, failure_class)


def test_a_check_that_cannot_be_made_has_the_class_of_its_failure(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.run.site_access.DOWN", 1.0)
    fields = '    ready: heading "Shop"\n    done_when: link "Lamp"\n'
    played = play({"/": answer(500)}, book('- hover: heading "Shop"', fields=fields), mode="check")
    assert (played.statuses, played.result.exit) == (["unknown"], 4)
    has_class(played.result, FailureClass.SITE_ERROR)


def test_an_exception_of_a_verb_is_internal(play: Play, tmp_path: Path) -> None:
    steps = tmp_path / "steps"
    steps.mkdir()
    (steps / "divide.py").write_text(
        '''from typing import ClassVar

from runwright.verb import StepContext, Target, Verb


class Divide(Verb):
    """Divide by nothing.

    ```yaml
    - divide: heading "Shop"
    ```
    """

    name: ClassVar[str] = "divide"
    summary: ClassVar[str] = "Divide {target}"

    target: Target
    """The dividend."""

    def act(self, context: StepContext) -> None:
        1 / 0
''',
        "utf-8",
    )
    played = play({"/": HEAD}, book('- divide: heading "Shop"'), steps=steps)
    assert "ZeroDivisionError" in played.message
    has_class(played.result, FailureClass.INTERNAL)


def test_a_site_that_cannot_be_reached_is_a_network_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.engine.run.site_access.DOWN", 1.0)
    with served({}) as address:
        pass  # nothing answers there any more
    path = tmp_path / "book.yaml"
    path.write_text(f'name: T\nsites: {{ shop: {{ url: "{address}" }} }}\n{book("- expect: heading")}', "utf-8")
    plan = make_plan(load(path, vocabulary()), {}, {}, False)
    result = execute(RunSetup(plan, RunOptions(tmp_path / "screenshots"), NullListener()))
    assert result.exit == 4
    has_class(result, FailureClass.NETWORK)


def test_a_browser_that_does_not_start_is_a_failure_of_the_environment(
    play: Play, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNWRIGHT_BROWSER", "/bin/false")
    SHARED.stop()  # the browser of another test would do
    with pytest.raises(EnvironmentFailure, match="does not start") as ended:
        play({"/": HEAD}, book("- expect: heading"))
    assert ended.value.failure_class is FailureClass.ENVIRONMENT


@pytest.mark.parametrize("failure_class", FailureClass)
def test_only_network_rate_limits_and_locks_are_retryable(failure_class: FailureClass) -> None:
    retryable = (FailureClass.NETWORK, FailureClass.RATE_LIMITED, FailureClass.LOCKED)
    assert failure_class.retryable == (failure_class in retryable)
    assert failure_class.remedy


def test_a_check_that_stops_for_a_person_is_not_in_sync(play: Play) -> None:
    fields = (
        '    navigation:\n      - manual: Ask the owner.\n    ready: heading "Shop"\n    done_when: heading "Shop"\n'
    )
    played = play({"/": HEAD}, book('- hover: heading "Shop"', fields=fields), mode="check")
    assert (played.result.status, played.result.exit) == ("stopped", 3)
    assert [section.status for section in played.result.sections] == ["stopped"]
    assert played.result.failure_class is FailureClass.PERSON
