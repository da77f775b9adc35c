"""What the stand-in has stored: workspace, person, apps, channels, messages; and what takes effect late."""

from __future__ import annotations

import os
import secrets
import string
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

CODE_LIFE = 600.0
"""Seconds that an OAuth code can be exchanged; a guess, as Slack's documents say ten minutes."""


def _letters(first: str, count: int = 10) -> str:
    return first + "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(count))


def _digits(count: int) -> str:
    return secrets.choice("123456789") + "".join(secrets.choice(string.digits) for _ in range(count - 1))


@dataclass
class Message:
    author: str
    text: str
    time: str
    subtype: str | None = None
    app: bool = False
    attachments: list[dict[str, object]] = field(default_factory=list)


@dataclass
class Channel:
    id: str
    name: str
    private: bool = False
    archived: bool = False
    messages: list[Message] = field(default_factory=list)


@dataclass
class Webhook:
    path: str
    channel: str
    added_by: str


@dataclass
class App:
    id: str
    name: str
    created: str
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    redirect_urls: list[str] = field(default_factory=list)
    bot_scopes: list[str] = field(default_factory=list)
    user_scopes: list[str] = field(default_factory=list)
    allowed_ips: list[str] = field(default_factory=list)
    installed: bool = False
    changed_since_install: bool = False
    bot_token: str | None = None
    webhooks: list[Webhook] = field(default_factory=list)


@dataclass
class Code:
    app: str
    redirect_uri: str
    given: bool
    webhook: Webhook | None
    made: float
    used: bool = False


@dataclass
class Workspace:
    id: str = "T0REHEARS1"
    name: str = "Acme"
    domain: str = "acme"


@dataclass
class Person:
    id: str = "U0REHEARS1"
    name: str = "Morgan Lee"
    email: str = "morgan@acme.example"
    password: str = "rehearsal-password"


class Store:
    def __init__(self, with_apps: bool) -> None:
        self.lock = threading.RLock()
        self._with_apps = with_apps
        self.clear()

    def clear(self) -> None:
        self.workspace = Workspace()
        self.person = Person()
        self.session = secrets.token_urlsafe(24)
        self.crumb = secrets.token_hex(12)
        self.apps: dict[str, App] = {}
        self.codes: dict[str, Code] = {}
        self.pending: list[tuple[float, Callable[[], None]]] = []
        self.channels = [
            Channel("C0GENERAL1", "general"),
            Channel("C0ALERTS01", "alerts"),
            Channel("C0RANDOM01", "random"),
            Channel("C0LEADS001", "ml-leads", private=True),
        ]
        if self._with_apps:
            for name in ("W&B alerts (test)", "Standup helper", "My W&B alerts"):
                self.create_app(name, fixed_secret=None)

    def create_app(self, name: str, fixed_secret: str | None) -> App:
        app = App(
            id=_letters("A"),
            name=name,
            created=datetime.now(UTC).strftime("%B %-d, %Y"),
            client_id=f"{_digits(12)}.{_digits(13)}",
            client_secret=fixed_secret or secrets.token_hex(16),
            signing_secret=secrets.token_hex(16),
            verification_token=secrets.token_urlsafe(18),
        )
        self.apps[app.id] = app
        return app

    def next_secret(self) -> str | None:
        return os.environ.get("RUNWRIGHT_REHEARSAL_SECRET") or None

    def later(self, seconds: float, change: Callable[[], None]) -> None:
        self.pending.append((time.monotonic() + seconds, change))

    def catch_up(self) -> None:
        now = time.monotonic()
        due = [entry for entry in self.pending if entry[0] <= now]
        self.pending = [entry for entry in self.pending if entry[0] > now]
        for _, change in due:
            change()

    def channel(self, key: str) -> Channel | None:
        return next((one for one in self.channels if key in (one.id, one.name)), None)

    def app_of(self, client_id: str) -> App | None:
        return next((app for app in self.apps.values() if app.client_id == client_id), None)

    def install(self, app: App, channel: Channel | None) -> Webhook | None:
        if app.bot_token is None:
            app.bot_token = f"xoxb-{_digits(11)}-{_digits(12)}-{secrets.token_hex(12)}"
        app.installed, app.changed_since_install = True, False
        if channel is None:
            return None
        path = f"/services/{self.workspace.id}/{_letters('B')}/{secrets.token_hex(12)}"
        webhook = Webhook(path, channel.id, self.person.name)
        app.webhooks.append(webhook)
        text = f"added an integration to this channel: {app.name}"
        channel.messages.append(Message(self.person.name, text, now_text(), subtype="bot_add"))
        return webhook


def now_text() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
