"""What the stand-in has stored: settings, the person's alerts, the Slack integration; and what takes effect late."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

EVENTS = ("finished", "crashed", "scriptable")


@dataclass
class Settings:
    """What both admin surfaces set."""

    slack_enabled: bool = False
    slack_client_id: str = ""
    slack_secret: str = ""
    email_host: str = ""
    email_port: str = ""
    email_username: str = ""
    email_password: str = ""
    frontend_host: str = ""
    session_length: str = "720"
    switches: dict[str, bool] = field(default_factory=dict)


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
    root_password: str = "rehearsal-root"
    api_key: str = field(default_factory=lambda: secrets.token_hex(20))
    email_alerts: dict[str, bool] = field(
        default_factory=lambda: {"finished": True, "crashed": False, "scriptable": False}
    )
    slack_alerts: dict[str, bool] = field(default_factory=lambda: dict.fromkeys(EVENTS, False))
    slack: Integration | None = None


class Store:
    """The state of one server. Hold ``lock`` while reading or changing it."""

    def __init__(self, origin: str) -> None:
        self.lock = threading.RLock()
        self._origin = origin
        self.session = secrets.token_urlsafe(24)
        self.clear()

    def clear(self) -> None:
        """Become a new server."""
        self.settings = Settings(frontend_host=self._origin)
        self.person = Person()
        self.team: list[Integration] = []
        self.states: dict[str, str] = {}
        self.pending: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        """Let a change take effect a moment later, as where pods must take it over."""
        self.pending.append((time.monotonic() + seconds, change))

    def catch_up(self) -> None:
        """Let everything take effect whose time has come. Called at the beginning of each request."""
        now = time.monotonic()
        due = [entry for entry in self.pending if entry[0] <= now]
        self.pending = [entry for entry in self.pending if entry[0] > now]
        for _, change in due:
            change()

    @property
    def slack_ready(self) -> bool:
        """A Slack application is registered, so that people can connect."""
        settings = self.settings
        return bool(settings.slack_enabled and settings.slack_client_id and settings.slack_secret)
