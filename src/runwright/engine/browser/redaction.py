"""Redaction: find where a page and its frames show secrets, as quadrilaterals to be redacted in screenshots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import CDPSession, Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.secrets.scrub import SHORT, forms
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

_UNSEEN = " \t\n\r\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Characters between the pieces of a value that are invisible or look like a gap."""

_FIELDS = ("INPUT", "TEXTAREA")
"""Elements that hold their text in a shadow root of the browser's own, and clip text that is too long for them."""

Box = tuple[float, float, float, float]
"""x, y, width, height in CSS pixels, from the viewport's corner."""
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


class CdpSession:
    """A CDP session with the DOM of a page, or of a frame that runs in another process."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._above: dict[int, tuple[int, Mapping[str, Any]]] = {}
        """For each node that a search returned: its parent, or the host of its shadow root, and its description."""
        session.on("DOM.setChildNodes", self._received)
        session.send("DOM.enable")  # stays enabled across navigations

    def send(self, method: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._session.send(method, values)
        return answer

    def detach(self) -> None:
        self._session.detach()

    def begin(self) -> None:
        """Start to assign ids to nodes; earlier search results are dropped."""
        self._above.clear()
        self.send("DOM.getDocument", {"depth": 0})

    def _received(self, event: Mapping[str, Any]) -> None:
        for node in event["nodes"]:
            self._add(node, event["parentId"])

    def _add(self, node: Mapping[str, Any], parent: int) -> None:
        self._above[node["nodeId"]] = parent, node
        for each in (*node.get("children", ()), *node.get("shadowRoots", ())):
            self._add(each, node["nodeId"])

    def field(self, node: int) -> int | None:
        """The field that shows a text node; None if no field shows it."""
        while node in self._above:
            parent, description = self._above[node]
            if description.get("shadowRootType") == "user-agent":
                _, host = self._above.get(parent, (0, {}))
                return parent if host.get("nodeName") in _FIELDS else None
            node = parent
        return None


class CdpSessions:
    """CDP sessions of pages, and of those frames that run in other processes."""

    def __init__(self) -> None:
        self._of: dict[Page | Frame, CdpSession] = {}

    def of(self, page: Page) -> CdpSession:
        """The session of a page."""
        if page not in self._of:
            self._of = {each: session for each, session in self._of.items() if not _gone(each)}
            self._begin(page)
        return self._of[page]

    def of_frame(self, frame: Frame) -> CdpSession | None:
        """The session of a frame; None if it runs in its parent's process, so that the parent's session covers it."""
        if frame in self._of:
            try:
                self._of[frame].send("Page.getFrameTree")
                return self._of[frame]
            except Error:  # it has moved to another process
                self.drop(frame)
        with suppress(Error):
            self._begin(frame)
            return self._of[frame]
        return None

    def _begin(self, one: Page | Frame) -> None:
        context = one.context if isinstance(one, Page) else one.page.context
        self._of[one] = CdpSession(context.new_cdp_session(one))

    def drop(self, one: Page | Frame) -> None:
        """End a session; pending calls of it raise an error."""
        session = self._of.pop(one, None)
        with suppress(Error):  # the page may have closed
            if session is not None:
                session.detach()


def _gone(one: Page | Frame) -> bool:
    return one.is_closed() if isinstance(one, Page) else one.is_detached()


def areas_to_redact(
    sessions: CdpSessions, page: Page, secrets: Iterable[Secret], targets: Iterable[tuple[str, Target]]
) -> list[RedactedArea] | None:
    """The areas that show secrets and targets now; None if the page could not be queried."""
    values = list(secrets)
    try:
        areas = [area for name, target in targets for area in _of_target(page, name, target)]
        if values:
            for session, to_page in _parts(sessions, page):
                for secret in values:
                    areas += [RedactedArea(secret.name, tuple(map(to_page, quad))) for quad in _quads(session, secret)]
        return areas
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


def _quads(session: CdpSession, secret: Secret) -> list[list[Point]]:
    """The quads of a value in texts, fields and closed shadow roots of a session's documents."""
    value = secret.reveal()
    searches = [value, *_lines(value), *_in_pieces(value), *_in_another_form(value)]
    matching = [search for search in searches if _search(session, search)["resultCount"]]
    if not matching:
        return []
    session.begin()
    quads = []
    for search in matching:
        found = _search(session, search)
        if found["resultCount"] == 0:
            continue
        window = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": found["resultCount"]}
        nodes: list[int] = session.send("DOM.getSearchResults", window)["nodeIds"]
        for node in nodes:
            with suppress(Error):  # a node without a box is invisible
                quads += _visible_quads(session, node)
    return quads


