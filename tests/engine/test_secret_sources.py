"""Secret sources: each kind gives its value, says what is missing without quoting anything, and needs no shell."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked
from pyrage import encrypt, x25519
from support.small_programs import install, printing

from runwright.engine.errors import InvalidCall
from runwright.engine.run.plan import make_plan
from runwright.engine.secrets import programs
from runwright.engine.secrets.sources import resolve_source, resolve_sources
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary
from runwright.project.secret_checks import secret_check

VALUE = "Wq7hZk29LmPx"


class MemoryKeyring(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self, entries: dict[tuple[str, str], str]) -> None:
        super().__init__()
        self.entries = entries

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class LockedKeyring(MemoryKeyring):
    """A keyring that nobody unlocks."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(f"locked, {VALUE}")


@pytest.fixture
def ring() -> object:
    """`ring(backend)` makes a keyring the machine's until the test ends."""
    before = keyring.get_keyring()
    yield keyring.set_keyring
    keyring.set_keyring(before)


Ring = Callable[[KeyringBackend], None]


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> x25519.Identity:
    """A key in RUNWRIGHT_KEY, with the comments that `age-keygen` writes."""
    identity = x25519.Identity.generate()
    text = f"# created: 2026-11-30T10:00:00Z\n# public key: {identity.to_public()}\n{identity}\n"
    monkeypatch.setenv("RUNWRIGHT_KEY", text)
    return identity


def _refused(source: str) -> str:
    """The whole message for a source without a value, which `doctor` reports as well where it can know."""
    with pytest.raises(UserError) as failed:
        resolve_source("token", source, None)
    text = str(failed.value)
    assert VALUE not in text and "AGE-SECRET" not in text
    return text


@pytest.mark.usefixtures("key")
def test_each_kind_gives_its_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Ring, key: x25519.Identity
) -> None:
    ring(MemoryKeyring({("https://vault.example/acme", "token"): VALUE}))
    monkeypatch.setenv("PAGE_TOKEN", VALUE)
    (tmp_path / "token.txt").write_text(f"{VALUE}\n", "utf-8")
    (tmp_path / "token.age").write_bytes(encrypt(f"{VALUE}\n".encode(), [key.to_public()]))
    install(tmp_path, "op", printing(["read", "op://Ops/W&B $HOME/token"], VALUE), monkeypatch)
    for source in (
        "env:PAGE_TOKEN",
        f"file:{tmp_path / 'token.txt'}",
        "command:op read 'op://Ops/W&B $HOME/token'",
        "keyring:https://vault.example/acme/token",
        f"age:{tmp_path / 'token.age'}",
    ):
        assert resolve_source("token", source, None) == VALUE, source
        check = secret_check("token", source, read=False)
        assert check.ok and VALUE not in check.message, check
    assert resolve_source("token", "prompt", lambda question, hidden: VALUE if hidden else question) == VALUE


def test_what_the_age_program_sealed_is_opened_and_the_other_way_round(tmp_path: Path, key: x25519.Identity) -> None:
    from runwright.engine.secrets.age_files import sealed
    from runwright.engine.secrets.sources import resolve_source

    try:
        for form in ([], ["-a"]):
            words = ["age", *form, "-r", str(key.to_public()), "-o", str(tmp_path / "token.age")]
            subprocess.run(words, input=VALUE.encode(), check=True, timeout=20)
            assert resolve_source("token", f"age:{tmp_path / 'token.age'}", None) == VALUE
    except FileNotFoundError:
        pytest.skip("the program age is not installed")
    (tmp_path / "own.age").write_bytes(sealed(VALUE, []))
    (tmp_path / "key.txt").write_text(os.environ["RUNWRIGHT_KEY"], "utf-8")
    words = ["age", "-d", "-i", str(tmp_path / "key.txt"), str(tmp_path / "own.age")]
    assert subprocess.run(words, capture_output=True, check=True, timeout=20).stdout.decode() == VALUE


def test_the_key_is_found_in_the_keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Ring) -> None:
    monkeypatch.delenv("RUNWRIGHT_KEY", raising=False)
    identity = x25519.Identity.generate()
    (tmp_path / "token.age").write_bytes(encrypt(VALUE.encode(), [identity.to_public()]))
    ring(MemoryKeyring({}))
    refused = _refused(f"age:{tmp_path / 'token.age'}")
    assert "RUNWRIGHT_KEY is not set" in refused and "the keyring has no runwright/sessions" in refused
    ring(MemoryKeyring({("runwright", "sessions"): str(identity)}))
    assert resolve_source("token", f"age:{tmp_path / 'token.age'}", None) == VALUE


