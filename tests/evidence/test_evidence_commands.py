"""`runwright verify` and `runwright report`: verdict, messages and exit code."""

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
from runwright.evidence.folder_layout import DERIVED
from runwright.evidence.seal import close


def invoke(*words: object) -> Result:
    return CliRunner().invoke(app, [str(word) for word in words])


def alter(folder: Path) -> str:
    """Alter a screenshot and make all sums match again, as a forger would. Return the screenshot's name."""
    screenshot = next(folder.glob("0002-*.png"))
    screenshot.write_bytes(screenshot.read_bytes() + b" ")
    close(folder)
    return screenshot.name


def test_an_unaltered_run_is_intact(made: Any) -> None:
    done = invoke("verify", made.path, "--digest", made.digest, "--evidence")
    assert done.exit_code == 0
    assert done.stdout.startswith(f"intact  {made.path}  (changed)\n         digest {made.digest}\n")
    assert "It does not prove" in done.stdout


def test_without_a_digest_it_asks_for_the_one_that_was_kept(made: Any) -> None:
    done = invoke("verify", made.path)
    assert done.exit_code == 0
    assert f"digest {made.digest}  (compare it with the one kept elsewhere)" in done.stdout


def test_a_screenshot_altered_together_with_all_sums_is_found(made: Any) -> None:
    name = alter(made.path)
    done = invoke("verify", made.path, "--digest", made.digest)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"ALTERED  {made.path}")
    assert f"Screenshot {name} does not match its digest in the journal." in done.stdout


def test_a_different_digest_is_a_mismatch_and_not_an_alteration(made: Any) -> None:
    done = invoke("verify", made.path, "--digest", "0" * 64)
    assert done.exit_code == 1
    assert done.stdout.startswith(f"digest mismatch  {made.path}")
    for expected in (made.digest, "replaced", "mistyped", "belongs to another run"):
        assert expected in done.stdout
    assert "ALTERED" not in done.stdout


def test_an_untouched_rehearsal_is_not_evidence_and_not_altered(rehearsed: Any) -> None:
    done = invoke("verify", rehearsed.path, "--evidence")
    assert done.exit_code == 1
    assert done.stdout.startswith(f"REHEARSAL: not evidence of any real setting.\nnot evidence  {rehearsed.path}")
    assert "ALTERED" not in done.stdout
    without = invoke("verify", rehearsed.path)
    assert without.exit_code == 0 and "\nintact  " in without.stdout and without.stdout.startswith("REHEARSAL")


def test_an_altered_rehearsal_is_altered_with_any_option(rehearsed: Any) -> None:
    alter(rehearsed.path)
    done = invoke("verify", rehearsed.path, "--evidence", "--digest", "0" * 64)
    assert done.exit_code == 1 and "\nALTERED  " in done.stdout


def test_a_killed_run_is_incomplete(killed: Any) -> None:
    done = invoke("verify", killed.path)
    assert done.exit_code == 1 and done.stdout.startswith(f"incomplete  {killed.path}  (not ended)")
    altered = next(killed.path.glob("0001-*.png"))
    altered.write_bytes(b"x")
    assert invoke("verify", killed.path).stdout.startswith("ALTERED")


def test_json_has_the_same_verdicts(made: Any, rehearsed: Any) -> None:
    done = invoke("verify", made.path.parent, "--evidence", "--json")
    output = json.loads(done.stdout)
    assert done.exit_code == 1 and output["good"] is False
    assert [(run["verdict"], run["good"], len(run["problems"])) for run in output["runs"]] == [
        ("intact", True, 0),
        ("not evidence", False, 1),
    ]


@pytest.mark.parametrize("words", [("verify",), ("report",), ("verify", "--digest", "0" * 64)])
def test_a_folder_without_a_run_is_an_invalid_call(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert invoke(*words, tmp_path).exit_code == 2


def test_report_regenerates_deleted_files(made: Any) -> None:
    before = {name: (made.path / name).read_bytes() for name in DERIVED}
    for name in DERIVED:
        (made.path / name).unlink()
    done = invoke("report", made.path)
    assert (done.exit_code, done.stdout) == (0, f"{made.path / 'report.html'}\n")
    assert {name: (made.path / name).read_bytes() for name in DERIVED} == before


@pytest.mark.parametrize("to", [None, "run.html", "run.pdf"])
def test_no_report_is_written_for_an_altered_screenshot(made: Any, tmp_path: Path, to: str | None) -> None:
    name = alter(made.path)
    before = {path.name: path.read_bytes() for path in made.path.iterdir() if path.is_file()}
    done = invoke("report", made.path, *(["--output", tmp_path / to] if to else []))
    assert done.exit_code == 1 and not done.stdout
    assert f"Screenshot {name} does not match its digest in the journal." in done.stderr
    assert f"No report was written. Run: runwright verify {made.path}" in done.stderr
    assert {path.name: path.read_bytes() for path in made.path.iterdir() if path.is_file()} == before
    assert to is None or not (tmp_path / to).exists()


def test_no_report_is_written_for_a_broken_journal(made: Any, tmp_path: Path) -> None:
    journal = made.path / "events.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Check the switch", b"Check the window"))
    for options in ((), ("--output", tmp_path / "run.html")):
        done = invoke("report", made.path, *options)
        assert done.exit_code == 1 and "does not follow from the line before" in done.stderr


def test_an_unknown_suffix_or_a_path_in_the_run_folder_is_an_invalid_call(made: Any, tmp_path: Path) -> None:
    for to in (tmp_path / "run.txt", made.path / "run.html"):
        done = invoke("report", made.path, "--output", to)
        assert done.exit_code == 2 and str(to) in done.stderr and not to.exists()


def test_a_full_disk_is_an_environment_error_and_not_an_alteration(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, data: bytes) -> None:
        raise EvidenceError(f"{path} cannot be written: the disk is full.")

    monkeypatch.setattr(seal, "write_atomic", full)
    done = invoke("report", made.path)
    assert done.exit_code == 4 and "the disk is full" in done.stderr


def test_verify_imports_no_browser_engine_or_image_library(made: Any) -> None:
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
