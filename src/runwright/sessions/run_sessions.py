"""The sessions that a run uses: chosen by its sites and accounts, held while it runs, and kept again at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from runwright.engine.errors import InvalidCall
from runwright.engine.next_actions import ActionKind, NextAction
from runwright.engine.run.kept_sessions import SeenSession, SignIns, SiteSession
from runwright.engine.run.options import RunOptions, RunSetup
from runwright.engine.site_origins import ResolvedSite, Sites
from runwright.language.diagnostics import Diagnostic, UserError, did_you_mean
from runwright.language.origins import origin
from runwright.sessions.sealing_key import SealingKey, sealing_key
from runwright.sessions.session_file import KeptSession, now, origins_of
from runwright.sessions.session_store import DEFAULT, in_use, kept_accounts, path_of, read, write
from runwright.sessions.sign_in_place import SiteRules, origin_site


@contextmanager
def with_sessions(setup: RunSetup) -> Iterator[RunSetup]:
    """A run against real sites that starts with their kept sessions, unless its options say otherwise."""
    options = setup.options
    if not options.kept_sessions:
        if options.accounts:
            message = "An account is named, and no session is to be used."
            raise UserError(Diagnostic(message, "Pass only one of `--account` and `--no-session`."))
        yield setup
        return
    with sessions_of(setup.plan.sites, options.accounts) as sessions:
        yield replace(setup, sessions=sessions)


@contextmanager
def sign_ins_of(address: str, options: RunOptions) -> Iterator[SignIns | None]:
    """The kept session of a page that is opened without a runbook; None if there is none. Raises as `sessions_of`."""
    there, accounts = origin(address), options.accounts
    kept = kept_accounts(str(there)) if there is not None and options.kept_sessions else []
    if not kept and not accounts:
        yield None
        return
    sites = Sites([origin_site(address, SiteRules())])
    with sessions_of(sites, accounts) as sessions:
        key = sealing_key()
        session = read(path_of(str(there), sessions[0].account), key)
        rules = SiteRules(session.also(), session.signed_in_as, session.signed_out_when)
        site = origin_site(address, rules)
        whole = replace(sessions[0], state=session.state, keep=keeping(session, site, key))
        yield SignIns(Sites([site]), [whole], {}, lambda name, value: None)  # until `register`


@contextmanager
def sessions_of(sites: Sites, accounts: Sequence[str]) -> Iterator[tuple[SiteSession, ...]]:
    """The kept sessions of a run's sites, which nobody else uses while the block runs.

    ``accounts`` are names, each for all sites or, as `SITE=NAME`, for one. Raises UserError for an account that is not
    kept or not clear, Stopped if a session is in use, EnvironmentFailure without a key or for a file that is unusable.
    """
    chosen = _chosen(sites, accounts)
    with ExitStack() as held:
        for site, account in sorted(chosen, key=lambda each: (each[0].url, each[1])):
            held.enter_context(in_use(site.url, account))
        key = sealing_key() if chosen else None
        yield tuple(_session(site, account, key) for site, account in chosen if key is not None)


def _chosen(sites: Sites, accounts: Sequence[str]) -> list[tuple[ResolvedSite, str]]:
    """The account for each site that has a kept session."""
    at_one = dict(each.split("=", 1) for each in accounts if "=" in each)
    anywhere = [each for each in accounts if "=" not in each]
    if len(anywhere) > 1:
        message = f"More than one account for all sites: {', '.join(anywhere)}."
        raise UserError(Diagnostic(message, "Write SITE=NAME for each site."))
    names = [site.name for site in sites]
    for site_name in at_one:
        if site_name not in names:
            raise UserError(Diagnostic(f"The runbook has no site `{site_name}`.", did_you_mean(site_name, names)))
    everywhere = [site for site in sites if site.name not in at_one]
    for name in anywhere:
        if everywhere and all(name not in kept_accounts(site.url) for site in everywhere):
            raise _not_kept(everywhere[0], name, kept_accounts(everywhere[0].url))
    found: list[tuple[ResolvedSite, str]] = []
    for site in sites:
        if any(other.url == site.url for other, _ in found):
            continue
        kept = kept_accounts(site.url)
        if site.name in at_one and at_one[site.name] not in kept:
            raise _not_kept(site, at_one[site.name], kept)
        named = at_one.get(site.name) or next((each for each in anywhere if each in kept), None)
        if account := named or _only(site, kept):
            found.append((site, account))
    return found


def _only(site: ResolvedSite, kept: list[str]) -> str | None:
    """The account where none is named: the only one, or `default`. Raises UserError if that is not clear."""
    if len(kept) < 2 or DEFAULT in kept:
        return (DEFAULT if DEFAULT in kept else kept[0]) if kept else None
    message = f"Several sessions are kept for {site.url}: {', '.join(kept)}."
    raise UserError(Diagnostic(message, f"Pass one with --account, such as --account {kept[0]}."))


def _not_kept(site: ResolvedSite, account: str, kept: list[str]) -> InvalidCall:
    message = f"No session “{account}” is kept for {site.url}."
    action = NextAction(ActionKind.KEEP_SIGN_IN, site=site.url, site_name=site.name, account=account)
    return InvalidCall(Diagnostic(message, f"Kept: {', '.join(kept)}." if kept else ""), (action,))


def _session(site: ResolvedSite, account: str, key: SealingKey) -> SiteSession:
    session = read(path_of(site.url, account), key)
    own = (site.home, *site.also)
    return SiteSession(
        site.name, account, session.person, session.since, session.state.within(own), keeping(session, site, key)
    )


def keeping(session: KeptSession, site: ResolvedSite, key: SealingKey) -> Callable[[SeenSession], None]:
    """A function that stores what a run has seen of a session. What it has of other origins stays."""
    own = (site.home, *site.also)

    def keep(seen: SeenSession) -> None:
        state = session.state.outside(own).with_newer(seen.state)
        origins = tuple(dict.fromkeys((*session.origins, *origins_of(own))))
        renewed = replace(session, state=state, origins=origins, seen=now(), bound=session.bound or seen.bound)
        write(replace(renewed, person=seen.person or session.person), key.recipient)

    return keep
