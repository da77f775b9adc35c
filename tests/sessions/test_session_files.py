"""Files of sessions: sealed for one key, readable for one account, refused if they are anything else."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from pyrage import x25519
from support.cli_calls import call

from runwright.engine.browser.browser_state import BrowserState
from runwright.engine.errors import EnvironmentFailure
from runwright.engine.secrets.age_key import VARIABLE
from runwright.engine.state_folder import state_folder
from runwright.language.diagnostics import UserError
from runwright.language.origins import Origin, bare_origin
from runwright.sessions.sealing_key import sealing_key
from runwright.sessions.session_file import KeptSession
from runwright.sessions.session_store import kept_accounts, path_of, read, write
from runwright.sessions.signing_in import add

SITE = "https://admin.acme.example"
TOKEN = "Tok0042aB3xK9aB3xK9"
STATE = BrowserState(
    ({"name": "sid", "value": TOKEN, "domain": "admin.acme.example", "path": "/", "expires": 4102444800.0},),
    ({"origin": SITE, "localStorage": [{"name": "theme", "value": "dark"}]},),
    {SITE: {"tab": "1"}},
)
SESSION = KeptSession(SITE, "default", (SITE,), "Ann Lee", "2026-11-30T08:00:00Z", "2026-11-30T09:00:00Z", False, STATE)


def stored(session: KeptSession = SESSION) -> Path:
    return write(session, sealing_key().recipient)


def test_a_file_is_sealed_and_only_for_this_account() -> None:
    path = stored()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, state_folder()):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
    data = path.read_bytes()
    assert data.startswith(b"age-encryption.org/v1\n")
    assert not any(word in data for word in (TOKEN.encode(), b"Ann", b"acme"))
    assert read(path, sealing_key()) == SESSION
    assert TOKEN not in repr(SESSION)
    assert [each.name for each in path.parent.iterdir()] == ["default.age"], "nothing else is left"


def test_a_folder_that_others_can_read_is_closed() -> None:
    folder = stored().parent
    folder.chmod(0o755)
    stored()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed (Debian: apt-get install age)")
def test_the_age_program_opens_a_file_with_the_key(identity: str, tmp_path: Path) -> None:
    key = tmp_path / "key.txt"
    key.write_text(f"# a comment\n{identity}\n", "utf-8")
    done = subprocess.run(["age", "-d", "-i", key, stored()], capture_output=True, check=True)
    assert json.loads(done.stdout)["state"]["cookies"][0]["value"] == TOKEN


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed (Debian: apt-get install age)")
def test_a_file_that_the_age_program_has_sealed_can_be_added(tmp_path: Path, identity: str) -> None:
    key, sealed = tmp_path / "key.txt", tmp_path / "session.age"
    key.write_text(identity, "utf-8")
    plain = subprocess.run(["age", "-d", "-i", key, stored()], capture_output=True, check=True).stdout
    command = ["age", "-a", "-r", sealing_key().recipient, "-o", sealed]
    subprocess.run(command, input=plain, check=True)
    assert add(sealed).session == SESSION


def refused(path: Path) -> str:
    with pytest.raises(EnvironmentFailure) as error:
        read(path, sealing_key())
    assert str(path) in str(error.value) and TOKEN not in str(error.value)
    return str(error.value)


def test_what_is_not_sealed_for_this_key_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    path = stored()
    good = path.read_bytes()
    path.write_text(json.dumps(STATE.data()), "utf-8")
    assert "not sealed" in refused(path) and "sign out at the site" in refused(path)
    path.write_bytes(good[:-3] + b"abc")
    assert "damaged" in refused(path)
    path.write_bytes(good[:40])
    assert "damaged" in refused(path)
    path.write_bytes(good)
    monkeypatch.setenv(VARIABLE, str(x25519.Identity.generate()))
    assert "sealed for another key" in refused(path)


def test_content_that_is_not_a_session_is_refused() -> None:
    from runwright.sessions.sealing_key import seal

    path, recipient = stored(), sealing_key().recipient
    for content in (b"\xff", b"[]", b"{}", b'{"format": "runwright session 1"}', b"[" * 100_000):
        path.write_bytes(seal(content, recipient))
        assert "not a session" in refused(path)
    path.write_bytes(seal(b'{"format": "runwright session 9"}', recipient))
    assert "Another version" in refused(path)


def test_a_file_under_the_name_of_another_site_or_account_is_refused() -> None:
    """Else the folder's owner could be made to act at one site with the session of another."""
    data = stored().read_bytes()
    for site, account in ((SITE, "other"), ("https://other.acme.example", "default")):
        path = path_of(site, account)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        assert f"the session “default” at {SITE}" in refused(path)


