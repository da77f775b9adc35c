"""Where secrets can be seen on a page and in its frames, as four-cornered places to be painted over."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Error, Frame, Page

from runwright.engine.browser import locate
from runwright.engine.secrets.scrub import SHORT, forms
from runwright.language.secret_value import Secret
from runwright.language.targets import Target

_UNSEEN = " \t\n\r\u00a0\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""What may stand between the pieces of a value without being seen there as more than a gap."""

_FIELDS = ("INPUT", "TEXTAREA")
"""Elements whose text lies in a shadow root of the browser's own; they cut off what of it is too long for them."""

Box = tuple[float, float, float, float]
"""x, y, width, height in CSS pixels, from the viewport's corner."""
Point = tuple[float, float]


@dataclass(frozen=True)
class Hidden:
    """A place on the page that no picture may show: its four corners in CSS pixels, from the viewport's corner."""

    name: str
    corners: tuple[Point, ...]

    @property
    def box(self) -> Box:
        across, down = [x for x, _ in self.corners], [y for _, y in self.corners]
        return min(across), min(down), max(across) - min(across), max(down) - min(down)

    def polygon(self, left: float, top: float, scale: float) -> list[Point]:
        """The corners in pixels of a picture whose own corner lies at left and top of the viewport."""
        return [((x - left) * scale, (y - top) * scale) for x, y in self.corners]


class Session:
    """A CDP session with the DOM of a page, or of a frame that another process draws."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        self._above: dict[int, tuple[int, Mapping[str, Any]]] = {}
        """Of each node that a search has brought: its parent, or the host of its shadow root, and what it is."""
        session.on("DOM.setChildNodes", self._brought)
        session.send("DOM.enable")  # lasts, whatever document comes

    def send(self, method: str, values: dict[str, Any] | None = None) -> dict[str, Any]:
        answer: dict[str, Any] = self._session.send(method, values)
        return answer

    def detach(self) -> None:
        self._session.detach()

    def begin(self) -> None:
        """From now on nodes have ids; all searches are forgotten."""
        self._above.clear()
        self.send("DOM.getDocument", {"depth": 0})

    def _brought(self, event: Mapping[str, Any]) -> None:
        for node in event["nodes"]:
            self._take(node, event["parentId"])

    def _take(self, node: Mapping[str, Any], parent: int) -> None:
        self._above[node["nodeId"]] = parent, node
        for each in (*node.get("children", ()), *node.get("shadowRoots", ())):
            self._take(each, node["nodeId"])

    def field(self, node: int) -> int | None:
        """The field that shows a text; None of any other text."""
        while node in self._above:
            parent, told = self._above[node]
            if told.get("shadowRootType") == "user-agent":
                _, host = self._above.get(parent, (0, {}))
                return parent if host.get("nodeName") in _FIELDS else None
            node = parent
        return None


class Sessions:
    """CDP sessions of a context's pages, and of those frames that another process draws."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._of: dict[Page | Frame, Session] = {}

    def of(self, page: Page) -> Session:
        """The page's session."""
        if page not in self._of:
            self._of = {each: session for each, session in self._of.items() if not _gone(each)}
            self._begin(page)
        return self._of[page]

    def of_frame(self, frame: Frame) -> Session | None:
        """The session of a frame; None when it is drawn with its parent, and seen in the parent's session."""
        if frame in self._of:
            try:
                self._of[frame].send("Page.getFrameTree")
                return self._of[frame]
            except Error:  # it went to another process since
                self.drop(frame)
        with suppress(Error):
            self._begin(frame)
            return self._of[frame]
        return None

    def _begin(self, one: Page | Frame) -> None:
        self._of[one] = Session(self._context.new_cdp_session(one))

    def drop(self, one: Page | Frame) -> None:
        """End a session; whatever waits for an answer of it is told so."""
        session = self._of.pop(one, None)
        with suppress(Error):  # the page may have closed
            if session is not None:
                session.detach()


def _gone(one: Page | Frame) -> bool:
    return one.is_closed() if isinstance(one, Page) else one.is_detached()


def hidden(
    sessions: Sessions, page: Page, secrets: Iterable[Secret], targets: Iterable[tuple[str, Target]]
) -> list[Hidden] | None:
    """Where secrets and targets are seen at this moment; None when the page could not be asked."""
    values = list(secrets)
    try:
        places = [place for name, target in targets for place in _of_target(page, name, target)]
        if values:
            for session, placed in _parts(sessions, page):
                for secret in values:
                    places += [Hidden(secret.name, tuple(map(placed, quad))) for quad in _quads(session, secret)]
        return places
    except Error:
        return None


