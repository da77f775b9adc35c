"""The benchmark tools work. Only `make bench` measures; no test asserts a time."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import bar_chart, large_pages, many_runs, measure, page_growth, phases, site  # noqa: E402
from runwright.engine.spans import recording, timed  # noqa: E402


@pytest.mark.slow
def test_both_sides_perform_the_same_steps_and_the_phases_add_up(tmp_path: Path) -> None:
    with site.served() as origin:
        runs = measure.Runs(origin, tmp_path)
        pairs = runs.pairs(4, 1)
        seconds = runs.phases(4)
    assert pairs.ratio > 0 and all(each.memory > 0 for each in (*pairs.ours, *pairs.theirs))
    by_hand, ours = (len(list(tmp_path.glob(f"{name}-*/**/*.png"))) for name in ("theirs", "ours"))
    assert by_hand == 4 + 2, "one screenshot per step, one before and one after"
    assert ours == by_hand
    assert {phases.OUTSIDE, "acting", "taking the screenshot", "the run loop"} < set(seconds)
    assert min(seconds.values()) > 0


def test_time_counts_for_the_innermost_phase_only() -> None:
    acting = timed("acting")(lambda: sum(range(200_000)))
    settling = timed("settling")(lambda: [acting() for _ in range(3)])
    with recording() as recorder:
        settling()
        root = recorder.close()
    seconds = phases.by_phase(root)
    assert seconds["acting"] > 10 * seconds["settling"] > 0
    assert sum(seconds.values()) == pytest.approx(root.seconds)


def test_the_chart_has_a_segment_for_each_phase() -> None:
    chart = bar_chart.stacked_bar("Time", {"a & b": {"one": 1.0, "two": 3.0}, "c": {"one": 2.0}})
    boxes = [each for each in ElementTree.fromstring(chart).iter() if each.tag.endswith("rect") and len(each)]
    widths = [float(each.attrib["width"]) for each in boxes]
    assert widths[1] == pytest.approx(3 * widths[0], rel=0.01) and widths[2] == pytest.approx(2 * widths[0], rel=0.01)


def test_a_failing_command_raises_instead_of_being_measured() -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        measure.timed_process([sys.executable, "-c", "raise SystemExit(3)"])


def test_a_start_beyond_the_limit_ends_the_measurement(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(many_runs, "start", lambda: many_runs.START_LIMIT + 0.01)
    monkeypatch.setattr(sys, "argv", ["many_runs.py"])
    assert many_runs.main() == 1
    assert "The limit is 0.5 s." in capsys.readouterr().out


def test_the_exponent_of_growth_is_the_slope_of_the_logarithms() -> None:
    assert page_growth.exponent((10, 1000, 20_000), (10, 1000, 20_000)) == pytest.approx(1)
    assert page_growth.exponent((10, 1000, 20_000), (3, 3, 3)) == pytest.approx(0)
    assert page_growth.exponent((10, 100), (1, 100)) == pytest.approx(2)


def test_the_part_on_large_pages_replaces_the_one_before() -> None:
    page = "# Benchmarks\n\nFirst.\n\n## Large pages\n\nOld.\n\n## Where the time goes\n\nLast.\n"
    changed = large_pages.replaced(page, [large_pages.TITLE, "", "New."])
    assert changed == page.replace("Old.", "New.")
    assert large_pages.replaced("# Benchmarks\n", [large_pages.TITLE]) == "# Benchmarks\n\n## Large pages\n"


@pytest.mark.slow
def test_the_short_flow_has_the_same_effects_on_both_sides(tmp_path: Path) -> None:
    pairs = measure.short_flow(tmp_path, 1)
    assert pairs.ratio > 0
    by_hand = len(list((tmp_path / "by-hand").glob("*.png")))
    ours = len(list(tmp_path.glob("screenshots/name/*/*.png")))
    assert (by_hand, ours) == (5, 2 * 6), "of the script the last time, of runwright each time"


@pytest.mark.slow
def test_a_check_is_measured_against_a_look(tmp_path: Path) -> None:
    with site.served() as origin:
        pairs = measure.check_in_sync(origin, tmp_path, 1)
    assert pairs.ratio > 0 and len(list((tmp_path / "looked").glob("*.png"))) == 2
