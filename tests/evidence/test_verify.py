"""What `verify` finds in a run folder that somebody altered, in whatever way."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runwright.engine.secrets.scrub import Scrubber
from runwright.evidence import seal
from runwright.evidence.atomic_io import AlteredError
from runwright.evidence.journal import Journal, verified_digest
from runwright.evidence.reports import html_report
from runwright.evidence.seal import close
from runwright.evidence.verify import LATER, missing_predecessors, regenerate, run_folders, verify


def problems(folder: Path, **options: Any) -> str:
    return "\n".join(verify(folder, **options).problems)


def reseal(folder: Path) -> None:
    """Make statement and sums match the altered files, but not the reports, as a forger would."""
    survey = seal.survey(folder)
    for name in seal.REPORTS:
        survey.digests[name] = seal.digest(folder / name)
    statement, instructions = seal.statement_of(survey), seal.instructions_of(survey)
    (folder / "statement.json").write_bytes(statement)
    (folder / "VERIFY.md").write_bytes(instructions)
    (folder / "SHA256SUMS").write_bytes(seal.sums_of(survey, statement, instructions))


def rewrite(folder: Path, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Replace the journal by an edited one with a valid chain."""
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    change(events)
    (folder / "events.jsonl").unlink()
    journal = Journal(folder / "events.jsonl", Scrubber())
    for event in events:
        fields = {key: value for key, value in event.items() if key not in ("prev", "number", "event", "time")}
        journal.write(event["event"], **fields)
    journal.close()


def test_an_intact_folder_passes(made: Any) -> None:
    result = verify(made.path, digest=made.digest.upper() + "\n", evidence=True)
    assert result.good and result.finished and not result.notes
    assert result.data()["digest"] == made.digest and json.dumps(result.data())


@pytest.mark.parametrize("name", ["report.html", "junit.xml"])
def test_an_altered_report_is_found_though_all_sums_match(made: Any, name: str) -> None:
    path = made.path / name
    path.write_bytes(path.read_bytes().replace(b"Check the switch", b"Check the window"))
    reseal(made.path)
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=made.path, capture_output=True).returncode == 0
    assert f"{name} does not match the journal." in problems(made.path)


@pytest.mark.parametrize("name", ["alerts.yaml", "alerts.md", "steps/wave.py"])
def test_an_altered_procedure_is_found_though_all_sums_match(made: Any, name: str) -> None:
    (made.path / "procedure" / name).write_bytes(b"something else")
    reseal(made.path)
    assert f"procedure/{name} does not match its digest in the journal" in problems(made.path)
    (made.path / "procedure" / name).unlink()
    reseal(made.path)
    assert f"procedure/{name} is missing" in problems(made.path)


def test_a_procedure_file_that_no_event_lists_is_found(made: Any) -> None:
    (made.path / "procedure" / "more.yaml").write_bytes(b"x")
    reseal(made.path)
    assert "procedure/more.yaml is not listed in the journal" in problems(made.path)


def test_a_rehearsal_is_not_evidence_and_cannot_be_turned_into_it(make: Callable[..., Any]) -> None:
    made = make("20261124T033000Z-7f3a-rehearsal")
    made.begin()
    made.section()
    made.step()
    made.end()
    assert verify(made.path).good and verify(made.path).rehearsal
    assert "rehearsal" in problems(made.path, evidence=True)
    rewrite(made.path, lambda events: events[0].update(rehearsal=False))
    close(made.path)
    assert "disagree about whether this is a rehearsal" in problems(made.path)


def test_a_rehearsal_with_a_broken_journal_is_still_reported_as_one(make: Callable[..., Any]) -> None:
    made = make("20261124T033000Z-7f3a-rehearsal")
    (made.path / "events.jsonl").write_bytes(b"{}\n")
    assert verify(made.path).rehearsal and not verify(made.path).good


def _cut(events: list[dict[str, Any]]) -> None:
    del events[-3:-1]


def _continued(events: list[dict[str, Any]]) -> None:
    events.append({**events[-1], "events": len(events) + 1})


def _listed_twice(events: list[dict[str, Any]]) -> None:
    steps = [event for event in events if event["event"] == "step"]
    steps[1]["screenshots"] = [*steps[1]["screenshots"], *steps[0]["screenshots"]]


