"""What verify finds in a folder that somebody had a hand in, whoever that was and however they went about it."""

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
from runwright.evidence.journal import Journal, chain
from runwright.evidence.reports import html_report
from runwright.evidence.seal import close
from runwright.evidence.verify import LATER, make_again, missing_predecessors, run_folders, verify


def problems(folder: Path, **asked: Any) -> str:
    return "\n".join(verify(folder, **asked).problems)


def reseal(folder: Path) -> None:
    """Make statement and sums fit whatever is there now, without making the reports anew: a forger's work."""
    kept = seal.survey(folder)
    for name in seal.REPORTS:
        kept.digests[name] = seal.digest(folder / name)
    statement, how_to = seal.statement_of(kept), seal.how_to_check(kept)
    (folder / "statement.json").write_bytes(statement)
    (folder / "VERIFY.md").write_bytes(how_to)
    (folder / "SHA256SUMS").write_bytes(seal.sums_of(kept, statement, how_to))


def rewrite(folder: Path, change: Callable[[list[dict[str, Any]]], Any]) -> None:
    """Write the whole journal anew with a change, its chain in order."""
    events = [json.loads(line) for line in (folder / "events.jsonl").read_text("utf-8").splitlines()]
    change(events)
    (folder / "events.jsonl").unlink()
    journal = Journal(folder / "events.jsonl", Scrubber())
    for event in events:
        rest = {key: value for key, value in event.items() if key not in ("prev", "number", "event", "time")}
        journal.write(event["event"], **rest)
    journal.close()


def test_a_whole_folder_passes(made: Any) -> None:
    verdict = verify(made.path, head=made.head.upper() + "\n", evidence=True)
    assert verdict.good and verdict.finished and not verdict.notes
    assert verdict.data()["head"] == made.head and json.dumps(verdict.data())


@pytest.mark.parametrize("name", ["report.html", "junit.xml"])
def test_a_report_that_says_something_else_is_found_though_all_sums_fit(made: Any, name: str) -> None:
    path = made.path / name
    path.write_bytes(path.read_bytes().replace(b"Look again", b"Look aside"))
    reseal(made.path)
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=made.path, capture_output=True).returncode == 0
    assert f"{name} does not say what the journal says" in problems(made.path)


@pytest.mark.parametrize("name", ["alerts.yaml", "alerts.md", "steps/wave.py"])
def test_a_changed_procedure_is_found_though_all_sums_fit(made: Any, name: str) -> None:
    (made.path / "procedure" / name).write_bytes(b"something else")
    reseal(made.path)
    assert f"procedure/{name} is not the one that the journal names" in problems(made.path)
    (made.path / "procedure" / name).unlink()
    reseal(made.path)
    assert f"procedure/{name} is missing" in problems(made.path)


def test_a_file_that_no_event_names_has_no_place_in_the_procedure(made: Any) -> None:
    (made.path / "procedure" / "more.yaml").write_bytes(b"x")
    reseal(made.path)
    assert "procedure/more.yaml is named by no event" in problems(made.path)


def test_a_rehearsal_is_no_evidence_and_cannot_be_made_one(make: Callable[..., Any]) -> None:
    made = make("20261124T033000Z-7f3a-rehearsal")
    made.begin()
    made.section()
    made.step()
    made.end()
    assert verify(made.path).good and verify(made.path).rehearsal
    assert "rehearsal" in problems(made.path, evidence=True)
    rewrite(made.path, lambda events: events[0].update(rehearsal=False))
    close(made.path)
    assert "do not agree whether it is a rehearsal" in problems(made.path)


def test_a_rehearsal_with_a_broken_journal_is_still_called_one(make: Callable[..., Any]) -> None:
    made = make("20261124T033000Z-7f3a-rehearsal")
    (made.path / "events.jsonl").write_bytes(b"{}\n")
    assert verify(made.path).rehearsal and not verify(made.path).good


def _cut(events: list[dict[str, Any]]) -> None:
    del events[-3:-1]


def _twice(events: list[dict[str, Any]]) -> None:
    events.append({**events[-1], "events": len(events) + 1})


def _named_twice(events: list[dict[str, Any]]) -> None:
    steps = [event for event in events if event["event"] == "step"]
    steps[1]["pictures"] = [*steps[1]["pictures"], *steps[0]["pictures"]]


