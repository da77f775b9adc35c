"""docs/rehearsal.md shows every page that there is, and shows none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, meta
from support.simulator_walk import SIGHTS

import runwright.rehearsal

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_has_its_picture_and_its_place() -> None:
    names = {sight.name for sight in SIGHTS}
    shown = re.findall(r"!\[[^]]+\]\(pictures/rehearsal/([\w-]+)\.png\)", (DOCS / "rehearsal.md").read_text("utf-8"))
    assert len(shown) == len(names) and set(shown) == names
    assert {path.stem for path in (DOCS / "pictures" / "rehearsal").glob("*.png")} == names


def test_every_template_is_part_of_a_page_that_is_shown() -> None:
    for site in ("slack", "wandb"):
        folder = Path(runwright.rehearsal.__file__).parent / site / "templates"
        texts = {path.name: path.read_text("utf-8") for path in folder.iterdir()}
        seen: set[str] = set()
        ahead = {sight.template for sight in SIGHTS if sight.name.startswith(site)}
        while ahead:
            seen |= ahead
            parsed = (Environment().parse(texts[name]) for name in ahead)
            ahead = {str(used) for each in parsed for used in meta.find_referenced_templates(each)} - seen
        assert sorted({*texts} - seen) == [], "no picture, and no look by axe-core, has these"
