"""The commands `sign-in`, `sign-out` and `sessions`. They import what they need inside, so that `--help` stays fast."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from runwright.cli.shared_options import InputFile, Inputs, Json, NoProjectSteps
from runwright.evidence.statuses import EXIT_INTERRUPTED

if TYPE_CHECKING:
    from runwright.engine.run.sign_in_window import SignInPlace
    from runwright.sessions.session_file import KeptSession
    from runwright.sessions.session_store import StoredSession
    from runwright.sessions.sign_in_place import SiteRules

app = typer.Typer()
sessions = typer.Typer(
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    help="List the sign-ins that are kept on this machine, and manage their files.",
)

SiteName = Annotated[
    str,
    typer.Argument(metavar="SITE|ADDRESS", help="A site of a runbook, as `slack` or `'slack /apps'`, or an address."),
]
OfRunbook = Annotated[
    str | None,
    typer.Option("--runbook", metavar="RUNBOOK", help="The runbook that declares the site. Needed if several do."),
]
Account = Annotated[
    str, typer.Option("--account", metavar="NAME", help="The name of the account, where you have several at a site.")
]


@contextmanager
def _ended() -> Iterator[None]:
    """End the command as a run ends: with a sentence, a remedy, and the exit code of its class."""
    from runwright.engine.errors import RunEnded

    try:
        yield
    except RunEnded as ended:
        from runwright.evidence.sanitize import for_terminal

        print(for_terminal(f"{ended}\n{ended.remedy}".strip()), file=sys.stderr)
        raise typer.Exit(ended.status.exit_code) from None
    except KeyboardInterrupt:
        print("Interrupted. Nothing was saved.", file=sys.stderr)
        raise typer.Exit(EXIT_INTERRUPTED) from None


@app.command(
    "sign-in", epilog="Example: runwright sign-in wandb --runbook slack-alerts -i wandb_url=https://wandb.acme.example"
)
def sign_in(
    site: SiteName,
    runbook: OfRunbook = None,
    account: Account = "default",
    signed_in_as: Annotated[
        str | None,
        typer.Option("--signed-in-as", metavar="TARGET", help="What shows who is signed in, if no runbook says so."),
    ] = None,
    signed_out_when: Annotated[
        str | None,
        typer.Option("--signed-out-when", metavar="CONDITION", help="What shows that nobody is, likewise."),
    ] = None,
    also: Annotated[
        list[str] | None,
        typer.Option("--also", metavar="ORIGIN", help="Another origin of the site to keep; may be repeated."),
    ] = None,
    recipient: Annotated[
        str | None,
        typer.Option(
            "--for", metavar="age1…", help="Seal it for another machine, which prints this with `sessions key`."
        ),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="With --for: the file for the other machine.")
    ] = None,
    inputs: Inputs = None,
    input_file: InputFile = None,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Sign in once, in a window, for all later runs on this machine.

    The window closes once the page shows that you are signed in. "Saved" means that a second, clean window was signed
    in as the same person with what was kept, which is sealed.
    """
    from runwright.engine.run.interrupts import interrupts
    from runwright.project.discovery import read_inputs
    from runwright.sessions.sign_in_place import SiteRules
    from runwright.sessions.signing_in import AnotherMachine
    from runwright.sessions.signing_in import sign_in as sign_in_once

    if output is not None and recipient is None:
        raise typer.BadParameter("It is the file for another machine: pass --for as well.", param_hint="--output")
    rules = SiteRules(tuple(also or ()), signed_in_as, signed_out_when)
    place = _place(site, runbook, read_inputs(inputs or [], input_file), rules)
    other = None
    if recipient is not None:
        file = place.site.url.partition("//")[2].replace(":", "_")
        other = AnotherMachine(recipient, output or Path(f"{file}-{account}.age"))
    with _ended(), interrupts() as interrupt:
        saved = sign_in_once(place, account, lambda sentence: print(sentence, file=sys.stderr), interrupt, other)
    _print_saved("Saved", saved.session, saved.path)
    for origin in saved.elsewhere:
        print(f"not kept  {origin}: it is not of the site; list it under `also` if runs need it")
    if other is not None:
        print(f"next      on the other machine: runwright sessions add {other.path.name}")
        print("          It is not kept here: a site may end a session that two machines use.")


@app.command("sign-out", epilog="Example: runwright sign-out https://api.slack.com --account ann")
def sign_out(
    site: SiteName,
    runbook: OfRunbook = None,
    account: Account = "default",
    inputs: Inputs = None,
    input_file: InputFile = None,
    no_project_steps: NoProjectSteps = False,
) -> None:
    """Remove a sign-in that is kept on this machine. At the site, it lasts until the site ends it."""
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.language.origins import origin
    from runwright.project.discovery import read_inputs
    from runwright.sessions.session_store import in_use, kept_accounts, path_of, remove
    from runwright.sessions.sign_in_place import SiteRules

    there = origin(site)
    if there is not None and runbook is None:
        url = str(there)
    else:
        rules = SiteRules(signed_in_as="main")  # what shows the person does not matter here
        url = _place(site, runbook, read_inputs(inputs or [], input_file), rules).site.url
    kept = kept_accounts(url)
    if account not in kept:
        remedy = f"Kept: {', '.join(kept)}. Pass --account." if kept else "`runwright sessions` lists what is kept."
        raise UserError(Diagnostic(f"No session “{account}” is kept for {url}.", remedy))
    with _ended(), in_use(url, account):
        remove(path_of(url, account))
    print(f"Removed: {url} (account {account}). The site still knows the session, until it ends by itself.")


