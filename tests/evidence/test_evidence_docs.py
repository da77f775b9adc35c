"""The reference of the journal describes what runs write: the same events, with the same fields in the same order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from support.site_pages import Played

from runwright.cli.journal_examples import EXAMPLES
from runwright.evidence.events import KINDS
from runwright.evidence.folder_layout import DERIVED, LATER

DOCS = Path(__file__).parents[2] / "docs"
JOURNAL_PAGE = DOCS / "reference" / "journal.md"
SCHEMA = DOCS / "reference" / "journal.schema.json"
EVIDENCE_PAGE = DOCS / "explanation" / "evidence.md"

BOOK = """
sections:
  - name: S
    open: shop /
    ready: heading "A"
    done_when: text "Gone"
    steps:
      - click: button "Go"
        changes: true
"""


def fields(data: Any) -> Any:
    """The names of an event's fields, in order and at every level; of a list, those of its first entry."""
    if isinstance(data, dict):
        return {key: fields(value) for key, value in data.items()}
    if isinstance(data, list):
        return [fields(data[0])] if data and isinstance(data[0], dict) else []
    return None


def alike(documented: Any, written: Any) -> bool:
    """Whether names and order agree wherever both have content."""
    if isinstance(documented, dict) and isinstance(written, dict):
        same = list(documented) == list(written)
        return same and all(alike(documented[key], written[key]) for key in documented)
    if isinstance(documented, list) and isinstance(written, list) and documented and written:
        return alike(documented[0], written[0])
    return True


def documented() -> dict[str, Any]:
    blocks = re.findall(r"```json\n(.*?)\n```", JOURNAL_PAGE.read_text("utf-8"), flags=re.S)
    events = [json.loads(block) for block in blocks]
    return {event["event"]: event for event in events if "event" in event}


@pytest.mark.usefixtures("short_limits")
def test_every_event_is_documented_as_it_is_written(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><button onclick=\"this.textContent='Gone'\">Go</button>"
    played = play({"/": page}, BOOK)
    examples = documented()
    assert list(examples) == ["run", "section", "intent", "step", "section-ended", "end"]
    for event in played.events():
        kind = event["event"]
        if kind not in examples:  # the other events have a table of their own
            continue
        # the names of inputs and sites come from the runbook
        for own in ("inputs", "sites", "guide", "versions", "reports"):
            if own in event:
                event[own] = examples[kind][own] = {}
        assert alike(fields(examples[kind]), fields(event)), kind


@pytest.mark.usefixtures("short_limits")
def test_what_runs_write_matches_the_schema(play: Callable[..., Played]) -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    page = "<title>A</title><h1>A</h1><button onclick=\"alert('x'); this.textContent='Gone'\">Go</button>"
    for event in play({"/": page}, BOOK).events():
        assert [error.message for error in validator.iter_errors(event)] == [], event["event"]
        broken = dict(event)
        del broken["time"]
        assert list(validator.iter_errors(broken)), "the schema accepts an event without its time"


def test_every_kind_of_event_has_one_example() -> None:
    assert sorted(type(each).__name__ for each in EXAMPLES) == sorted(each.__name__ for each in KINDS)


def test_the_examples_in_tables_are_json() -> None:
    examples = re.findall(r"`(\{.*?\})` \|$", JOURNAL_PAGE.read_text("utf-8"), flags=re.M)
    assert len(examples) == 22
    assert all(json.loads(example)["event"] for example in examples)


def test_the_page_for_auditors_names_every_file_and_shows_a_screenshot() -> None:
    text = EVIDENCE_PAGE.read_text("utf-8")
    for name in (*DERIVED, *LATER, "events.jsonl", "procedure/", "downloads/"):
        assert f"`{name}`" in text, name
    (image,) = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert (EVIDENCE_PAGE.parent / image).is_file()
