"""Redaction: find where a page and its frames show secrets, as quadrilaterals to be redacted in screenshots."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import ElementHandle, Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.browser.cdp_sessions import CdpSession, CdpSessions
from runwright.engine.browser.dom import Box
from runwright.engine.secrets.secret_forms import SecretPlace, lines_of
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

BARRIER = "\nzqxjkvzq\n"
"""Stands between texts that no secret spans."""
Point = tuple[float, float]


@dataclass(frozen=True)
class RedactedArea:
    """An area that screenshots must not show: its four corners in CSS pixels, from the viewport's corner."""

    name: str
    corners: tuple[Point, ...]

    @property
    def box(self) -> Box:
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return min(across), min(down), max(across) - min(across), max(down) - min(down)

    def polygon(self, left: float, top: float, scale: float) -> list[Point]:
        """The corners in pixels of a screenshot whose top left corner is at (left, top) of the viewport."""
        return [((x - left) * scale, (y - top) * scale) for x, y in self.corners]


@dataclass(frozen=True)
class RedactionSearch:
    """What screenshots must not show."""

    find: Callable[[str], list[SecretPlace]]
    """Finds the known secrets in a text, in every form."""
    secrets: tuple[Secret, ...] = ()
    """The known secrets: in closed shadow roots each is found as it is."""
    fields: tuple[tuple[str, ElementHandle], ...] = ()
    """Fields that are redacted whole whatever they show, each with a name."""
    targets: tuple[tuple[str, Target], ...] = ()
    """Targets that are redacted, each with a name."""
    hides: bool = True
    """Whether the page may show texts that no script can read: then the browser is asked for each secret."""

    def __bool__(self) -> bool:
        return bool(self.secrets or self.targets)

    def names(self) -> list[str]:
        """The names of all of it, each once."""
        return list(dict.fromkeys((*(each.name for each in self.secrets), *(name for name, _ in self.targets))))


def areas_to_redact(
    sessions: CdpSessions, page: Page, search: RedactionSearch, again: bool = False
) -> list[RedactedArea] | None:
    """The areas to be redacted now; None if the page could not be queried.

    ``search`` holds what to look for. From the first call on, the page is watched; ``again`` ends that, and None then
    also says that the page may have shown a secret for a moment in between.
    """
    try:
        areas = [area for name, target in search.targets for area in _of_target(page, name, target)]
        areas += [area for name, field in search.fields for area in _of_handle(name, field)]
        if search.secrets:
            for session, to_page in _parts(sessions, page):
                read = session.read_texts(last=again)
                if again and search.find(BARRIER.join(read["passed"])):
                    return None
                found = list(_of_texts(session, search, read, again))
                if search.hides:
                    found += _of_closed_roots(session, search.secrets)
                areas += [RedactedArea(name, tuple(map(to_page, quad))) for name, quad in found]
        return list(dict.fromkeys(areas))
    except Error:
        return None


def _parts(sessions: CdpSessions, page: Page) -> Iterator[tuple[CdpSession, Callable[[Point], Point]]]:
    """The page's session and those of frames in other processes, each with the mapping of its points to the page's."""
    roots: dict[Frame, tuple[CdpSession, Callable[[Point], Point]]] = {}
    roots[page.main_frame] = sessions.of(page), lambda point: point
    yield roots[page.main_frame]
    for frame in page.frames[1:]:  # parents come before their children
        session = sessions.of_frame(frame)
        above = frame.parent_frame
        while above is not None and above not in roots:
            above = above.parent_frame
        if session is None or above is None:
            continue
        outer, outward = roots[above]
        inner = _to_outer(outer, session)
        if inner is None:
            continue  # a frame without a box is invisible

        def to_page(point: Point, inner: Any = inner, outward: Any = outward) -> Point:
            return outward(inner(point))  # type: ignore[no-any-return]

        roots[frame] = session, to_page
        yield roots[frame]


def _to_outer(outer: CdpSession, session: CdpSession) -> Callable[[Point], Point] | None:
    """The mapping of a frame's points to those of the enclosing document, with the frame's rotation and scale."""
    identity = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    query = {"expression": "[innerWidth, innerHeight]", "returnByValue": True}
    width, height = session.send("Runtime.evaluate", query)["result"]["value"]
    try:
        owner = outer.send("DOM.getFrameOwner", {"frameId": identity})["backendNodeId"]
        corners = outer.send("DOM.getBoxModel", {"backendNodeId": owner})["model"]["content"]
    except Error as error:
        if "box model" in str(error):
            return None
        raise
    left, top, right, righttop, _, _, below, bottom = corners
    if not width or not height:
        return None

    def mapped(point: Point) -> Point:
        across, down = point[0] / width, point[1] / height
        return (
            left + across * (right - left) + down * (below - left),
            top + across * (righttop - top) + down * (bottom - top),
        )

    return mapped


