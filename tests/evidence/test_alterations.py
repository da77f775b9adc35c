"""A table of alterations of a run folder: what `verify` says to each, and which of VERIFY.md's own commands finds it.

Each is made by somebody who can write to the folder, makes its sums match where that helps, and cannot change the
journal digest that was kept elsewhere.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest
from support.cli_calls import call

from runwright.engine.last_runs import remember
from runwright.evidence import seal
from runwright.evidence.verify import verify

Alteration = Callable[[Path], object]


def sums_again(folder: Path) -> None:
    """Write SHA256SUMS again for whatever regular file is there, as a forger would."""
    names = sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not path.is_symlink() and path.name != "SHA256SUMS" and "\n" not in path.name
    )
    lines = [f"{seal.digest(folder / name)}  {name}\n" for name in names]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8", "surrogateescape")


def subjects_again(folder: Path) -> None:
    """Make the statement's digests match what is there."""
    path = folder / "statement.json"
    statement = json.loads(path.read_text("utf-8"))
    for subject in statement["subject"]:
        if (folder / subject["name"]).is_file() and not (folder / subject["name"]).is_symlink():
            subject["digest"]["sha256"] = seal.digest(folder / subject["name"])
    path.write_text(json.dumps(statement, ensure_ascii=False, indent=1) + "\n", "utf-8")


def screenshot(folder: Path) -> Path:
    return next(folder.glob("0001-*.png"))


def replace(name: str, old: bytes, new: bytes) -> Alteration:
    def change(folder: Path) -> None:
        path = folder / name
        data = path.read_bytes()
        assert old in data, f"{name} does not contain {old!r}"
        path.write_bytes(data.replace(old, new, 1))

    return change


def appended(name: str, data: bytes) -> Alteration:
    def change(folder: Path) -> None:
        with (folder / name).open("ab") as file:
            file.write(data)

    return change


