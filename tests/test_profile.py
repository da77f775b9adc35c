"""`--profile`: a page that shows where the time of a run went, however the run ended."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from support.cli_calls import call
from support.http_site import served

from runwright.cli.profile_page import profile_page
from runwright.engine.spans import TimeSpan, recording, rename, span, timed

BOOK = """name: Look
sites: {{ shop: {{ url: {address} }} }}
sections:
  - name: Look at the shop
    open: shop /
    steps:
      - expect: heading "{heading}"
        timeout: 0.1s
"""


@pytest.mark.parametrize(("heading", "code"), [("Shop", 0), ("Nothing like it", 1)])
def test_the_profile_has_every_step_of_a_run(heading: str, code: int, tmp_path: Path) -> None:
    with served({"/": "<!doctype html><title>Shop</title><h1>Shop</h1>"}) as address:
        (tmp_path / "look.yaml").write_text(BOOK.format(address=address, heading=heading), "utf-8")
        done = call("run", "look.yaml", "--yes", "--profile", "time.html", cwd=tmp_path)
    assert done.returncode == code, done.stdout + done.stderr
    assert "profile   time.html" in done.stderr
    titles = re.findall(r"<title>(.*?)</title>", (tmp_path / "time.html").read_text("utf-8"))
    spans = [html.unescape(each) for each in titles[1:]]
    for name in ("1  Open shop /", f'2  Verify heading "{heading}"', "Look at the shop", "taking the screenshot"):
        assert any(each.startswith(name) for each in spans), f"{name} is not in {spans}"
    assert len(spans) > 10


def test_a_profile_that_cannot_be_written_is_refused_before_the_run(tmp_path: Path) -> None:
    done = call("run", "slack-alerts", "--yes", "--profile", "nowhere/time.html", cwd=tmp_path)
    assert done.returncode == 2 and "nowhere/time.html: No such file or directory" in done.stderr, done.stderr
    assert not (tmp_path / "screenshots").exists()


def test_a_span_holds_what_is_done_in_it_even_if_that_fails() -> None:
    @timed("acting")
    def act() -> None:
        rename("step", "1  Click")
        raise ValueError

    with recording() as recorder:
        with pytest.raises(ValueError), span("1", "step"):
            act()
        with span("2", "step"):
            pass
        root = recorder.close()
    assert [each.name for each in root.inner] == ["1  Click", "2"]
    first, second = root.inner
    assert [each.kind for each in first.inner] == ["acting"] and second.inner == []
    assert 0 <= first.start <= first.inner[0].start <= first.inner[0].end <= first.end <= second.start <= root.end  # type: ignore[operator]


def test_names_of_steps_are_text_in_the_page() -> None:
    root = TimeSpan("run", "run", 0.0, 2.0, [TimeSpan('1  Fill textbox "<b>"', "step", 0.5, 1.5)])
    page = profile_page(root, "Profile of <i>")
    assert "<b>" not in page and "<i>" not in page and "&lt;b&gt;" in page
    assert ">1.00 s<" in page
