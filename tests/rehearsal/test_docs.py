"""docs/rehearsal.md shows every page that there is, and shows none that there is not."""

from __future__ import annotations

import re
from pathlib import Path

from rehearsal.walk import SIGHTS

DOCS = Path(__file__).parents[2] / "docs"


def test_every_page_has_its_picture_and_its_place() -> None:
    names = {sight.name for sight in SIGHTS}
    shown = re.findall(r"!\[[^]]+\]\(pictures/rehearsal/([\w-]+)\.png\)", (DOCS / "rehearsal.md").read_text("utf-8"))
    assert len(shown) == len(names) and set(shown) == names
    assert {path.stem for path in (DOCS / "pictures" / "rehearsal").glob("*.png")} == names
