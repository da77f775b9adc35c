"""Statuses, failure classes and exit codes: one enumeration each, rendered by console, reports, JSON and pytest."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """How a section ended, or a run or check as a whole."""

    CHANGED = "changed"
    """The steps ran and changed something, and the page shows the result."""
    UNCHANGED = "unchanged"
    """The page already showed the result, or the steps change nothing."""
    IN_SYNC = "in sync"
    """In a check: the page shows what the runbook describes."""
    DRIFT = "drift"
    """In a check: the page shows something else."""
    NOT_CHECKABLE = "not checkable"
    """In a check: no page shows the setting, or the check could not run. The reason names the cause."""
    SKIPPED = "skipped"
    """The condition `when` of the section is false."""
    WAITING = "waiting"
    """Somebody else must act first."""
    STOPPED = "stopped"
    """A person must act before the run can continue."""
    FAILED = "failed"
    """A step failed, or the page does not show the result of the steps."""
    UNKNOWN = "unknown"
    """The page never became ready, so its state is unknown."""
    INTERRUPTED = "interrupted"
    """Only of a whole run: Ctrl-C or SIGTERM ended it."""
    INCOMPLETE = "incomplete"
    """Only of a whole run: the journal has no last event, because the process was killed."""

    @property
    def good(self) -> bool:
        """Whether no action is needed."""
        return self in _GOOD

    @property
    def exit_code(self) -> int:
        """The exit code of a run that ends with this status."""
        return EXIT_CODES[self]

    @property
    def tone(self) -> str:
        """How to colour the status: `good`, `notice`, `bad` or `quiet`."""
        if self is Status.SKIPPED:
            return "quiet"
        if self in _NOTICE:
            return "notice"
        return "good" if self.good else "bad"


class StepStatus(StrEnum):
    """How one step ended."""

    DONE = "done"
    SKIPPED = "skipped"
    """The condition `when` of the step is false."""
    STOPPED = "stopped"
    """A person must act, or the run was interrupted."""
    FAILED = "failed"


class VerifyStatus(StrEnum):
    """The verdict of `verify` on a run folder. Every verdict except `intact` has exit code 1."""

    INTACT = "intact"
    """Every file is as the run left it."""
    ALTERED = "ALTERED"
    """A file was changed, added or removed after the run."""
    DIGEST_MISMATCH = "digest mismatch"
    """The journal digest differs from the one that was kept elsewhere."""
    INCOMPLETE = "incomplete"
    """The run did not end, for example because its process was killed; or only a newer version can verify it."""
    NOT_EVIDENCE = "not evidence"
    """The run was a rehearsal, and evidence of real settings was asked for."""


class FailureClass(StrEnum):
    """Why a run did not reach its end. The class decides who must act."""

    SIGN_IN = "sign_in"
    """No user is signed in at the site, or another one than the run began with."""
    PERSON = "person"
    """A step is left to a person, or a person must decide."""
    APPROVAL = "approval"
    """The section requires an approval that is missing."""
    OUTCOME_UNKNOWN = "outcome_unknown"
    """A change was started, and its outcome is unknown."""
    LOCKED = "locked"
    """Another run of the runbook on the same sites is in progress, or one that uses the same kept sign-in."""
    RATE_LIMITED = "rate_limited"
    """The site received too many requests."""
    CAPTCHA = "captcha"
    """The page shows a CAPTCHA."""
    PAGE_CHANGED = "page_changed"
    """The page differs from what the runbook expects."""
    REFUSED = "refused"
    """The site rejected the change; the message quotes it."""
    NETWORK = "network"
    """The site could not be reached."""
    SITE_ERROR = "site_error"
    """The site answered with an error of its own."""
    ENVIRONMENT = "environment"
    """The browser, the driver or the disk failed."""
    INTERNAL = "internal"
    """An error in runwright."""

    @property
    def retryable(self) -> bool:
        """Whether a program may retry the run without a person."""
        return self in (FailureClass.NETWORK, FailureClass.RATE_LIMITED, FailureClass.LOCKED)

    @property
    def remedy(self) -> str:
        """Who must act and how, in one sentence."""
        return _REMEDIES[self]


EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_INVALID = 2
EXIT_PERSON = 3
EXIT_UNUSABLE = 4
EXIT_INTERRUPTED = 130

EXIT_MEANINGS: dict[int, str] = {
    EXIT_OK: "Success. Everything is as the runbook describes.",
    EXIT_FINDINGS: "A step failed, a check found drift, a guide has findings, or a run folder is not intact.",
    EXIT_INVALID: "The call or a file is invalid. Nothing was changed.",
    EXIT_PERSON: "The run stopped because a person must act, or it waits for somebody else.",
    EXIT_UNUSABLE: "Not usable: no browser, no answer from the site, a page that never became ready, or a full disk.",
    EXIT_INTERRUPTED: "Interrupted by Ctrl-C or SIGTERM.",
}
"""The exit codes of every command; the reference prints this table."""

EXIT_CODES: dict[Status, int] = {
    Status.CHANGED: EXIT_OK,
    Status.UNCHANGED: EXIT_OK,
    Status.IN_SYNC: EXIT_OK,
    Status.NOT_CHECKABLE: EXIT_OK,
    Status.SKIPPED: EXIT_OK,
    Status.FAILED: EXIT_FINDINGS,
    Status.DRIFT: EXIT_FINDINGS,
    Status.STOPPED: EXIT_PERSON,
    Status.WAITING: EXIT_PERSON,
    Status.UNKNOWN: EXIT_UNUSABLE,
    Status.INCOMPLETE: EXIT_UNUSABLE,
    Status.INTERRUPTED: EXIT_INTERRUPTED,
}
"""The exit code of a run by its status. A run never ends with ``EXIT_INVALID``."""

_GOOD = frozenset({Status.CHANGED, Status.UNCHANGED, Status.IN_SYNC, Status.SKIPPED, Status.NOT_CHECKABLE})
_NOTICE = frozenset({Status.NOT_CHECKABLE, Status.DRIFT, Status.WAITING, Status.STOPPED, Status.INTERRUPTED})

_REMEDIES = {
    FailureClass.SIGN_IN: "Sign in at the site.",
    FailureClass.PERSON: "A person must act.",
    FailureClass.APPROVAL: "Somebody with the right to approve must approve the section.",
    FailureClass.OUTCOME_UNKNOWN: "Check at the site whether the change was made.",
    FailureClass.LOCKED: "Wait for the other run to end, then run again.",
    FailureClass.RATE_LIMITED: "Run again later.",
    FailureClass.CAPTCHA: "A person must solve the CAPTCHA.",
    FailureClass.PAGE_CHANGED: "The maintainer of the runbook must compare it with the page.",
    FailureClass.REFUSED: "Correct the values that the site rejected.",
    FailureClass.NETWORK: "Check the network, then run again.",
    FailureClass.SITE_ERROR: "The operator of the site must fix the error.",
    FailureClass.ENVIRONMENT: "Check browser, driver and disk of this machine.",
    FailureClass.INTERNAL: "Report the error to the developers of runwright.",
}
