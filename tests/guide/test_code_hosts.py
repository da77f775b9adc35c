"""Annotations and summaries for GitHub and GitLab, tested by the formats that these hosts document."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from guide.conftest import HEAD, PAGE, SECTIONS, Play
from typer.testing import CliRunner

from runwright.cli.main import app
from runwright.guide.render.code_hosts import bounded_summary

GUIDE = "## Make it\n\n1. Choose **Craete App**.\n2. Choose **Save**.\n"
COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<properties>[^:]*)::(?P<message>[^\r\n]+)$")
"""A workflow command: its name, its properties, and a message. In the properties, `:` and `,` are encoded."""
PROPERTIES = {"file", "line", "endLine", "col", "endColumn", "title"}
CODE_QUALITY: dict[str, Any] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/).+"},
                    "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"minimum": 1}}},
                },
            },
        },
    },
}
"""The fields of a Code Quality report that GitLab reads. A path is relative and does not start with `./`."""


@pytest.fixture
def folder(tmp_path: Path, played: Play, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "runbooks").mkdir(parents=True)
    (folder / "docs").mkdir()
    (folder / "runbooks" / "alerts.yaml").write_text(HEAD + SECTIONS)
    (folder / "docs" / "alerts, 100%.md").write_text(GUIDE)
    monkeypatch.chdir(folder)
    for name in ("GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RUN_FOLDER", str(played(SECTIONS, PAGE).folder))
    return folder


def check(*words: str, guide: str | Path = "docs/alerts, 100%.md", exit: int = 1) -> str:
    import os

    run = os.environ["RUN_FOLDER"]
    result = CliRunner().invoke(app, ["guide", "check", "--run", run, "--guide", str(guide), *words])
    assert result.exit_code == exit, result.output
    return result.stdout


def commands(output: str) -> list[tuple[str, dict[str, str], str]]:
    """The workflow commands of an output, decoded."""
    found = []
    for line in output.splitlines():
        command = COMMAND.match(line)
        assert command is not None, line
        properties = dict(pair.split("=", 1) for pair in command["properties"].split(","))
        assert properties.keys() <= PROPERTIES
        found.append((command["name"], {k: unquote(v) for k, v in properties.items()}, unquote(command["message"])))
    return found


@pytest.mark.parametrize("absolute", [False, True])
def test_github_gets_an_annotation_and_a_summary_from_one_command(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, absolute: bool
) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("GITHUB_WORKSPACE", str(folder))
    guide = folder / "docs" / "alerts, 100%.md"
    ((name, place, message),) = commands(
        check("--format", "github", guide=guide if absolute else "docs/alerts, 100%.md")
    )
    assert (name, place) == (
        "warning",
        {
            "file": "docs/alerts, 100%.md",
            "line": "3",
            "endLine": "3",
            "col": "13",
            "endColumn": "23",
            "title": "Guide check: label",
        },
    )
    assert "Write **Create App**." in message
    text = summary.read_text("utf-8")
    assert text.startswith("before\n### Guide check: 1 finding\n")
    assert "Craete App" in text


def test_github_without_a_summary_file_gets_annotations_only(folder: Path) -> None:
    assert len(commands(check("--format", "github"))) == 1


def test_a_summary_that_cannot_be_written_is_reported(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "none" / "summary.md"))
    check("--format", "github", exit=4)


def test_annotations_of_a_label_over_two_lines_have_no_columns(folder: Path) -> None:
    Path("docs/two.md").write_text("## Make it\n\n1. Choose **Craete\n   App**.\n2. Choose **Save**.\n")
    ((_, place, _),) = commands(check("--format", "github", guide="docs/two.md"))
    assert (place["line"], place["endLine"]) == ("3", "4")
    assert "col" not in place


def test_a_guide_that_was_not_compared_is_annotated(folder: Path) -> None:
    Path("docs/none.md").write_text("## A\n\nNo items.\n")
    ((name, place, message),) = commands(check("--format", "github", guide="docs/none.md"))
    assert (name, place["file"]) == ("warning", "docs/none.md")
    assert "not compared with any page" in message
    (issue,) = json.loads(check("--format", "gitlab", guide="docs/none.md"))
    assert (issue["check_name"], issue["location"]) == (
        "guide/not-compared",
        {"path": "docs/none.md", "lines": {"begin": 1}},
    )


def test_gitlab_gets_a_code_quality_report_and_the_text_from_one_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI_PROJECT_DIR", str(folder))
    output = check("--format", "gitlab", "--output", "gl-code-quality-report.json")
    assert "alerts, 100%.md:3:13: warning: label" in output
    report = json.loads(Path("gl-code-quality-report.json").read_text("utf-8"))
    jsonschema.validate(report, CODE_QUALITY)
    (issue,) = report
    assert (issue["check_name"], issue["severity"]) == ("guide/label", "minor")
    assert issue["location"] == {"path": "docs/alerts, 100%.md", "lines": {"begin": 3}}
    assert "Write **Create App**." in issue["description"]


def test_fingerprints_of_gitlab_differ_and_stay_when_lines_move(folder: Path) -> None:
    both = "## Make it\n\n1. Choose **Craete App** or **Creat App**.\n2. Choose **Save**.\n"
    Path("docs/both.md").write_text(both)
    before = json.loads(check("--format", "gitlab", guide="docs/both.md"))
    jsonschema.validate(before, CODE_QUALITY)
    assert len(before) > 1
    assert len({issue["fingerprint"] for issue in before}) == len(before)
    Path("docs/both.md").write_text("Words.\n\n" + both)
    after = json.loads(check("--format", "gitlab", guide="docs/both.md"))
    assert [issue["fingerprint"] for issue in after] == [issue["fingerprint"] for issue in before]
    assert [issue["location"]["lines"]["begin"] for issue in after] != [
        issue["location"]["lines"]["begin"] for issue in before
    ]


def test_a_guide_without_findings_yields_an_empty_report(folder: Path) -> None:
    Path("docs/good.md").write_text(GUIDE.replace("Craete", "Create"))
    assert json.loads(check("--format", "gitlab", guide="docs/good.md", exit=0)) == []
    assert check("--format", "github", guide="docs/good.md", exit=0) == ""


def test_a_summary_is_cut_at_a_line_when_github_would_refuse_it() -> None:
    text = "".join(f"| row {number} | 한 |\n" for number in range(1000))
    cut = bounded_summary(text, 5_000)
    assert len(cut.encode()) <= 5_000
    kept, _, note = cut.rstrip("\n").rpartition("\n\n")
    assert text.startswith(kept + "\n")
    assert note.endswith("lines are left out.")
    assert bounded_summary(text) == text
