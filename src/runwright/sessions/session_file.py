"""A kept session, and its file: JSON that is sealed with age. What is not sealed for this key is refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from runwright.engine.browser.browser_state import BrowserState
from runwright.language.origins import Origin
from runwright.sessions.sealing_key import HEADERS, SealingKey, WrongKey, seal

FORMAT = "runwright session 1"


class UnusableFile(Exception):
    """A file is not a session that this account can open. The message says why."""


@dataclass(frozen=True)
class KeptSession:
    """A sign-in at a site, as it is kept."""

    site: str
    """The address of the site."""
    account: str
    origins: tuple[str, ...]
    """The origins of the site of which something is kept, `*.` included."""
    person: str | None
    """The person who is signed in, as the page names them."""
    since: str
    """When the person signed in, in UTC."""
    seen: str
    """When the session was last seen signed in, in UTC."""
    bound: bool
    """Whether the site tied the session to a key of the device."""
    state: BrowserState = field(repr=False)
    signed_in_as: str | None = None
    """What shows on a page who is signed in, for pages that are opened without a runbook."""
    signed_out_when: str | None = None
    """What shows on a page that nobody is, likewise."""

    def also(self) -> tuple[str, ...]:
        """The origins besides the address of the site."""
        return tuple(each for each in self.origins if each != self.site)

    def sealed(self, recipient: str) -> bytes:
        """The content of its file, sealed for a recipient. Raises UserError for an invalid one."""
        fields = {key: getattr(self, key) for key in _TEXTS}
        data = {"format": FORMAT, **fields, "origins": self.origins, "bound": self.bound, "state": self.state.data()}
        return seal(json.dumps(data, ensure_ascii=False).encode("utf-8", "surrogatepass"), recipient)


_TEXTS = ("site", "account", "person", "since", "seen", "signed_in_as", "signed_out_when")
_OPTIONAL = ("person", "signed_in_as", "signed_out_when")


def now() -> str:
    """The time in UTC, in seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def opened(data: bytes, key: SealingKey) -> KeptSession:
    """The session in a file's content. Raises UnusableFile."""
    if not data.startswith(HEADERS):
        raise UnusableFile("It is not sealed. Anybody who has read it may act as the person: sign out at the site.")
    try:
        content: dict[str, Any] = json.loads(key.open(data).decode("utf-8", "surrogatepass"))
    except WrongKey:
        raise UnusableFile("It is sealed for another key.") from None
    except (ValueError, RecursionError):
        raise UnusableFile("It is damaged, or its content is not a session.") from None
    try:
        if content["format"] != FORMAT:
            raise UnusableFile("Another version of runwright wrote it.")
        texts = {name: content[name] for name in _TEXTS}
        if not all(isinstance(text, str) or (text is None and name in _OPTIONAL) for name, text in texts.items()):
            raise ValueError("a text is missing")
        return KeptSession(
            **texts,
            origins=tuple(map(str, content["origins"])),
            bound=bool(content["bound"]),
            state=BrowserState.of(content["state"]),
        )
    except (LookupError, TypeError, ValueError, AttributeError):
        raise UnusableFile("It is damaged, or its content is not a session.") from None


def origins_of(own: Iterable[Origin]) -> tuple[str, ...]:
    """Origins as a session names them."""
    return tuple(dict.fromkeys(map(str, own)))
