"""The examples hold together without their applications: runbooks, guides, commands of READMEs, table of results."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from support.cli_calls import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.applications import page  # noqa: E402
from benchmarks.applications.application import EXAMPLES, PASSWORD, Application, applications  # noqa: E402

ALL = applications()
FILES = ("README.md", "guide.md", "start.py", "effects.py", "drift.py", "script.py", "application.json")
EACH = pytest.mark.parametrize("application", ALL, ids=lambda each: each.slug)


def _commands(application: Application) -> list[list[str]]:
    text = (application.folder / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return [shlex.split(line) for block in blocks for line in block.replace("\\\n", " ").splitlines()]


def test_each_folder_is_an_application_that_the_list_names() -> None:
    folders = {path.name for path in EXAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == {each.slug for each in ALL} and folders
    listed = re.findall(r"^\| \[([\w-]+)\]\(\1/README\.md\) \|", (EXAMPLES / "README.md").read_text("utf-8"), re.M)
    assert set(listed) == folders


@EACH
def test_nothing_of_an_example_is_missing(application: Application) -> None:
    assert [name for name in FILES if not (application.folder / name).is_file()] == []
    assert not (application.folder / "steps").exists(), "the verbs that ship are enough"


@EACH
def test_the_runbook_is_valid_and_every_reference_is_an_item_of_the_guide(application: Application) -> None:
    from runwright.api import load
    from runwright.guide.match.references import find
    from runwright.guide.parse.guide_reader import read_guide
    from runwright.language.runbook_model import flat

    runbook = load(application.runbook)
    guide = read_guide(application.folder / "guide.md")
    steps = [step for each in runbook.sections for step in (*flat(each.navigation), *flat(each.steps))]
    follows = {each for step in steps for each in step.common.follows}
    follows |= {each for section in runbook.sections for each in section.fields.follows}
    assert follows and sorted(each for each in follows if find(guide, each) is None) == []


@EACH
def test_a_css_selector_has_a_comment_with_its_reason(application: Application) -> None:
    lines = application.runbook.read_text("utf-8").splitlines()
    bare = [
        line.strip()
        for before, line in zip(["", *lines], lines, strict=False)
        if 'css "' in line and not line.lstrip().startswith("#") and " # " not in line and "# " not in before
    ]
    assert bare == []
    document = yaml.safe_load("\n".join(lines))
    assert len(application.css()) == str(document).count('css "')


@EACH
def test_its_readme_has_two_commands_with_files_and_options_that_exist(application: Application) -> None:
    commands = _commands(application)
    assert len(commands) == 2, "one that starts the application and one that runs the runbook"
    start, run = commands
    assert start[:1] == ["python3"] and ROOT / start[1] == application.folder / "start.py" and len(start) == 4
    assert run[0] == f"EXAMPLE_PASSWORD={PASSWORD}" and run[1:3] == ["runwright", "run"]
    assert ROOT / run[3] == application.runbook
    assert f"site=http://127.0.0.1:{start[3]}" in run, "the address at which the first command serves"
    known = {option for each in COMMANDS["run"].params for option in each.opts}
    assert [word for word in run[4:] if word.startswith("-") and word not in known] == []
    assert [word for word in run if word.startswith("examples/") and not (ROOT / word).is_file()] == []


@EACH
@pytest.mark.parametrize("name", ["start.py", "effects.py", "drift.py", "script.py"])
def test_its_files_compile_and_name_their_arguments(application: Application, name: str) -> None:
    source = (application.folder / name).read_text("utf-8")
    compile(source, name, "exec")
    usage = {"start.py": "start.py FOLDER PORT", "script.py": "script.py URL FOLDER"}.get(name, f"{name} FOLDER URL")
    assert usage in source.split('"""')[1]


@EACH
def test_a_start_without_arguments_says_how_it_is_called(application: Application) -> None:
    done = subprocess.run([sys.executable, application.folder / "start.py"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and "folder port" in done.stderr


def test_the_page_of_real_applications_is_made_from_the_results_and_the_first_tries() -> None:
    assert page.PAGE.read_text("utf-8") == page.page(page.kept()), "run `python -m benchmarks.applications --page`"


def test_the_table_has_a_row_for_each_application_with_its_figures() -> None:
    rows = page.table(page.kept()).splitlines()[2:]
    assert len(rows) == len(page.kept()) > 0
    for (application, results), row in zip(page.kept(), rows, strict=True):
        assert results.title in row and f"| {results.steps} |" in row
        assert f"| {len(application.css())} |" in row
