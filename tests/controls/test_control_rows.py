"""docs/controls.md works as it stands: every row is run by the engine, and its page tells what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from controls.conftest import PAGES
from support.control_rows import DID, pages, rows, runbook

Recorded = Callable[..., Any]


@pytest.mark.parametrize("name", [name for name in DID if name != "editors"])
def test_every_row_does_what_it_says(recorded: Recorded, name: str) -> None:
    _run(recorded, name)


def test_code_editors_do_as_well(recorded: Recorded, editors: dict[str, Any]) -> None:
    _run(recorded, "editors", editors)


def test_every_row_is_run_and_every_page_has_rows() -> None:
    assert {page: [row.see for row in rows(page)] for page in pages()} == {page: [*did] for page, did in DID.items()}
    assert {path.stem for path in PAGES.glob("*.html")} == {*DID, "frame"}


def _run(recorded: Recorded, page: str, others: dict[str, Any] | None = None) -> None:
    played, kept = recorded(runbook(page), others=others)
    assert played.result.status == "done", played.message
    assert {row.see: kept.get(str(number), []) for number, row in enumerate(rows(page))} == DID[page]
