"""The page on the journal says what runs write: the same events, the same fields in the same order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from support.site_pages import Played

from runwright.evidence.seal import MADE
from runwright.evidence.verify import LATER

DOCS = Path(__file__).parents[2] / "docs"

BOOK = """
sections:
  - title: S
    open: shop /
    ready: heading "A"
    done_when: text "Gone"
    steps:
      - click: button "Go"
        commits: true
"""


def fields(data: Any) -> Any:
    """The names in an event, in order, down through what it holds; of a list, those of its first entry."""
    if isinstance(data, dict):
        return {key: fields(value) for key, value in data.items()}
    if isinstance(data, list):
        return [fields(data[0])] if data and isinstance(data[0], dict) else []
    return None


def alike(documented: Any, written: Any) -> bool:
    """Whether names and order agree, wherever both hold something."""
    if isinstance(documented, dict) and isinstance(written, dict):
        same = list(documented) == list(written)
        return same and all(alike(documented[key], written[key]) for key in documented)
    if isinstance(documented, list) and isinstance(written, list) and documented and written:
        return alike(documented[0], written[0])
    return True


def documented() -> dict[str, Any]:
    blocks = re.findall(r"```json\n(.*?)\n```", (DOCS / "journal.md").read_text("utf-8"), flags=re.S)
    events = [json.loads(block) for block in blocks]
    return {event["event"]: event for event in events if "event" in event}


def test_every_event_is_documented_as_it_is_written(play: Callable[..., Played]) -> None:
    page = "<title>A</title><h1>A</h1><button onclick=\"this.textContent='Gone'\">Go</button>"
    played = play({"/": page}, BOOK)
    told = documented()
    assert list(told) == ["run", "section", "intent", "step", "section-ended", "end"]
    for event in played.events():
        kind = event["event"]
        if kind not in told:  # the events in between have a table of their own
            continue
        # names and values of inputs, secrets and sites are the runbook's own
        for own in ("inputs", "sites", "guide", "versions"):
            if own in event:
                event[own] = told[kind][own] = {}
        assert alike(fields(told[kind]), fields(event)), kind


def test_examples_in_tables_are_json() -> None:
    examples = re.findall(r"`(\{.*?\})` \|$", (DOCS / "journal.md").read_text("utf-8"), flags=re.M)
    assert len(examples) == 14
    assert all(json.loads(example)["event"] for example in examples)


def test_the_page_for_auditors_names_every_file_and_shows_a_picture() -> None:
    text = (DOCS / "evidence.md").read_text("utf-8")
    for name in (*MADE, *LATER, "events.jsonl", "procedure/", "downloads/"):
        assert f"`{name}`" in text, name
    (shown,) = re.findall(r"!\[.*?\]\((.*?)\)", text)
    assert (DOCS / shown).is_file()
