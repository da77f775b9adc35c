"""A person signs in once, in a window: saved is what a clean window was seen signed in with, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from pyrage import x25519
from support.cli_calls import call
from support.session_site import KINDS, Kind, SessionSite
from support.virtual_display import display

from runwright.sessions.sealing_key import sealing_key
from runwright.sessions.session_store import kept_accounts, path_of, read

BOOK = """name: Things
sites:
  acc:
    url: URL
    also: [ALSO]
    signed_in_as: css "#who"
    signed_out_when: heading "Sign in"
sections:
  - name: Look
    open: acc /account
    ready: heading "Account"
    done_when: heading "Account"
"""
Serve = Callable[..., SessionSite]


@pytest.fixture(autouse=True)
def shown(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with display(monkeypatch):
        yield


def sign_in(site: SessionSite, folder: Path, *words: str, also: str | None = None) -> CompletedProcess[str]:
    """Sign in at the site of a runbook, as the command line does."""
    text = BOOK.replace("URL", site.url).replace("ALSO", also or site.url)
    (folder / "things.yaml").write_text(text, "utf-8")
    return call("sign-in", "acc", "--runbook", "things.yaml", *words, cwd=folder)


def check(folder: Path, *words: str, **environment: str) -> CompletedProcess[str]:
    return call("check", "things.yaml", *words, cwd=folder, **environment)


@pytest.mark.parametrize("kind", [pytest.param(k, marks=() if k == "rotating" else pytest.mark.slow) for k in KINDS])
def test_a_sign_in_is_saved_and_later_checks_are_signed_in(serve: Serve, tmp_path: Path, kind: Kind) -> None:
    site = serve(kind)
    site.people.append("Ann Lee")
    done = sign_in(site, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"Saved: signed in at {site.url} as “Ann Lee” (account default).\n")
    assert ("not kept  http://localhost" in done.stdout) is (kind == "provider")
    for _ in range(2):
        checked = check(tmp_path)
        assert checked.returncode == 0, checked.stdout
        assert f"Session “default” at {site.url}: signed in as “Ann Lee”" in checked.stdout


@pytest.mark.slow
@pytest.mark.parametrize(("once", "after", "instead"), [(True, "", "shows that nobody is"), (False, "Bob Ray", "“Bob")])
def test_nothing_is_saved_unless_a_clean_window_is_signed_in_as_the_same_person(
    serve: Serve, tmp_path: Path, once: bool, after: str, instead: str
) -> None:
    site = serve(once=once, after_seeing=after)
    site.people.append("Ann Lee")
    done = sign_in(site, tmp_path)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "Not saved" in done.stderr and "as “Ann Lee”" in done.stderr and instead in done.stderr
    assert kept_accounts(site.url) == []


@pytest.mark.slow
def test_a_device_that_the_provider_remembers_is_asked_for_no_second_factor(serve: Serve, tmp_path: Path) -> None:
    site = serve("provider")
    for declared, factors in ((None, 2), (site.provider, 3)):
        for _ in range(2):
            site.sessions.clear()
            site.people.append("Ann Lee")
            done = sign_in(site, tmp_path, also=declared)
            assert done.returncode == 0, done.stderr
        assert site.factors == factors, "the provider's cookie is kept if the runbook declares its origin"


@pytest.mark.slow
def test_a_session_for_another_machine_is_used_there_and_not_here(serve: Serve, tmp_path: Path) -> None:
    site, other = serve(), x25519.Identity.generate()
    site.people.append("Ann Lee")
    done = sign_in(site, tmp_path, "--for", str(other.to_public()), "--output", "server.age", "--account", "ann")
    assert done.returncode == 0 and "runwright sessions add server.age" in done.stdout, done.stderr
    assert kept_accounts(site.url) == [], "two machines do not share a session"
    refused = call("sessions", "add", "server.age", cwd=tmp_path)
    assert refused.returncode == 4 and f"--for {sealing_key().recipient}" in refused.stderr
    there = {"RUNWRIGHT_STATE": str(tmp_path / "there"), "RUNWRIGHT_KEY": str(other), "DISPLAY": ""}
    added = call("sessions", "add", "server.age", cwd=tmp_path, **there)
    assert added.returncode == 0 and "as “Ann Lee” (account ann)" in added.stdout, added.stderr
    assert check(tmp_path, **there).returncode == 0


@pytest.mark.slow
def test_a_session_that_is_bound_to_the_device_is_shown_as_such(serve: Serve, tmp_path: Path) -> None:
    site = serve(bound=True, lifetime=3600)
    site.people.append("Ann Lee")
    done = sign_in(site, tmp_path)
    assert done.returncode == 0 and "ties it to a key of this device" in done.stdout, done.stderr
    assert " bound\n" in call("sessions", cwd=tmp_path).stdout
    session = read(path_of(site.url, "default"), sealing_key())
    first = session.state.earliest_expiry()
    assert first is not None and first[0] == "sid"


@pytest.mark.slow
def test_an_address_without_a_runbook_needs_what_shows_the_sign_in(serve: Serve, tmp_path: Path) -> None:
    site = serve()
    unclear = call("sign-in", f"{site.url}/account", cwd=tmp_path)
    assert unclear.returncode == 2 and "--signed-in-as" in unclear.stderr
    site.people.append("Ann Lee")
    done = call("sign-in", f"{site.url}/account", "--signed-in-as", 'css "#who"', cwd=tmp_path)
    assert done.returncode == 0 and "as “Ann Lee”" in done.stdout, done.stderr
    shown = call("inspect", f"{site.url}/account", cwd=tmp_path)
    assert 'heading "Account"' in shown.stdout and "Session “default”" in shown.stderr


def test_a_wrong_recipient_is_refused_before_a_window_opens(serve: Serve, tmp_path: Path) -> None:
    site = serve()
    done = sign_in(site, tmp_path, "--for", "age1nobody")
    assert done.returncode == 2 and "not a recipient of age" in done.stderr
    assert site.requests == []
