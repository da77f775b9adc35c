"""The page about the simulators shows exactly the pages that they have."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, meta
from support.simulator_walk import PAGE_STATES

import runwright.rehearsal

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "simulators.md"
"""The page under test. Its screenshots are in `images/rehearsal`, relative to it."""
IMAGES = "../images/rehearsal"


def test_every_page_state_has_a_screenshot_in_the_docs() -> None:
    names = {state.name for state in PAGE_STATES}
    shown = re.findall(rf"!\[[^]]+\]\({re.escape(IMAGES)}/([\w-]+)\.png\)", PAGE.read_text("utf-8"))
    assert len(shown) == len(names) and set(shown) == names
    assert {path.stem for path in (PAGE.parent / IMAGES).glob("*.png")} == names


def test_every_template_belongs_to_a_page_state() -> None:
    for site in ("slack", "wandb"):
        folder = Path(runwright.rehearsal.__file__).parent / site / "templates"
        texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        used: set[str] = set()
        ahead = {state.template for state in PAGE_STATES if state.name.startswith(site)}
        while ahead:
            used |= ahead
            parsed = (Environment().parse(texts[name]) for name in ahead)
            ahead = {str(name) for each in parsed for name in meta.find_referenced_templates(each)} - used
        assert sorted({*texts} - used) == [], "no screenshot and no axe-core test covers these templates"
