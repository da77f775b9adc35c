"""The Slack alerts guides compared with rehearsals of the shipped runbook on both branches."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from support.guide_mutations import mutations

from runwright import RunOptions, rehearse
from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.match.compare import compare
from runwright.guide.match.observations import RunObservations, read_run
from runwright.guide.parse.guide_model import Guide
from runwright.guide.parse.guide_reader import parse_guide, read_guide
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "runbooks" / "slack-alerts.yaml"
OWN = ["slack-alerts.en.md", "slack-alerts.ko.md"]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[RunObservations]:
    """A run on each branch of the runbook."""
    book = load(BOOK, vocabulary())
    options = RunOptions(tmp_path_factory.mktemp("runs"))
    results = [rehearse(book, branch, options=options, probe=True) for branch in book.branches({})]
    found = [read_run(result.folder) for result in results]
    assert [run.status for run in found] == ["changed"] * 2
    return found


def kept(guide: Guide) -> ReviewedItems:
    return ReviewedItems("2026-11-01", {item.address: item.digest for item in guide.items})


@pytest.mark.parametrize("name", OWN)
def test_the_shipped_guides_have_no_findings_on_any_branch(runs: list[RunObservations], name: str) -> None:
    guide = read_guide(ROOT / "docs" / "guides" / name)
    for baseline in (None, kept(guide)):
        for some in (runs, runs[:1], runs[1:]):
            result = compare(guide, baseline, some)
            assert [(finding.line, finding.found) for finding in result.findings] == []
            assert result.not_compared == ()


@pytest.mark.parametrize("reviewed", [True, False], ids=["baseline", "no baseline"])
@pytest.mark.parametrize("name", OWN)
def test_every_mutation_yields_exactly_one_finding(runs: list[RunObservations], name: str, reviewed: bool) -> None:
    made: Counter[str] = Counter()
    guide = read_guide(ROOT / "docs" / "guides" / name)
    baseline = kept(guide) if reviewed else None
    for mutation in mutations(guide, runs):
        findings = compare(parse_guide(guide.path, mutation.text.encode()), baseline, runs).findings
        found = [(finding.kind, finding.line) for finding in findings]
        assert len(found) == 1, f"{name}: {mutation.what} ({mutation.detail}) yields {found}"
        assert found[0][0] == mutation.kind, f"{name}: {mutation.what} ({mutation.detail}) yields {found}"
        assert found[0][1] in mutation.lines, f"{name}: {mutation.what} ({mutation.detail}) yields {found}"
        made[mutation.what] += 1
    print(name, dict(made))
    assert len(made) == 7


DRIFTED = """# Slack alerts

## Make the app

1. Go to https://api.slack.com/apps and press **Create an App**.

    {{< img src="/create.png" alt="The button" >}}

2. Write a name into **App Name**.
3. Choose your workspace.

## Set it up

1. Open **OAth & Permissions** on the left.
2. In Scopes, give the bot **incoming_webhook**.
3. Set the redirect URL to your server's address.
4. Press **Save URLs**.
5. If needed, list addresses below **Restrict API Token Usage**.

## Hand it over

1. Go to **System Settings** or **System Console**.
2. Follow one of these:
    - On **System Console**: open **Settings**, then **Notifications**.
    - On **System Settings**: turn on **Enable a custom Slack application to dispatch alerts**.
3. Fill in **Slack client ID** and **Slack secret** and press **Save**. Both stand in Basic Information.
4. Connect Slack in W&B.
"""


def test_a_drifted_guide_yields_all_findings_and_no_others(runs: list[RunObservations]) -> None:
    result = compare(parse_guide(Path("slack-alerts.en.md"), DRIFTED.encode()), None, runs)
    assert [(f.line, f.kind, f.severity, f.branch) for f in result.findings] == [
        (5, "missing", "warning", None),
        (5, "state", "warning", None),
        (9, "rule", "warning", None),
        (10, "missing", "error", None),
        (10, "ambiguous", "note", None),
        (14, "label", "warning", None),
        (15, "missing", "warning", None),
        (15, "label", "error", None),
        (16, "ambiguous", "warning", None),
        (16, "missing", "warning", None),
        (16, "rule", "warning", None),
        (18, "missing", "error", None),
        (18, "rule", "warning", None),
        (18, "rule", "warning", None),
        (18, "rule", "warning", None),
        (22, "label", "note", None),
        (22, "label", "note", None),
        (24, "label", "note", None),
        (25, "label", "note", None),
        (26, "missing", "warning", None),
        (26, "label", "note", "admin_pages = console"),
        (26, "label", "note", "admin_pages = console"),
        (26, "label", "error", "admin_pages = settings"),
        (26, "ambiguous", "warning", "admin_pages = console"),
        (27, "missing", "error", None),
        (27, "ambiguous", "warning", None),
    ]
    assert [(f.line, f.guide_text, f.suggestion) for f in result.findings if f.kind == "label"] == [
        (14, "OAth & Permissions", "Write **OAuth & Permissions**."),
        (15, "incoming_webhook", "Write **incoming-webhook**."),
        (22, "System Settings", "Write **System settings**."),
        (22, "System Console", "Write **System console**."),
        (24, "System Console", "Write **System console**."),
        (25, "System Settings", "Write **System settings**."),
        (26, "Slack client ID", "With admin_pages = console: write **Slack Client ID**."),
        (26, "Slack secret", "With admin_pages = console: write **Slack Secret**."),
        (26, "Save", "With admin_pages = settings: write **Update settings**."),
    ]
    assert [(f.line, f.key, f.found.split("“")[1].split("”")[0]) for f in result.findings if f.kind == "rule"] == [
        (9, "App names must be 35 characters or fewer.", "W&B alerts for everyone in Acme Corp"),
        (16, "Please use https (for security)", "http://wandb.acme.example"),
        (18, "IPv6 addresses are not supported.", "2001:db8::/32"),
        (18, "Local IP addresses cannot be used.", "10.0.0.0/8"),
        (18, "You can allow up to 10 IP address ranges.", "You can allow up to 10 IP address ranges."),
    ]
    left = next(f for f in result.findings if (f.line, f.kind) == (27, "missing"))
    assert left.suggestion == (
        "Add after this item: choose a channel in **Search for a channel**, then choose **Allow**, "
        "then turn on the switch at **Slack**."
    )
    assert result.not_compared == ()
    for finding in result.findings:
        folder = next(run.folder for run in runs if run.run == finding.run)
        assert finding.screenshot is not None
        assert (folder / finding.screenshot).is_file(), "the screenshot of a finding exists"


def test_a_run_on_one_branch_yields_findings_of_that_branch_only(runs: list[RunObservations]) -> None:
    guide = parse_guide(Path("slack-alerts.en.md"), DRIFTED.encode())
    console = [finding for finding in compare(guide, None, runs[:1]).findings if finding.line == 26]
    settings = [finding for finding in compare(guide, None, runs[1:]).findings if finding.line == 26]
    assert [f.guide_text for f in console if f.kind == "label"] == ["Slack client ID", "Slack secret"]
    assert [(f.guide_text, f.branch) for f in settings if f.kind == "label"] == [("Save", "admin_pages = settings")]
