"""What the System Console's Settings hold: seven entries, their sections, the boxes of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Box:
    """A text box; with choices a list box; with exactly the choices off and on a switch."""

    name: str
    label: str
    choices: tuple[str, ...] = ()
    hidden: bool = False
    """What is typed shows as dots."""
    hint: str = ""
    """What a list box shows before anything is chosen; without it the first choice is chosen."""
    room: int = 1
    """How wide it is beside the others of its row."""

    @property
    def first(self) -> str:
        """What a new server has in it."""
        return self.choices[0] if self.choices and not self.hint else ""

    @property
    def is_switch(self) -> bool:
        return self.choices == ("off", "on")


@dataclass(frozen=True)
class Section:
    """A heading, a help text, boxes, and a button *Save*. Without boxes: only what is known of it."""

    key: str
    title: str
    about: str
    rows: tuple[tuple[Box, ...], ...] = ()
    narrow: bool = False
    warning: str = ""
    tab: str = ""
    """Under which tab of its part it stands."""

    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for row in self.rows for box in row)


@dataclass(frozen=True)
class Part:
    """An entry of Settings."""

    path: str
    name: str
    sections: tuple[Section, ...]
    tabs: tuple[str, ...] = ()

    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for section in self.sections for box in section.boxes())


_EMAIL = Section(
    "email",
    "Email Server",
    "The mail server for invitations, notices and the like.",
    (
        (Box("email.host", "Host", room=2), Box("email.port", "Port")),
        (Box("email.username", "Username"), Box("email.password", "Password", hidden=True)),
    ),
)
_SLACK = Section(
    "slack",
    "Slack",
    "Lets your Slack workspace hear about runs, errors and the rest.",
    ((Box("slack.client_id", "Slack Client ID"),), (Box("slack.secret", "Slack Secret"),)),
    narrow=True,
)
_AUTHENTICATION = Section(
    "authentication",
    "Authentication",
    "How people prove who they are. Take an identity provider from the list for single sign-on.",
    (
        (Box("authentication.type", "Type", ("OIDC", "LDAP")),),  # a guess from the second choice on
        (Box("authentication.client_id", "Client ID"), Box("authentication.issuer", "Issuer")),
        (Box("authentication.method", "Method", ("Implicit Form Post", "PKCE")),),  # the second choice is a guess
    ),
)
_NAMESPACE = Section(
    "namespace",
    "Customer Namespace",
    "The name that stands for your organisation.",
    ((Box("namespace.name", "Customer Namespace"),),),
    narrow=True,
)
_BUCKET = Section(
    "bucket",
    "Bucket Storage",
    "Where files are kept.",
    (
        (Box("bucket.provider", "Provider", ("AWS", "Google Cloud", "Azure")),),  # the choices are guesses
        (Box("bucket.name", "Bucket name"), Box("bucket.path", "Path")),
    ),
)
_UPGRADES = Section(
    "upgrades",
    "Disable Auto Upgrades",
    "Stay with one version.",
    (
        (Box("upgrades.pin", "Pin specific version", ("off", "on")),),
        (Box("upgrades.version", "", ("0.67.1", "0.66.0"), hint="Select a version"),),  # the choices are guesses
    ),
    warning="A pinned version gets no updates. Agree on it with those who look after your server first.",
    tab="Other",
)
_SPEC = Section(
    "spec",
    "User Spec",
    "Values of your own that go into the server's specification.",
    ((Box("spec.extra_env", "extraEnv"),),),
    tab="User Spec",
)

PARTS: tuple[Part, ...] = (
    Part("authentication", "Authentication", (_AUTHENTICATION, _NAMESPACE)),
    Part("security", "Security", (Section("security", "Security", ""),)),
    Part("system-connections", "System Connections", (_BUCKET,)),
    Part("ingress", "Ingress", (Section("ingress", "Ingress", ""),)),
    Part("notifications", "Notifications", (_EMAIL, _SLACK)),
    Part("license", "License", (Section("license", "License", ""),)),
    Part("advanced", "Advanced", (_UPGRADES, _SPEC), tabs=("Other", "User Spec")),
)
"""In the order of the page. What Security, Ingress and License hold is not known."""


def moved(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same with Slack under System Connections."""
    others = {"notifications": (_EMAIL,), "system-connections": (_BUCKET, _SLACK)}
    return tuple(replace(part, sections=others.get(part.path, part.sections)) for part in parts)


def without_secret(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The same without the box for the Slack secret."""
    return tuple(
        replace(
            part,
            sections=tuple(
                replace(each, rows=each.rows[:1]) if each.key == "slack" else each for each in part.sections
            ),
        )
        for part in parts
    )
