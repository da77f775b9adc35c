"""All that the stand-in stores: workspaces, people, channels, messages, apps, webhooks, codes, sessions."""

from __future__ import annotations

import os
import secrets
import string
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

SECRET_VARIABLE = "RUNWRIGHT_REHEARSAL_SECRET"
"""When this environment variable is set, its value is the Client Secret of every app created from then on."""
PASSWORD = "rehearsal-password"
SECOND_FACTOR = "314159"
CODE_LIFE = 600.0
"""Seconds that an OAuth code can be exchanged."""


@dataclass(frozen=True)
class User:
    """A person of a workspace."""

    id: str
    name: str
    email: str


@dataclass
class Channel:
    """A place to post to."""

    id: str
    name: str
    kind: str = "public"
    """``public``, ``private`` or ``dm``."""
    archived: bool = False
    admins_alone: bool = False
    """Only admins may write there."""

    @property
    def shown(self) -> str:
        """As the API writes it."""
        return f"@{self.name}" if self.kind == "dm" else f"#{self.name}"


@dataclass
class Workspace:
    """One workspace; ``domain`` is the first label of its address."""

    id: str
    name: str
    domain: str
    channels: list[Channel]

    def channel(self, channel_id: str) -> Channel | None:
        return next((each for each in self.channels if each.id == channel_id), None)


@dataclass(frozen=True)
class Message:
    """One line in a channel."""

    number: int
    channel_id: str
    author: str
    text: str
    time: str
    subtype: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Late:
    """A list whose new value shows a moment after it was accepted."""

    value: list[str] = field(default_factory=list)
    wanted: list[str] | None = None
    due: float = 0.0

    def now(self) -> list[str]:
        """The value as a page reads it."""
        if self.wanted is not None and time.monotonic() >= self.due:
            self.value, self.wanted = self.wanted, None
        return list(self.value)

    def latest(self) -> list[str]:
        """The value that was accepted last."""
        return self.now() if self.wanted is None else list(self.wanted)

    def accept(self, value: Sequence[str], delay: float) -> None:
        """Let a value come to hold after so many seconds."""
        self.now()
        self.wanted, self.due = list(value), time.monotonic() + delay


@dataclass
class App:
    """A Slack app."""

    id: str
    name: str
    workspace_id: str
    client_id: str
    client_secret: str
    signing_secret: str
    verification_token: str
    created: str
    """For example ``March 28, 2019``."""
    description: str = ""
    colour: str = "#2c2d30"
    """Behind its icon."""
    redirect_urls: Late = field(default_factory=Late)
    allowed_ips: Late = field(default_factory=Late)
    bot_scopes: list[str] = field(default_factory=list)
    user_scopes: list[str] = field(default_factory=list)
    webhooks_on: bool = False
    bot_user_id: str = ""
    bot_token: str = ""
    installed_scopes: list[str] = field(default_factory=list)
    """What was granted when the app was last installed."""
    approval: str = ""
    """``asked`` once somebody asked an admin for approval."""
    asked_at: float = 0.0

    @property
    def installed(self) -> bool:
        return bool(self.bot_token)

    @property
    def outdated(self) -> bool:
        """Its scopes have changed since it was installed."""
        return self.installed and sorted(self.bot_scopes) != sorted(self.installed_scopes)


@dataclass
class Webhook:
    """An address that posts into one channel."""

    id: str
    token: str
    app_id: str
    workspace_id: str
    channel_id: str
    added_by: str

    @property
    def url(self) -> str:
        return f"https://hooks.slack.com/services/{self.workspace_id}/{self.id}/{self.token}"


@dataclass
class Grant:
    """A code that an app may exchange once."""

    code: str
    app_id: str
    redirect_uri: str
    passed_uri: bool
    """Whether the request named the redirect URI itself."""
    scopes: list[str]
    webhook_id: str
    user_id: str
    made: float
    granular: bool = True
    """The request began at the address for apps of today."""
    used: bool = False


@dataclass
class Session:
    """A browser that is signed in, or on its way."""

    user_id: str
    pages: int = 0
    lasts: bool = True
    """False for one that the scenario lets expire."""


def token(length: int, letters: str = string.ascii_uppercase + string.digits) -> str:
    """Random letters and digits."""
    return "".join(secrets.choice(letters) for _ in range(length))


MORGAN = User("U0MORGAN01", "Morgan Lee", "morgan@acme.example")


def _workspaces() -> list[Workspace]:
    acme = [
        Channel("C0GENERAL1", "general"),
        Channel("C0ALERTS01", "alerts"),
        Channel("C0ALERTS02", "alerts-staging"),
        Channel("C0MLPLAT01", "ml-platform"),
        Channel("C0OLDNEWS1", "old-alerts", archived=True),
        Channel("C0OPSPRIV1", "ops-private", "private"),
        Channel("C0RANDOM01", "random"),
        Channel("D0SLACKBT1", "Slackbot", "dm"),
        Channel("D0MORGAN01", MORGAN.name, "dm"),
    ]
    labs = [Channel("C1GENERAL1", "general"), Channel("C1RANDOM01", "random")]
    return [Workspace("T0ACME0001", "Acme", "acme", acme), Workspace("T0ACMELAB1", "Acme Labs", "acme-labs", labs)]


@dataclass
class Kept:
    """What outlives a rehearsal; sessions and codes do not."""

    workspaces: list[Workspace]
    apps: list[App]
    webhooks: list[Webhook]
    messages: list[Message]
    mails: list[dict[str, str]]
    regenerated: bool