def _parts(sessions: Sessions, page: Page) -> Iterator[tuple[Session, Callable[[Point], Point]]]:
    """The page's session and those of frames that other processes draw, each with where its points lie on the page."""
    roots: dict[Frame, tuple[Session, Callable[[Point], Point]]] = {}
    roots[page.main_frame] = sessions.of(page), lambda point: point
    yield roots[page.main_frame]
    for frame in page.frames[1:]:  # parents stand before their children
        session = sessions.of_frame(frame)
        above = frame.parent_frame
        while above is not None and above not in roots:
            above = above.parent_frame
        if session is None or above is None:
            continue
        outer, outward = roots[above]
        inner = _placed(outer, session)
        if inner is None:
            continue  # a frame without a box cannot be seen

        def placed(point: Point, inner: Any = inner, outward: Any = outward) -> Point:
            return outward(inner(point))  # type: ignore[no-any-return]

        roots[frame] = session, placed
        yield roots[frame]


def _placed(outer: Session, session: Session) -> Callable[[Point], Point] | None:
    """How a frame's points lie in the part of the page that holds it, turned and scaled as the frame is."""
    identity = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    asked = {"expression": "[innerWidth, innerHeight]", "returnByValue": True}
    width, height = session.send("Runtime.evaluate", asked)["result"]["value"]
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

    def placed(point: Point) -> Point:
        across, down = point[0] / width, point[1] / height
        return (
            left + across * (right - left) + down * (below - left),
            top + across * (righttop - top) + down * (bottom - top),
        )

    return placed


def _quads(session: Session, secret: Secret) -> list[list[Point]]:
    """The places of a value in texts, fields and closed shadow roots of what a session sees."""
    value = secret.reveal()
    searches = [value, *_lines(value), *_in_pieces(value), *_in_another_form(value)]
    there = [search for search in searches if _search(session, search)["resultCount"]]
    if not there:
        return []
    session.begin()
    places = []
    for search in there:
        found = _search(session, search)
        if found["resultCount"] == 0:
            continue
        window = {"searchId": found["searchId"], "fromIndex": 0, "toIndex": found["resultCount"]}
        nodes: list[int] = session.send("DOM.getSearchResults", window)["nodeIds"]
        for node in nodes:
            with suppress(Error):  # a node without a box cannot be seen
                places += _seen(session, node)
    return places


def _seen(session: Session, node: int) -> list[list[Point]]:
    """The places of a node; of a text in a field no more than the field shows."""
    quads, field = _corners(session, node), session.field(node)
    boxes = _corners(session, field) if field is not None else []
    if len(boxes) != 1 or not all(map(_straight, (*boxes, *quads))):
        return quads
    (left, top), _, (right, bottom), _ = boxes[0]
    return [[(min(max(x, left), right), min(max(y, top), bottom)) for x, y in quad] for quad in quads]


def _corners(session: Session, node: int) -> list[list[Point]]:
    quads: list[list[float]] = session.send("DOM.getContentQuads", {"nodeId": node})["quads"]
    return [list(zip(quad[0::2], quad[1::2], strict=True)) for quad in quads]


def _straight(quad: list[Point]) -> bool:
    """Whether it stands upright: neither turned nor mirrored."""
    (left, top), (right, upper), (far, bottom), (near, lower) = quad
    return left == near <= right == far and top == upper <= bottom == lower


def _search(session: Session, query: str) -> dict[str, Any]:
    found: dict[str, Any] = session.send("DOM.performSearch", {"query": query, "includeUserAgentShadowDOM": True})
    return found


def _lines(value: str) -> list[str]:
    """The lines of a value that has several, as a key has: fields show them one below the other, or in one."""
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    return [line for line in lines if len(line) >= SHORT] if len(lines) > 1 else []


def _in_another_form(value: str) -> list[str]:
    """What finds the texts that show a value as addresses, headers and scripts write it. Not in shadow roots."""
    others = sorted(form for form in forms(value) if len(form) >= SHORT and value.strip() not in form)
    return [f"//text()[{' or '.join(f'contains(., {_quoted(form)})' for form in others)}]"] if others else []


def _in_pieces(value: str) -> list[str]:
    """What finds the innermost elements that show a value in several pieces, as JSON viewers and long tokens do.

    An XPath of which no text alone holds the value: `<b>abc</b><b>def</b>`, `abc<wbr>def`, `abc&shy;def`. It does not
    look into shadow roots.
    """
    bare = "".join(sign for sign in value if sign not in _UNSEEN)
    if len(bare) < SHORT:
        return []
    holds = f"contains(translate(., {_quoted(_UNSEEN)}, ''), {_quoted(bare)})"
    return [f"//*[{holds}][not(*[{holds}])][not(text()[contains(., {_quoted(value)})])]"]


def _quoted(text: str) -> str:
    """A text as XPath writes it; one with both kinds of quotes in pieces."""
    if '"' not in text:
        return f'"{text}"'
    if "'" not in text:
        return f"'{text}'"
    return "concat(" + ", '\"', ".join(f'"{piece}"' for piece in text.split('"')) + ")"


def _of_target(page: Page, name: str, target: Target) -> list[Hidden]:
    places = []
    for handle in locate.matches(page, target):
        box = handle.bounding_box()
        if box is not None:
            left, top = box["x"], box["y"]
            right, bottom = left + box["width"], top + box["height"]
            places.append(Hidden(name, ((left, top), (right, top), (right, bottom), (left, bottom))))
    return places
