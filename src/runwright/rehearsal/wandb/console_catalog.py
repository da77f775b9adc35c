"""The Settings of the System Console: seven pages, their sections, and the fields of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ConsoleField:
    """A text box; with choices, a list box; with exactly the choices off and on, a switch."""

    name: str
    label: str
    choices: tuple[str, ...] = ()
    hidden: bool = False
    """The field shows dots for its text."""
    placeholder: str = ""
    """What a list box shows before a choice; without it, the first choice is chosen."""
    width: int = 1
    """The width relative to the other fields of its row."""

    @property
    def default(self) -> str:
        """The value on a new server."""
        return self.choices[0] if self.choices and not self.placeholder else ""

    @property
    def is_switch(self) -> bool:
        return self.choices == ("off", "on")


@dataclass(frozen=True)
class ConsoleSection:
    """A heading, a help text, fields, and a button *Save*. Without fields, only the heading is known."""

    key: str
    title: str
    description: str
    rows: tuple[tuple[ConsoleField, ...], ...] = ()
    narrow: bool = False
    warning: str = ""
    tab: str = ""
    """The tab of its page that shows the section."""

    def fields(self) -> tuple[ConsoleField, ...]:
        return tuple(field for row in self.rows for field in row)


@dataclass(frozen=True)
class ConsolePage:
    """A page of Settings."""

    path: str
    name: str
    sections: tuple[ConsoleSection, ...]
    tabs: tuple[str, ...] = ()

    def fields(self) -> tuple[ConsoleField, ...]:
        return tuple(field for section in self.sections for field in section.fields())


_EMAIL = ConsoleSection(
    "email",
    "Email Server",
    "The mail server for invitations and notifications.",
    (
        (ConsoleField("email.host", "Host", width=2), ConsoleField("email.port", "Port")),
        (ConsoleField("email.username", "Username"), ConsoleField("email.password", "Password", hidden=True)),
    ),
)
_SLACK = ConsoleSection(
    "slack",
    "Slack",
    "Sends notifications about runs and errors to your Slack workspace.",
    ((ConsoleField("slack.client_id", "Slack Client ID"),), (ConsoleField("slack.secret", "Slack Secret"),)),
    narrow=True,
)
_AUTHENTICATION = ConsoleSection(
    "authentication",
    "Authentication",
    "How people authenticate. Choose an identity provider for single sign-on.",
    (
        (ConsoleField("authentication.type", "Type", ("OIDC", "LDAP")),),  # the choices from the second on are guesses
        (ConsoleField("authentication.client_id", "Client ID"), ConsoleField("authentication.issuer", "Issuer")),
        (
            ConsoleField("authentication.method", "Method", ("Implicit Form Post", "PKCE")),
        ),  # the second choice is a guess
    ),
)
_NAMESPACE = ConsoleSection(
    "namespace",
    "Customer Namespace",
    "The name of your organisation.",
    ((ConsoleField("namespace.name", "Customer Namespace"),),),
    narrow=True,
)
_BUCKET = ConsoleSection(
    "bucket",
    "Bucket Storage",
    "Where files are stored.",
    (
        (ConsoleField("bucket.provider", "Provider", ("AWS", "Google Cloud", "Azure")),),  # the choices are guesses
        (ConsoleField("bucket.name", "Bucket name"), ConsoleField("bucket.path", "Path")),
    ),
)
_UPGRADES = ConsoleSection(
    "upgrades",
    "Disable Auto Upgrades",
    "Pin one version.",
    (
        (ConsoleField("upgrades.pin", "Pin specific version", ("off", "on")),),
        (
            ConsoleField("upgrades.version", "", ("0.67.1", "0.66.0"), placeholder="Select a version"),
        ),  # the choices are guesses
    ),
    warning="A pinned version gets no updates. Consult the people who maintain your server first.",
    tab="Other",
)
_SPEC = ConsoleSection(
    "spec",
    "User Spec",
    "Custom values for the specification of the server.",
    ((ConsoleField("spec.extra_env", "extraEnv"),),),
    tab="User Spec",
)

CONSOLE_PAGES: tuple[ConsolePage, ...] = (
    ConsolePage("authentication", "Authentication", (_AUTHENTICATION, _NAMESPACE)),
    ConsolePage("security", "Security", (ConsoleSection("security", "Security", ""),)),
    ConsolePage("system-connections", "System Connections", (_BUCKET,)),
    ConsolePage("ingress", "Ingress", (ConsoleSection("ingress", "Ingress", ""),)),
    ConsolePage("notifications", "Notifications", (_EMAIL, _SLACK)),
    ConsolePage("license", "License", (ConsoleSection("license", "License", ""),)),
    ConsolePage("advanced", "Advanced", (_UPGRADES, _SPEC), tabs=("Other", "User Spec")),
)
"""In the order of the menu. The content of Security, Ingress and License is not known."""


def with_slack_moved(pages: Sequence[ConsolePage]) -> tuple[ConsolePage, ...]:
    """The pages with the section Slack under System Connections."""
    sections = {"notifications": (_EMAIL,), "system-connections": (_BUCKET, _SLACK)}
    return tuple(replace(page, sections=sections.get(page.path, page.sections)) for page in pages)


def without_slack_secret(pages: Sequence[ConsolePage]) -> tuple[ConsolePage, ...]:
    """The pages without the field for the Slack secret."""
    return tuple(
        replace(
            page,
            sections=tuple(
                replace(each, rows=each.rows[:1]) if each.key == "slack" else each for each in page.sections
            ),
        )
        for page in pages
    )
