"""The known limits of the search for secrets, as docs/explanation/secrets.md lists them: each test is to fail."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest
from support.site_pages import Played

from runwright.engine.secrets.scrub import Scrubber

Play = Callable[..., Played]
ROOT = Path(__file__).parents[1]
VALUE = "Wq7hZk29LmPx"
BOOK = """name: Keys
browser: { window: 900x420 }
sites: { shop: { url: https://shop.example, simulator: site } }
secrets: { key: { description: A key, from: env:PAGE_KEY } }
sections:
  - name: Look
    open: shop /
    steps:
      - hover: heading "Keys"
"""


def scrubbed(value: str, text: str) -> str:
    scrubber = Scrubber()
    scrubber.register("key", value)
    return scrubber.text(text)


def redacted(play: Play, page: str, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setenv("PAGE_KEY", VALUE)
    played = play({"/": f"<title>Keys</title><h1>Keys</h1>{page}"}, BOOK)
    assert played.result.exit == 0, played.message
    (screenshot,) = played.events("step")[-1]["screenshots"]
    return bool(screenshot["redacted"] or screenshot["withheld"])


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="what a page draws is no text")
def test_a_secret_on_a_canvas(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    page = f"<canvas id=drawn></canvas><script>drawn.getContext('2d').fillText('{VALUE}', 9, 20)</script>"
    found = redacted(play, page, monkeypatch)
    assert found


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="no script can read a closed web component")
def test_a_secret_in_pieces_in_a_closed_web_component(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = f"<b>{VALUE[:5]}</b><i>{VALUE[5:]}</i>"
    page = f"<p id=host></p><script>host.attachShadow({{ mode: 'closed' }}).innerHTML = '{inner}'</script>"
    found = redacted(play, page, monkeypatch)
    assert found


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="a small part of a value occurs by chance")
def test_a_part_of_a_secret() -> None:
    assert VALUE[-5:] not in scrubbed(VALUE, f"the key that ends in {VALUE[-5:]}")


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="there are more encodings than can be decoded")
def test_an_encoding_that_is_not_named() -> None:
    coded = codecs.encode(VALUE, "rot13")
    assert coded not in scrubbed(VALUE, coded)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="any text has the letters of a value in their order")
def test_letters_between_those_of_a_secret() -> None:
    numbered = " ".join(f"{number}:{letter}" for number, letter in enumerate(VALUE))
    assert numbered not in scrubbed(VALUE, numbered)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="letters are compared, not their shapes")
def test_letters_that_look_alike() -> None:
    twins = {"a": "\u0430", "e": "\u0435", "o": "\u043e", "p": "\u0440"}
    alike = "".join(twins.get(each, each) for each in "ope-aTKx-peao")
    assert alike not in scrubbed("ope-aTKx-peao", alike)


@pytest.mark.xfail(strict=True, raises=AssertionError, reason="ordinary words would be cut into pieces")
def test_a_short_value_inside_a_word() -> None:
    assert "admin" not in scrubbed("admin", "myadministrator")


def test_the_list_in_the_documentation_is_the_list_of_these_tests() -> None:
    page = (ROOT / "docs" / "explanation" / "secrets.md").read_text("utf-8")
    listed = [line.split("`")[1] for line in page.splitlines() if line.endswith("` |")]
    marked = [name for name, each in globals().items() if getattr(each, "pytestmark", None)]
    assert listed == marked