def _elsewhere(events: list[dict[str, Any]]) -> None:
    next(event for event in events if event["event"] == "step")["screenshots"][0]["file"] = "../0001-x.png"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_cut, "counts"),
        (_continued, "continues after its `end` event"),
        (_listed_twice, "lists screenshot 0001-open-the-settings-page.png twice."),
        (_elsewhere, "not a valid screenshot name"),
    ],
)
def test_a_rewritten_journal_must_still_be_consistent(
    made: Any, change: Callable[[list[dict[str, Any]]], None], expected: str
) -> None:
    rewrite(made.path, change)
    assert expected in problems(made.path)
    assert "not the given one" in problems(made.path, digest=made.digest)


@pytest.mark.parametrize(
    "line",
    [
        b"[]",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"prev":"' + b"0" * 64 + b'","number":1,"event":"run"}',
        b'{"prev":"' + b"0" * 64 + b'","number":1,"event":"run","run":1,"runbook":[],"rehearsal":0,"format":1}',
        b'{"prev":"' + b"0" * 64 + b'","number":1,"event":["run"]}',
    ],
)
def test_a_hostile_journal_is_a_problem_and_not_a_traceback(made: Any, line: bytes) -> None:
    (made.path / "events.jsonl").write_bytes(line + b"\n")
    assert problems(made.path)


@pytest.mark.parametrize("key", ["file", "line", "screenshots", "conditions", "failure", "seconds", "section", "part"])
@pytest.mark.parametrize("value", [None, 7, "x", [1], {"a": 1}])
def test_a_malformed_event_is_a_problem_and_not_a_traceback(made: Any, key: str, value: object) -> None:
    def change(events: list[dict[str, Any]]) -> None:
        next(event for event in events if event["event"] == "step")[key] = value

    rewrite(made.path, change)
    assert problems(made.path)


def test_links_pipes_and_folders_are_found(made: Any, tmp_path: Path) -> None:
    (made.path / "procedure" / "link").symlink_to("/etc/hostname")
    (made.path / "SHA256SUMS.sig").symlink_to("/etc/hostname")
    (made.path / "review").mkdir()
    os.mkfifo(made.path / "review.md")
    found = problems(made.path)
    for expected in (
        "procedure/link is a symbolic link",
        "SHA256SUMS.sig is a symbolic link",
        "review/ does not belong in a run folder",
        "review.md is not a regular file",
    ):
        assert expected in found


