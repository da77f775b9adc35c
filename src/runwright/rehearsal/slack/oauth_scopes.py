"""The scopes that an app can request, with descriptions and the API methods that require them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """One permission. ``description`` may hold ``{app}``, the app's name."""

    name: str
    description: str
    methods: str = ""
    """API methods that require this scope, separated by spaces. The picker also searches in these."""


BOT_SCOPES: tuple[Scope, ...] = (
    Scope("app_mentions:read", "See messages that mention {app} where it takes part"),
    Scope("calls:read", "See past calls and those that are going on", "calls.info"),
    Scope("calls:write", "Start calls and manage them", "calls.add calls.end"),
    Scope("channels:history", "See what was written in public channels {app} is in", "conversations.history"),
    Scope("channels:join", "Enter public channels", "conversations.join"),
    Scope("channels:manage", "Make public channels and manage those {app} is in", "conversations.create"),
    Scope("channels:read", "See which public channels there are", "conversations.list conversations.info"),
    Scope("chat:write", "Write messages as {app}", "chat.postMessage chat.update chat.delete"),
    Scope("chat:write.customize", "Write messages as {app} under another name and picture"),
    Scope("chat:write.public", "Write in public channels that {app} is not in"),
    Scope("commands", "Offer shortcuts and slash commands"),
    Scope("emoji:read", "See the workspace’s own emoji", "emoji.list"),
    Scope("files:read", "See files shared where {app} takes part", "files.info files.list"),
    Scope("files:write", "Upload and change files as {app}", "files.upload"),
    Scope("groups:history", "See what was written in private channels {app} is in", "conversations.history"),
    Scope("groups:read", "See which private channels {app} is in", "conversations.list"),
    Scope("im:history", "See direct messages with {app}", "conversations.history"),
    Scope("incoming-webhook", "Post messages to specific channels in Slack"),
    Scope("links:read", "See web addresses in messages"),
    Scope("pins:read", "See what is pinned where {app} takes part", "pins.list"),
    Scope("reactions:read", "See reactions where {app} takes part", "reactions.get"),
    Scope("reactions:write", "Add reactions and change them", "reactions.add"),
    Scope("team:read", "See the workspace’s name, domain and icon", "team.info"),
    Scope("usergroups:read", "See groups of people", "usergroups.list"),
    Scope("users.profile:read", "See details of people’s profiles", "users.profile.get"),
    Scope("users:read", "See who is in the workspace", "users.list users.info"),
    Scope("users:read.email", "See people’s e-mail addresses", "users.lookupByEmail"),
)

_BOT_ONLY = ("app_mentions:read", "commands", "incoming-webhook", "channels:join", "channels:manage")

USER_SCOPES: tuple[Scope, ...] = (
    *(
        Scope(scope.name, scope.description.replace("{app}", "the person"), scope.methods)
        for scope in BOT_SCOPES
        if scope.name not in _BOT_ONLY
    ),
    Scope("identify", "See who the person is"),
    Scope("search:read", "Search the workspace", "search.messages"),
)

WEBHOOK = "incoming-webhook"
"""The scope that enables incoming webhooks; with it, the consent page asks for a channel."""


def offered(kind: str) -> tuple[Scope, ...]:
    """The scopes of a kind, ``bot`` or ``user``, in alphabetical order."""
    return tuple(sorted(BOT_SCOPES if kind == "bot" else USER_SCOPES, key=lambda scope: scope.name))
