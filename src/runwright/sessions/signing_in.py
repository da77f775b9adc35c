"""Signing in once: a person signs in in a window, a clean one proves what was kept, and only then it is sealed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event

from runwright.engine.browser.browser_state import NOTHING, BrowserState
from runwright.engine.browser.launch import launch
from runwright.engine.browser.playwright_driver import driver
from runwright.engine.errors import EnvironmentFailure
from runwright.engine.run.launcher import sign_in_browser
from runwright.engine.run.sign_in_window import SignedIn, SignInPlace, by_person, proven
from runwright.language.conditions import resolve
from runwright.language.diagnostics import Diagnostic, UserError
from runwright.sessions.sealing_key import SealingKey, seal, sealing_key
from runwright.sessions.session_file import KeptSession, UnusableFile, now, opened, origins_of
from runwright.sessions.session_store import (
    in_use,
    kept_accounts,
    path_of,
    read,
    read_sealed,
    valid_account,
    write,
    write_private,
)


@dataclass(frozen=True)
class SavedSession:
    """A session that was sealed."""

    session: KeptSession
    path: Path
    elsewhere: tuple[str, ...] = ()
    """The origins that the person came by, and of which nothing is kept."""


@dataclass(frozen=True)
class AnotherMachine:
    """Who can open a session that is not for this machine, and its file."""

    recipient: str
    """The public key of that machine: `age1…`."""
    path: Path


def sign_in(
    place: SignInPlace,
    account: str,
    notify: Callable[[str], None],
    interrupt: Event,
    other: AnotherMachine | None = None,
) -> SavedSession:
    """Let a person sign in, and seal the session for this machine, or for another one.

    ``notify`` shows a sentence to the person. Raises UserError for an invalid account, recipient or file,
    EnvironmentFailure without a key, a display or a browser, and Stopped if the session is in use, or the sign-in was
    not complete or could not be proven: then nothing is stored, and an earlier session stays.
    """
    valid_account(account)
    if other is not None:
        seal(b"", other.recipient)  # before the person has signed in
        if other.path.exists():
            raise UserError(Diagnostic(f"{other.path} exists already.", "Pass another file with --output."))
        return _write(_signed_in(place, account, notify, interrupt), other)
    key = sealing_key(create=True)
    with in_use(place.site.url, account):
        known = _known(place, account, key)
        return _write(_signed_in(place, account, notify, interrupt, known), key)


def _known(place: SignInPlace, account: str, key: SealingKey) -> BrowserState:
    """What is kept of the account already; nothing if its file cannot be used, which the new one replaces."""
    if account not in kept_accounts(place.site.url):
        return NOTHING
    try:
        state = read(path_of(place.site.url, account), key).state
    except EnvironmentFailure:
        return NOTHING
    return state.within((place.site.home, *place.site.also))


def _signed_in(
    place: SignInPlace,
    account: str,
    notify: Callable[[str], None],
    interrupt: Event,
    known: BrowserState = NOTHING,
) -> SavedSession:
    """The session after a person has signed in, not stored yet."""
    site = place.site
    with ExitStack() as closing:
        playwright = closing.enter_context(driver())
        start = partial(launch, playwright, True)
        new_context = closing.enter_context(sign_in_browser(start, place.plan))
        notify(f"Sign in at {site.url} in the window. It closes once the page shows that you are signed in.")
        first = by_person(place, new_context, interrupt.is_set, known)
        notify("Signed in. Checking in a clean window whether that can be kept.")
        second = proven(place, new_context, first, interrupt.is_set)
    return SavedSession(_session(place, account, second), Path(), second.elsewhere)


def _session(place: SignInPlace, account: str, signed_in: SignedIn) -> KeptSession:
    site, time = place.site, now()
    shown = site.signed_in_as.resolve(place.scope) if site.signed_in_as is not None else None
    out = resolve(site.signed_out_when, place.scope) if site.signed_out_when is not None else None
    return KeptSession(
        site=site.url,
        account=account,
        origins=origins_of((site.home, *site.also)),
        person=signed_in.person,
        since=time,
        seen=time,
        bound=signed_in.bound,
        state=signed_in.state,
        signed_in_as=str(shown) if shown is not None else None,
        signed_out_when=str(out) if out is not None else None,
    )


def _write(saved: SavedSession, to: SealingKey | AnotherMachine) -> SavedSession:
    try:
        if isinstance(to, AnotherMachine):
            write_private(to.path, saved.session.sealed(to.recipient))
            path = to.path
        else:
            path = write(saved.session, to.recipient)
    except OSError as error:
        message = f"The session cannot be written: {error.strerror}: {error.filename}."
        raise EnvironmentFailure(message, "Free some space, or set RUNWRIGHT_STATE to another folder.") from None
    return SavedSession(saved.session, path, saved.elsewhere)


def add(path: Path) -> SavedSession:
    """Take over a session that another machine has sealed for this one. An earlier one of the account is replaced.

    Raises EnvironmentFailure without a key, and for a file that is not sealed for it; Stopped if the session is in use.
    """
    key = sealing_key()
    try:
        session = opened(read_sealed(path), key)
        valid_account(session.account)
    except UnusableFile as error:
        remedy = f"The other machine seals it with `runwright sign-in … --for {key.recipient}`."
        raise EnvironmentFailure(f"{path} cannot be used: {error}", remedy) from None
    with in_use(session.site, session.account):
        return _write(SavedSession(session, path), key)