class Store:
    """The state, to be used inside ``with store:``, which holds its lock."""

    def __init__(self, others: bool) -> None:
        """With ``others`` the account has apps already."""
        self._lock = threading.RLock()
        self.user = MORGAN
        self.workspaces = _workspaces()
        self.apps: list[App] = []
        self.webhooks: list[Webhook] = []
        self.grants: list[Grant] = []
        self.messages: list[Message] = []
        self.mails: list[dict[str, str]] = []
        """Codes sent by e-mail: ``to``, ``subject``."""
        self.regenerated = False
        """Somebody has regenerated a secret, as a scenario wants it."""
        if others:
            for name in ("W&B alerts (test)", "Standup helper", "My W&B alerts"):
                app = self.create_app(name, self.workspaces[0].id, token(32, "0123456789abcdef"))
                app.created = "March 2, 2026"

    def __enter__(self) -> Store:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def workspace(self, workspace_id: str) -> Workspace | None:
        return next((each for each in self.workspaces if each.id == workspace_id), None)

    def workspace_at(self, domain: str) -> Workspace | None:
        return next((each for each in self.workspaces if each.domain == domain), None)

    def home(self, app: App) -> Workspace:
        """The workspace that an app belongs to."""
        return next(each for each in self.workspaces if each.id == app.workspace_id)

    def app(self, app_id: str) -> App | None:
        return next((each for each in self.apps if each.id == app_id), None)

    def client(self, client_id: str) -> App | None:
        return next((each for each in self.apps if each.client_id == client_id), None)

    def webhook(self, webhook_id: str) -> Webhook | None:
        return next((each for each in self.webhooks if each.id == webhook_id), None)

    def create_app(self, name: str, workspace_id: str, secret: str | None = None) -> App:
        """Make a new app; its Client Secret comes from the environment when it says one."""
        today = datetime.now(UTC)
        app = App(
            id=f"A0{token(8)}",
            name=name,
            workspace_id=workspace_id,
            client_id=f"{secrets.randbelow(9 * 10**11) + 10**11}.{secrets.randbelow(9 * 10**12) + 10**12}",
            client_secret=secret or os.environ.get(SECRET_VARIABLE) or secrets.token_hex(16),
            signing_secret=secrets.token_hex(16),
            verification_token=token(24, string.ascii_letters + string.digits),
            created=f"{today:%B} {today.day}, {today.year}",
        )
        self.apps.append(app)
        return app

    def delete_app(self, app: App) -> None:
        """Remove an app and its webhooks."""
        self.apps.remove(app)
        self.webhooks = [each for each in self.webhooks if each.app_id != app.id]

    def install(self, app: App, scopes: Sequence[str], channel_id: str) -> Webhook | None:
        """Grant scopes to an app; with a channel it gets a webhook there, and the channel is told."""
        app.bot_token = app.bot_token or f"xoxb-{secrets.randbelow(10**12):012d}-{token(24)}"
        app.bot_user_id = app.bot_user_id or f"U0{token(8)}"
        kept = [scope for scope in app.installed_scopes if scope in app.bot_scopes]
        app.installed_scopes = sorted({*kept, *scopes})
        if not channel_id:
            return None
        app.webhooks_on = True
        webhook = Webhook(
            id=f"B0{token(8)}",
            token=token(24, string.ascii_letters + string.digits),
            app_id=app.id,
            workspace_id=app.workspace_id,
            channel_id=channel_id,
            added_by=self.user.name,
        )
        self.webhooks.append(webhook)
        said = f"{self.user.name} added an integration to this channel: {app.name}"
        self.post(channel_id, self.user.name, said, subtype="bot_add")
        return webhook

    def post(
        self,
        channel_id: str,
        author: str,
        text: str,
        subtype: str = "",
        attachments: Sequence[Mapping[str, Any]] = (),
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> Message:
        """Write a message into a channel."""
        message = Message(
            number=len(self.messages) + 1,
            channel_id=channel_id,
            author=author,
            text=text,
            time=f"{datetime.now(UTC):%H:%M}",
            subtype=subtype,
            attachments=[dict(each) for each in attachments],
            blocks=[dict(each) for each in blocks],
        )
        self.messages.append(message)
        return message

    def as_json(self) -> dict[str, Any]:
        """Everything but what only browsers know, as JSON types."""
        apps = []
        for app in self.apps:
            plain = asdict(app) | {
                "redirect_urls": app.redirect_urls.now(),
                "allowed_ips": app.allowed_ips.now(),
            }
            del plain["asked_at"]
            apps.append(plain)
        return {
            "workspaces": [{"id": each.id, "name": each.name, "domain": each.domain} for each in self.workspaces],
            "channels": [
                asdict(channel)
                | {
                    "workspace_id": workspace.id,
                    "messages": [asdict(each) for each in self.messages if each.channel_id == channel.id],
                }
                for workspace in self.workspaces
                for channel in workspace.channels
            ],
            "apps": apps,
            "webhooks": [asdict(each) | {"url": each.url} for each in self.webhooks],
            "mails": list(self.mails),
        }

    def kept(self) -> Kept:
        return Kept(self.workspaces, self.apps, self.webhooks, self.messages, self.mails, self.regenerated)

    def take_up(self, kept: Kept) -> None:
        """Become what was kept. What was to take effect later does so at once: clocks began anew since."""
        self.workspaces, self.apps, self.webhooks = kept.workspaces, kept.apps, kept.webhooks
        self.messages, self.mails, self.regenerated = kept.messages, kept.mails, kept.regenerated
        for app in self.apps:
            app.redirect_urls.due = app.allowed_ips.due = 0.0
            app.asked_at = time.monotonic()
