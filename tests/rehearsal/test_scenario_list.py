"""`runwright simulator --list`: every scenario with a sentence; all scenarios together."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from runwright.rehearsal.registry import SHIPPED
from runwright.rehearsal.rehearsal import Rehearsal, all_scenarios

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def listed() -> list[str]:
    """The lines of the output of `runwright simulator --list`."""
    done = subprocess.run(
        [sys.executable, "-m", "runwright", "simulator", "--list"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_every_scenario_is_listed_once_with_a_sentence(listed: list[str]) -> None:
    sentences = {name: sentence.strip() for name, _, sentence in (line.partition(" ") for line in listed)}
    assert sentences == all_scenarios(SHIPPED) and len(listed) == len(sentences)
    for name, sentence in sentences.items():
        assert sentence[0].isupper() and sentence.endswith(".") and len(sentence.split()) > 3, name
    assert len(set(sentences.values())) == len(sentences), "two scenarios have the same sentence"
    assert [line.split(" ")[0] for line in listed] == sorted(sentences)


def test_scenario_names_are_unique_across_simulators() -> None:
    names = [name for kind in SHIPPED.values() for name in kind.scenarios]
    assert sorted(names) == sorted(set(names))


def test_all_listed_scenarios_work_together(listed: list[str]) -> None:
    names = [line.split(" ")[0] for line in listed]
    with Rehearsal(names) as rehearsal:
        rehearsal.add("wandb", "https://wandb.acme.example", {"admin_pages": "console"})
        assert rehearsal.context.scenarios == set(names)
        with rehearsal.context.client() as client:
            for address in ("https://api.slack.com/apps", "https://slack.com/signin"):
                assert client.get(address, follow_redirects=True).status_code == 200
