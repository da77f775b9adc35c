"""The events between the steps: what pages raise, what a person does, and what is done to stored files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from runwright.evidence.event_parts import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogEvent(Event):
    """The page opened a browser dialog."""

    event: Literal["dialog"] = "dialog"
    kind: str
    """`alert`, `confirm`, `prompt` or `beforeunload`."""
    message: str
    answer: str
    """`yes`, `no`, or the text that was entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PopupEvent(Event):
    """The page opened a window."""

    event: Literal["popup"] = "popup"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadEvent(Event):
    """A download started, and was not stored."""

    event: Literal["download"] = "download"
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadedEvent(Event):
    """A step stored a file that the page offered."""

    event: Literal["downloaded"] = "downloaded"
    name: str
    size: int
    """In bytes."""
    file: str
    sha256: str
    address: str
    """Its source, or `blob:` or `data:` for a file that the page made itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadWithheldEvent(Event):
    """The same, but the file is not stored because it contains a secret."""

    event: Literal["download-withheld"] = "download-withheld"
    name: str
    size: int
    file: str | None
    """Null, or the file of an earlier `downloaded` that was deleted when the secret became known."""
    secrets: tuple[str, ...]
    """The names of the secrets."""
    address: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockedEvent(Event):
    """Something was not requested, because its address is outside the sites of the runbook."""

    event: Literal["blocked"] = "blocked"
    address: str
    """Of rules for the links of a page, the address of that page; of rules in a file, the address of the file."""
    frame: bool
    """Whether it was for a frame, or not a document for a page at all: the page goes on without it."""
    kind: Literal["document", "speculation", "request"] = "document"
    """`speculation`: a page asked the browser to fetch documents ahead. `request`: a request of another kind, which a
    site with `requests: own` does not allow; each address once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleErrorEvent(Event):
    """The page wrote an error to its console."""

    event: Literal["console-error"] = "console-error"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DismissedEvent(Event):
    """A declared banner appeared and was dismissed."""

    event: Literal["dismissed"] = "dismissed"
    target: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeptEvent(Event):
    """A secret that a step has read was handed to its sink, which took it."""

    event: Literal["secret-kept"] = "secret-kept"
    secret: str
    """Its name."""
    sink: str
    """The file that it is sealed in, or the command that got it on standard input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvent(Event):
    """A one-time code is about to be typed, and the clocks of this machine and of the site differ."""

    event: Literal["clock"] = "clock"
    address: str
    """The page whose answer states the site's time."""
    seconds: float
    """By how much the site's clock is ahead; less than 0 if it is behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEvent(Event):
    """The run starts with a sign-in that was kept: nobody signed in for it. It comes after the first event."""

    event: Literal["session"] = "session"
    site: str
    account: str
    """The name under which it is kept."""
    person: str | None
    """The person who signed in, as the pages named them then; null if they name nobody."""
    since: str
    """When the person signed in, in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionKeptEvent(Event):
    """The run that started with a kept sign-in ends: whether it was kept again. The site may have renewed it."""

    event: Literal["session-kept"] = "session-kept"
    site: str
    account: str
    kept: bool
    reason: str | None
    """Why not, as a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOutEvent(Event):
    """No session at a site; a person is asked to sign in."""

    event: Literal["signed-out"] = "signed-out"
    site: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ManualEvent(Event):
    """A person acted in the browser, without screenshots."""

    event: Literal["manual"] = "manual"
    sentence: str
    seconds: float
    addresses: tuple[str, ...]
    """The documents that were loaded meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashEvent(Event):
    """The process of the page crashed."""

    event: Literal["crash"] = "crash"
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresponsiveEvent(Event):
    """The page did not respond, as with a script that never ends, and was closed."""

    event: Literal["unresponsive"] = "unresponsive"
    address: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedEvent(Event):
    """Ctrl-C or SIGTERM."""

    event: Literal["interrupted"] = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanedEvent(Event):
    """A file of `procedure/` contained the value of a secret, which was removed."""

    event: Literal["cleaned"] = "cleaned"
    file: str
    sha256: str
    """The SHA-256 of the stored file."""
