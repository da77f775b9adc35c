"""No form of a secret's value is written, and nothing else is removed."""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runwright.engine.secrets.credential_patterns import CredentialPattern
from runwright.engine.secrets.scrub import Scrubber
from runwright.engine.secrets.shipped_credentials import SHIPPED, with_shipped
from runwright.evidence.events import StepEvent
from runwright.evidence.journal import read, verified_digest
from runwright.evidence.verify import verify

SECRET = "s3/cr+et \"v'a&l<ü>e~9"


def scrubbed(text: str) -> str:
    scrubber = Scrubber()
    scrubber.register("token", SECRET)
    return scrubber.text(text)


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        json.dumps(SECRET),
        json.dumps(SECRET, ensure_ascii=False),
        json.dumps(SECRET).replace("/", "\\/"),
        html.escape(SECRET),
        html.escape(SECRET).replace("&quot;", "&#34;").replace("&#x27;", "&#39;"),
        quote(SECRET),
        quote(SECRET, safe=""),
        quote_plus(SECRET),
        quote(SECRET, safe="!~*'()"),
        urlencode({"back": f"https://a.example/?x={quote(SECRET, safe='')}"}),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"x:{SECRET}:y".encode()).decode(),
    ],
)
def test_every_form_of_a_secret_is_removed(form: str) -> None:
    assert "‹secret token›" in scrubbed(f"before {form} after")


@given(st.text(min_size=8), st.binary(max_size=4), st.binary(max_size=4))
@example("0000000\r", b"", b"")
def test_base64_of_any_value_at_any_offset_is_removed(value: str, before: bytes, after: bytes) -> None:
    if not value.strip() or len(value.encode("utf-8", "replace")) < 8 or any("\ud800" <= s <= "\udfff" for s in value):
        return
    scrubber = Scrubber()
    scrubber.register("token", value)
    assert "‹secret token›" in scrubber.text(base64.b64encode(before + value.encode() + after).decode())


def test_scrubbed_text_is_not_scrubbed_again() -> None:
    once = scrubbed(f"https://a.example/?code=abc123&state={quote(SECRET, safe='')} {SECRET}")
    assert scrubbed(once) == once


def test_a_short_value_is_removed_without_breaking_the_chain(make: Callable[..., Any]) -> None:
    made = make(secrets={"pin": "12", "code": "0", "year": "2026"})
    made.begin()
    made.section()
    made.step("Type 12 into the field")
    for number in range(12):
        made.step(f"Step {number}")
    made.end()
    assert verify(made.path, digest=made.digest).good
    step = next(event for event in read(made.path / "events.jsonl") if isinstance(event, StepEvent))
    assert "12" not in step.name and step.name.startswith("Type ‹secret pin›")
    assert verified_digest(made.path / "events.jsonl") == made.digest


