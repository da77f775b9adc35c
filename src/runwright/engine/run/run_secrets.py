"""What a run does with secrets in its steps: hands to sinks what they read, and makes the one-time codes they type."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from email.utils import parsedate_to_datetime

from playwright.sync_api import BrowserContext, Error, Response

from runwright.engine.errors import StepFailed
from runwright.engine.run.plan import Plan
from runwright.engine.run.site_credentials import authenticator_of
from runwright.engine.secrets.one_time_codes import OneTimeCodes, SeedError
from runwright.engine.secrets.sinks import SinkFailed
from runwright.engine.secrets.vault import Vault
from runwright.evidence.event_parts import Event
from runwright.evidence.page_events import ClockEvent, SecretKeptEvent
from runwright.evidence.statuses import FailureClass
from runwright.language.secret_value import Secret

MOST_APART = 10.0
"""Seconds that the clocks of machine and site may differ without a note: sites accept the code before and after."""


class RunSecrets:
    """The secrets of one run, as its steps read and type them."""

    def __init__(self, vault: Vault, plan: Plan, emit: Callable[[Event], None], notify: Callable[[str], None]) -> None:
        """``notify`` shows a sentence to the person beside the run."""
        self._vault = vault
        self._sinks = plan.sinks if plan.mode == "run" and not plan.looking else {}  # `--plan` checks first
        self._authenticator = authenticator_of(plan)
        self._emit = emit
        self._notify = notify
        self._noted: set[str] = set()
        """The names of the secrets for which clocks were compared."""
        self._codes = OneTimeCodes()

    def put(self, name: str, value: str) -> Secret:
        """Store a value that was read, and hand it to the sink of its name, if there is one: its page may never show
        it again. The journal says so once it was taken.

        Raises StepFailed if the sink does not take it.
        """
        secret = self._vault.put(name, value)
        sink = self._sinks.get(name)
        if sink is not None:
            try:
                sink.take(value)
            except SinkFailed as failed:
                message = f"The secret {name} was read, but {sink.place} did not take it: {failed} {failed.remedy}"
                raise StepFailed(message, failure_class=FailureClass.ENVIRONMENT) from None
            self._emit(SecretKeptEvent(secret=name, sink=sink.place))
            self._notify(f"The secret {name} was handed to {sink.place}.")
        return secret

    def take_registered(self, browser: BrowserContext) -> None:
        """Store the passkeys that pages have registered since the last call. Raises what `put` raises."""
        for name, passkey in self._authenticator.registered(browser).items():
            self._vault.add_form(self.put(name, passkey.text()), passkey.private_key)

    def prepare(self, secret: Secret, step: object, pause: Callable[[float], None], document: Response | None) -> None:
        """Make what is typed in place of a seed of one-time codes; waits for the next code where the current one ends.

        ``pause`` passes some seconds; ``document`` brought the current page, with the time of its site. Raises
        StepFailed for what is no seed.
        """
        if not self._vault.gives_codes(secret.name):
            return
        self._compare_clocks(secret.name, document)
        try:
            self._vault.put_code(secret, self._codes.code(secret.name, secret.reveal(), step, pause))
        except SeedError as error:
            raise StepFailed(f"The secret {secret.name} gives no code. {error}") from None

    def _compare_clocks(self, name: str, document: Response | None) -> None:
        """Note once where the clocks of machine and site differ: the site expects another code than this machine's."""
        apart = _seconds_apart(document) if document is not None and name not in self._noted else None
        self._noted.add(name)
        if apart is None or abs(apart) <= MOST_APART or document is None:
            return
        order = "behind" if apart > 0 else "ahead of"
        sentence = f"The clock of this machine is {abs(apart):.0f} s {order} the site's: it may refuse one-time codes."
        self._emit(ClockEvent(address=document.url, seconds=round(apart, 1)))
        self._notify(sentence)


def _seconds_apart(document: Response) -> float | None:
    """The seconds by which a site's clock was ahead when it answered; None if it states no time."""
    with suppress(Error, ValueError, TypeError):
        timing, date = document.request.timing, document.headers.get("date")
        if date and timing["startTime"] > 0:
            answered = timing["startTime"] / 1000 + max(timing["responseStart"], 0) / 1000
            return parsedate_to_datetime(date).timestamp() + 0.5 - answered
    return None