def test_the_variable_may_name_a_file_or_a_command_with_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity, other = x25519.Identity.generate(), x25519.Identity.generate()
    (tmp_path / "token.age").write_bytes(encrypt(VALUE.encode(), [identity.to_public()]))
    (tmp_path / "key.txt").write_text(f"# two keys\n{other}\n{identity}\n", "utf-8")
    install(tmp_path, "op", printing(["read", "key"], str(identity)), monkeypatch)
    for named in (f"file:{tmp_path / 'key.txt'}", "command:op read key"):
        monkeypatch.setenv("RUNWRIGHT_KEY", named)
        assert resolve_source("token", f"age:{tmp_path / 'token.age'}", None) == VALUE
    for named, says in ((f"file:{tmp_path / 'none'}", "cannot be read"), ("command:op read", "exited with 3")):
        monkeypatch.setenv("RUNWRIGHT_KEY", named)
        assert says in _refused(f"age:{tmp_path / 'token.age'}")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "cannot be read"),
        (f"token: {VALUE}".encode(), "is not sealed with age for this machine's key"),
        (encrypt(VALUE.encode(), [x25519.Identity.generate().to_public()]), "is not sealed with age for this machine"),
        (b"", "is not sealed with age"),
    ],
    ids=["missing", "in clear", "for another", "empty"],
)
def test_a_file_that_this_key_does_not_open_is_refused(
    content: bytes | None, says: str, tmp_path: Path, key: x25519.Identity
) -> None:
    if content is not None:
        (tmp_path / "token.age").write_bytes(content)
    source = f"age:{tmp_path / 'token.age'}"
    assert says in _refused(source)
    check = secret_check("token", source, read=False)
    assert not check.ok and says.removeprefix("is ") in check.message, check


def test_a_key_that_is_none_is_not_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "token.age").write_bytes(b"age")
    monkeypatch.setenv("RUNWRIGHT_KEY", f"AGE-SECRET-KEY-1{VALUE}")
    assert "What the variable RUNWRIGHT_KEY holds is not an age key." in _refused(f"age:{tmp_path / 'token.age'}")


def test_a_machine_without_a_keyring_is_named(ring: Ring) -> None:
    from keyring.backends.fail import Keyring

    ring(Keyring())
    assert "This machine has no keyring" in _refused("keyring:acme/token")
    ring(LockedKeyring({}))
    assert "The keyring did not answer (KeyringLocked)." in _refused("keyring:acme/token")
    ring(MemoryKeyring({}))
    assert "Store it: `keyring set acme token`" in _refused("keyring:acme/token")
    assert "Write keyring:SERVICE/NAME" in _refused("keyring:token")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (f"print('{VALUE}', file=sys.stderr); print('{VALUE}'); sys.exit(6)", "The command exited with 6."),
        ("", "The command printed nothing."),
        (f"sys.stdout.write('{VALUE}' * 100_000)", "printed too much"),
        (f"sys.stdout.buffer.write(b'{VALUE}' + bytes([255]))", "something other than text"),
        (f"print(sys.stdin.read() or '{VALUE}'); sys.exit(4)", "exited with 4"),
    ],
    ids=["fails", "silent", "endless", "bytes", "asks"],
)
def test_a_command_that_gives_no_value_is_reported_without_its_output(
    body: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "vault", body, monkeypatch)
    refused = _refused("command:vault kv get acme")
    assert says in refused and "runwright shows nothing that `vault` prints" in refused


def test_a_command_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a program that it started keeps the output open."""
    monkeypatch.setattr(programs, "SECONDS", 0.5)
    child = "import subprocess, time\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(20)'])\n"
    install(tmp_path, "vault", f"{child}time.sleep(20)", monkeypatch)
    assert "did not end within 0.5 s" in _refused("command:vault")


def test_no_shell_reads_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["a;b", "$HOME", "`id`", "*", "|", "cat", ">", str(tmp_path / "made")]
    install(tmp_path, "vault", printing(words, VALUE), monkeypatch)
    line = f"vault 'a;b' $HOME `id` * | cat > {tmp_path / 'made'}"
    assert resolve_source("token", f"command:{line}", None) == VALUE
    assert not (tmp_path / "made").exists()
    assert "There is no program `no-such-vault`." in _refused("command:no-such-vault get")
    assert "a quote without an end" in _refused("command:vault 'a")


BOOK = """name: T
sites: { shop: { url: https://shop.example } }
secrets:
  one: { description: One, from: "env:RUNWRIGHT_TEST_NONE" }
  two: { description: Two, from: "keyring:acme/two" }
  three: { description: Three, from: prompt }
  four: { description: Four, from: "file:nothing.txt" }
  five: { description: Five, from: "command:no-such-vault" }
  six: { description: Six, from: "env:HOME" }
sections: [{ name: Look, open: shop / }]
"""


def test_everything_that_is_missing_is_said_at_once_and_nobody_is_asked(tmp_path: Path, ring: Ring) -> None:
    ring(MemoryKeyring({}))
    (tmp_path / "book.yaml").write_text(BOOK, "utf-8")

    def ask(question: str, hidden: bool) -> str:
        raise AssertionError("a person types a secret, and then the run ends for another one")

    with pytest.raises(InvalidCall) as failed:
        make_plan(load(tmp_path / "book.yaml", vocabulary()), {}, {}, False, ask=ask)
    said = [each.message for each in failed.value.diagnostics]
    assert [name for name in ("one", "two", "four", "five") if not any(f"`{name}`" in each for each in said)] == []
    assert len(said) == 4


def test_a_person_is_asked_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAGE_TOKEN", VALUE)
    sources = {"typed": "prompt", "set": "env:PAGE_TOKEN"}
    values, problems = resolve_sources(sources, lambda question, hidden: "typed text")
    assert list(values.items()) == [("typed", "typed text"), ("set", VALUE)] and not problems
    assert VALUE not in repr(values)


def test_the_help_loads_no_keyring_and_no_age() -> None:
    code = (
        "import sys\nsys.argv = ['runwright', '--help']\nfrom runwright.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "import runwright.engine.run.plan\n"
        "print('loaded:', sorted({'keyring', 'pyrage', 'pyotp'} & {name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "loaded: []"