@sessions.callback()
def list_sessions(context: typer.Context, json: Json = False) -> None:
    """List the sign-ins that are kept on this machine, and manage their files."""
    if context.invoked_subcommand is not None:
        return
    from runwright.sessions.sealing_key import sealing_key
    from runwright.sessions.session_store import all_files, listed

    with _ended():
        found = list(listed(sealing_key())) if all_files() else []
    if json:
        from runwright.cli.plain_output import print_json

        print_json([_data(each) for each in found])
    else:
        _print_list(found)


@sessions.command("add", epilog="Example: runwright sessions add api.slack.com-default.age")
def add(file: Annotated[Path, typer.Argument(metavar="FILE", help="The file that the other machine wrote.")]) -> None:
    """Take over a sign-in that another machine has sealed for this one with `sign-in --for`."""
    from runwright.sessions.signing_in import add as take_over

    with _ended():
        saved = take_over(file)
    _print_saved("Added", saved.session, saved.path)
    print(f"          {file} is no longer needed: delete it.")


@sessions.command("key", epilog="Example: runwright sessions key")
def key(
    new: Annotated[
        Path | None, typer.Option("--new", metavar="FILE", help="Make a key for a machine without a keyring.")
    ] = None,
) -> None:
    """Print the public key of this machine: what `sign-in --for` takes on another one."""
    from runwright.engine.secrets.age_key import VARIABLE, new_key_file
    from runwright.sessions.sealing_key import sealing_key

    with _ended():
        if new is None:
            print(sealing_key(create=True).recipient)
            return
    try:
        made = new_key_file(new)
    except FileExistsError:
        message = f"{new} exists already. Name a new file: a key is never replaced."
        raise typer.BadParameter(message, param_hint="--new") from None
    except OSError as error:
        raise typer.BadParameter(f"{new}: {error.strerror}.", param_hint="--new") from None
    print(made.to_public())
    print(f"The key is in {new}. Set {VARIABLE}=file:{new.resolve()} for this and for all runs.", file=sys.stderr)


def _place(site: str, runbook: str | None, inputs: dict[str, object], rules: SiteRules) -> SignInPlace:
    """Where to sign in. Without a runbook, a name is looked up in all that the project has. Raises UserError."""
    from runwright.language.diagnostics import Diagnostic, UserError
    from runwright.project.discovery import load_runbook, runbook_files
    from runwright.sessions.sign_in_place import place_in_runbook, place_of_address

    if runbook is not None:
        return place_in_runbook(load_runbook(runbook), site, inputs, rules)
    if "://" in site:
        return place_of_address(site, rules)
    name = site.partition(" ")[0]
    declaring, invalid = [], list[UserError]()
    for slug, path in runbook_files().items():
        try:
            loaded = load_runbook(str(path))
        except UserError as error:
            invalid.append(error)  # perhaps another one is meant
            continue
        if name in loaded.sites:
            declaring.append((slug, loaded))
    if len(declaring) == 1:
        return place_in_runbook(declaring[0][1], site, inputs, rules)
    if not declaring:
        if invalid:
            raise invalid[0]
        message = f"No runbook here has a site `{name}`."
        raise UserError(Diagnostic(message, "Pass the runbook with --runbook, or an address such as https://HOST."))
    names = ", ".join(slug for slug, _ in declaring)
    raise UserError(Diagnostic(f"Several runbooks have a site `{name}`: {names}.", "Pass one of them with --runbook."))


def _print_saved(word: str, session: KeptSession, path: Path) -> None:
    from runwright.evidence.sanitize import for_terminal

    who = f" as “{session.person}”" if session.person is not None else ""
    print(for_terminal(f"{word}: signed in at {session.site}{who} (account {session.account})."))
    print(f"file      {path}")
    print(for_terminal(f"expires   {_expiry(session)}"))
    if session.bound:
        print("device    the site ties it to a key of this device: it may work only here, and for a short time")
    if session.person is None:
        print("person    not known: the site has no `signed_in_as`, so nothing stops a run as somebody else")


def _expiry(session: KeptSession) -> str:
    from datetime import UTC, datetime

    first = session.state.earliest_expiry()
    if first is None:
        return "not known: no cookie has a date"
    return f"{datetime.fromtimestamp(first[1], UTC):%Y-%m-%dT%H:%M:%SZ} (cookie {first[0]}, the first to expire)"


def _data(stored: StoredSession) -> dict[str, object]:
    session = stored.session
    if session is None:
        return {"file": str(stored.path), "problem": stored.problem}
    first = session.state.earliest_expiry()
    return {
        "site": session.site,
        "account": session.account,
        "person": session.person,
        "since": session.since,
        "seen": session.seen,
        "expires": _expiry(session).partition(" ")[0] if first is not None else None,
        "expires_first": first[0] if first is not None else None,
        "bound_to_device": session.bound,
        "origins": list(session.origins),
        "file": str(stored.path),
        "problem": None,
    }


def _print_list(found: list[StoredSession]) -> None:
    from runwright.evidence.sanitize import for_terminal

    if not found:
        print("No sign-in is kept. `runwright sign-in SITE` keeps one.")
        return
    rows = [("site", "account", "signed in as", "since", "last seen signed in", "first expiry", "device")]
    for each in found:
        one = each.session
        if one is not None:
            expiry = _expiry(one).partition(" ")[0] if one.state.earliest_expiry() is not None else "not known"
            device = "bound" if one.bound else "not bound"
            rows.append((one.site, one.account, one.person or "not known", one.since, one.seen, expiry, device))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows if len(rows) > 1 else ():
        print(for_terminal("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()))
    for each in found:
        if each.session is None:
            print(for_terminal(f"{each.path} cannot be used: {each.problem}"))