def test_a_linked_folder_is_not_followed(made: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (made.path / "procedure").rename(elsewhere)
    (made.path / "procedure").symlink_to(elsewhere)
    assert "procedure is a symbolic link" in problems(made.path)


@pytest.mark.parametrize("name", sorted(LATER))
def test_later_layers_are_accepted_by_name(made: Any, name: str) -> None:
    (made.path / name).write_bytes(b"later")
    assert verify(made.path).good
    (made.path / name).rename(made.path / f"x{name}")
    assert not verify(made.path).good


@pytest.mark.parametrize("name", seal.DERIVED)
def test_a_missing_file_is_reported_by_name(made: Any, name: str) -> None:
    (made.path / name).unlink()
    assert f"{name} is missing" in problems(made.path)


def test_sums_in_a_different_order_are_found(made: Any) -> None:
    path = made.path / "SHA256SUMS"
    path.write_bytes(b"\n".join(sorted(path.read_bytes().split(b"\n")[:-1])) + b"\n")
    assert "SHA256SUMS does not match the other files" in problems(made.path)


def test_reports_of_another_version_are_a_note_and_its_sums_are_checked(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_report, "layout", lambda: "runwright 99, layout 0")
    result = verify(made.path)
    assert result.good and "Another version" in result.notes[0]


def test_a_missing_run_in_the_middle_of_a_tree_is_found(make: Callable[..., Any]) -> None:
    digests: list[str] = []
    folders = []
    for number in range(3):
        made = make(f"20261124T03300{number}Z-7f3a", previous=digests[-1] if digests else None)
        made.begin()
        made.section()
        made.step()
        made.end()
        digests.append(made.digest)
        folders.append(made.path)
    root = folders[0].parent
    assert list(run_folders(root)) == folders
    assert missing_predecessors([verify(folder) for folder in folders]) == []
    (message,) = missing_predecessors([verify(folders[0]), verify(folders[2])])
    assert str(folders[2]) in message and digests[1] in message


def standard_tools(folder: Path) -> list[str]:
    """The output of each command in VERIFY.md; each must succeed without a message on standard error."""
    blocks = (folder / "VERIFY.md").read_text("utf-8").split("```sh\n")[1:]
    outputs = []
    for command in (block.partition("```")[0] for block in blocks):
        done = subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done
        outputs.append(done.stdout)
    return outputs


def test_standard_tools_find_a_file_without_a_sum(made: Any) -> None:
    (made.path / "more.txt").write_text("x")
    (made.path / "review.md").write_text("x")
    outputs = standard_tools(made.path)
    assert outputs[1:] == [
        "not in SHA256SUMS: more.txt\n",
        f"digest {verified_digest(made.path / 'events.jsonl')}\n",
        "",
    ]


@pytest.fixture
def rich(make: Callable[..., Any]) -> Any:
    """A run with every kind of file that a journal lists: non-Latin names, and downloads, one withheld later."""
    made = make(secrets={"title": "name: Alerts"})
    made.begin()
    made.section()
    made.step('알림 켜기 {“sha256”: "Ünïcode"}', moments=("before", "after"))
    made.folder.download('Mitglieder, "alle".csv', b"a,b", "https://alerts.example/export")
    made.folder.download("keys.json", b"the later secret", "https://alerts.example/keys")
    made.step('Type "file":"0001-x.png","sha256":"00"')
    made.scrubber.register("key", "the later secret")
    made.folder.withhold_downloads()
    made.end()
    assert [path.name for path in (made.path / "downloads").iterdir()] == ["0001-mitglieder-alle.csv"]
    return made


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_standard_tools_find_every_altered_file_with_a_new_sum(
    rich: Any, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    digest = f"digest {rich.digest}\n"
    assert verify(rich.path).good
    assert standard_tools(rich.path)[1:] == ["", digest, ""]
    own = [name for name in seal.own_files(rich.path) if name != "events.jsonl"]
    assert len(own) == 7
    for name in own:
        path = rich.path / name
        before = path.read_bytes()
        path.write_bytes(before + b" ")
        reseal(rich.path)
        assert standard_tools(rich.path)[1:] == ["", digest, f"does not match the journal: {name}\n"]
        path.write_bytes(before)


@pytest.mark.parametrize("name", ["0001-알림-켜기-sha256-ünïcode-before.png", "downloads/0001-mitglieder-alle.csv"])
def test_standard_tools_find_removed_and_added_files(rich: Any, name: str) -> None:
    (rich.path / name).rename(rich.path / name.replace("0001", "0009"))
    reseal(rich.path)
    expected = [f"does not match the journal: {each}\n" for each in (name, name.replace("0001", "0009"))]
    assert standard_tools(rich.path)[3] == "".join(expected)


def test_standard_tools_pass_a_run_without_screenshots(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.end("stopped", 3, "Nobody is signed in.")
    assert standard_tools(made.path)[1:] == ["", f"digest {made.digest}\n", ""]


def test_reports_are_regenerated_unless_the_run_was_altered(made: Any) -> None:
    before = {name: (made.path / name).read_bytes() for name in seal.DERIVED}
    for name in seal.DERIVED:
        (made.path / name).unlink()
    regenerate(made.path)
    assert {name: (made.path / name).read_bytes() for name in seal.DERIVED} == before

    screenshot = next(made.path.glob("0002-*.png"))
    exact = screenshot.read_bytes()
    screenshot.write_bytes(exact + b" ")
    with pytest.raises(AlteredError, match=f"{screenshot.name} does not match its digest in the journal"):
        regenerate(made.path)
    screenshot.unlink()
    with pytest.raises(AlteredError, match=f"{screenshot.name} is missing"):
        regenerate(made.path)
    screenshot.write_bytes(exact)
    (made.path / "0099-more.png").write_bytes(exact)
    with pytest.raises(AlteredError, match=r"0099-more\.png is not listed in the journal"):
        regenerate(made.path)
    (made.path / "0099-more.png").unlink()
    journal = made.path / "events.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Check the switch", b"Check the window"))
    with pytest.raises(AlteredError, match="does not follow"):
        regenerate(made.path)
    assert {name: (made.path / name).read_bytes() for name in seal.DERIVED} == before


def test_reports_of_a_killed_run_are_regenerated(killed: Any) -> None:
    regenerate(killed.path)
    assert "This run is incomplete" in (killed.path / "report.html").read_text("utf-8")