def _elsewhere(events: list[dict[str, Any]]) -> None:
    next(event for event in events if event["event"] == "step")["pictures"][0]["file"] = "../0001-x.png"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_cut, "counts"),
        (_twice, "goes on behind its last event"),
        (_named_twice, "is named twice"),
        (_elsewhere, "no picture's name"),
    ],
)
def test_a_journal_written_anew_must_still_add_up(
    made: Any, change: Callable[[list[dict[str, Any]]], None], said: str
) -> None:
    rewrite(made.path, change)
    assert said in problems(made.path)
    assert "not the one that was given" in problems(made.path, head=made.head)


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
def test_a_hostile_journal_is_a_finding_and_no_traceback(made: Any, line: bytes) -> None:
    (made.path / "events.jsonl").write_bytes(line + b"\n")
    assert problems(made.path)


@pytest.mark.parametrize("key", ["file", "line", "pictures", "conditions", "failure", "seconds", "section", "part"])
@pytest.mark.parametrize("value", [None, 7, "x", [1], {"a": 1}])
def test_an_event_of_another_shape_is_a_finding_and_no_traceback(made: Any, key: str, value: object) -> None:
    def change(events: list[dict[str, Any]]) -> None:
        next(event for event in events if event["event"] == "step")[key] = value

    rewrite(made.path, change)
    assert problems(made.path)


def test_links_pipes_and_folders_are_refused(made: Any, tmp_path: Path) -> None:
    (made.path / "procedure" / "link").symlink_to("/etc/hostname")
    (made.path / "SHA256SUMS.sig").symlink_to("/etc/hostname")
    (made.path / "review").mkdir()
    os.mkfifo(made.path / "review.md")
    said = problems(made.path)
    for wanted in (
        "procedure/link is a link",
        "SHA256SUMS.sig is a link",
        "review/ has no place",
        "review.md is no plain file",
    ):
        assert wanted in said


