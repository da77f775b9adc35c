"""The shipped guide compared with simulators in drift scenarios: each drift yields a finding on its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.alert_rehearsal import only
from support.site_pages import Quiet

from runwright.engine.run import builtin_steps
from runwright.engine.run.launcher import execute
from runwright.engine.run.options import RunOptions, RunSetup
from runwright.engine.run.plan import make_plan
from runwright.guide.match.compare import compare
from runwright.guide.match.observations import read_run
from runwright.guide.parse.guide_reader import read_guide
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.rehearsal.lifecycle import join

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
GUIDE = read_guide(ROOT / "docs" / "guides" / "slack-alerts.en.md")
REDIRECT = ("Create the Slack app", "Register the redirect URL")
REGISTER = ("Create the Slack app", "Read the app's Client ID", "Register the app in the System Console")
CONNECT = ("Connect Slack in W&B",)


@pytest.mark.parametrize(
    ("scenario", "sections", "kind", "guide_text", "new"),
    [
        ("slack-drift-renamed", REDIRECT, "label", "Save URLs", "Save Redirect URLs"),
        ("slack-drift-removed", REDIRECT, "label", "Add New Redirect URL", None),
        ("slack-drift-doubled", REDIRECT, "ambiguous", "Save URLs", None),
        ("wandb-drift-renamed", CONNECT, "label", "Connect Slack", "Link Slack"),
        ("wandb-drift-moved", REGISTER, "label", "Slack", None),
        ("wandb-drift-removed", REGISTER, "label", "Slack Secret", None),
        ("wandb-drift-doubled", CONNECT, "ambiguous", "Connect Slack", None),
        ("slack-drift-moved", REDIRECT, None, None, None),
    ],
)
def test_each_drift_yields_a_finding_on_its_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    shared_browser: Callable[[], Browser],
    scenario: str,
    sections: tuple[str, ...],
    kind: str | None,
    guide_text: str | None,
    new: str | None,
) -> None:
    monkeypatch.setattr(builtin_steps, "READY", 6.0)
    path = tmp_path / "slack-alerts.yaml"
    path.write_text(only(sections).replace("timeout: 30s", "timeout: 6s"), "utf-8")
    plan = make_plan(load(path, vocabulary()), {}, {}, True)
    with join(plan, None, [scenario]) as rehearsal:
        options = RunOptions(tmp_path / "out", browser=shared_browser())
        run = read_run(execute(RunSetup(plan, options, Quiet(), rehearsal)).folder)
    assert (run.status == "changed") is (kind is None)
    findings = compare(GUIDE, None, [run]).findings
    assert [(finding.kind, finding.guide_text, finding.new) for finding in findings] == (
        [(kind, guide_text, new)] if kind else []
    )
    assert all(str(guide_text) in GUIDE.lines[finding.line - 1] for finding in findings)
