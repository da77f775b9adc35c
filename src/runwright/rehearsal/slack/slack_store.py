"""The state of the Slack simulator: workspaces, people, channels, messages, apps, webhooks, codes, sessions."""

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
"""An environment variable whose value becomes the Client Secret of every new app."""
PASSWORD = "rehearsal-password"
SECOND_FACTOR = "314159"
CODE_LIFE = 600.0
"""Seconds for which an OAuth code can be exchanged."""


@dataclass(frozen=True)
class SlackUser:
    """A member of a workspace."""

    id: str
    name: str
    email: str


@dataclass
class SlackChannel:
    """A channel or a direct message."""

    id: str
    name: str
    kind: str = "public"
    """``public``, ``private`` or ``dm``."""
    archived: bool = False
    admins_only: bool = False
    """Only admins may post there."""

    @property
    def shown(self) -> str:
        """The name as the API writes it."""
        return f"@{self.name}" if self.kind == "dm" else f"#{self.name}"


@dataclass
class SlackWorkspace:
    """One workspace; ``domain`` is the first label of its address."""

    id: str
    name: str
    domain: str
    channels: list[SlackChannel]

    def channel(self, channel_id: str) -> SlackChannel | None:
        return next((each for each in self.channels if each.id == channel_id), None)


@dataclass(frozen=True)
class SlackMessage:
    """One message in a channel."""

    number: int
    channel_id: str
    author: str
    text: str
    time: str
    subtype: str = ""
    attachments: list[dict[str, Any]] = field(default_factory=list)
    blocks: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class DelayedValue:
    """A list whose new value takes effect a moment after it was accepted."""

    value: list[str] = field(default_factory=list)
    pending: list[str] | None = None
    due: float = 0.0

    def now(self) -> list[str]:
        """The value in effect, which pages show."""
        if self.pending is not None and time.monotonic() >= self.due:
            self.value, self.pending = self.pending, None
        return list(self.value)

    def latest(self) -> list[str]:
        """The value that was accepted last."""
        return self.now() if self.pending is None else list(self.pending)

    def accept(self, value: Sequence[str], delay: float) -> None:
        """Accept a value, which takes effect after ``delay`` seconds."""
        self.now()
        self.pending, self.due = list(value), time.monotonic() + delay


@dataclass
class SlackApp:
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
    """The background of the icon."""
    redirect_urls: DelayedValue = field(default_factory=DelayedValue)
    allowed_ips: DelayedValue = field(default_factory=DelayedValue)
    bot_scopes: list[str] = field(default_factory=list)
    user_scopes: list[str] = field(default_factory=list)
    webhooks_on: bool = False
    bot_user_id: str = ""
    bot_token: str = ""
    installed_scopes: list[str] = field(default_factory=list)
    """The scopes granted by the last installation."""
    approval: str = ""
    """``asked`` once a person has requested approval."""
    asked_at: float = 0.0

    @property
    def installed(self) -> bool:
        return bool(self.bot_token)

    @property
    def outdated(self) -> bool:
        """Whether the scopes have changed since the installation."""
        return self.installed and sorted(self.bot_scopes) != sorted(self.installed_scopes)


@dataclass
class SlackWebhook:
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
class OAuthGrant:
    """A code that an app may exchange once."""

    code: str
    app_id: str
    redirect_uri: str
    passed_uri: bool
    """Whether the request named the redirect URI itself."""
    scopes: list[str]
    webhook_id: str
    user_id: str
    created: float
    """On the monotonic clock."""
    granular: bool = True
    """The consent request began at the current address, `/oauth/v2/authorize`."""
    used: bool = False


@dataclass
class SlackSession:
    """The session of a signed-in browser."""

    user_id: str
    pages: int = 0
    permanent: bool = True
    """False for a session that expires, in the scenario `slack-session-expires`."""


def token(length: int, letters: str = string.ascii_uppercase + string.digits) -> str:
    """A random text of this length."""
    return "".join(secrets.choice(letters) for _ in range(length))


MORGAN = SlackUser("U0MORGAN01", "Morgan Lee", "morgan@acme.example")


def _workspaces() -> list[SlackWorkspace]:
    acme = [
        SlackChannel("C0GENERAL1", "general"),
        SlackChannel("C0ALERTS01", "alerts"),
        SlackChannel("C0ALERTS02", "alerts-staging"),
        SlackChannel("C0MLPLAT01", "ml-platform"),
        SlackChannel("C0OLDNEWS1", "old-alerts", archived=True),
        SlackChannel("C0OPSPRIV1", "ops-private", "private"),
        SlackChannel("C0RANDOM01", "random"),
        SlackChannel("D0SLACKBT1", "Slackbot", "dm"),
        SlackChannel("D0MORGAN01", MORGAN.name, "dm"),
    ]
    labs = [SlackChannel("C1GENERAL1", "general"), SlackChannel("C1RANDOM01", "random")]
    return [
        SlackWorkspace("T0ACME0001", "Acme", "acme", acme),
        SlackWorkspace("T0ACMELAB1", "Acme Labs", "acme-labs", labs),
    ]


