"""The security pages name tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = (ROOT / "docs" / "explanation" / "security.md", ROOT / "SECURITY.md")
_NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_protection_names_a_test_that_exists() -> None:
    named = [found for page in PAGES for found in _NAMED.findall(page.read_text("utf-8"))]
    assert len(named) >= 30
    for file, name in named:
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        known = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in known and name.startswith("test_"), f"{file} has no test {name}"


def test_every_line_of_what_is_protected_names_its_test() -> None:
    text = PAGES[0].read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ") and line.split("|")[1].strip() in WHO]
    assert len(rows) >= 30
    without = [row for row in rows if not _NAMED.search(row) and row.count("|") == 4]
    assert not without, without


WHO = ("page", "author", "holder", "accident")
