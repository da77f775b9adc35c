"""Sections that only show what a page refuses: run in the guide check alone, leaving nothing behind."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from rich.console import Console
from support.guide_checks import check, told
from support.site_pages import Quiet

from runwright.cli.branch_rehearsals import rehearse_branches
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import Given
from runwright.engine.run.plan import make_plan
from runwright.guide.match.observations import read_run
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.lifecycle import join

BOOK = """title: Names of apps
sites:
  slack: { url: https://api.slack.com }
sections:
  - title: Look at the list
    follows: 1
    open: slack /apps
    ready: heading "Your Apps"
    steps:
      - click: button "Create an App"
        follows: 1.1
        expect: dialog "Create an app"
  - title: A name that is too long
    probe: true
    follows: 1.1
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - expect: button starting "From scratch"
"""
GUIDE = "## Make it\n\n1. Choose **Create an App**.\n"


def test_a_probe_runs_in_the_guide_check_alone(tmp_path: Path) -> None:
    path = tmp_path / "names.yaml"
    path.write_text(BOOK)
    book = load(path, vocabulary())
    plan = make_plan(book, {}, {}, True)
    with join(plan, None, []) as backdrop:
        plain = execute(plan, Given(tmp_path / "out"), Quiet(), threading.Event(), backdrop)
    assert [section.title for section in plain.sections] == ["Look at the list"]
    assert told(check(GUIDE, read_run(plain.folder))) == []

    (folder,) = rehearse_branches(book, {}, [], tmp_path / "out", Console(quiet=True))
    verdict = check(GUIDE, read_run(folder))
    assert told(verdict) == [("rule", "warning", 3)]
    assert "A name that is too long" in verdict.findings[0].found


def test_a_probe_that_commits_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "names.yaml"
    text = BOOK.replace('      - expect: button starting "From scratch"\n', "")
    path.write_text(text + '      - click: button starting "From scratch"\n        commits: true\n')
    with pytest.raises(UserError, match="is a probe, and commits"):
        load(path, vocabulary())


WAY = """title: The list
sites:
  slack: { url: https://api.slack.com }
sections:
  - title: Open the list
    follows: 1
    open: slack /apps
    ready: heading "Your Apps"
    steps:
      - expect: button "Create an App"
        follows: 1.1
  - title: The way that the guide shows
    probe: true
    follows: 1.1
    open: slack /apps
    ready: button "Create an App"
    steps:
      - click: button "Create an App"
        expect: dialog "Create an app"
      - hover: button starting "From scratch"
        follows: 1.1
"""


def test_tied_steps_of_a_probe_are_held_against_their_item(tmp_path: Path) -> None:
    path = tmp_path / "list.yaml"
    path.write_text(WAY)
    (folder,) = rehearse_branches(load(path, vocabulary()), {}, [], tmp_path / "out", Console(quiet=True))
    run = read_run(folder)
    assert told(check("## Make it\n\n1. Go by **From scratch**.\n", run)) == []
    verdict = check("## Make it\n\n1. Go by **From Scratch**.\n", run)
    assert told(verdict) == [("label", "note", 3)]
    assert verdict.findings[0].suggestion == "Write **From scratch**."