@dataclass
class SavedSlackState:
    """The state that outlives a rehearsal. Sessions and codes do not."""

    workspaces: list[SlackWorkspace]
    apps: list[SlackApp]
    webhooks: list[SlackWebhook]
    messages: list[SlackMessage]
    mails: list[dict[str, str]]
    regenerated: bool


class SlackStore:
    """The state. Use it inside ``with store:``, which holds its lock."""

    def __init__(self, existing_apps: bool) -> None:
        """With ``existing_apps`` the account already has three apps."""
        self._lock = threading.RLock()
        self.user = MORGAN
        self.workspaces = _workspaces()
        self.apps: list[SlackApp] = []
        self.webhooks: list[SlackWebhook] = []
        self.grants: list[OAuthGrant] = []
        self.messages: list[SlackMessage] = []
        self.mails: list[dict[str, str]] = []
        """Codes sent by e-mail: ``to``, ``subject``."""
        self.regenerated = False
        """Whether the scenario `secret-regenerated` has regenerated a secret."""
        if existing_apps:
            for name in ("W&B alerts (test)", "Standup helper", "My W&B alerts"):
                app = self.create_app(name, self.workspaces[0].id, token(32, "0123456789abcdef"))
                app.created = "March 2, 2026"

    def __enter__(self) -> SlackStore:
        self._lock.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.release()

    def workspace(self, workspace_id: str) -> SlackWorkspace | None:
        return next((each for each in self.workspaces if each.id == workspace_id), None)

    def workspace_at(self, domain: str) -> SlackWorkspace | None:
        return next((each for each in self.workspaces if each.domain == domain), None)

    def home(self, app: SlackApp) -> SlackWorkspace:
        """The workspace that an app belongs to."""
        return next(each for each in self.workspaces if each.id == app.workspace_id)

    def app(self, app_id: str) -> SlackApp | None:
        return next((each for each in self.apps if each.id == app_id), None)

    def client(self, client_id: str) -> SlackApp | None:
        return next((each for each in self.apps if each.client_id == client_id), None)

    def webhook(self, webhook_id: str) -> SlackWebhook | None:
        return next((each for each in self.webhooks if each.id == webhook_id), None)

    def create_app(self, name: str, workspace_id: str, secret: str | None = None) -> SlackApp:
        """Create an app. Its Client Secret comes from the environment variable, if that is set."""
        today = datetime.now(UTC)
        app = SlackApp(
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

    def delete_app(self, app: SlackApp) -> None:
        """Delete an app and its webhooks."""
        self.apps.remove(app)
        self.webhooks = [each for each in self.webhooks if each.app_id != app.id]

    def install(self, app: SlackApp, scopes: Sequence[str], channel_id: str) -> SlackWebhook | None:
        """Grant scopes to an app. With a channel, create a webhook there and post a notice to the channel."""
        app.bot_token = app.bot_token or f"xoxb-{secrets.randbelow(10**12):012d}-{token(24)}"
        app.bot_user_id = app.bot_user_id or f"U0{token(8)}"
        still_granted = [scope for scope in app.installed_scopes if scope in app.bot_scopes]
        app.installed_scopes = sorted({*still_granted, *scopes})
        if not channel_id:
            return None
        app.webhooks_on = True
        webhook = SlackWebhook(
            id=f"B0{token(8)}",
            token=token(24, string.ascii_letters + string.digits),
            app_id=app.id,
            workspace_id=app.workspace_id,
            channel_id=channel_id,
            added_by=self.user.name,
        )
        self.webhooks.append(webhook)
        notice = f"{self.user.name} added an integration to this channel: {app.name}"
        self.post(channel_id, self.user.name, notice, subtype="bot_add")
        return webhook

    def post(
        self,
        channel_id: str,
        author: str,
        text: str,
        subtype: str = "",
        attachments: Sequence[Mapping[str, Any]] = (),
        blocks: Sequence[Mapping[str, Any]] = (),
    ) -> SlackMessage:
        """Post a message to a channel."""
        message = SlackMessage(
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
        """The state as JSON types, without sessions and codes."""
        apps = []
        for app in self.apps:
            entry = asdict(app) | {
                "redirect_urls": app.redirect_urls.now(),
                "allowed_ips": app.allowed_ips.now(),
            }
            del entry["asked_at"]
            apps.append(entry)
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

    def saved_state(self) -> SavedSlackState:
        """The state that outlives the rehearsal."""
        return SavedSlackState(self.workspaces, self.apps, self.webhooks, self.messages, self.mails, self.regenerated)

    def restore(self, saved: SavedSlackState) -> None:
        """Continue from a saved state. Pending values take effect at once, as the monotonic clock has restarted."""
        self.workspaces, self.apps, self.webhooks = saved.workspaces, saved.apps, saved.webhooks
        self.messages, self.mails, self.regenerated = saved.messages, saved.mails, saved.regenerated
        for app in self.apps:
            app.redirect_urls.due = app.allowed_ips.due = 0.0
            app.asked_at = time.monotonic()
