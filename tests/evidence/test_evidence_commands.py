"""`runwright verify` and `runwright report` at the command line: the word, the sentences, the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from runwright.cli.main import app
from runwright.evidence import seal
from runwright.evidence.atomic_io import EvidenceError
from runwright.evidence.seal import MADE, close


def called(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def alter(folder: Path) -> str:
    """Change a picture, and make all sums fit again as somebody would who knows how; gives the picture's name."""
    picture = next(folder.glob("0002-*.png"))
    picture.write_bytes(picture.read_bytes() + b" ")
    close(folder)
    return picture.name


def test_a_whole_run_is_whole(made: Any) -> None:
    done = called("verify", made.path, "--head", made.head, "--evidence")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"whole  {made.path}  (done)\n         head {made.head}\n")
    assert "It does not show" in done.stdout


def test_without_a_head_it_asks_for_the_one_that_was_kept(made: Any) -> None:
    done = called("verify", made.path)
    assert done.exit_code == 0
    assert f"head {made.head}  (compare it with the one kept elsewhere)" in done.stdout


def test_a_picture_altered_together_with_all_sums(made: Any) -> None:
    name = alter(made.path)
    done = called("verify", made.path, "--head", made.head)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"ALTERED  {made.path}")
    assert f"The picture {name} is not the one that the journal names." in done.stdout


def test_another_head_is_said_to_be_another_one_and_nothing_worse(made: Any) -> None:
    done = called("verify", made.path, "--head", "0" * 64)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"another head  {made.path}")
    for wanted in (made.head, "written anew", "mistyped", "of another run"):
        assert wanted in done.stdout
    assert "ALTERED" not in done.stdout


def test_an_untouched_rehearsal_is_refused_as_evidence_and_not_called_altered(rehearsed: Any) -> None:
    done = called("verify", rehearsed.path, "--evidence")
    assert done.exit_code == 1
    assert done.stdout.startswith(f"REHEARSAL: no evidence of any real setting.\nrefused  {rehearsed.path}")
    assert "ALTERED" not in done.stdout
    without = called("verify", rehearsed.path)
    assert without.exit_code == 0 and "\nwhole  " in without.stdout and without.stdout.startswith("REHEARSAL")


def test_an_altered_rehearsal_is_altered_whatever_was_asked(rehearsed: Any) -> None:
    alter(rehearsed.path)
    done = called("verify", rehearsed.path, "--evidence", "--head", "0" * 64)
    assert done.exit_code == 1 and "\nALTERED  " in done.stdout


def test_a_run_that_was_killed_is_not_finished(killed: Any) -> None:
    done = called("verify", killed.path)
    assert done.exit_code == 1 and done.stdout.startswith(f"not finished  {killed.path}  (not ended)")
    alter_one = next(killed.path.glob("0001-*.png"))
    alter_one.write_bytes(b"x")
    assert called("verify", killed.path).stdout.startswith("ALTERED")


def test_json_says_the_same(made: Any, rehearsed: Any) -> None:
    done = called("verify", made.path.parent, "--evidence", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1 and told["good"] is False
    assert [(run["verdict"], run["good"], len(run["problems"])) for run in told["runs"]] == [
        ("whole", True, 0),
        ("refused", False, 1),
    ]


@pytest.mark.parametrize("words", [("verify",), ("report",), ("verify", "--head", "0" * 64)])
def test_a_folder_without_a_run_is_a_wrong_call(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert called(*words, tmp_path).exit_code == 2


def test_report_makes_again_what_was_deleted(made: Any) -> None:
    before = {name: (made.path / name).read_bytes() for name in MADE}
    for name in MADE:
        (made.path / name).unlink()
    done = called("report", made.path)
    assert (done.exit_code, done.stdout) == (0, f"{made.path / 'report.html'}\n")
    assert {name: (made.path / name).read_bytes() for name in MADE} == before


@pytest.mark.parametrize("to", [None, "run.html", "run.pdf"])
def test_no_report_is_made_over_an_altered_picture(made: Any, tmp_path: Path, to: str | None) -> None:
    name = alter(made.path)
    before = {path.name: path.read_bytes() for path in made.path.iterdir() if path.is_file()}
    done = called("report", made.path, *(["--to", tmp_path / to] if to else []))
    assert done.exit_code == 1 and not done.stdout
    assert f"The picture {name} is not the one that the journal names." in done.stderr
    assert f"No report was made. See: runwright verify {made.path}" in done.stderr
    assert {path.name: path.read_bytes() for path in made.path.iterdir() if path.is_file()} == before
    assert to is None or not (tmp_path / to).exists()


def test_no_report_is_made_over_a_broken_journal(made: Any, tmp_path: Path) -> None:
    journal = made.path / "events.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Look again", b"Look aside"))
    for more in ((), ("--to", tmp_path / "run.html")):
        done = called("report", made.path, *more)
        assert done.exit_code == 1 and "does not follow from the line before" in done.stderr


def test_a_file_of_another_kind_or_in_the_folder_is_a_wrong_call(made: Any, tmp_path: Path) -> None:
    for to in (tmp_path / "run.txt", made.path / "run.html"):
        done = called("report", made.path, "--to", to)
        assert done.exit_code == 2 and str(to) in done.stderr and not to.exists()


def test_a_disk_that_does_not_take_the_report_is_no_finding(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise EvidenceError(f"{path} cannot be written: the disk is full.")

    monkeypatch.setattr(seal, "write_whole", full)
    done = called("report", made.path)
    assert done.exit_code == 4 and "the disk is full" in done.stderr


def test_verify_loads_nothing_that_draws_or_runs(made: Any) -> None:
    heavy = (
        "{'PIL', 'playwright', 'rich', 'starlette', 'runwright.engine.secrets.scrub', 'runwright.language.verb_spec'}"
    )
    code = (
        f"import sys\nsys.argv = ['runwright', 'verify', {str(made.path)!r}]\nfrom runwright.cli.main import main\n"
        f"try:\n    main()\nexcept SystemExit as end:\n    print('exit:', end.code)\n"
        f"print('loaded:', sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-2:] == ["exit: 0", "loaded: []"]