def _visible_quads(session: CdpSession, node: int) -> list[list[Point]]:
    """The quads of a node; those of a text in a field are clipped to the field."""
    quads, field = _corners(session, node), session.field(node)
    boxes = _corners(session, field) if field is not None else []
    if len(boxes) != 1 or not all(map(_upright, (*boxes, *quads))):
        return quads
    (left, top), _, (right, bottom), _ = boxes[0]
    return [[(min(max(x, left), right), min(max(y, top), bottom)) for x, y in quad] for quad in quads]


def _corners(session: CdpSession, node: int) -> list[list[Point]]:
    quads: list[list[float]] = session.send("DOM.getContentQuads", {"nodeId": node})["quads"]
    return [list(zip(quad[0::2], quad[1::2], strict=True)) for quad in quads]


def _upright(quad: list[Point]) -> bool:
    """Whether a quad is an upright rectangle: neither rotated nor mirrored."""
    (left, top), (right, upper), (far, bottom), (near, lower) = quad
    return left == near <= right == far and top == upper <= bottom == lower


def _search(session: CdpSession, query: str) -> dict[str, Any]:
    found: dict[str, Any] = session.send("DOM.performSearch", {"query": query, "includeUserAgentShadowDOM": True})
    return found


def _lines(value: str) -> list[str]:
    """The lines of a value of several lines, such as a key: fields show them one below the other, or as one line."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return [line for line in lines if len(line) >= SHORT] if len(lines) > 1 else []


def _in_another_form(value: str) -> list[str]:
    """Searches for texts that show a value as addresses, headers and scripts encode it. Not in shadow roots."""
    others = sorted(form for form in forms(value) if len(form) >= SHORT and value.strip() not in form)
    return [f"//text()[{' or '.join(f'contains(., {_quoted(form)})' for form in others)}]"] if others else []


def _in_pieces(value: str) -> list[str]:
    """Searches for the innermost elements that show a value in several pieces, as JSON viewers and long tokens do.

    An XPath for elements in which no single text node contains the value: `<b>abc</b><b>def</b>`, `abc<wbr>def`,
    `abc&shy;def`. It does not search shadow roots.
    """
    bare = "".join(character for character in value if character not in _UNSEEN)
    if len(bare) < SHORT:
        return []
    contains = f"contains(translate(., {_quoted(_UNSEEN)}, ''), {_quoted(bare)})"
    return [f"//*[{contains}][not(*[{contains}])][not(text()[contains(., {_quoted(value)})])]"]


def _quoted(text: str) -> str:
    """A text as an XPath literal; one with both kinds of quotes is concatenated from pieces."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return "concat(" + ", '\"', ".join(f'"{piece}"' for piece in text.split('"')) + ")"


def _of_target(page: Page, name: str, target: Target) -> list[RedactedArea]:
    areas = []
    for handle in locate.matches(page, target):
        box = handle.bounding_box()
        if box is not None:
            left, top = box["x"], box["y"]
            right, bottom = left + box["width"], top + box["height"]
            areas.append(RedactedArea(name, ((left, top), (right, top), (right, bottom), (left, bottom))))
    return areas
