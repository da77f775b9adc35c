"""A pattern holds neither a page nor a run: by name, by value, by text, on texts that take other engines for ever."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.http_site import served

import runwright

LETTERS = "a" * 48
LONG = "a" * 20_000
PAGE = f"""<!doctype html><title>{LETTERS}!</title><h1>Ready</h1>
<button>{LETTERS}!</button><label>Token <input value="{LETTERS}!"></label><p>{LETTERS}!</p>
<label>Long <textarea>{LONG}</textarea></label><p>{LONG}</p>
<table><tr><td>{LETTERS}!</td><td>1</td></tr></table>"""
EVIL = ("(a+)+$", "a.*a.*a.*a.*b")
PLACES = (
    "no button /{}/",
    'no textbox "Token" [value /^{}/]',
    'no textbox "Long" [value /^{}b/]',
    "no text /^{}b/",
    'no cell "1" in row /{}b/',
    "no heading /^{}b/",
)


@pytest.mark.slow
@pytest.mark.parametrize("evil", EVIL)
def test_a_pattern_holds_neither_a_page_nor_a_run(
    tmp_path: Path, shared_browser: Callable[[], Browser], evil: str
) -> None:
    """Every condition is answered: a page that is held for 35 seconds would be closed, and its step fail."""
    steps = "".join(f"      - expect: {place.format(evil)}\n" for place in PLACES)
    with served({"/": PAGE}) as url:
        path = tmp_path / "look.yaml"
        path.write_text(
            f'name: Look\nsites: {{ s: {{ url: "{url}" }} }}\n'
            f'sections:\n  - name: Look\n    open: s /\n    ready: heading "Ready"\n    steps:\n{steps}',
            "utf-8",
        )
        result = runwright.run(path, options=runwright.RunOptions(tmp_path / "out", browser=shared_browser()))
    assert result.exit == 0, result.reason
    assert len(result.steps) > len(PLACES)
