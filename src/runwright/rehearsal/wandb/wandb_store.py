"""What the server has stored: settings, the person with their alerts, Slack integrations; what takes effect late."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

EVENTS = ("finished", "crashed", "scriptable")
"""The rows of the card Alerts."""
UNITS = ("minutes", "hours")
"""What the time after which a silent run counts as crashed is given in. The second one is a guess."""


@dataclass(frozen=True)
class Settings:
    """What the admin pages set. Both surfaces keep the same things."""

    slack_enabled: bool = False
    slack_client_id: str = ""
    slack_secret: str = ""
    frontend_host: str = ""
    session_length: str = "720"
    """Hours."""
    switches: dict[str, bool] = field(default_factory=dict)
    """The other switches of System Settings that are on."""
    others: dict[str, str] = field(default_factory=dict)
    """Everything else, by ``section.box``; what is empty is not in it."""

    @property
    def slack_ready(self) -> bool:
        """A Slack application is registered, so that people can connect."""
        return bool(self.slack_enabled and self.slack_client_id and self.slack_secret)


@dataclass
class Integration:
    """A Slack channel that alerts go to."""

    team: str
    channel: str
    webhook: str
    id: str = field(default_factory=lambda: secrets.token_hex(6))


@dataclass
class Person:
    name: str = "Morgan Lee"
    username: str = "morgan"
    email: str = "morgan@acme.example"
    password: str = "rehearsal-password"
    admin: bool = True
    api_key: str = field(default_factory=lambda: secrets.token_hex(20))
    email_alerts: dict[str, bool] = field(default_factory=lambda: {event: event == EVENTS[0] for event in EVENTS})
    slack_alerts: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(EVENTS, False))
    crashed_after: str = "45"
    crashed_unit: str = UNITS[0]
    slack: Integration | None = None


@dataclass
class Session:
    """A browser that is signed in."""

    console: bool = False
    """By the root password, which is good for the System Console alone."""
    pages: int = 0
    told: str | None = None
    """A sentence that the next page shows, once."""


@dataclass
class Leave:
    """Somebody who was sent to Slack and is to come back."""

    team: bool
    """For the team; else for the person alone."""


@dataclass
class Kept:
    """What outlives a rehearsal; sessions do not."""

    settings: Settings
    person: Person
    root_password: str
    team: list[Integration]


class Store:
    """The state of one server. Hold ``lock`` while reading or changing it."""

    def __init__(self, address: str, admin: bool = True) -> None:
        self.lock = threading.RLock()
        self._address = address
        self._admin = admin
        self.first_session = ""
        """The session of browsers that start signed in."""
        self.clear()

    def clear(self) -> None:
        """Become a new server. A browser that started signed in stays so."""
        self.settings = Settings(frontend_host=self._address)
        """What is in effect, and what pages show."""
        self._accepted = self.settings
        self.person = Person(admin=self._admin)
        self.root_password = "rehearsal-root"
        self.team: list[Integration] = []
        self.leaves: dict[str, Leave] = {}
        self.sent: dict[tuple[str, str], float] = {}
        """When an alert of this run and title was last sent."""
        self.down_until = 0.0
        self.sessions: dict[str, Session] = {}
        self._pending: list[tuple[float, Callable[[], None]]] = []
        self.begin_session(self.first_session)

    def begin_session(self, token: str = "") -> str:
        """Let browsers start signed in, with this token or a new one."""
        self.first_session = token or secrets.token_urlsafe(24)
        self.sessions[self.first_session] = Session()
        return self.first_session

    def sign_in(self, console: bool = False) -> str:
        """A new session's token."""
        token = secrets.token_urlsafe(24)
        self.sessions[token] = Session(console)
        return token

    def sign_out_everybody(self) -> None:
        self.sessions.clear()
        self.begin_session()

    def accept(self, late: float, **values: Any) -> bool:
        """Take over changed settings ``late`` seconds from now; whether anything changes at all."""
        wanted = replace(self._accepted, **values)
        if wanted == self._accepted:
            return False
        self._accepted = wanted

        def take_effect() -> None:
            self.settings = wanted

        self.later(late, take_effect)
        return True

    @property
    def accepted(self) -> Settings:
        """The settings as they will be when everything that was accepted is in effect."""
        return self._accepted

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        self._pending.append((time.monotonic() + seconds, change))

    def catch_up(self) -> None:
        """Let everything take effect whose time has come. Called at the beginning of each request."""
        now = time.monotonic()
        due = [change for when, change in self._pending if when <= now]
        self._pending = [entry for entry in self._pending if entry[0] > now]
        for change in due:
            change()

    def kept(self) -> Kept:
        """With what was accepted and is not in effect yet: it will be, then."""
        return Kept(self._accepted, self.person, self.root_password, self.team)

    def take_up(self, kept: Kept) -> None:
        """Become what was kept; whether the person is an admin is the scenario's."""
        self.settings = self._accepted = kept.settings
        self.person, self.root_password, self.team = kept.person, kept.root_password, kept.team
        self.person.admin = self._admin