def test_a_link_is_refused(tmp_path: Path) -> None:
    path = stored()
    moved = path.rename(tmp_path / "elsewhere.age")
    path.symlink_to(moved)
    assert "cannot be read" in refused(path)


def test_sites_and_accounts_have_files_of_their_own() -> None:
    sites = ("https://a.example", "http://a.example", "https://a.example:8443", "https://b.example")
    paths = {path_of(site, account) for site in sites for account in ("default", "ann@acme.example")}
    assert len(paths) == 8
    for name in ("", "..", "a/b", "ann lee", ".ann", "x" * 65, "ann."):
        with pytest.raises(UserError, match="Invalid name of an account"):
            path_of(SITE, name)
    assert kept_accounts(SITE) == []
    stored(replace(SESSION, account="ann"))
    stored()
    assert kept_accounts(SITE) == ["ann", "default"]


def test_another_machine_opens_what_was_sealed_for_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other, path = x25519.Identity.generate(), tmp_path / "for-the-server.age"
    path.write_bytes(SESSION.sealed(str(other.to_public())))
    with pytest.raises(EnvironmentFailure, match="sealed for another key") as error:
        add(path)
    assert sealing_key().recipient in error.value.remedy
    monkeypatch.setenv(VARIABLE, str(other))
    assert add(path).session == SESSION
    assert read(path_of(SITE, "default"), sealing_key()) == SESSION


def test_the_key_comes_from_the_variable_or_a_source_that_it_names(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, identity: str
) -> None:
    expected, file = sealing_key().recipient, tmp_path / "key.txt"
    file.write_text(f"# created: today\n# public key: {expected}\n{identity}\n", "utf-8")
    monkeypatch.setenv("KEPT_ELSEWHERE", identity)
    for value in (f"file:{file}", f"command:cat {file}", "env:KEPT_ELSEWHERE", f"  {identity}\n"):
        monkeypatch.setenv(VARIABLE, value)
        assert sealing_key().recipient == expected
    for wrong in ("AGE-SECRET-KEY-1NOTAKEY", f"file:{tmp_path / 'none'}", "hunter2-hunter2"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(UserError) as error:
            sealing_key()
        assert VARIABLE in str(error.value) and "NOTAKEY" not in str(error.value)
        assert "hunter2" not in str(error.value)


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[MemoryKeyring]:
    monkeypatch.delenv(VARIABLE)
    before, own = keyring.get_keyring(), MemoryKeyring()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


def test_the_keyring_gets_a_key_with_the_first_sign_in_only(
    memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvironmentFailure, match="the keyring has no runwright/sessions"):
        sealing_key()
    assert not memory.kept
    made = sealing_key(create=True)
    assert sealing_key().recipient == made.recipient and len(memory.kept) == 1
    assert "AGE-SECRET" not in repr(made) and made.recipient.startswith("age1")
    monkeypatch.setenv(VARIABLE, "keyring:runwright/sessions")
    assert sealing_key().recipient == made.recipient


def test_without_a_keyring_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from keyring.backends.fail import Keyring

    monkeypatch.delenv(VARIABLE)
    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())
    try:
        done = call("sessions", "key", cwd=tmp_path)
        assert done.returncode == 4 and "this machine has no keyring" in done.stderr and VARIABLE in done.stderr
        made = call("sessions", "key", "--new", "key.txt", cwd=tmp_path)
        file = tmp_path / "key.txt"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        printed = call("sessions", "key", cwd=tmp_path, **{VARIABLE: f"file:{file}"})
        assert printed.stdout == made.stdout and made.stdout.startswith("age1")
        again = call("sessions", "key", "--new", "key.txt", cwd=tmp_path)
        assert again.returncode == 2 and "exists already" in again.stderr
    finally:
        keyring.set_keyring(before)


