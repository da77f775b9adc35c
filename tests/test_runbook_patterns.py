"""Each runbook of docs/how-to/write-runbooks.md does its work once, and changes nothing the second time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.doc_blocks import ROOT, blocks
from support.docs_site import AdminSimulator, Store
from support.site_pages import Quiet

from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunResult, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.rehearsal import Rehearsal
from runwright.rehearsal.rehearsal_client import RehearsalClient

SHOWN = [
    block.text
    for block in blocks((ROOT / "docs" / "how-to" / "write-runbooks.md").read_text("utf-8"))
    if block.kind == "yaml"
]
BOOKS = {text.splitlines()[0].removeprefix("name: "): text for text in SHOWN}
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
"""The changes that each runbook makes at the site. The other two runbooks have tests of their own."""

Run = Callable[..., RunResult]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    AdminSimulator.store = Store()
    with Rehearsal(kinds={"admin": AdminSimulator}) as served:
        yield served


@pytest.fixture
def store(rehearsal: Rehearsal) -> Store:
    AdminSimulator.store = Store()
    return AdminSimulator.store


@pytest.fixture
def run(rehearsal: Rehearsal, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("WEBHOOK_TOKEN", SECRET)
    monkeypatch.setenv("ROBOT_PASSWORD", SECRET)

    def go(title: str, mode: str = "run", **inputs: str) -> RunResult:
        path = tmp_path / "book.yaml"
        path.write_text(BOOKS[title], "utf-8")
        plan = make_plan(load(path, vocabulary()), inputs, {}, True, mode)
        given: Any = RunOptions(tmp_path / "screenshots")
        return execute(RunSetup(plan, given, Quiet(), RehearsalClient(rehearsal.control_url)))

    return go


def test_every_runbook_of_the_page_is_tested() -> None:
    assert set(BOOKS) == {*CHANGES, "More seats", "No public links, every night"}


@pytest.mark.quick(1)
@pytest.mark.parametrize("title", CHANGES)
def test_a_pattern_makes_its_changes_exactly_once(title: str, run: Run, store: Store) -> None:
    result = run(title)
    assert result.status.good, result.reason
    assert [section.status for section in result.sections] == ["changed"]
    assert store.changes == CHANGES[title]
    again = run(title)
    assert [section.status for section in again.sections] == ["unchanged"], again.reason
    assert store.changes == CHANGES[title]


def test_a_check_before_the_run_reports_drift(run: Run, store: Store) -> None:
    result = run("Second factors", "check")
    assert result.status == "drift"
    said = 'Expected checkbox column "Second factor" in row containing "Ann Ames" to be checked; it is not.'
    assert result.sections[0].reason == said
    assert store.changes == []
    store.factors["Ann Ames"] = True
    assert run("Second factors", "check").status.good


def test_a_missing_row_is_searched_on_every_page_of_the_table(run: Run, store: Store) -> None:
    result = run("A guest who is to stay out", guest="Ina Ide")
    assert result.status == "failed"
    assert result.reason is not None and "The control is disabled" in result.reason
    turned = [screenshot for screenshot in result.folder.glob("*.png") if "next" in screenshot.name]
    assert len(turned) >= 2, "a screenshot of each page"
    assert store.changes == []


def test_an_approval_is_requested_once_and_waited_for(run: Run, store: Store) -> None:
    assert run("More seats").status == "waiting"
    assert run("More seats").status == "waiting"
    assert store.changes == ["seats: seats=50"]
    store.request = "approved"
    assert [section.status for section in run("More seats").sections] == ["unchanged"]
    assert store.changes == ["seats: seats=50"]


def test_a_missing_sign_in_is_reported(run: Run, store: Store) -> None:
    store.signed_in = False
    result = run("The webhook's token")
    assert (result.status, result.exit) == ("stopped", 3)
    assert [action.kind for action in result.next_actions] == ["sign_in"]
    assert store.changes == []


def test_a_service_account_signs_in_for_a_check_too(run: Run, store: Store) -> None:
    title = "No public links, every night"
    store.signed_in, store.password = False, SECRET
    assert run(title, "check").status == "drift"
    assert store.changes == []
    store.signed_in = False
    result = run(title)
    assert result.status.good
    assert store.changes == ["sharing: on=False"]
    for path in result.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
