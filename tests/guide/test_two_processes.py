"""Hundreds of guides are read and compared in two processes, with the same result as in one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from guide.conftest import SECTION, Play
from support.guide_checks import guide_of

from runwright.guide import two_processes
from runwright.guide.check import check
from runwright.guide.parse.guide_reader import read_guide
from runwright.language.diagnostics import UserError


def _double(number: int) -> tuple[int, int]:
    if number == 7:
        raise ValueError("seven")
    return number * 2, os.getpid()


def test_results_keep_their_order_and_come_from_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    made = two_processes.spread(_double, range(100, 300))
    assert [number for number, _ in made] == [number * 2 for number in range(100, 300)]
    assert os.getpid() not in {process for _, process in made}


def test_few_pieces_and_other_threads_stay_in_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {process for _, process in two_processes.spread(_double, range(100, 120))} == {os.getpid()}
    monkeypatch.setattr(two_processes, "_can_fork", lambda: False)
    assert {process for _, process in two_processes.spread(_double, range(100, 300))} == {os.getpid()}


def test_what_fails_in_a_process_is_raised_as_in_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    with pytest.raises(ValueError, match="seven"):
        two_processes.spread(_double, range(200))
    with pytest.raises(UserError, match="Cannot read the guide"):
        two_processes.spread(read_guide, [tmp_path / f"{number}.md" for number in range(120)])


def test_many_guides_have_the_findings_that_each_has_alone(played: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(two_processes, "_can_fork", lambda: True)
    run = played(SECTION + '      - click: button "Save"\n        follows: 1.1\n', ["button Save"])
    guides = [guide_of(f"## A\n\n1. Choose **Save{'d' * (number % 2)}**.\n", f"{number}.md") for number in range(120)]
    report = check(guides, [run], None, None)
    assert [len(checked.comparison.findings) for checked in report.guides] == [number % 2 for number in range(120)]
    assert [checked.comparison.guide.path.name for checked in report.guides] == [
        f"{number}.md" for number in range(120)
    ]
    assert len(list(report.grouped())) == 1, "the same finding in 60 guides is one group"
