"""`runwright rehearsal --list`: every scenario with a sentence, and all of them together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runwright.rehearsal.registry import KINDS
from runwright.rehearsal.rehearsal import Rehearsal, all_scenarios

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def listed() -> list[str]:
    """The lines that the command prints."""
    shown = subprocess.run(
        [sys.executable, "-m", "runwright", "rehearsal", "--list"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return shown.stdout.splitlines()


def test_every_scenario_is_listed_once_with_a_sentence(listed: list[str]) -> None:
    told = {name: sentence.strip() for name, _, sentence in (line.partition(" ") for line in listed)}
    assert told == all_scenarios(KINDS) and len(listed) == len(told)
    for name, sentence in told.items():
        assert sentence[0].isupper() and sentence.endswith(".") and len(sentence.split()) > 3, name
    assert len(set(told.values())) == len(told), "two scenarios say the same"
    assert [line.split(" ")[0] for line in listed] == sorted(told)


def test_no_two_stand_ins_have_a_scenario_of_one_name() -> None:
    names = [name for kind in KINDS.values() for name in kind.scenarios]
    assert sorted(names) == sorted(set(names))


def test_what_is_listed_can_be_played_all_at_once(listed: list[str]) -> None:
    names = [line.split(" ")[0] for line in listed]
    with Rehearsal(names) as rehearsal:
        rehearsal.add("wandb", "https://wandb.acme.example", {"admin_pages": "console"})
        assert rehearsal.world.scenarios == set(names)
        with rehearsal.world.client() as client:
            for address in ("https://api.slack.com/apps", "https://slack.com/signin"):
                assert client.get(address, follow_redirects=True).status_code == 200
