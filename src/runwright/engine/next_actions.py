"""What a person can do after a run has ended, as data. The command line words them as commands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class ActionKind(StrEnum):
    """The kinds of next actions."""

    PASS_VALUES = "pass_values"
    """Run it with the inputs `inputs` and sources of the secrets `secrets`."""
    RUN = "run"
    """Start a new run, without resuming another."""
    RESUME = "resume"
    """Continue the run `run` where it ended."""
    SETTLE = "settle"
    """Find out whether the last change was made, and resume with the answer: `settled` is `made` or `not-made`."""
    REDO = "redo"
    """Run the runbook again, and the sections `sections` whatever their pages show."""
    RESTART = "restart"
    """Start over and ignore the unfinished run."""
    SIGN_IN = "sign_in"
    """Sign in at the site `site`: for this and later runs, or in a browser window that the run opens."""
    KEEP_SIGN_IN = "keep_sign_in"
    """Sign in at the site `site` and keep it, which the call needs."""
    WINDOW = "window"
    """Do the manual step, in a browser window that the run opens."""
    NO_WINDOW = "no_window"
    """Run it again without a browser window."""
    CHECK_MACHINE = "check_machine"
    """Have this machine checked: browser, proxy, secrets, disk."""
    CHECK_SITES = "check_sites"
    """Have the runbook's sites checked: certificates, and what they ask for."""
    INSTALL_BROWSER = "install_browser"
    """Have a browser installed."""


OF_THE_MACHINE = (
    *(ActionKind.NO_WINDOW, ActionKind.CHECK_MACHINE),
    *(ActionKind.CHECK_SITES, ActionKind.INSTALL_BROWSER),
)
"""The kinds that do not take up a run."""


@dataclass(frozen=True)
class NextAction:
    """One thing that a person can do next."""

    kind: ActionKind
    run: str | None = None
    """The id of the run to resume; None to start a new one."""
    sections: tuple[str, ...] = ()
    """Names or numbers of the sections to redo."""
    site: str | None = None
    """The address of a site."""
    inputs: tuple[tuple[str, str], ...] = ()
    """Names of missing inputs, each with an example."""
    secrets: tuple[str, ...] = ()
    """Names of secrets without a usable source."""
    site_name: str | None = None
    """The name of that site in the runbook."""
    account: str | None = None
    """The account there whose kept sign-in no longer serves, or is missing."""


def without_resume(actions: Iterable[NextAction]) -> tuple[NextAction, ...]:
    """The actions that remain when the sites of a run are gone with it, as simulators that it started itself are."""
    remaining = (
        ActionKind.SIGN_IN,
        ActionKind.KEEP_SIGN_IN,
        ActionKind.WINDOW,
        ActionKind.PASS_VALUES,
        *OF_THE_MACHINE,
    )
    return tuple(replace(each, run=None) for each in actions if each.kind in remaining)