def _of_texts(
    session: CdpSession, search: RedactionSearch, read: Mapping[str, Any], again: bool
) -> Iterator[tuple[str, list[Point]]]:
    """Name and quads of what shows a secret in a session's documents, apart from closed shadow roots."""
    if search.find(BARRIER.join(read["open"])):
        raise Error("An open list of the browser's own shows a secret: nothing tells where.")
    _cover_messages(session, search, read["messages"])
    texts, attributes = read["texts"], read["attributes"]
    found: dict[int, list[str]] = {}
    for number, name in _indexes(texts, "\n", search.find):
        found.setdefault(number, []).append(name)
    for number, name in _indexes(attributes, BARRIER, search.find):
        found.setdefault(len(texts) + number, []).append(name)
    suspects = [number for number, _ in _indexes(read["hidden"], "\n", search.find)]
    shown = [number for number in found if number < len(texts)]
    gone: list[int] = []
    """Texts that had no box any more when it was asked for: they may be shown again before the capture."""
    for number, node in zip(shown, session.nodes("pick", shown) if shown else (), strict=True):
        quads = _quads(session, node)
        yield from ((name, quad) for name in found[number] for quad in quads)
        if not quads:
            gone.append(number)
    by_name: dict[str, list[int]] = {}
    for number in found.keys() - set(shown):
        for name in found[number]:
            by_name.setdefault(name, []).append(number)
    for name, numbers in by_name.items():
        for node in session.nodes("pick", numbers):
            yield from ((name, quad) for quad in _quads(session, node))
    for styles in read["styles"]:
        for place in search.find(styles):
            for node in session.nodes("generated", [styles[place.start : place.end]]):
                yield from ((place.name, quad) for quad in _quads(session, node))
    if (suspects or gone) and not again:
        session.texts("suspect", suspects, gone)


def _quads(session: CdpSession, node: str) -> list[list[Point]]:
    """The corners of each box of a node; none for one that is invisible."""
    with suppress(Error):
        return list(_corners(session, {"objectId": node}))
    return []


def _cover_messages(session: CdpSession, search: RedactionSearch, messages: list[str]) -> None:
    """Replace secrets in the messages that the browser shows in a bubble at an invalid control."""
    pairs = []
    for number, message in enumerate(messages):
        without = message
        for place in reversed(search.find(message)):
            without = f"{without[: place.start]}‹secret {place.name}›{without[place.end :]}"
        if without != message:
            pairs.append((number, without))
    if pairs:
        session.covered = True
        session.texts("cover", pairs)


def uncover_messages(sessions: CdpSessions, page: Page) -> None:
    """Give the controls of a page their messages back, after a screenshot."""
    for session in sessions.open(page):
        if session.covered:
            session.covered = False
            with suppress(Error):  # the page is gone
                session.texts("uncover")


def _indexes(texts: list[str], between: str, find: Callable[[str], list[SecretPlace]]) -> Iterator[tuple[int, str]]:
    """The indexes of the texts in which a secret is found, which may span several of them."""
    starts, at = [], 0
    for text in texts:
        starts.append(at)
        at += len(text) + len(between)
    for place in find(between.join(texts)):
        first = max(bisect_right(starts, place.start) - 1, 0)
        for number in range(first, bisect_left(starts, place.end)):
            yield number, place.name


def _of_closed_roots(session: CdpSession, secrets: Iterable[Secret]) -> Iterator[tuple[str, list[Point]]]:
    """Name and quads of values as they are, wherever the browser has a text of its own or a closed shadow root."""
    searches = [(secret.name, each) for secret in secrets for each in (secret.reveal(), *lines_of(secret.reveal()))]
    matching = [(name, search) for name, search in searches if _search(session, search)["resultCount"]]
    if matching:
        session.begin()
    for name, search in matching:
        found = _search(session, search)
        if found["resultCount"] == 0:
            continue
        window = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": found["resultCount"]}
        for node in session.send("DOM.getSearchResults", window)["nodeIds"]:
            with suppress(Error):  # a node without a box is invisible
                for quad in _visible_quads(session, node):
                    yield name, quad


def _visible_quads(session: CdpSession, node: int) -> list[list[Point]]:
    """The quads of a node; those of a text in a field are clipped to the field."""
    quads, field = _corners(session, {"nodeId": node}), session.field(node)
    boxes = _corners(session, {"nodeId": field}) if field is not None else []
    if len(boxes) != 1 or not all(map(_upright, (*boxes, *quads))):
        return quads
    (left, top), _, (right, bottom), _ = boxes[0]
    return [[(min(max(x, left), right), min(max(y, top), bottom)) for x, y in quad] for quad in quads]


def _corners(session: CdpSession, node: Mapping[str, Any]) -> list[list[Point]]:
    quads: list[list[float]] = session.send("DOM.getContentQuads", dict(node))["quads"]
    return [list(zip(quad[0::2], quad[1::2], strict=True)) for quad in quads]


def _upright(quad: list[Point]) -> bool:
    """Whether a quad is an upright rectangle: neither rotated nor mirrored."""
    (left, top), (right, upper), (far, bottom), (near, lower) = quad
    return left == near <= right == far and top == upper <= bottom == lower


def _search(session: CdpSession, query: str) -> dict[str, Any]:
    found: dict[str, Any] = session.send("DOM.performSearch", {"query": query, "includeUserAgentShadowDOM": True})
    return found


def _of_target(page: Page, name: str, target: Target) -> list[RedactedArea]:
    return [area for handle in locate.matches(page, target) for area in _of_handle(name, handle)]


def _of_handle(name: str, handle: ElementHandle) -> list[RedactedArea]:
    box = handle.bounding_box()
    if box is None:
        return []
    left, top = box["x"], box["y"]
    right, bottom = left + box["width"], top + box["height"]
    return [RedactedArea(name, ((left, top), (right, top), (right, bottom), (left, bottom)))]
