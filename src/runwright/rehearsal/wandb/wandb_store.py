"""The state of the W&B simulator: settings, the person and their alerts, Slack integrations, pending changes."""

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
"""The units of the time after which a silent run counts as crashed. The second unit is a guess."""


@dataclass(frozen=True)
class ServerSettings:
    """The settings of the admin pages. Both kinds of pages store the same ones."""

    slack_enabled: bool = False
    slack_client_id: str = ""
    slack_secret: str = ""
    frontend_host: str = ""
    session_length: str = "720"
    """Hours."""
    switches: dict[str, bool] = field(default_factory=dict)
    """The other switches of System Settings that are on."""
    others: dict[str, str] = field(default_factory=dict)
    """All other settings, by ``section.field``, without empty ones."""

    @property
    def slack_ready(self) -> bool:
        """Whether a Slack application is registered, so that people can connect."""
        return bool(self.slack_enabled and self.slack_client_id and self.slack_secret)


@dataclass
class SlackIntegration:
    """A Slack channel that receives alerts."""

    team: str
    channel: str
    webhook: str
    id: str = field(default_factory=lambda: secrets.token_hex(6))


@dataclass
class WandbPerson:
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
    slack: SlackIntegration | None = None


@dataclass
class WandbSession:
    """The session of a signed-in browser."""

    console: bool = False
    """Signed in with the root password, which opens only the System Console."""
    pages: int = 0
    notice: str | None = None
    """A message that the next page shows, once."""


@dataclass
class PendingConsent:
    """A person who was redirected to Slack and has not returned yet."""

    team: bool
    """True for the team's integration, False for the person's own."""


@dataclass
class SavedWandbState:
    """The state that outlives a rehearsal. Sessions do not."""

    settings: ServerSettings
    person: WandbPerson
    root_password: str
    team: list[SlackIntegration]


class WandbStore:
    """The state of one server. Hold ``lock`` while you read or change it."""

    def __init__(self, address: str, admin: bool = True) -> None:
        self.lock = threading.RLock()
        self._address = address
        self._admin = admin
        self.first_session = ""
        """The session of browsers that start signed in."""
        self.clear()

    def clear(self) -> None:
        """Return to the state of a new server. Browsers that started signed in stay signed in."""
        self.settings = ServerSettings(frontend_host=self._address)
        """The settings in effect, which pages show."""
        self._accepted = self.settings
        self.person = WandbPerson(admin=self._admin)
        self.root_password = "rehearsal-root"
        self.team: list[SlackIntegration] = []
        self.pending_consents: dict[str, PendingConsent] = {}
        self.sent: dict[tuple[str, str], float] = {}
        """When the last alert was sent, by run and title."""
        self.down_until = 0.0
        self.sessions: dict[str, WandbSession] = {}
        self._pending: list[tuple[float, Callable[[], None]]] = []
        self.begin_session(self.first_session)

    def begin_session(self, token: str = "") -> str:
        """Create the session of browsers that start signed in, with this token or a new one. Returns the token."""
        self.first_session = token or secrets.token_urlsafe(24)
        self.sessions[self.first_session] = WandbSession()
        return self.first_session

    def sign_in(self, console: bool = False) -> str:
        """Start a session. Returns its token."""
        token = secrets.token_urlsafe(24)
        self.sessions[token] = WandbSession(console)
        return token

    def sign_out_everybody(self) -> None:
        self.sessions.clear()
        self.begin_session()

    def accept(self, delay: float, **values: Any) -> bool:
        """Accept changed settings, which take effect after ``delay`` seconds. Returns whether anything changes."""
        accepted = replace(self._accepted, **values)
        if accepted == self._accepted:
            return False
        self._accepted = accepted

        def take_effect() -> None:
            self.settings = accepted

        self.later(delay, take_effect)
        return True

    @property
    def accepted(self) -> ServerSettings:
        """The settings as they will be once all accepted changes are in effect."""
        return self._accepted

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        self._pending.append((time.monotonic() + seconds, change))

    def catch_up(self) -> None:
        """Apply the pending changes that are due. Called at the start of each request."""
        now = time.monotonic()
        due = [change for when, change in self._pending if when <= now]
        self._pending = [entry for entry in self._pending if entry[0] > now]
        for change in due:
            change()

    def saved_state(self) -> SavedWandbState:
        """The state that outlives the rehearsal, including accepted changes that are not in effect yet."""
        return SavedWandbState(self._accepted, self.person, self.root_password, self.team)

    def restore(self, saved: SavedWandbState) -> None:
        """Continue from a saved state. The scenario decides whether the person is an admin."""
        self.settings = self._accepted = saved.settings
        self.person, self.root_password, self.team = saved.person, saved.root_password, saved.team
        self.person.admin = self._admin