def test_sessions_lists_what_is_kept(tmp_path: Path) -> None:
    assert "No sign-in is kept" in call("sessions", cwd=tmp_path).stdout
    stored()
    stored(replace(SESSION, account="bob", person=None, bound=True, state=BrowserState()))
    broken = path_of("https://other.example", "default")
    broken.parent.mkdir()
    broken.write_text("{}", "utf-8")
    shown = call("sessions", cwd=tmp_path).stdout
    assert "Ann Lee" in shown and "2100-01-01T00:00:00Z" in shown and TOKEN not in shown
    assert f"{broken} cannot be used: It is not sealed." in shown
    listed = json.loads(call("sessions", "--json", cwd=tmp_path).stdout)
    ann = next(each for each in listed if each.get("account") == "default")
    assert (ann["site"], ann["person"], ann["seen"]) == (SITE, "Ann Lee", "2026-11-30T09:00:00Z")
    assert (ann["expires"], ann["expires_first"], ann["bound_to_device"]) == ("2100-01-01T00:00:00Z", "sid", False)
    bob = next(each for each in listed if each.get("account") == "bob")
    assert (bob["person"], bob["expires"], bob["bound_to_device"]) == (None, None, True)
    assert [each["problem"] for each in listed if each["problem"]], "the file that cannot be used is listed too"


def test_sign_out_removes_a_session(tmp_path: Path) -> None:
    path = stored()
    wrong = call("sign-out", SITE, "--account", "bob", cwd=tmp_path)
    assert wrong.returncode == 2 and "Kept: default" in wrong.stderr and path.exists()
    book = f"name: A\nsites: {{ admin: {{ url: '{SITE}' }} }}\nsections: [{{ name: S, open: admin / }}]\n"
    (tmp_path / "a.yaml").write_text(book, "utf-8")
    done = call("sign-out", "admin", "--runbook", "a.yaml", cwd=tmp_path)
    assert done.returncode == 0 and "Removed" in done.stdout, done.stderr
    assert not path.exists() and not path.parent.exists()


def cookie(domain: str, value: str = "v", name: str = "c") -> dict[str, object]:
    return {"name": name, "value": value, "domain": domain, "path": "/"}


def parsed(*addresses: str) -> list[Origin]:
    return [one for each in addresses if (one := bare_origin(each)) is not None]


def test_only_what_belongs_to_the_declared_origins_is_kept() -> None:
    domains = ["api.acme.example", ".acme.example", "www.acme.example", ".other.example", "acme.example"]
    origins = [{"origin": f"https://{host}"} for host in ("api.acme.example", "www.acme.example", "acme.example")]
    state = BrowserState(
        tuple(map(cookie, domains)), tuple(origins), {"https://api.acme.example": {}, "https://idp.example": {}}
    )
    exact = state.within(parsed("https://api.acme.example"))
    assert [each["domain"] for each in exact.cookies] == ["api.acme.example", ".acme.example"]
    assert [each["origin"] for each in exact.origins] == ["https://api.acme.example"]
    assert list(exact.session_storage) == ["https://api.acme.example"]
    below = state.within(parsed("https://*.acme.example"))
    assert [each["domain"] for each in below.cookies] == ["api.acme.example", ".acme.example", "www.acme.example"]
    rest = state.outside(parsed("https://api.acme.example"))
    assert rest.with_newer(exact).within(parsed("https://api.acme.example")) == exact
    assert len(rest.cookies) + len(exact.cookies) == len(domains)
    plain = state.within(parsed("http://api.acme.example"))
    assert plain.origins == (), "another scheme is another origin"


def test_tokens_are_known_to_the_scrubber_and_words_are_not() -> None:
    jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl"
    harmless = {"theme": "dark-and-very-long-word", "lang": "en-US.utf8.x9", "at": "2026-11-30T08:00:00.000Z"}
    harmless |= {
        "home": "https://acme.example/a1B2c3D4e5F6",
        "mail": "ann1234@acme.example",
        "n": "12345678901234567890",
    }
    items = [{"name": name, "value": value} for name, value in harmless.items()]
    items.append({"name": "user", "value": json.dumps({"tokens": {"refresh_token": "short-one"}, "list": [jwt]})})
    state = BrowserState(
        ({**cookie("a.example", "opaque-value", "d"), "httpOnly": True}, cookie("a.example", "plain-value-here")),
        ({"origin": "https://a.example", "localStorage": items},),
    )
    assert sorted(state.secret_values()) == sorted(["opaque-value", "short-one", jwt])