def test_a_folder_that_is_a_link_inside_is_not_followed(made: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    (made.path / "procedure").rename(elsewhere)
    (made.path / "procedure").symlink_to(elsewhere)
    assert "procedure is a link" in problems(made.path)


@pytest.mark.parametrize("name", sorted(LATER))
def test_later_layers_are_accepted_by_name(made: Any, name: str) -> None:
    (made.path / name).write_bytes(b"later")
    assert verify(made.path).good
    (made.path / name).rename(made.path / f"x{name}")
    assert not verify(made.path).good


@pytest.mark.parametrize("name", seal.MADE)
def test_a_missing_file_is_named(made: Any, name: str) -> None:
    (made.path / name).unlink()
    assert f"{name} is missing" in problems(made.path)


def test_sums_in_another_order_are_found(made: Any) -> None:
    path = made.path / "SHA256SUMS"
    path.write_bytes(b"\n".join(sorted(path.read_bytes().split(b"\n")[:-1])) + b"\n")
    assert "SHA256SUMS does not fit" in problems(made.path)


def test_the_sums_of_another_runwright_are_trusted_and_its_reports_noted(
    made: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html_report, "layout", lambda: "runwright 99, layout 0")
    verdict = verify(made.path)
    assert verdict.good and "another version" in verdict.notes[0]


def test_a_tree_with_a_run_missing_in_the_middle(make: Callable[..., Any]) -> None:
    heads: list[str] = []
    folders = []
    for number in range(3):
        made = make(f"20261124T03300{number}Z-7f3a", previous=heads[-1] if heads else None)
        made.begin()
        made.section()
        made.step()
        made.end()
        heads.append(made.head)
        folders.append(made.path)
    root = folders[0].parent
    assert list(run_folders(root)) == folders
    assert missing_predecessors([verify(folder) for folder in folders]) == []
    told = missing_predecessors([verify(folders[0]), verify(folders[2])])
    assert len(told) == 1 and str(folders[2]) in told[0] and heads[1] in told[0]


def public_tools(folder: Path) -> list[str]:
    """What the commands of VERIFY.md print, each with a good end and without a complaint of the shell."""
    blocks = (folder / "VERIFY.md").read_text("utf-8").split("```sh\n")[1:]
    said = []
    for command in (block.partition("```")[0] for block in blocks):
        done = subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0 and not done.stderr, done
        said.append(done.stdout)
    return said


def test_public_tools_find_what_no_sum_names(made: Any) -> None:
    (made.path / "more.txt").write_text("x")
    (made.path / "review.md").write_text("x")
    said = public_tools(made.path)
    assert said[1:] == ["no sum names more.txt\n", f"head {chain(made.path / 'events.jsonl')}\n", ""]


@pytest.fixture
def rich(make: Callable[..., Any]) -> Any:
    """A run with all that a journal bears sums of: names in other scripts, downloads, one of them withheld later."""
    made = make(secrets={"title": "title: Alerts"})
    made.begin()
    made.section()
    made.step('알림 켜기 {“sha256”: "Ünïcode"}', shots=("before", "after"))
    made.folder.download('Mitglieder, "alle".csv', b"a,b", "https://alerts.example/export")
    made.folder.download("keys.json", b"the later secret", "https://alerts.example/keys")
    made.step('Say "file":"0001-x.png","sha256":"00"')
    made.scrubber.register("key", "the later secret")
    made.folder.look_again()
    made.end()
    assert [path.name for path in (made.path / "downloads").iterdir()] == ["0001-mitglieder-alle.csv"]
    return made


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_public_tools_find_every_file_whose_sum_was_made_anew(
    rich: Any, monkeypatch: pytest.MonkeyPatch, locale: str
) -> None:
    monkeypatch.setenv("LC_ALL", locale)
    head = f"head {rich.head}\n"
    assert verify(rich.path).good
    assert public_tools(rich.path)[1:] == ["", head, ""]
    own = [name for name in seal.own_files(rich.path) if name != "events.jsonl"]
    assert len(own) == 7
    for name in own:
        path = rich.path / name
        before = path.read_bytes()
        path.write_bytes(before + b" ")
        reseal(rich.path)
        assert public_tools(rich.path)[1:] == ["", head, f"the journal has another sum for {name}\n"]
        path.write_bytes(before)


@pytest.mark.parametrize("name", ["0001-알림-켜기-sha256-ünïcode-before.png", "downloads/0001-mitglieder-alle.csv"])
def test_public_tools_find_what_was_taken_away_and_what_was_added(rich: Any, name: str) -> None:
    (rich.path / name).rename(rich.path / name.replace("0001", "0009"))
    reseal(rich.path)
    told = [f"the journal has another sum for {each}\n" for each in (name, name.replace("0001", "0009"))]
    assert public_tools(rich.path)[3] == "".join(told)


def test_public_tools_have_nothing_to_say_of_a_run_without_a_picture(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.end("stopped", 3, "Nobody is signed in.")
    assert public_tools(made.path)[1:] == ["", f"head {made.head}\n", ""]


def test_reports_are_made_again_and_not_over_what_somebody_altered(made: Any) -> None:
    before = {name: (made.path / name).read_bytes() for name in seal.MADE}
    for name in seal.MADE:
        (made.path / name).unlink()
    make_again(made.path)
    assert {name: (made.path / name).read_bytes() for name in seal.MADE} == before

    picture = next(made.path.glob("0002-*.png"))
    exact = picture.read_bytes()
    picture.write_bytes(exact + b" ")
    with pytest.raises(AlteredError, match=f"{picture.name} is not the one that the journal names"):
        make_again(made.path)
    picture.unlink()
    with pytest.raises(AlteredError, match=f"{picture.name} is missing"):
        make_again(made.path)
    picture.write_bytes(exact)
    (made.path / "0099-more.png").write_bytes(exact)
    with pytest.raises(AlteredError, match=r"0099-more\.png is named by no step"):
        make_again(made.path)
    (made.path / "0099-more.png").unlink()
    journal = made.path / "events.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Look again", b"Look aside"))
    with pytest.raises(AlteredError, match="does not follow"):
        make_again(made.path)
    assert {name: (made.path / name).read_bytes() for name in seal.MADE} == before


def test_reports_of_a_killed_run_are_made(killed: Any) -> None:
    make_again(killed.path)
    assert "did not end" in (killed.path / "report.html").read_text("utf-8")
