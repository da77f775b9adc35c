"""A project of somebody else is read with `--no-project-steps`: nothing of it is executed."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.cli_calls import call

import runwright

pytest_plugins = ["pytester"]

BOOK = """name: T
sites: { shop: { url: "https://shop.example" } }
sections:
  - name: Look
    open: shop /
    steps:
      - use: greet
      - wave: heading "Lamp"
"""
VERB = '''"""Waves."""
from pathlib import Path
from typing import ClassVar

from runwright.verb import StepContext, Target, Verb

Path("executed").write_text("yes", "utf-8")


class Wave(Verb):
    """Wave at a control."""

    name: ClassVar[str] = "wave"
    summary: ClassVar[str] = "Wave at {target}"

    target: Target
    """The control."""

    def act(self, context: StepContext) -> None:
        context.control.hover()
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The working folder: a project whose `steps/` hold a verb, and a block."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "steps").mkdir()
    (tmp_path / "runbooks" / "look.yaml").write_text(BOOK, "utf-8")
    (tmp_path / "steps" / "wave.py").write_text(VERB, "utf-8")
    (tmp_path / "steps" / "greet.yaml").write_text('- expect: heading "Lamp"\n', "utf-8")
    (tmp_path / "guide.md").write_text("# Look\n\n1. Wave at the **Lamp**.\n", "utf-8")
    return tmp_path


COMMANDS = (
    ("validate",),
    ("list",),
    ("verbs",),
    ("schema",),
    ("run", "look", "--yes"),
    ("check", "look"),
    ("rehearse", "look"),
    ("inspect", "shop /", "--runbook", "look"),
    ("doctor", "look"),
    ("guide", "check", "look", "--guide", "guide.md"),
    ("guide", "coverage", "look", "--guide", "guide.md"),
    ("guide", "relink", "look", "--guide", "guide.md"),
)


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
def test_no_project_steps_executes_nothing_and_says_where_it_is_needed(project: Path, words: tuple[str, ...]) -> None:
    done = call(*words, "--no-project-steps", cwd=project)
    assert not (project / "executed").exists(), "a file of the project was executed"
    if words[0] not in ("list", "verbs", "schema"):
        assert done.returncode == 2, done
        shown = done.stdout + done.stderr
        assert "look.yaml:8:9: The verb `wave` is defined in" in shown and "--no-project-steps" in shown, shown
        assert "Unknown block" not in shown, "blocks are no code"


def test_without_the_option_a_project_is_code(project: Path) -> None:
    done = call("validate", cwd=project)
    assert done.returncode == 0, done
    assert (project / "executed").read_text("utf-8") == "yes"


def test_python_and_pytest_execute_nothing_either(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    path, guide = project / "runbooks" / "look.yaml", project / "guide.md"
    options = runwright.RunOptions(project / "out", project_steps=False)
    for attempt in (
        lambda: runwright.load(path, project_steps=False),
        lambda: runwright.run(path, options=options),
        lambda: runwright.check(path, options=options),
        lambda: runwright.rehearse(path, options=options),
        lambda: runwright.check_guide(path, [guide], options=options),
    ):
        with pytest.raises(runwright.UserError, match="which was not executed"):
            attempt()
    done = pytester.runpytest_inprocess(str(path), "--runbook-rehearse", "--runbook-no-project-steps", "-p", "no:xdist")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*The verb `wave` is defined in*"])
    assert not (project / "executed").exists(), "a file of the project was executed"
    assert runwright.load(path).name == "T", "the next one may be of one's own"
    assert (project / "executed").exists()
