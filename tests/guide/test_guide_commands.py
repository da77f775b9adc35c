"""The `runwright guide` commands: formats, exit codes, accepted findings, the baseline, several languages."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from guide.conftest import HEAD, PAGE, SECTIONS, Play
from support.sarif_schema import SCHEMA
from typer.testing import CliRunner

from runwright.cli.main import app

GOOD = "## Make it\n\n1. Choose **Create App**.\n2. Choose **Save**.\n"
BAD = "## Make it\n\n1. Choose **Craete App**.\n2. Choose **Save**.\n"
KOREAN = "## 만들기\n\n소개\n\n1. **Craete App**을 누릅니다.\n2. **Save**를 누릅니다.\n"


class Project:
    """A folder with a runbook, a run of it, and guides in two languages."""

    def __init__(self, folder: Path, run: Path) -> None:
        self.folder = folder
        self.run = run

    def call(self, *words: str, exit: int) -> str:
        result = CliRunner().invoke(app, ["guide", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == exit, result.output
        return result.stdout

    def check(self, *words: str, exit: int = 1, guide: str = "alerts.en.md") -> str:
        return self.call("check", "--run", str(self.run), "--guide", guide, *words, exit=exit)


@pytest.fixture
def project(tmp_path: Path, played: Play, monkeypatch: pytest.MonkeyPatch) -> Project:
    folder = tmp_path / "project"
    (folder / "runbooks").mkdir(parents=True)
    (folder / "runbooks" / "alerts.yaml").write_text(HEAD + SECTIONS)
    (folder / "alerts.en.md").write_text(BAD)
    (folder / "good.en.md").write_text(GOOD)
    (folder / "alerts.ko.md").write_text(KOREAN)
    monkeypatch.chdir(folder)
    return Project(folder, played(SECTIONS, PAGE).folder)


def test_text_output_has_position_source_line_page_and_suggestion(project: Project) -> None:
    output = project.check()
    assert "Compared with simulators, not real pages (" in output
    assert "alerts.en.md:3:13: warning: label, item 1.1" in output
    assert "     3 | 1. Choose **Craete App**.\n       |             ^^^^^^^^^^" in output
    assert "write  Write **Create App**." in output
    assert "alerts.en.md: 1 warning." in output


def test_a_correct_guide_exits_0(project: Project) -> None:
    assert "good.en.md: no findings." in project.check(exit=0, guide="good.en.md")


def test_an_item_that_no_run_reached_is_reported(project: Project, played: Play) -> None:
    incomplete = played(
        SECTIONS.replace('      - click: button "Save"', "      # left out").split("      # left")[0], PAGE
    )
    words = ("--guide", "good.en.md")
    output = project.call("check", "alerts", "--run", str(incomplete.folder), *words, exit=0)
    assert "line 4: item 1.2 was not compared with any page: no step of these runs reached it." in output
    data = json.loads(project.call("check", "alerts", "--run", str(incomplete.folder), *words, "--json", exit=0))
    assert data["not_reached"] == [{"item": "1.2", "line": 4}]
    assert "not_reached" in project.check("--json", exit=1)


def test_a_failed_run_is_inconclusive(project: Project, played: Play) -> None:
    reason = 'button "Create App" is covered.'
    failed = played(SECTIONS, PAGE, breaks=(1, reason, 'button "Create App"'))
    words = ("--run", str(failed.folder), "--guide", "good.en.md")
    output = project.call("check", *words, exit=1)
    assert f"Run {failed.run} ended failed: {reason}" in output
    assert "No finding does not mean that they are correct" in output
    assert json.loads(project.call("check", *words, "--json", exit=1))["compared_with"]["runs"][0]["reason"] == reason
    project.call("check", *words, "--fail-on", "never", exit=0)
    project.call("check", *words, "--run", str(project.run), exit=0)


def test_a_guide_that_was_not_compared_is_inconclusive(project: Project, played: Play) -> None:
    unreferenced = played(re.sub(r" +follows: .*\n", "", SECTIONS), PAGE)
    output = project.call("check", "--run", str(unreferenced.folder), "--guide", "good.en.md", exit=1)
    assert "good.en.md: not compared with any page: no step of these runs follows an item of this guide." in output
    (project.folder / "empty.en.md").write_text("Nothing to do here.\n", "utf-8")
    output = project.check(exit=1, guide="empty.en.md")
    assert "empty.en.md: not compared with any page: it has no items" in output
    assert json.loads(project.check("--json", exit=1, guide="empty.en.md"))["unknown"].startswith("it has no items")


@pytest.mark.parametrize("format", ["text", "summary", "html", "sarif"])
def test_every_format_reports_what_was_not_compared(project: Project, played: Play, format: str) -> None:
    unreferenced = played(re.sub(r" +follows: .*\n", "", SECTIONS), PAGE)
    output = project.call(
        "check", "--run", str(unreferenced.folder), "--guide", "good.en.md", "--format", format, exit=1
    )
    assert "not compared with any page: no step of these runs follows an item of this guide" in output
    assert "no finding" not in output
    incomplete = played(SECTIONS, PAGE, breaks=(1, "It is covered.", 'button "Create App"'))
    output = project.call("check", "--run", str(incomplete.folder), "--guide", "good.en.md", "--format", format, exit=1)
    assert "tem 1.2 was not compared with any page: no step of these runs reached it" in output
    if format == "sarif":
        jsonschema.validate(json.loads(output), SCHEMA, format_checker=jsonschema.FormatChecker())
    else:
        assert "Runs stopped before they reached these items" in output


def test_options_for_new_rehearsals_are_rejected_with_existing_runs(project: Project) -> None:
    for words in (("-i", "name=x"), ("--scenario", "apps")):
        project.check(*words, exit=2)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.htm", "<!doctype html>"), ("a.json", "{"), ("a.sarif", "{"), ("a.diff", "--- a/"), ("a.txt", "compared with")],
)
def test_the_suffix_of_the_output_file_selects_the_format(project: Project, name: str, begins: str) -> None:
    project.check("--output", name)
    assert (project.folder / name).read_text("utf-8").lower().startswith(begins)
    project.check("--output", name, "--format", "text")
    assert (project.folder / name).read_text("utf-8").startswith("Compared with"), "--format must override the suffix"


@pytest.mark.parametrize("words", [("--all", "--reason", " "), ("--kind", "foo", "--reason", "Known.")])
def test_accept_requires_a_reason_and_a_known_kind(project: Project, words: tuple[str, ...]) -> None:
    project.call("accept", "--run", str(project.run), "--guide", "alerts.en.md", *words, exit=2)


def test_runs_are_found_at_any_depth(project: Project) -> None:
    above = project.run.parents[1]
    assert "alerts.en.md: 1 warning." in project.call("check", "--run", str(above), "--guide", "alerts.en.md", exit=1)


def test_two_formats_at_once_are_rejected(project: Project) -> None:
    project.check("--json", "--format", "sarif", exit=2)


def test_relink_show_lists_what_it_would_record(project: Project) -> None:
    output = project.call("relink", "alerts", "--guide", "good.en.md", "--show", exit=0)
    assert "good.en.md: would record 2 items as reviewed" in output
    assert not list(project.folder.rglob("*.baseline.json"))


@pytest.mark.parametrize(("severity", "code"), [("note", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_the_exit_code_follows_fail_on(project: Project, severity: str, code: int) -> None:
    project.check("--fail-on", severity, exit=code)


def test_json_output_is_one_object_with_the_documented_keys(project: Project) -> None:
    data = json.loads(project.check("--json"))
    assert {"guide", "compared_with", "coverage", "findings"} <= data.keys()
    assert data["compared_with"]["pages"] == "simulators"
    assert [(row["item"], row["line"], len(row["steps"])) for row in data["coverage"]] == [("1.1", 3, 1), ("1.2", 4, 1)]
    (finding,) = data["findings"]
    wanted = {"kind", "severity", "line", "item", "guide_text", "found", "suggestion", "step", "screenshot"}
    assert wanted <= finding.keys()
    assert (finding["kind"], finding["line"], finding["guide_text"]) == ("label", 3, "Craete App")


def test_the_diff_can_be_applied(project: Project) -> None:
    (project.folder / "a.diff").write_text(project.check("--format", "diff"))
    subprocess.run(["git", "apply", "a.diff"], cwd=project.folder, check=True)
    assert (project.folder / "alerts.en.md").read_text() == GOOD
    project.check(exit=0)


@pytest.mark.parametrize("named", ["../project/alerts.en.md", "ABSOLUTE"])
def test_diff_paths_start_at_the_working_folder_or_at_the_root_of_the_repository(project: Project, named: str) -> None:
    guide = str(project.folder / "alerts.en.md") if named == "ABSOLUTE" else named
    (project.folder / "a.diff").write_text(project.check("--format", "diff", guide=guide))
    subprocess.run(["git", "apply", "a.diff"], cwd=project.folder, check=True)
    assert (project.folder / "alerts.en.md").read_text() == GOOD


def test_the_diff_of_a_guide_in_another_repository_applies_there(project: Project, tmp_path: Path) -> None:
    pages = tmp_path / "docs" / "content"
    pages.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(pages.parent)], check=True)
    (pages / "alerts.en.md").write_text(BAD)
    (tmp_path / "a.diff").write_text(project.check("--format", "diff", guide="../docs/content/alerts.en.md"))
    subprocess.run(["git", "apply", str(tmp_path / "a.diff")], cwd=pages.parent, check=True)
    assert (pages / "alerts.en.md").read_text() == GOOD


def test_a_finding_in_several_languages_is_reported_once_with_a_change_in_the_source(project: Project) -> None:
    Path("runwright.yaml").write_text('guides: "{guide}.{lang}.md"\nsource: en\n')
    output = project.call("check", "--run", str(project.run), exit=1)
    assert output.count("warning: label") == 1
    assert "also   alerts.ko.md:5:6" in output
    data = json.loads(project.call("check", "--run", str(project.run), "--json", exit=1))
    assert [guide["language"] for guide in data["guides"]] == ["en", "ko"]
    diff = project.call("check", "--run", str(project.run), "--format", "diff", exit=1)
    assert "alerts.en.md" in diff
    assert "alerts.ko.md" not in diff


def test_an_accepted_finding_is_not_new_even_when_lines_move(project: Project) -> None:
    project.call(
        "accept", "--run", str(project.run), "--guide", "alerts.en.md", "--line", "3", "--reason", "Known.", exit=0
    )
    rows = json.loads(Path("runbooks/alerts.guide.accepted.json").read_text())["findings"]
    assert [(row["kind"], row["label"], row["reason"]) for row in rows] == [("label", "Craete App", "Known.")]
    Path("alerts.en.md").write_text("# T\n\nMore words.\n\n" + BAD)
    project.check("--new", exit=0)
    project.check(exit=1)
    Path("alerts.en.md").write_text(BAD.replace("Choose **Craete", "Now choose **Craete"))
    project.check("--new", exit=1)


def test_the_summary_table_escapes_labels(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD.replace("Craete App", "Craete_App"))
    output = project.check("--format", "summary")
    assert "### Guide check: 1 finding" in output
    assert "| 🛑 label | `alerts.en.md:3` | Craete\\_App |" in output


def test_sarif_has_rules_locations_and_fixes(project: Project) -> None:
    data: dict[str, Any] = json.loads(project.check("--format", "sarif"))
    (run,) = data["runs"]
    (result,) = run["results"]
    assert (data["version"], result["ruleId"], result["level"]) == ("2.1.0", "label", "warning")
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "label"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "alerts.en.md"
    assert place["region"] == {"startLine": 3, "startColumn": 13, "endColumn": 23}
    assert result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "Create App"


BROKEN = "## Make it\n\n1. Choose\n   **Craete\n   App**, now.\n2. Choose **Save**.\n"


def sarif_of(project: Project, *words: str, guide: str = "alerts.en.md") -> list[dict[str, Any]]:
    data = json.loads(project.check("--format", "sarif", *words, guide=guide))
    jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker())
    results: list[dict[str, Any]] = data["runs"][0]["results"]
    return results


def test_sarif_is_valid_and_has_the_range_of_a_label_that_spans_lines(project: Project) -> None:
    Path("a b [1].en.md").write_text(BROKEN)
    (result,) = sarif_of(project, guide="a b [1].en.md")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b%20%5B1%5D.en.md"
    assert place["region"] == {"startLine": 4, "startColumn": 6, "endLine": 5, "endColumn": 7}
    assert "fixes" not in result, "the diff does not change it either"
    assert project.check("--format", "diff", guide="a b [1].en.md") == ""


def test_a_label_that_differs_from_its_source_has_no_fix(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD.replace("Craete App", "Craete&nbsp;App"))
    (result,) = sarif_of(project)
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 13}
    assert "fixes" not in result


def test_only_the_source_language_has_a_suggestion_in_every_format(project: Project) -> None:
    words = ("--guide", "alerts.ko.md")
    first, second = sarif_of(project, *words)
    assert "fixes" in first
    assert first["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 5
    assert "fixes" not in second
    assert "Write" not in second["message"]["text"]
    assert "alerts.en.md, line 3" in second["message"]["text"]
    english, korean = json.loads(project.check("--json", *words))["guides"]
    assert english["findings"][0]["also"] == [{"guide": "alerts.ko.md", "line": 5, "column": 6}]
    assert english["findings"][0]["suggestion"] == "Write **Create App**."
    assert korean["findings"][0]["suggestion"] is None
    assert korean["findings"][0]["source"] == {"guide": "alerts.en.md", "line": 3, "column": 13}
    project.check("--output", "check.html", *words)
    page = Path("check.html").read_text()
    assert page.count('class="write"') == 1
    assert "Also in alerts.ko.md, line 5" in page
    assert "alerts.en.md, line 3, has the same finding: change it there first." in page


def test_accepting_a_finding_accepts_it_in_all_languages(project: Project) -> None:
    Path("runwright.yaml").write_text('guides: "{guide}.{lang}.md"\nsource: en\n')
    run = ("--run", str(project.run))
    output = project.call("accept", *run, "--guide", "alerts.ko.md", "--line", "5", "--reason", "Known.", exit=0)
    assert output.count("accepted label") == 2
    assert "no finding" in project.call("check", *run, "--new", exit=0)


def test_accept_line_refers_to_the_first_guide(project: Project) -> None:
    run = ("--run", str(project.run), "--reason", "Known.")
    both = ("--guide", "alerts.en.md", "--guide", "alerts.ko.md")
    project.call("accept", *run, *both, "--line", "5", exit=2)
    project.call("accept", *run, *both, "--line", "3", exit=0)


def test_the_html_page_shows_the_guide_with_findings_and_no_script(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD + "\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n")
    project.check("--output", "check.html")
    page = Path("check.html").read_text()
    assert '<mark class="warning"><strong>Craete App</strong></mark>' in page
    assert "<b>Create App</b>" in page
    assert "<script" not in page
    assert 'href="javascript' not in page


def test_coverage_and_relink_keep_references_correct_when_a_guide_changes(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md")
    assert "Not reviewed yet: run `runwright guide relink`" in project.call("coverage", *words, exit=0)
    project.call("relink", *words, exit=0)
    Path("good.en.md").write_text(GOOD.replace("1. Choose", "1. Read on.\n1. Choose"))
    output = project.call("coverage", *words, exit=1)
    assert "item 1.1 moved to 1.2" in output
    project.check(exit=0, guide="good.en.md")
    assert "1.1 -> 1.2" in project.call("relink", *words, exit=0)
    text = Path("runbooks/alerts.yaml").read_text()
    assert "follows: 1.2" in text
    assert "follows: 1.3" in text
    data = json.loads(project.call("coverage", *words, "--json", exit=0))
    assert (data["unresolved"], data["changes"], data["unfollowed"]) == ([], [], ["1.1"])
    project.call("coverage", *words, "--output", "side.html", exit=0)
    assert "Click button &#34;Save&#34;</p>" in Path("side.html").read_text()


def test_coverage_has_the_format_of_the_file_suffix_and_all_guides(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md", "--guide", "alerts.ko.md")
    project.call("coverage", *words, "--output", "side.html", exit=0)
    page = Path("side.html").read_text()
    assert "good.en.md:" in page
    assert "alerts.ko.md:" in page
    project.call("coverage", *words, "--output", "side.txt", exit=0)
    assert 'runbook line 16   Make it: Click button "Create App"\n' in Path("side.txt").read_text()
    project.call("coverage", *words, "--output", "side.json", exit=0)
    assert len(json.loads(Path("side.json").read_text())["guides"]) == 2
    project.call("coverage", *words, "--output", "side.pdf", exit=2)


def test_relink_writes_nothing_while_a_reference_cannot_be_updated(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md")
    project.call("relink", *words, exit=0)
    files = [Path("runbooks/alerts.guide.baseline.json"), Path("runbooks/alerts.yaml")]
    before = [file.read_text() for file in files]
    Path("good.en.md").write_text("## Make it\n\n1. Choose **Save**.\n2. Choose **Create App** now.\n")
    result = CliRunner().invoke(app, ["guide", "relink", *words])
    assert result.exit_code == 2
    assert "Cannot update `follows: 1.1`: its item vanished" in result.output
    assert "Remove the reference, run relink again" in result.output
    assert [file.read_text() for file in files] == before


def test_relink_does_not_write_beside_shipped_runbooks(project: Project) -> None:
    Path("runbooks/alerts.yaml").unlink()
    result = CliRunner().invoke(app, ["guide", "relink", "slack-alerts", "--guide", "good.en.md"])
    assert result.exit_code == 2
    assert "ships with runwright" in result.output
    assert "cp " in result.output


def test_draft_generates_a_valid_runbook(project: Project) -> None:
    Path("drafted.yaml").write_text(project.call("draft", "alerts.ko.md", exit=0))
    assert CliRunner().invoke(app, ["validate", "drafted.yaml"]).exit_code == 0
    assert 'click: button "Craete App"' in Path("drafted.yaml").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("check", "--guide", "alerts.en.md"),
        ("check", "--run", "nowhere", "--guide", "alerts.en.md"),
        ("check", "--run", ".", "--guide", "none.md"),
        ("check", "none", "--guide", "alerts.en.md"),
        ("check", "--format", "pdf"),
        ("check", "--fail-on", "all"),
        ("coverage", "alerts"),
        ("accept", "--reason", "x"),
        ("draft", "none.md"),
    ],
)
def test_invalid_calls_exit_2_with_a_remedy(project: Project, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["guide", *words])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.output.strip()
