"""Secrets that a run reads off a page are handed to a sink: sealed, or on standard input, and never lost or shown."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from pyrage import decrypt, x25519
from support.cli_calls import call
from support.http_site import served
from support.site_pages import Played
from support.small_programs import install, taking

import runwright
from runwright.engine.errors import InvalidCall
from runwright.engine.secrets.sinks import AgeSink, CommandSink, SinkFailed, sink_of
from runwright.evidence.journal import read_verified
from runwright.evidence.statuses import FailureClass

VALUE = "Wq7hZk29LmPx"
PAGE = f'<!doctype html><title>Keys</title><h1>Keys</h1><label>Token <input value="{VALUE}" readonly></label>'
BOOK = """name: Keys
sites: { shop: { url: "SITE" } }
secrets:
  token: { description: The token of the shopKEEP }
sections:
  - name: Read the token
    open: shop /
    steps:
      - read: textbox "Token"
        into: token
"""


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> x25519.Identity:
    identity = x25519.Identity.generate()
    monkeypatch.setenv("RUNWRIGHT_KEY", str(identity))
    return identity


Run = Callable[..., runwright.RunResult]


@pytest.fixture
def run(tmp_path: Path, shared_browser: Callable[[], Browser]) -> Run:
    """Reads the token of a real page, with `keep` of the call."""

    def go(declared: str = "", **keep: str) -> runwright.RunResult:
        with served({"/": PAGE}) as site:
            text = BOOK.replace("SITE", site).replace("KEEP", f", keep: '{declared}'" if declared else "")
            (tmp_path / "book.yaml").write_text(text, "utf-8")
            options = runwright.RunOptions(tmp_path / "runs", restart=True, browser=shared_browser(), keep=keep)
            return runwright.run(tmp_path / "book.yaml", options=options)

    return go


def _assert_unseen(folder: Path) -> None:
    for path in folder.rglob("*"):
        assert not path.is_file() or VALUE.encode() not in path.read_bytes(), path


def _kept(done: runwright.RunResult) -> list[tuple[str, str]]:
    _, events = read_verified(done.folder / "events.jsonl")
    return [(each.secret, each.sink) for each in events if each.event == "secret-kept"]


def test_what_was_read_is_sealed_for_this_machine_and_can_be_a_source(
    run: Run, tmp_path: Path, key: x25519.Identity
) -> None:
    file = tmp_path / "token.age"
    file.write_bytes(b"an older one")
    file.chmod(0o644)
    done = run(token=f"age:{file}")
    assert done.exit == 0, done.reason
    assert decrypt(file.read_bytes(), [key]).decode() == VALUE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert _kept(done) == [("token", f"age:{file}")]
    assert f"The secret token was handed to age:{file}." in (done.folder / "report.html").read_text("utf-8")
    assert sorted(each.name for each in tmp_path.iterdir() if each.suffix != ".yaml") == ["runs", "token.age"]
    _assert_unseen(tmp_path / "runs")


def test_what_was_read_is_sealed_for_others_alone(run: Run, tmp_path: Path, key: x25519.Identity) -> None:
    ann, ben = x25519.Identity.generate(), x25519.Identity.generate()
    done = run(declared=f"age:{tmp_path / 'token.age'} for {ann.to_public()} {ben.to_public()}")
    assert done.exit == 0, done.reason
    data = (tmp_path / "token.age").read_bytes()
    assert [decrypt(data, [each]).decode() for each in (ann, ben)] == [VALUE, VALUE]
    from pyrage import DecryptError

    with pytest.raises(DecryptError):
        decrypt(data, [key])


def test_a_command_gets_it_on_standard_input(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["kv", "put", "-mount=secret", "acme/shop", "token=-"]
    install(tmp_path, "vault", taking(words, tmp_path / "taken"), monkeypatch)
    done = run(declared="age:nowhere/at/all", token="command:vault kv put -mount=secret acme/shop token=-")
    assert done.exit == 0, done.reason
    assert (tmp_path / "taken").read_text("utf-8") == VALUE
    assert _kept(done) == [("token", "command:vault kv put -mount=secret acme/shop token=-")]
    _assert_unseen(tmp_path / "runs")


def test_a_sink_that_does_not_take_it_fails_the_run_and_is_not_journalled(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        tmp_path, "vault", "print(sys.stdin.read()); print(sys.stdin.read(), file=sys.stderr); sys.exit(2)", monkeypatch
    )
    done = run(token="command:vault put")
    assert done.exit == 1 and done.failure_class is FailureClass.ENVIRONMENT
    assert done.reason is not None and "command:vault put did not take it: The command exited with 2." in done.reason
    assert _kept(done) == []
    _assert_unseen(tmp_path / "runs")


def test_everything_wrong_with_sinks_is_said_before_anything_opens(run: Run, tmp_path: Path, key: object) -> None:
    for sink, says in (
        ("age:nowhere/token.age", "The file nowhere/token.age cannot be written."),
        (f"age:{tmp_path}", "cannot be written"),
        ("age:token.age for age1nobody", "A recipient is not an age public key."),
        ("command:no-such-vault put", "There is no program `no-such-vault`."),
        ("command:vault 'put", "a quote without an end"),
        (VALUE, "This is not a place to hand it to."),
    ):
        with pytest.raises(InvalidCall) as failed:
            run(token=sink)
        text = " ".join(map(str, failed.value.diagnostics))
        assert says in text and VALUE not in text, text
    with pytest.raises(InvalidCall) as failed:
        run(tokens="command:no", token="command:no-such-vault")
    assert len(failed.value.diagnostics) == 2 and "no secret `tokens`" in failed.value.diagnostics[0].message
    assert not (tmp_path / "runs").exists()


def test_without_a_key_nothing_opens(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_KEY", "")
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    import keyring
    from keyring.backends.null import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        with pytest.raises(InvalidCall, match="There is no key"):
            run(token=f"age:{tmp_path / 'token.age'}")
    finally:
        keyring.set_keyring(before)


def test_a_rehearsal_hands_nothing_over(play: Callable[..., Played], tmp_path: Path) -> None:
    head = "name: K\nsites: { shop: { url: https://shop.example, simulator: site } }\n"
    book = BOOK.replace("KEEP", f", keep: 'command:touch {tmp_path / 'taken'}'").partition("secrets:")[2]
    played = play({"/": PAGE}, f"{head}secrets:{book}")
    assert played.result.exit == 0, played.message
    assert not (tmp_path / "taken").exists() and not played.events("secret-kept")


def test_what_reads_first_hands_nothing_over(run: Run, tmp_path: Path, key: object) -> None:
    """`--plan` checks with the plan of the run that comes after the question, and reads what `navigation` reads."""
    from dataclasses import replace

    from runwright import api

    with served({"/": PAGE}) as site:
        text = BOOK.replace("SITE", site).replace("KEEP", f", keep: 'age:{tmp_path / 'token.age'}'")
        steps = text.index("    steps:")
        navigation = text[steps:].replace("steps:", "navigation:")
        (tmp_path / "book.yaml").write_text(text[:steps] + navigation + '    ready: heading "Keys"\n', "utf-8")
        options = runwright.RunOptions(tmp_path / "runs", restart=True)
        plan = api.prepare(tmp_path / "book.yaml", options=options)
        assert plan.sinks
        done = api.start(replace(plan, mode="check"), options)
        assert [each.verb for each in done.steps if each.verb == "read"] == ["read"], done.reason
        assert not (tmp_path / "token.age").exists()
        api.start(plan, options)
        assert (tmp_path / "token.age").exists()


def test_a_sink_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: object) -> None:
    file = tmp_path / "token.age"
    file.write_bytes(b"the older one")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SinkFailed, match="No space left"):
        AgeSink(file, ()).take(VALUE)
    assert file.read_bytes() == b"the older one" and list(tmp_path.iterdir()) == [file]


def test_sinks_are_read_as_written(tmp_path: Path) -> None:
    assert sink_of("command: gh secret set TOKEN") == CommandSink("gh secret set TOKEN")
    assert sink_of("age: my file for shop.age") == AgeSink(Path("my file for shop.age"), ())
    assert sink_of("age:a.age for age1x age1y") == AgeSink(Path("a.age"), ("age1x", "age1y"))


def test_doctor_lists_all_that_is_missing_of_a_runbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUNWRIGHT_KEY", "")
    with served({"/": PAGE}) as site:
        book = BOOK.replace("SITE", site).replace("KEEP", ", keep: command:no-such-vault put")
        more = "\n  lost: { description: x, from: 'command:no-such-op read' }"
        more += "\n  sealed: { description: x, from: age:x.age }"
        more += "\n  none: { description: x }\n  rung: { description: x, from: 'keyring:acme/no such entry' }\nsections"
        (tmp_path / "book.yaml").write_text(book.replace("\nsections", more, 1), "utf-8")
        done = call("doctor", "book.yaml", cwd=tmp_path)
    printed = done.stdout
    for line in (
        "ok    secret     token is read from a page by the run",
        "FAIL  secret     lost comes from command:no-such-op read, but there is no program `no-such-op`",
        "FAIL  secret     sealed comes from age:x.age, but the file x.age cannot be read",
        "note  secret     none has no source, and no step reads it",
        "FAIL  secret     rung comes from keyring:acme/no such entry, but ",
        "FAIL  keep       The secret `token` cannot be kept: There is no program `no-such-vault`.",
    ):
        assert line in printed, f"{line}\n{printed}"
