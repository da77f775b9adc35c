"""`runwright guide` as writers call it: forms, exit codes, what is accepted, several languages at once."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from guide.conftest import HEAD, SECTION, Play
from support.sarif_schema import SCHEMA
from typer.testing import CliRunner

from runwright.cli.main import app

SECTIONS = (
    SECTION
    + """\
      - click: button "Create App"
        follows: 1.1
      - click: button "Save"
        follows: 1.2
        commits: true
"""
)
PAGE = ["heading Apps", "button Create App", "button Save"]
GOOD = "## Make it\n\n1. Choose **Create App**.\n2. Choose **Save**.\n"
BAD = "## Make it\n\n1. Choose **Craete App**.\n2. Choose **Save**.\n"
KOREAN = "## 만들기\n\n소개\n\n1. **Craete App**을 누릅니다.\n2. **Save**를 누릅니다.\n"


class Project:
    """A folder with a runbook, its run, and guides in two languages."""

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


def test_text_names_place_line_page_and_what_to_write(project: Project) -> None:
    said = project.check()
    assert "held against stand-ins, not real pages (" in said
    assert "alerts.en.md:3:13: warning: label, item 1.1" in said
    assert "     3 | 1. Choose **Craete App**.\n       |             ^^^^^^^^^^" in said
    assert "write  Write **Create App**." in said
    assert "alerts.en.md: 1 warning." in said


def test_a_guide_that_agrees_exits_0(project: Project) -> None:
    assert "good.en.md: no finding." in project.check(exit=0, guide="good.en.md")


def test_an_item_that_no_run_came_to_is_told_and_not_passed_over(project: Project, played: Play) -> None:
    halfway = played(
        SECTIONS.replace('      - click: button "Save"', "      # left out").split("      # left")[0], PAGE
    )
    words = ("--guide", "good.en.md")
    said = project.call("check", "alerts", "--run", str(halfway.folder), *words, exit=0)
    assert "line 4: item 1.2 was not held against anything: no step of these runs did it." in said
    data = json.loads(project.call("check", "alerts", "--run", str(halfway.folder), *words, "--json", exit=0))
    assert data["not_reached"] == [{"item": "1.2", "line": 4}]
    assert "not_reached" in project.check("--json", exit=1)


def test_a_run_that_broke_off_is_no_agreement(project: Project, played: Play) -> None:
    reason = 'button "Create App" is covered.'
    broken = played(SECTIONS, PAGE, breaks=(1, reason, 'button "Create App"'))
    words = ("--run", str(broken.folder), "--guide", "good.en.md")
    said = project.call("check", *words, exit=1)
    assert f"{broken.run} ended failed: {reason}" in said
    assert "that they have no finding says nothing" in said
    assert json.loads(project.call("check", *words, "--json", exit=1))["held_against"]["runs"][0]["reason"] == reason
    project.call("check", *words, "--fail-on", "never", exit=0)
    project.call("check", *words, "--run", str(project.run), exit=0)


def test_a_guide_that_nothing_was_held_against_is_no_agreement(project: Project, played: Play) -> None:
    untied = played(re.sub(r" +follows: .*\n", "", SECTIONS), PAGE)
    said = project.call("check", "--run", str(untied.folder), "--guide", "good.en.md", exit=1)
    assert "good.en.md: not held against anything: no step of these runs follows an item of it." in said
    (project.folder / "empty.en.md").write_text("Nothing to do here.\n", "utf-8")
    said = project.check(exit=1, guide="empty.en.md")
    assert "empty.en.md: not held against anything: it has no items" in said
    assert json.loads(project.check("--json", exit=1, guide="empty.en.md"))["unknown"].startswith("it has no items")


@pytest.mark.parametrize("form", ["text", "summary", "html", "sarif"])
def test_every_form_says_what_nothing_is_known_of(project: Project, played: Play, form: str) -> None:
    untied = played(re.sub(r" +follows: .*\n", "", SECTIONS), PAGE)
    said = project.call("check", "--run", str(untied.folder), "--guide", "good.en.md", "--as", form, exit=1)
    assert "not held against anything: no step of these runs follows an item of it" in said
    assert "no finding" not in said
    half = played(SECTIONS, PAGE, breaks=(1, "It is covered.", 'button "Create App"'))
    said = project.call("check", "--run", str(half.folder), "--guide", "good.en.md", "--as", form, exit=1)
    assert "tem 1.2 was not held against anything: no step of these runs did it" in said
    if form == "sarif":
        jsonschema.validate(json.loads(said), SCHEMA, format_checker=jsonschema.FormatChecker())
    else:
        assert "Runs broke off before they came to these items" in said


def test_what_is_for_runs_to_be_made_is_refused_where_runs_are_given(project: Project) -> None:
    for words in (("-i", "name=x"), ("--scenario", "apps")):
        project.check(*words, exit=2)


@pytest.mark.parametrize(
    ("name", "begins"),
    [("a.htm", "<!doctype html>"), ("a.json", "{"), ("a.sarif", "{"), ("a.diff", "--- a/"), ("a.txt", "held against")],
)
def test_the_ending_of_a_file_says_the_form(project: Project, name: str, begins: str) -> None:
    project.check("--to", name)
    assert (project.folder / name).read_text("utf-8").lower().startswith(begins)
    project.check("--to", name, "--as", "text")
    assert (project.folder / name).read_text("utf-8").startswith("held against"), "what was said was not done"


@pytest.mark.parametrize("words", [("--all", "--reason", " "), ("--kind", "foo", "--reason", "Known.")])
def test_an_acceptance_wants_a_reason_and_a_kind_that_there_is(project: Project, words: tuple[str, ...]) -> None:
    project.call("accept", "--run", str(project.run), "--guide", "alerts.en.md", *words, exit=2)


def test_runs_are_found_however_deep_they_lie(project: Project) -> None:
    above = project.run.parents[1]
    assert "alerts.en.md: 1 warning." in project.call("check", "--run", str(above), "--guide", "alerts.en.md", exit=1)


def test_two_forms_at_once_are_refused(project: Project) -> None:
    project.check("--json", "--as", "sarif", exit=2)


def test_relink_shows_what_it_would_keep(project: Project) -> None:
    said = project.call("relink", "alerts", "--guide", "good.en.md", "--show", exit=0)
    assert "good.en.md: its 2 items would be kept as reviewed today" in said
    assert not list(project.folder.rglob("*.lock"))


@pytest.mark.parametrize(("severity", "code"), [("note", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_the_exit_code_follows_fail_on(project: Project, severity: str, code: int) -> None:
    project.check("--fail-on", severity, exit=code)


def test_json_is_one_object_as_the_design_has_it(project: Project) -> None:
    data = json.loads(project.check("--json"))
    assert {"guide", "held_against", "coverage", "findings"} <= data.keys()
    assert data["held_against"]["pages"] == "stand-ins"
    assert [(row["item"], row["line"], len(row["steps"])) for row in data["coverage"]] == [("1.1", 3, 1), ("1.2", 4, 1)]
    (finding,) = data["findings"]
    wanted = {"kind", "severity", "line", "item", "says", "found", "suggestion", "step", "picture"}
    assert wanted <= finding.keys()
    assert (finding["kind"], finding["line"], finding["says"]) == ("label", 3, "Craete App")


def test_the_diff_is_one_that_patch_takes(project: Project) -> None:
    (project.folder / "a.diff").write_text(project.check("--as", "diff"))
    subprocess.run(["git", "apply", "a.diff"], cwd=project.folder, check=True)
    assert (project.folder / "alerts.en.md").read_text() == GOOD
    project.check(exit=0)


@pytest.mark.parametrize("named", ["../project/alerts.en.md", "WHOLE"])
def test_the_diff_of_a_guide_is_named_from_here_or_from_the_top_of_its_own_tree(project: Project, named: str) -> None:
    guide = str(project.folder / "alerts.en.md") if named == "WHOLE" else named
    (project.folder / "a.diff").write_text(project.check("--as", "diff", guide=guide))
    subprocess.run(["git", "apply", "a.diff"], cwd=project.folder, check=True)
    assert (project.folder / "alerts.en.md").read_text() == GOOD


def test_the_diff_of_a_guide_in_another_tree_is_one_that_its_tree_takes(project: Project, tmp_path: Path) -> None:
    pages = tmp_path / "docs" / "content"
    pages.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", str(pages.parent)], check=True)
    (pages / "alerts.en.md").write_text(BAD)
    (tmp_path / "a.diff").write_text(project.check("--as", "diff", guide="../docs/content/alerts.en.md"))
    subprocess.run(["git", "apply", str(tmp_path / "a.diff")], cwd=pages.parent, check=True)
    assert (pages / "alerts.en.md").read_text() == GOOD


def test_findings_of_several_languages_are_one_with_a_change_in_the_source(project: Project) -> None:
    Path("runwright.yaml").write_text('guides: "{guide}.{lang}.md"\nsource: en\n')
    said = project.call("check", "--run", str(project.run), exit=1)
    assert said.count("warning: label") == 1
    assert "also   alerts.ko.md:5:6" in said
    data = json.loads(project.call("check", "--run", str(project.run), "--json", exit=1))
    assert [guide["language"] for guide in data["guides"]] == ["en", "ko"]
    diff = project.call("check", "--run", str(project.run), "--as", "diff", exit=1)
    assert "alerts.en.md" in diff
    assert "alerts.ko.md" not in diff


def test_what_is_accepted_is_not_new_even_when_lines_move(project: Project) -> None:
    project.call(
        "accept", "--run", str(project.run), "--guide", "alerts.en.md", "--line", "3", "--reason", "Known.", exit=0
    )
    kept = json.loads(Path("runbooks/alerts.guide.accepted").read_text())["findings"]
    assert [(row["kind"], row["label"], row["reason"]) for row in kept] == [("label", "Craete App", "Known.")]
    Path("alerts.en.md").write_text("# T\n\nMore words.\n\n" + BAD)
    project.check("--new", exit=0)
    project.check(exit=1)
    Path("alerts.en.md").write_text(BAD.replace("Choose **Craete", "Now choose **Craete"))
    project.check("--new", exit=1)


def test_the_summary_is_a_table_that_no_label_breaks(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD.replace("Craete App", "Craete_App"))
    said = project.check("--as", "summary")
    assert "### Guide check: 1 finding" in said
    assert "| 🛑 label | `alerts.en.md:3` | Craete\\_App |" in said


def test_sarif_names_rules_places_and_fixes(project: Project) -> None:
    data: dict[str, Any] = json.loads(project.check("--as", "sarif"))
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
    data = json.loads(project.check("--as", "sarif", *words, guide=guide))
    jsonschema.validate(data, SCHEMA, format_checker=jsonschema.FormatChecker())
    results: list[dict[str, Any]] = data["runs"][0]["results"]
    return results


def test_sarif_holds_to_its_schema_and_gives_the_range_of_a_label_broken_over_lines(project: Project) -> None:
    Path("a b [1].en.md").write_text(BROKEN)
    (result,) = sarif_of(project, guide="a b [1].en.md")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "a%20b%20%5B1%5D.en.md"
    assert place["region"] == {"startLine": 4, "startColumn": 6, "endLine": 5, "endColumn": 7}
    assert "fixes" not in result, "the diff does not change it either"
    assert project.check("--as", "diff", guide="a b [1].en.md") == ""


def test_a_label_that_the_source_writes_otherwise_has_no_fix(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD.replace("Craete App", "Craete&nbsp;App"))
    (result,) = sarif_of(project)
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 3, "startColumn": 13}
    assert "fixes" not in result


def test_only_the_source_language_has_a_change_in_any_form(project: Project) -> None:
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
    project.check("--to", "check.html", *words)
    made = Path("check.html").read_text()
    assert made.count('class="write"') == 1
    assert "also alerts.ko.md, line 5" in made
    assert "It is so in alerts.en.md, line 3, too" in made


def test_accepting_a_finding_accepts_it_in_all_languages(project: Project) -> None:
    Path("runwright.yaml").write_text('guides: "{guide}.{lang}.md"\nsource: en\n')
    run = ("--run", str(project.run))
    said = project.call("accept", *run, "--guide", "alerts.ko.md", "--line", "5", "--reason", "Known.", exit=0)
    assert said.count("accepted label") == 2
    assert "no finding" in project.call("check", *run, "--new", exit=0)


def test_the_line_to_accept_is_one_of_the_guide_named_first(project: Project) -> None:
    run = ("--run", str(project.run), "--reason", "Known.")
    both = ("--guide", "alerts.en.md", "--guide", "alerts.ko.md")
    project.call("accept", *run, *both, "--line", "5", exit=2)
    project.call("accept", *run, *both, "--line", "3", exit=0)


def test_the_page_shows_the_guide_with_findings_and_runs_no_script(project: Project) -> None:
    Path("alerts.en.md").write_text(BAD + "\n<script>alert(1)</script>\n\n[x](javascript:alert(1))\n")
    project.check("--to", "check.html")
    made = Path("check.html").read_text()
    assert '<mark class="warning"><strong>Craete App</strong></mark>' in made
    assert "<b>Create App</b>" in made
    assert "<script" not in made
    assert 'href="javascript' not in made


def test_coverage_and_relink_keep_ties_right_when_a_guide_changes(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md")
    assert "It was never reviewed" in project.call("coverage", *words, exit=0)
    project.call("relink", *words, exit=0)
    Path("good.en.md").write_text(GOOD.replace("1. Choose", "1. Read on.\n1. Choose"))
    said = project.call("coverage", *words, exit=1)
    assert "item 1.1 moved to 1.2" in said
    project.check(exit=0, guide="good.en.md")
    assert "1.1 -> 1.2" in project.call("relink", *words, exit=0)
    book = Path("runbooks/alerts.yaml").read_text()
    assert "follows: 1.2" in book
    assert "follows: 1.3" in book
    data = json.loads(project.call("coverage", *words, "--json", exit=0))
    assert (data["nowhere"], data["changes"], data["unfollowed"]) == ([], [], ["1.1"])
    project.call("coverage", *words, "--to", "side.html", exit=0)
    assert "Click button &#34;Save&#34;</p>" in Path("side.html").read_text()


def test_coverage_is_written_in_the_form_that_the_ending_asks_for_with_all_guides(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md", "--guide", "alerts.ko.md")
    project.call("coverage", *words, "--to", "side.html", exit=0)
    made = Path("side.html").read_text()
    assert "good.en.md:" in made
    assert "alerts.ko.md:" in made
    project.call("coverage", *words, "--to", "side.txt", exit=0)
    assert 'runbook line 16   Make it: Click button "Create App"\n' in Path("side.txt").read_text()
    project.call("coverage", *words, "--to", "side.json", exit=0)
    assert len(json.loads(Path("side.json").read_text())["guides"]) == 2
    project.call("coverage", *words, "--to", "side.pdf", exit=2)


def test_relink_writes_nothing_while_a_tie_cannot_be_moved(project: Project) -> None:
    words = ("alerts", "--guide", "good.en.md")
    project.call("relink", *words, exit=0)
    lock, book = Path("runbooks/alerts.guide.lock").read_text(), Path("runbooks/alerts.yaml").read_text()
    Path("good.en.md").write_text("## Make it\n\n1. Choose **Save**.\n2. Choose **Create App** now.\n")
    result = CliRunner().invoke(app, ["guide", "relink", *words])
    assert result.exit_code == 2
    assert "follows 1.1: its item vanished" in result.output
    assert "Take the tie out" in result.output
    assert (Path("runbooks/alerts.guide.lock").read_text(), Path("runbooks/alerts.yaml").read_text()) == (lock, book)


def test_what_ships_is_not_written_beside(project: Project) -> None:
    Path("runbooks/alerts.yaml").unlink()
    result = CliRunner().invoke(app, ["guide", "relink", "slack-alerts", "--guide", "good.en.md"])
    assert result.exit_code == 2
    assert "ships with runwright" in result.output
    assert "cp " in result.output


def test_draft_writes_a_runbook_that_validates(project: Project) -> None:
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
        ("check", "--as", "pdf"),
        ("check", "--fail-on", "all"),
        ("coverage", "alerts"),
        ("accept", "--reason", "x"),
        ("draft", "none.md"),
    ],
)
def test_wrong_calls_exit_2_with_a_remedy(project: Project, words: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, ["guide", *words])
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    assert result.output.strip()
