"""The benchmark's tools do what they say; their numbers are measured by `make bench`, never in a test."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import many_runs, measure, phases, picture, site  # noqa: E402


@pytest.mark.parametrize("place", [place for places in phases.PHASES.values() for place in places])
def test_each_phase_names_a_function_that_is_there(place: str) -> None:
    assert callable(phases.find(place)[2])


def test_both_do_the_same_and_the_phases_add_up(tmp_path: Path) -> None:
    with site.served() as origin:
        runs = measure.Runs(origin, tmp_path)
        pairs = runs.pairs(4, 1)
        spent = runs.phases(4)
    assert pairs.ratio > 0 and all(each.memory > 0 for each in (*pairs.ours, *pairs.theirs))
    by_hand, ours = (len(list(tmp_path.glob(f"{name}-*/**/*.png"))) for name in ("theirs", "ours"))
    assert by_hand == 4 + 2, "a picture a step, one before and one after"
    assert ours == by_hand
    assert set(spent) == {phases.OUTSIDE, *phases.PHASES} and min(spent.values()) > 0


def test_time_goes_to_the_innermost_phase_alone() -> None:
    clock = phases.Clock()
    inner = clock.timed("acting", lambda: sum(range(200_000)))
    clock.timed("settling", lambda: [inner() for _ in range(3)])()
    seconds = clock.stop()
    assert seconds["acting"] > 10 * seconds["settling"] > 0


def test_the_picture_has_a_bar_for_each_phase() -> None:
    drawn = picture.stacked_bar("Time", {"a & b": {"one": 1.0, "two": 3.0}, "c": {"one": 2.0}})
    boxes = [each for each in ElementTree.fromstring(drawn).iter() if each.tag.endswith("rect") and len(each)]
    widths = [float(each.attrib["width"]) for each in boxes]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.01) and widths[2] == pytest.approx(2 * widths[0], rel=0.01)


def test_a_command_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure.spent([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_rehearsal_that_starts_too_slowly_ends_the_measurement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(many_runs, "start", lambda: many_runs.START + 0.01)
    monkeypatch.setattr(sys, "argv", ["many_runs.py"])
    assert many_runs.main() == 1
    assert "It may take 0.5 s." in capsys.readouterr().out