def added(name: str, data: bytes = b"x") -> Alteration:
    def change(folder: Path) -> None:
        path = folder / os.fsdecode(os.fsencode(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return change


def linked(name: str, to: str) -> Alteration:
    def change(folder: Path) -> None:
        (folder / name).unlink(missing_ok=True)
        (folder / name).symlink_to(to)

    return change


def removed(name: str) -> Alteration:
    return lambda folder: next(folder.glob(name)).unlink()


def swapped(folder: Path) -> None:
    first, second = screenshot(folder), next(folder.glob("0002-*.png"))
    one, other = first.read_bytes(), second.read_bytes()
    first.write_bytes(other + b" ")
    second.write_bytes(one)


def deep(folder: Path) -> None:
    """Nested deeper than Python's stack and the longest path allow."""
    with chdir(folder):
        for _ in range(1500):
            Path("d").mkdir()
            os.chdir("d")


def device(folder: Path) -> None:
    (folder / "zero.png").symlink_to("/dev/zero")


def no_line_feed(folder: Path) -> None:
    path = folder / "events.jsonl"
    path.write_bytes(path.read_bytes().removesuffix(b"\n"))


def huge_line(folder: Path) -> None:
    """A journal of 200 MB with one line; the file is sparse."""
    os.truncate(folder / "events.jsonl", 0)
    os.truncate(folder / "events.jsonl", 200_000_000)


def huge_png(folder: Path) -> None:
    path = screenshot(folder)
    data = bytearray(path.read_bytes())
    data[16:24] = b"\x7f\xff\xff\xff\x7f\xff\xff\xff"
    path.write_bytes(data)


def other_predicate(folder: Path) -> None:
    path = folder / "statement.json"
    statement = json.loads(path.read_text("utf-8"))
    statement["predicate"]["approved_by"] = "the CISO"
    path.write_text(json.dumps(statement, ensure_ascii=False, indent=1) + "\n", "utf-8")


ALTERED, INCOMPLETE = "ALTERED", "incomplete"
TABLE: dict[str, tuple[Alteration, str, int]] = {
    "a screenshot is another one": (replace("0001-open-the-settings-page.png", b"IEND", b"IENd"), ALTERED, 4),
    "two screenshots are exchanged": (swapped, ALTERED, 4),
    "a screenshot states a huge size": (huge_png, ALTERED, 4),
    "a screenshot is gone": (removed("0001-*.png"), ALTERED, 4),
    "a screenshot is empty": (lambda folder: os.truncate(screenshot(folder), 0), ALTERED, 4),
    "a screenshot is added": (added("0009-more.png"), ALTERED, 4),
    "a screenshot is a link to a copy": (
        lambda folder: (shutil.move(screenshot(folder), folder.parent / "c.png"), linked("c.png", "../c.png")(folder)),
        ALTERED,
        2,
    ),
    "the procedure is gone": (removed("procedure/*.yaml"), ALTERED, 4),
    "the procedure is a file with a sum of its own": (
        lambda folder: shutil.copy(screenshot(folder), folder / "procedure" / "alerts.yaml"),
        ALTERED,
        4,
    ),
    "the procedure says something else": (replace("procedure/alerts.yaml", b"Alerts", b"Nothing"), ALTERED, 4),
    "the guide says something else": (replace("procedure/alerts.md", b"Open", b"Shut"), ALTERED, 4),
    "a verb says something else": (replace("procedure/steps/wave.py", b"Waves", b"Works"), ALTERED, 4),
    "a verb is added": (added("procedure/steps/more.py"), ALTERED, 4),
    "the whole procedure is gone": (lambda folder: shutil.rmtree(folder / "procedure"), ALTERED, 4),
    "the report says something else": (
        replace("report.html", b"Check the switch", b"Approved by the CISO"),
        ALTERED,
        4,
    ),
    "the report names another layout": (replace("report.html", b"layout ", b"layout 0"), ALTERED, 4),
    "the report is gone": (removed("report.html"), ALTERED, 4),
    "the report for machines is replaced": (lambda folder: added("junit.xml", b"<testsuites/>")(folder), ALTERED, 4),
    "VERIFY.md has other commands": (replace("VERIFY.md", b"sha256sum", b"true sha256sum"), ALTERED, 4),
    "VERIFY.md is empty": (lambda folder: os.truncate(folder / "VERIFY.md", 0), ALTERED, 4),
    "a report is added": (added("summary.txt"), ALTERED, 4),
    "a download is added": (added("downloads/0001-list.csv"), ALTERED, 4),
    "the journal says something else": (replace("events.jsonl", b"Check the switch", b"Check the window"), ALTERED, 3),
    "the journal ends in the middle of an event": (no_line_feed, INCOMPLETE, 3),
    "words stand behind the last line": (appended("events.jsonl", b'{"event":"approved"}'), INCOMPLETE, 3),
    "a line stands behind the last line": (appended("events.jsonl", b'{"event":"approved"}\n'), ALTERED, 3),
    "an empty line stands in the journal": (replace("events.jsonl", b"\n", b"\n\n"), ALTERED, 3),
    "a zero byte stands in the journal": (replace("events.jsonl", b"Check the", b"Check\0the"), ALTERED, 3),
    "the journal is not UTF-8": (replace("events.jsonl", b"Check", b"\xff\xfe"), ALTERED, 3),
    "the journal is one line of 200 MB": (huge_line, ALTERED, 3),
    "the journal is empty": (lambda folder: os.truncate(folder / "events.jsonl", 0), ALTERED, 3),
    "the journal is a link": (
        lambda folder: (
            shutil.copy(folder / "events.jsonl", folder.parent / "j"),
            linked("events.jsonl", "../j")(folder),
        ),
        ALTERED,
        2,
    ),
    "a pipe is added": (lambda folder: os.mkfifo(folder / "0008-pipe.png"), ALTERED, 2),
    "a link to a device is added": (device, ALTERED, 2),
    "a link to itself is added": (linked("loop", "loop"), ALTERED, 2),
    "a link to the folder itself is added": (linked("procedure/up", ".."), ALTERED, 2),
    "a link to the outside is added": (linked("hosts", "/etc/hosts"), ALTERED, 2),
    "a name has a line break": (added("events.jsonl\nxxevents.jsonl"), ALTERED, 2),
    "a name of the procedure has a line break": (added("procedure/alerts.yaml\nprocedure/x"), ALTERED, 2),
    "a name is no UTF-8": (added("0009-\udcff.png"), ALTERED, 4),
    "a name drives a terminal": (added("\x1b]0;intact\x07.png"), ALTERED, 4),
    "an empty folder is added": (lambda folder: (folder / "more").mkdir(), ALTERED, 2),
    "folders go down without an end": (deep, ALTERED, 2),
    "the sums are gone": (removed("SHA256SUMS"), ALTERED, 1),
    "a sum is another one": (replace("SHA256SUMS", b"  report.html", b"0  report.html"), ALTERED, 1),
    "the statement lists other sums": (replace("statement.json", b'"sha256": "', b'"sha256": "0'), ALTERED, 0),
    "the statement says something else": (other_predicate, ALTERED, 0),
    "the statement is gone": (removed("statement.json"), ALTERED, 2),
    "a signature is added that nothing can check": (added("SHA256SUMS.sig"), INCOMPLETE, 2),
    "a review is added that nothing can check": (added("review.md", b"Approved.\n"), INCOMPLETE, 2),
}
"""The alteration, the verdict of `verify`, and a command of VERIFY.md that finds it after the sums match.

0: VERIFY.md says that its commands do not compare the statement, which repeats the rest for other tools.
"""
WITHOUT_NEW_SUMS = ("the sums are gone", "a sum is another one")
AS_IS = ("SHA256SUMS.sig", "review.md")


def commands_of(folder: Path) -> list[str]:
    blocks = (folder / "VERIFY.md").read_text("utf-8").split("```sh\n")[1:]
    return [block.partition("```")[0] for block in blocks]


def found_by(folder: Path, commands: list[str], digest: str, numbers: Sequence[int]) -> list[int]:
    """Those of the commands with these numbers that do not print what they must."""
    found = []
    for number in numbers:
        command = commands[number - 1]
        done = subprocess.run(["sh", "-uc", command], cwd=folder, capture_output=True, timeout=300)
        output = done.stdout.decode("utf-8", "replace")
        expected = {2: "", 3: f"digest {digest}\n", 4: ""}.get(number)
        good = output == expected if expected is not None else done.returncode == 0
        if not good or done.stderr:
            found.append(number)
    return found


@pytest.fixture(autouse=True)
def flat_again(tmp_path: Path) -> Iterator[None]:
    """Afterwards nothing is so deep that Python could not remove it."""
    yield
    for path in tmp_path.glob("screenshots/alerts/*/d"):
        subprocess.run(["rm", "-rf", str(path)], check=True)


@pytest.mark.quick(20)
@pytest.mark.parametrize("name", TABLE)
def test_an_alteration_is_found_with_and_without_runwright(made: Any, name: str) -> None:
    change, verdict, command = TABLE[name]
    commands = commands_of(made.path)  # of a source that can be trusted
    change(made.path)
    if name not in WITHOUT_NEW_SUMS and name != "folders go down without an end":
        if "statement" not in name:
            subjects_again(made.path)
        sums_again(made.path)
        if verdict == INCOMPLETE and any((made.path / each).exists() for each in AS_IS):
            lines = (made.path / "SHA256SUMS").read_text("utf-8").splitlines(keepends=True)
            kept = [line for line in lines if not line.rstrip("\n").endswith(AS_IS)]
            (made.path / "SHA256SUMS").write_text("".join(kept), "utf-8")
    result = verify(made.path, digest=made.digest)
    assert result.verdict == verdict, result.problems
    assert not any(message.startswith("The folder could not be verified") for message in result.problems)
    if command:
        assert found_by(made.path, commands, made.digest, [command]) == [command]


def test_an_intact_folder_is_found_intact_with_and_without_runwright(made: Any) -> None:
    assert verify(made.path, digest=made.digest).good
    assert found_by(made.path, commands_of(made.path), made.digest, [1, 2, 3, 4]) == []


def test_the_table_holds_every_kind_of_file(made: Any) -> None:
    assert len(TABLE) >= 30
    assert {0, 1, 2, 3, 4} == {command for _, _, command in TABLE.values()}


def test_a_bad_folder_does_not_keep_others_from_a_verdict(make: Callable[..., Any]) -> None:
    folders = []
    for number in range(3):
        made = make(f"2026112{number}T033000Z-7f3a", previous=folders[-1].digest if folders else None)
        made.begin()
        made.section()
        made.step()
        made.end()
        folders.append(made)
    nested = b'{"a":' * 700 + b"1" + b"}" * 700
    (folders[1].path / "events.jsonl").write_bytes(nested + b"\n")
    name = "\x1b[2J\nintact  forged"
    (folders[0].path / name).write_bytes(b"x")
    root = folders[0].path.parent
    done = call("verify", str(root), cwd=root)
    verdicts = [line.split()[0] for line in done.stdout.splitlines() if "T033000Z" in line and "(" in line]
    assert verdicts[:3] == ["ALTERED", "ALTERED", "intact"], done.stdout
    assert "\x1b" not in done.stdout and "\nintact  forged" not in done.stdout, "a name is never printed raw"
    assert done.returncode == 1
    as_json = call("verify", str(root), "--json", cwd=root).stdout
    assert "\x1b" not in as_json and len(json.loads(as_json)["runs"]) == 3


def test_a_removed_last_run_is_noticed_by_a_kept_digest_or_the_machines_record(make: Callable[..., Any]) -> None:
    folders = []
    for number in range(2):
        made = make(f"2026112{number}T033000Z-7f3a", previous=folders[-1].digest if folders else None)
        made.begin()
        made.section()
        made.step()
        made.end()
        remember(made.path, made.digest)
        folders.append(made)
    root = folders[0].path.parent.parent
    last = folders[-1]
    assert call("verify", str(root), "--digest", last.digest, cwd=root).returncode == 0
    shutil.rmtree(last.path)
    by_record = call("verify", str(root), cwd=root)
    assert by_record.returncode == 1 and f"(journal digest {last.digest}) is missing" in by_record.stdout
    by_digest = call("verify", str(root), "--digest", last.digest, cwd=root)
    assert f"No run here has the journal digest {last.digest}" in by_digest.stdout


def test_a_file_that_cannot_be_read_is_incomplete_and_not_altered(made: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path = screenshot(made.path)

    def refused(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("runwright.evidence.verify.digest", refused)
    result = verify(made.path)
    assert (result.verdict, result.altered) == (INCOMPLETE, []), result.problems


def test_a_journal_of_200_mb_is_refused_before_it_is_in_memory(made: Any) -> None:
    for change in (huge_line, appended("events.jsonl", b"[" * 200_000_000)):
        change(made.path)
        tracemalloc.start()
        try:
            result = verify(made.path)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert result.verdict == ALTERED and "is longer than" in result.problems[0], result.problems
        assert peak < 100_000_000, f"{peak:,} bytes"
