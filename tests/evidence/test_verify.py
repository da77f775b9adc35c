"""What `verify` finds in a run folder that somebody altered, in whatever way."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.raw_events import forge, read_raw, rewrite

from runwright.evidence import seal
from runwright.evidence.atomic_io import AlteredError, EvidenceError
from runwright.evidence.events import UnknownEvent
from runwright.evidence.folder_layout import DERIVED, LATER, REPORTS, own_files
from runwright.evidence.journal import read, verified_digest
from runwright.evidence.reports import html_report
from runwright.evidence.verify import missing_predecessors, regenerate, run_folders, verify


def problems(folder: Path, **options: Any) -> str:
    return "\n".join(verify(folder, **options).problems)


def reseal(folder: Path) -> None:
    """Make statement and sums match the altered files, as a forger would."""
    survey = seal.survey(folder)
    for name in REPORTS:
        survey.digests[name] = seal.digest(folder / name)
    statement = seal.statement_of(survey)
    (folder / "statement.json").write_bytes(statement)
    (folder / "SHA256SUMS").write_bytes(seal.sums_of(survey, statement))


def test_an_intact_folder_passes(made: Any) -> None:
    result = verify(made.path, digest=made.digest.upper() + "\n", evidence=True)
    assert result.good and result.finished and not result.notes
    assert result.data()["digest"] == made.digest and json.dumps(result.data())


@pytest.mark.parametrize("name", REPORTS)
def test_an_altered_report_is_found_though_all_sums_match(made: Any, name: str) -> None:
    path = made.path / name
    path.write_bytes(path.read_bytes() + b" ")
    reseal(made.path)
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=made.path, capture_output=True).returncode == 0
    assert f"{name} does not match its digest in the journal." in problems(made.path)
    assert standard_tools(made.path)[3] == f"does not match the journal: {name}\n"


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
    forge(made.path)
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
        step = next(event for event in events if event["event"] == "step")
        changed.append(step[key] != value)
        step[key] = value

    changed: list[bool] = []
    rewrite(made.path, change)
    assert [bool(problems(made.path))] == changed


def test_the_message_of_a_malformed_event_names_its_line_and_field(made: Any) -> None:
    rewrite(made.path, lambda events: events[2]["screenshots"][0].update(width="wide"))
    assert problems(made.path).startswith("events.jsonl: line 3 is a malformed event `step` (screenshots.0.width: ")


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
def test_a_later_layer_that_cannot_be_checked_is_incomplete(made: Any, name: str) -> None:
    (made.path / name).write_bytes(b"later")
    result = verify(made.path)
    assert (result.verdict, result.altered) == ("incomplete", [])
    assert result.incomplete == [f"{name} was added later; this version of runwright cannot check it."]
    (made.path / name).rename(made.path / f"x{name}")
    assert verify(made.path).verdict == "ALTERED"


@pytest.mark.parametrize("name", DERIVED)
def test_a_missing_file_is_reported_by_name(made: Any, name: str) -> None:
    (made.path / name).unlink()
    assert f"{name} is missing" in problems(made.path)


def test_sums_in_a_different_order_are_found(made: Any) -> None:
    path = made.path / "SHA256SUMS"
    path.write_bytes(b"\n".join(sorted(path.read_bytes().split(b"\n")[:-1])) + b"\n")
    assert "SHA256SUMS does not match the other files" in problems(made.path)


def test_a_forged_report_is_found_whatever_version_it_names(made: Any) -> None:
    """The forger takes the version out of the report and makes statement, sums and VERIFY.md match."""
    report = made.path / "report.html"
    text = report.read_text("utf-8").replace("Check the switch", "Approved by the CISO")
    report.write_text(text.replace(html_report.layout(), "runwright 99, layout 0"), "utf-8")
    reseal(made.path)
    result = verify(made.path, digest=made.digest, evidence=True)
    assert result.verdict == "ALTERED"
    assert result.altered == ["report.html does not match its digest in the journal."]


def of_another_version(folder: Path) -> str:
    """The same run as another version would leave it: with other words in its reports. Returns the journal digest."""
    rewrite(folder, lambda events: events[0]["versions"].update(runwright="99.0"))
    for name in REPORTS:
        path = folder / name
        path.write_bytes(path.read_bytes().replace(b"the ", b"THE "))
    digests = {name: seal.digest(folder / name) for name in REPORTS}
    digest = rewrite(folder, lambda events: events[-1].update(reports=digests))
    reseal(folder)
    return digest


def test_bound_reports_of_another_version_are_intact_and_only_those(made: Any) -> None:
    digest = of_another_version(made.path)
    result = verify(made.path, digest=digest)
    assert result.verdict == "intact", result.problems
    assert "runwright 99.0 made the reports" in result.notes[0]
    (made.path / "junit.xml").write_bytes(b"<testsuites/>")
    reseal(made.path)
    assert problems(made.path) == "junit.xml does not match its digest in the journal."


def test_a_statement_of_another_version_in_other_words_is_never_intact(made: Any) -> None:
    of_another_version(made.path)
    path = made.path / "statement.json"
    statement = json.loads(path.read_bytes())
    statement["predicate"]["more"] = "of a later version"
    path.write_text(json.dumps(statement))
    survey = seal.survey(made.path)
    survey.digests.update({name: seal.digest(made.path / name) for name in REPORTS})
    (made.path / "SHA256SUMS").write_bytes(seal.sums_of(survey, path.read_bytes()))
    result = verify(made.path)
    assert (result.verdict, result.altered) == ("incomplete", []), result.problems
    assert "in other words than this version" in result.incomplete[0]
    statement["subject"][0]["digest"]["sha256"] = "0" * 64
    path.write_text(json.dumps(statement))
    (made.path / "SHA256SUMS").write_bytes(seal.sums_of(survey, path.read_bytes()))
    assert "statement.json does not match the other files" in problems(made.path)


def test_a_report_that_the_journal_does_not_bind_is_found(made: Any) -> None:
    rewrite(made.path, lambda events: events[-1]["reports"].pop("report.html"))
    reseal(made.path)
    assert "The journal does not bind report.html: it was added after the run." in problems(made.path)
    (made.path / "report.html").unlink()
    with pytest.raises(AlteredError, match=r"does not bind report\.html"):
        regenerate(made.path)


def test_reports_that_do_not_show_what_the_journal_says_are_found(made: Any) -> None:
    """Somebody rewrote the whole folder, and kept the old report; no digest was kept elsewhere."""
    report = made.path / "report.html"
    report.write_bytes(report.read_bytes().replace(b"Check the switch", b"Check the window"))
    reports = {name: seal.digest(made.path / name) for name in REPORTS}
    rewrite(made.path, lambda events: events[-1].update(reports=reports))
    reseal(made.path)
    assert problems(made.path) == "report.html does not match the journal."


def test_a_further_report_is_bound_and_listed(make: Callable[..., Any]) -> None:
    made = make()
    made.begin()
    made.section()
    made.step()
    made.end(
        reports={"summary.txt": lambda events: f"{len(events)} events.\n".encode(), "broken.txt": lambda events: 1 / 0}
    )
    assert (made.path / "summary.txt").read_text("utf-8") == "5 events.\n", "a report sees all events, the last too"
    assert not (made.path / "broken.txt").exists()
    assert verify(made.path, digest=made.digest).good, problems(made.path)
    assert standard_tools(made.path)[1:] == ["", f"digest {made.digest}\n", ""]
    for name in ("statement.json", "SHA256SUMS"):
        assert "summary.txt" in (made.path / name).read_text("utf-8")
    (made.path / "summary.txt").write_bytes(b"Two steps.\n")
    seal_again = seal.survey(made.path)
    seal_again.digests.update({name: seal.digest(made.path / name) for name in (*REPORTS, "summary.txt")})
    (made.path / "statement.json").write_bytes(seal.statement_of(seal_again))
    (made.path / "SHA256SUMS").write_bytes(seal.sums_of(seal_again, seal.statement_of(seal_again)))
    assert problems(made.path) == "summary.txt does not match its digest in the journal."
    assert standard_tools(made.path)[3] == "does not match the journal: summary.txt\n"
    (made.path / "summary.txt").unlink()
    assert "summary.txt is missing." in problems(made.path)
    with pytest.raises(EvidenceError, match=r"summary\.txt is missing or altered, and this version"):
        regenerate(made.path)


@pytest.mark.parametrize(
    "name", ["report.html", "events.jsonl", "0001-x.png", "../x.txt", "a/b.txt", "review.md", "a b.txt", 'a".txt', ""]
)
def test_a_further_report_cannot_take_the_place_of_another_file(make: Callable[..., Any], name: str) -> None:
    made = make()
    made.begin()
    with pytest.raises(ValueError, match="cannot be the name of a report"):
        made.end(reports={name: b"x"})


def test_the_reports_do_not_show_the_journal_digest(made: Any) -> None:
    for name in REPORTS:
        assert made.digest not in (made.path / name).read_text("utf-8"), name
    assert list(read_raw(made.path)[-1]["reports"]) == list(REPORTS)


def test_a_journal_of_another_format_is_incomplete_and_not_altered(made: Any) -> None:
    rewrite(made.path, lambda events: events[0].update(format=3, verbs="another shape"))
    result = verify(made.path)
    assert (result.verdict, result.altered) == ("incomplete", [])
    assert "format 3, which this version of runwright does not support" in result.incomplete[0]


def test_a_signature_of_a_kind_that_a_later_version_adds_is_incomplete_and_not_altered(made: Any) -> None:
    (made.path / "SHA256SUMS.minisig").write_bytes(b"signature")
    result = verify(made.path)
    assert (result.verdict, result.altered) == ("incomplete", [])
    assert "SHA256SUMS.minisig was added later" in result.incomplete[0]


def test_unknown_events_and_fields_are_kept_and_ignored(made: Any) -> None:
    def change(events: list[dict[str, Any]]) -> None:
        events[1]["mood"] = "calm"
        events.insert(2, {"event": "weather", "time": events[1]["time"], "rain": [1, {"mm": 2}]})
        events[-1]["events"] = len(events)

    rewrite(made.path, change)
    forge(made.path)
    assert verify(made.path).good, problems(made.path)
    events = read(made.path / "events.jsonl")
    assert isinstance(events[2], UnknownEvent)
    assert (events[2].event, events[2].number, events[2].fields) == ("weather", 3, {"rain": [1, {"mm": 2}]})
    assert [type(each) for each in events].count(UnknownEvent) == 1


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


def standard_tools(folder: Path, strict: bool = True) -> list[str]:
    """The output of each command in VERIFY.md; if ``strict``, each must succeed without a message on standard error."""
    blocks = (folder / "VERIFY.md").read_text("utf-8").split("```sh\n")[1:]
    outputs = []
    for command in (block.partition("```")[0] for block in blocks):
        done = subprocess.run(["sh", "-euc", command], cwd=folder, capture_output=True, text=True)
        assert not strict or (done.returncode == 0 and not done.stderr), done
        outputs.append(done.stdout)
    return outputs


def test_standard_tools_find_a_file_without_a_sum(made: Any) -> None:
    (made.path / "more.txt").write_text("x")
    (made.path / "review.md").write_text("x")
    outputs = standard_tools(made.path)
    assert sorted(outputs[1].splitlines()) == ["not in SHA256SUMS: more.txt", "not in SHA256SUMS: review.md"]
    assert outputs[2:] == [
        f"digest {verified_digest(made.path / 'events.jsonl')}\n",
        "does not match the journal: more.txt\n",
    ]


def sums_again(folder: Path) -> None:
    """Write SHA256SUMS again for whatever is there, as a forger would."""
    names = [line[66:] for line in (folder / "SHA256SUMS").read_text("utf-8").splitlines()]
    lines = [f"{seal.digest(folder / name)}  {name}\n" for name in names if (folder / name).exists()]
    (folder / "SHA256SUMS").write_text("".join(lines), "utf-8")


def test_standard_tools_find_a_procedure_that_was_removed_or_replaced(made: Any) -> None:
    """Also by a file whose digest is elsewhere in the journal."""
    digest = f"digest {made.digest}\n"
    screenshot = next(made.path.glob("0001-*.png")).read_bytes()
    for name in ("alerts.yaml", "alerts.md", "steps/wave.py"):
        path = made.path / "procedure" / name
        before = path.read_bytes()
        path.write_bytes(screenshot)
        sums_again(made.path)
        assert standard_tools(made.path)[1:] == ["", digest, f"does not match the journal: procedure/{name}\n"]
        path.unlink()
        sums_again(made.path)
        assert standard_tools(made.path)[1:] == ["", digest, f"does not match the journal: procedure/{name}\n"]
        path.write_bytes(before)
        reseal(made.path)
    assert standard_tools(made.path)[1:] == ["", digest, ""]


def test_standard_tools_find_text_after_the_last_line(made: Any) -> None:
    with (made.path / "events.jsonl").open("ab") as journal:
        journal.write(b'{"event":"approved","by":"CISO"}')
    sums_again(made.path)
    assert standard_tools(made.path)[2].splitlines() == ["text after the last line", f"digest {made.digest}"]


def test_standard_tools_find_zero_bytes_that_a_shell_does_not_see(made: Any) -> None:
    journal = made.path / "events.jsonl"
    journal.write_bytes(journal.read_bytes().replace(b"Check the switch", b"Check the\0 switch"))
    sums_again(made.path)
    assert "a zero byte in a line" in standard_tools(made.path, strict=False)[2]


def test_standard_tools_find_a_name_with_a_line_break(made: Any) -> None:
    (made.path / "events.jsonl\nxxevents.jsonl").write_text("lie")
    sums_again(made.path)
    assert standard_tools(made.path)[1].startswith("a name with a line break:")


def test_standard_tools_find_a_link(made: Any) -> None:
    screenshot = next(made.path.glob("0001-*.png"))
    moved = made.path.parent / "elsewhere.png"
    screenshot.rename(moved)
    screenshot.symlink_to(moved)
    assert standard_tools(made.path)[1] == f"not a regular file: ./{screenshot.name}\n"
    assert standard_tools(made.path)[3] == f"does not match the journal: {screenshot.name}\n"


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
    own = [name for name in own_files(rich.path) if name != "events.jsonl"]
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
    before = {name: (made.path / name).read_bytes() for name in DERIVED}
    for name in DERIVED:
        (made.path / name).unlink()
    regenerate(made.path)
    assert {name: (made.path / name).read_bytes() for name in DERIVED} == before

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
    assert {name: (made.path / name).read_bytes() for name in DERIVED} == before


def test_reports_of_a_killed_run_are_regenerated(killed: Any) -> None:
    regenerate(killed.path)
    assert "This run is incomplete" in (killed.path / "report.html").read_text("utf-8")