@pytest.mark.quick(3)
@pytest.mark.parametrize("value", ["a", "e", "done", "steps", "click", "run", "before", "yaml", "book", "1"])
def test_an_ordinary_word_as_a_secret_does_not_change_the_format(
    value: str, play: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORD", value)
    played = play(
        {"/": "<title>A</title><h1>A</h1><button onclick=\"alert('done')\">Save</button>"},
        """name: Save
sites: { shop: { url: https://shop.example, simulator: site } }
secrets: { word: { description: A word } }
sections:
  - name: Save
    open: shop /
    steps:
      - click: button "Save"
        screenshot: control
      - click: button "Nothing"
        timeout: 1s
""",
        secrets={"word": "env:WORD"},
    )
    assert verify(played.result.folder, digest=played.result.digest).good
    assert [event["kind"] for event in played.events("dialog")] == ["alert"]
    assert [event["verb"] for event in played.events("step")] == ["open", "click", "click"]
    assert played.events("end")[0]["status"] == "failed"
    assert (played.result.folder / "report.html").is_file()


def test_a_secret_in_the_procedure_is_removed_and_the_report_mentions_it(make: Callable[..., Any]) -> None:
    made = make(secrets={"title": "name: Alerts"})
    made.begin()
    made.section()
    made.step()
    made.end()
    assert b"name: Alerts" not in (made.path / "procedure" / "alerts.yaml").read_bytes()
    assert verify(made.path).good
    assert "A secret value was removed from procedure/alerts.yaml" in (made.path / "report.html").read_text("utf-8")
    (made.path / "procedure" / "alerts.yaml").write_text("other")
    assert not verify(made.path).good


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("xoxb-1234567890-abcDEF", ["slack token"]),
        ("xoxe.xoxp-1-abcdefghijk", ["slack token"]),
        ("xapp-1-A000-123-abcdef", ["slack token"]),
        ("https://hooks.slack.com/services/T00/B00/abcdef", ["slack webhook"]),
        ("u=https%3A%2F%2Fhooks.slack.com%2Fservices%2FT00%2FB00%2Fabcdef", ["slack webhook"]),
        ("https://a.example/?code=abcdef&state=ghijkl", ["code", "state"]),
        ("https://a.example/?to=%2Fback%3Fcode%3Dabcdef%26state%3Dghijkl&x=1", ["code", "state"]),
        ("https://a.example/#state=abcdef", ["state"]),
        (f"ghp_{'abcdef' * 6} and github_pat_11{'abcdef' * 5}", ["github token", "github token"]),
        ("glpat-abcdefghijklABCDEF12", ["gitlab token"]),
        (f"AIza{'abcdefg' * 5}", ["google api key"]),
        (f"sk_live_{'abcdef' * 4}", ["stripe key"]),
        (f"SG.{'a' * 16}abcdef.{'b' * 37}abcdef", ["sendgrid key"]),
        ("the zip code=1234 and no address", []),
    ],
)
def test_undeclared_credentials_are_removed(text: str, names: list[str]) -> None:
    assert [name for name, _ in SHIPPED.find(text)] == names
    cleaned = Scrubber().text(text)
    assert ("abcdef" in cleaned or "ghijkl" in cleaned) is False
    assert cleaned.count("‹secret") == len(names)


def test_another_format_is_scrubbed_like_those_that_ship() -> None:
    scrubber = Scrubber(with_shipped(CredentialPattern("acme token", r"acme_[a-z]{8}(_[a-z]+)?")))
    assert scrubber.text("acme_abcdefgh_x and xoxb-1234567890-abc") == "‹secret acme token› and ‹secret slack token›"
    assert scrubber.secrets_in(b"one acme_abcdefgh there") == ["acme token"]
    assert Scrubber().text("acme_abcdefgh") == "acme_abcdefgh"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [("(", "invalid"), ("(?P<one>a)", "groups"), (r"(a)\1", "groups"), ("a*", "empty"), ("secret a", "replacement")],
)
def test_a_pattern_that_cannot_be_joined_is_refused(pattern: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        CredentialPattern("acme", pattern)


@pytest.mark.parametrize("end", [",", ".", ";", ":", "!", "?", ")", ").", '"', "'", ">", ""])
@pytest.mark.parametrize("before", ["https://a.example/?code=", "https://a.example/?x=1&state=", "?to=%2Fb%3Fcode%3D"])
def test_punctuation_after_an_address_stays(before: str, end: str) -> None:
    name = "state" if "state" in before else "code"
    value = "4/0Ab.c,d;e:f!g?h)i-_~"
    expected = f"{before}‹secret {name}›{end} which is outside the sites"
    assert Scrubber().text(f"{before}{value}{end} which is outside the sites") == expected


def test_a_secret_in_a_file_name_is_removed_in_any_spelling(make: Callable[..., Any]) -> None:
    made = make(secrets={"token": "hunter-two"})
    made.begin()
    made.section()
    for name in ("Fill hunter-two in", "Fill Hunter-Two in", "Fill HUNTER TWO in"):
        made.step(name)
    made.end()
    assert not [path.name for path in made.path.iterdir() if "hunter-two" in path.name]
    assert verify(made.path).good
