"""Every row of the page "Controls in practice" works as it is written: the engine runs it, a test page records it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from controls.conftest import PAGES
from support.control_rows import RECORDED, pages, rows, runbook

Recorded = Callable[..., Any]


@pytest.mark.quick(1)
@pytest.mark.parametrize("name", [name for name in RECORDED if name != "editors"])
def test_every_row_does_what_is_documented(recorded: Recorded, name: str) -> None:
    _run(recorded, name)


def test_the_rows_about_code_editors_do_what_is_documented(recorded: Recorded, editors: dict[str, Any]) -> None:
    _run(recorded, "editors", editors)


def test_every_row_is_run_and_every_page_has_rows() -> None:
    documented = {page: [row.control for row in rows(page)] for page in pages()}
    assert documented == {page: [*recorded] for page, recorded in RECORDED.items()}
    assert {path.stem for path in PAGES.glob("*.html")} == {*RECORDED, "frame"}


def _run(recorded: Recorded, page: str, others: dict[str, Any] | None = None) -> None:
    played, kept = recorded(runbook(page), others=others)
    assert played.result.status.good, played.message
    assert {row.control: kept.get(str(number), []) for number, row in enumerate(rows(page))} == RECORDED[page]
