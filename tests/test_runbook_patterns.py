"""Each runbook of docs/writing-runbooks.md does on a page what it says, and nothing when it is done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.doc_blocks import ROOT, blocks
from support.docs_site import AdminStandIn, Store
from support.site_pages import Quiet

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given, Result
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

SHOWN = [
    block.text for block in blocks((ROOT / "docs" / "writing-runbooks.md").read_text("utf-8")) if block.kind == "yaml"
]
BOOKS = {text.splitlines()[0].removeprefix("title: "): text for text in SHOWN}
SECRET = "never-to-be-seen-4711"
CHANGES = {
    "A key for the build server": ["keys: name=build server"],
    "Acme's invoices": ["company: name=Acme, billing=Yearly, note=Cost centre 4711"],
    "Our domain": ["domains: domain=acme.example, proof=DNS record"],
    "No public links": ["sharing: on=False"],
    "Second factors": ["people: person=Ann Ames, on=True"],
    "A guest who is to stay out": ["guests: guest=Hal Hart, blocked=True"],
    "Our mirror": ["mirror: host=mirror.acme.example, port=3128"],
    "The webhook's token": [f"webhook: token={SECRET}"],
}
"""What each runbook changes at the site, all in all. The two that are not here have a test of their own."""

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    AdminStandIn.store = Store()
    with Rehearsal(kinds={"admin": AdminStandIn}) as served:
        yield served


@pytest.fixture
def store(rehearsal: Rehearsal) -> Store:
    AdminStandIn.store = Store()
    return AdminStandIn.store


@pytest.fixture
def run(rehearsal: Rehearsal, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WEBHOOK_TOKEN", SECRET)
    monkeypatch.setenv("ROBOT_PASSWORD", SECRET)

    def go(title: str, mode: str = "run", **inputs: str) -> Result:
        path = tmp_path / "book.yaml"
        path.write_text(BOOKS[title], "utf-8")
        plan = make_plan(load(path, vocabulary()), inputs, {}, True, mode)
        given: Any = Given(tmp_path / "screenshots", False, "runwright run book --headed")
        return execute(plan, given, Quiet(), threading.Event(), RehearsalClient(rehearsal.control_url))

    return go


def test_every_runbook_of_the_page_is_tried() -> None:
    assert set(BOOKS) == {*CHANGES, "More seats", "No public links, every night"}


@pytest.mark.parametrize("title", CHANGES)
def test_a_pattern_does_what_it_says_and_does_it_once(title: str, run: Run, store: Store) -> None:
    result = run(title)
    assert result.status == "done", result.reason
    assert [section.status for section in result.sections] == ["done"]
    assert store.changes == CHANGES[title]
    again = run(title)
    assert [section.status for section in again.sections] == ["already done"], again.reason
    assert store.changes == CHANGES[title]


def test_a_check_before_says_that_there_is_something_to_do(run: Run, store: Store) -> None:
    result = run("Second factors", "check")
    assert result.status == "to do"
    said = 'This is not so: checkbox [checked] column "Second factor" in row containing "Ann Ames".'
    assert result.sections[0].reason == said
    assert store.changes == []
    store.factors["Ann Ames"] = True
    assert run("Second factors", "check").status == "done"


def test_who_is_on_no_page_of_the_table_is_looked_for_until_the_last(run: Run, store: Store) -> None:
    result = run("A guest who is to stay out", guest="Ina Ide")
    assert result.status == "failed"
    assert result.reason is not None and "The control is disabled" in result.reason
    turned = [picture for picture in result.folder.glob("*.png") if "next" in picture.name]
    assert len(turned) >= 2, "each page on the way is shown"
    assert store.changes == []


def test_what_somebody_must_approve_is_asked_once_and_waited_for(run: Run, store: Store) -> None:
    assert run("More seats").status == "waiting"
    assert run("More seats").status == "waiting"
    assert store.changes == ["seats: seats=50"]
    store.request = "approved"
    assert [section.status for section in run("More seats").sections] == ["already done"]
    assert store.changes == ["seats: seats=50"]


def test_who_is_signed_out_is_told_so(run: Run, store: Store) -> None:
    store.signed_in = False
    result = run("The webhook's token")
    assert (result.status, result.exit) == ("stopped", 3)
    assert result.reason is not None and "--headed" in result.reason
    assert store.changes == []


def test_an_account_for_machines_signs_in_for_a_check_too(run: Run, store: Store) -> None:
    title = "No public links, every night"
    store.signed_in, store.password = False, SECRET
    assert run(title, "check").status == "to do"
    assert store.changes == []
    store.signed_in = False
    result = run(title)
    assert result.status == "done"
    assert store.changes == ["sharing: on=False"]
    for path in result.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
