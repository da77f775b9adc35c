"""Browser state: what a sign-in leaves in a browser, limited to some origins: cookies and the four kinds of storage.

It holds secrets in the clear, so it stays in memory; `runwright.sessions` seals it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, cast

from playwright.sync_api import BrowserContext, Error, Frame, Page, Route, StorageState

from runwright.language.origins import Origin, origin

_EMPTY_PAGE = "<!doctype html><title></title>"
_SHORTEST, _SHORTEST_UNNAMED, _LONGEST = 8, 16, 8192
MOST_VALUES = 100
"""Secret values of one state that are known to the scrubber."""
_TELLING = re.compile(
    r"tok|secret|sess|auth|jwt|key|sid\b|refresh|access|cred|[cx]srf|passw|ticket|nonce", re.IGNORECASE
)
"""Names of what is secret even if it does not look like it."""
_HARMLESS = re.compile(
    r"[\d.,:+-]*|https?://.*|/.*|[^@]+@[^@]+\.\w+|\d{4}-\d\d-\d\d[T_ ].*"
    r"|true|false|null|undefined|[a-z]{2}[-_][A-Z]{2}.*"
)
"""Numbers, addresses, times, flags and languages."""


@dataclass(frozen=True)
class BrowserState:
    """Cookies, local storage, IndexedDB and OPFS as Playwright writes them, and session storage by origin."""

    cookies: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    origins: tuple[Mapping[str, Any], ...] = field(default=(), repr=False)
    """`localStorage`, `indexedDB` and `opfs` of each `origin`."""
    session_storage: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    """Names and values by origin."""

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> BrowserState:
        """The state from JSON data. Raises KeyError, TypeError or ValueError for other data."""
        cookies, origins, session = data["cookies"], data["origins"], data["session_storage"]
        if not all(isinstance(each["domain"] + each["name"] + each["value"], str) for each in cookies):
            raise ValueError("a cookie is incomplete")
        if not all(isinstance(each["origin"], str) for each in origins):
            raise ValueError("an origin is not a text")
        return cls(tuple(cookies), tuple(origins), {str(key): dict(value) for key, value in session.items()})

    def data(self) -> dict[str, Any]:
        """The state as JSON data."""
        return {
            "cookies": [dict(each) for each in self.cookies],
            "origins": [dict(each) for each in self.origins],
            "session_storage": {key: dict(value) for key, value in self.session_storage.items()},
        }

    def storage_state(self) -> StorageState:
        """What Playwright loads into a browser context. Session storage is not part of it."""
        return cast(StorageState, {"cookies": list(self.cookies), "origins": list(self.origins)})

    def within(self, origins: Iterable[Origin]) -> BrowserState:
        """The part that belongs to some origins."""
        return self._where(tuple(origins), True)

    def outside(self, origins: Iterable[Origin]) -> BrowserState:
        """The part that belongs to none of some origins."""
        return self._where(tuple(origins), False)

    def with_newer(self, newer: BrowserState) -> BrowserState:
        """This state, replaced by a newer one where that has the same cookie or origin."""
        replaced = {_identity(each) for each in newer.cookies}
        there = {each["origin"] for each in newer.origins}
        return BrowserState(
            (*(each for each in self.cookies if _identity(each) not in replaced), *newer.cookies),
            (*(each for each in self.origins if each["origin"] not in there), *newer.origins),
            {**self.session_storage, **newer.session_storage},
        )

    def earliest_expiry(self) -> tuple[str, float] | None:
        """The cookie that expires first of those that have not, with the time in seconds since 1970."""
        now = time.time()
        ends = [(str(each["name"]), float(each.get("expires", -1))) for each in self.cookies]
        return min((each for each in ends if each[1] > now), key=lambda each: each[1], default=None)

    def secret_values(self) -> list[str]:
        """The values that could give the session away, those of cookies that no script can read first."""
        cookies = sorted(self.cookies, key=lambda each: not each.get("httpOnly"))
        named: list[tuple[str, object]] = []
        for each in cookies:
            named.append((f"session {each['name']}" if each.get("httpOnly") else each["name"], each["value"]))
        for values in self.session_storage.values():
            named += values.items()
        for each in self.origins:
            named += [(item["name"], item["value"]) for item in each.get("localStorage", ())]
            named += [("", each.get("indexedDB")), ("", each.get("opfs"))]
        found: dict[str, None] = {}
        for name, value in named:
            found |= dict.fromkeys(leaf for path, leaf in _leaves(value, name) if _is_secret(path, leaf))
        return list(found)[:MOST_VALUES]

    def _where(self, origins: tuple[Origin, ...], inside: bool) -> BrowserState:
        def there(address: str) -> bool:
            one = origin(address)
            return one is not None and any(each.covers(one) for each in origins)

        return BrowserState(
            tuple(each for each in self.cookies if _is_sent(str(each["domain"]), origins) is inside),
            tuple(each for each in self.origins if there(each["origin"]) is inside),
            {key: value for key, value in self.session_storage.items() if there(key) is inside},
        )


NOTHING = BrowserState()
"""The state of a browser that has stored nothing."""


ContextOf = Callable[[BrowserState], AbstractContextManager[BrowserContext]]
"""Opens a context of a browser, which starts with a state."""


def _identity(cookie: Mapping[str, Any]) -> tuple[object, ...]:
    return cookie["name"], cookie["domain"], cookie.get("path", "/"), cookie.get("partitionKey")


def _is_sent(domain: str, origins: tuple[Origin, ...]) -> bool:
    """Whether a cookie with this domain belongs to one of some origins: is sent to it, or to a subdomain it covers."""
    bare = domain.removeprefix(".")
    for each in origins:
        host = each.host.removeprefix("*.")
        wider = domain.startswith(".") and (host == bare or host.endswith(f".{bare}"))
        if wider or each.covers_host(bare):
            return True
    return False


def _leaves(value: object, name: str) -> Iterator[tuple[str, str]]:
    """The texts in a value, JSON in texts included, each with the names on the way to it."""
    import json

    if isinstance(value, str):
        if value[:1] in ("{", "["):
            try:
                yield from _leaves(json.loads(value), name)
                return
            except (ValueError, RecursionError):
                pass  # a text that begins like JSON
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _leaves(each, f"{name} {key}")
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _leaves(each, name)


def _is_secret(name: str, value: str) -> bool:
    if not _SHORTEST <= len(value) <= _LONGEST or re.search(r"\s", value) or _HARMLESS.fullmatch(value):
        return False
    if _TELLING.search(name):
        return True
    digits, letters = len(re.findall(r"\d", value)), len(re.findall(r"[A-Za-z]", value))
    mixed = bool(digits and re.search("[a-z]", value) and re.search("[A-Z]", value))
    return len(value) >= _SHORTEST_UNNAMED and (mixed or (digits >= 4 and letters >= 4))


class VisitedOrigins:
    """The origins of the documents that the pages of a browser context have shown."""

    def __init__(self, context: BrowserContext) -> None:
        self._seen: dict[str, None] = {}
        context.on("page", lambda page: page.on("framenavigated", self._navigated))

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._seen))

    def _navigated(self, frame: Frame) -> None:
        if (there := origin(frame.url)) is not None:
            self._seen[str(there)] = None


def captured(
    context: BrowserContext, page: Page | None, visited: Iterable[str], origins: Iterable[Origin]
) -> BrowserState:
    """What a browser context has stored for some origins.

    ``page`` is the one whose session storage is read; it leaves its document for empty ones of the ``visited``
    origins, of which none is requested. Raises Playwright's Error if the browser is gone.
    """
    declared = tuple(origins)
    kept = cast("dict[str, Any]", context.storage_state(indexed_db=True, opfs=True))
    session: dict[str, dict[str, str]] = {}
    if page is not None and not page.is_closed():
        page.route("**/*", _fulfil)
        try:
            for each in visited:
                there = origin(each)
                if there is None or not any(one.covers(there) for one in declared):
                    continue
                page.goto(f"{each}/", wait_until="commit")
                if items := {item["name"]: item["value"] for item in page.session_storage.items()}:
                    session[each] = items
            page.goto("about:blank")
        finally:
            page.unroute("**/*", _fulfil)
    return BrowserState(tuple(kept["cookies"]), tuple(kept["origins"]), session).within(declared)


def seed_session_storage(page: Page, state: BrowserState) -> None:
    """Put the session storage of a state into a page that shows nothing yet. No origin is requested."""
    if not state.session_storage:
        return
    page.route("**/*", _fulfil)
    try:
        for address, items in state.session_storage.items():
            page.goto(f"{address}/", wait_until="commit")
            for name, value in items.items():
                page.session_storage.set_item(name, value)
        page.goto("about:blank")
    finally:
        page.unroute("**/*", _fulfil)


def _fulfil(route: Route) -> None:
    try:
        route.fulfill(body=_EMPTY_PAGE, content_type="text/html")
    except Error:
        if not route.request.frame.page.is_closed():
            raise
