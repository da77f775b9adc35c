"""Locate: find controls on a page by role and accessible name, strictly and without guessing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from playwright.sync_api import ElementHandle, Frame, FrameLocator, Locator, Page

from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Alternative, Name, Target

Root: TypeAlias = Page | Frame | Locator | FrameLocator

SCROLL = """(element) => {
  const box = element.getBoundingClientRect(), margin = Math.min(120, innerHeight / 6);
  if (box.top < margin || box.bottom > innerHeight - margin)
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  else element.scrollIntoViewIfNeeded?.();
}"""
"""Scrolls a control into the viewport and away from its edges, where sticky bars would cover it."""
_NARROW = Path(__file__).with_name("narrow.js").read_text("utf-8")


def matches(page: Page, target: Target) -> list[ElementHandle]:
    """All visible elements that a resolved target matches, in document order."""
    target = _framed(target)
    root, inside = _root(page, target.inside)
    locator = _any_of(root, target.alternatives)
    handles = locator.element_handles()
    if handles and (inside is not None or not _plain(target)):
        boxes = matches(page, inside) if inside is not None else None
        anchors = matches(page, target.near) if target.near is not None else None
        own = target.near is not None and all(alternative.role == "text" for alternative in target.near.alternatives)
        arguments = [handles, boxes, anchors, own, _text(target.column), _text(_value(target.alternatives))]
        kept = handles[0].evaluate(_NARROW, arguments)  # in the frame of the candidates
        handles = [handles[index] for index in kept]
    if target.nth is not None:
        handles = handles[target.nth - 1 : target.nth]
    return handles


def plain(page: Page, target: Target) -> Locator | None:
    """A locator for a resolved target that Playwright alone can find in the main document; None for other targets."""
    if not _plain(target) or target.nth is not None or _frame_of(target) is not None:
        return None
    root, rest = _root(page, target.inside)
    return _any_of(root, target.alternatives) if rest is None else None


def count(page: Page, target: Target) -> int:
    """How many visible elements the target matches. Cheaper than ``matches`` if Playwright alone can find them."""
    root, inside = _root(page, target.inside) if _plain(target) else (page, target.inside)
    if inside is None and _plain(target):
        found = _any_of(root, target.alternatives).count()
        return found if target.nth is None else int(found >= target.nth)
    return len(matches(page, target))


def _plain(target: Target) -> bool:
    """Whether Playwright alone can find the target: no narrowing needs the script in the page."""
    return target.near is None and target.column is None and _value(target.alternatives) is None


def _framed(target: Target) -> Target:
    """`button "Add" near heading "Hosts" in iframe "Admin"`: the anchor's frame is the control's frame, too."""
    if target.inside is None and target.near is not None:
        return replace(target, inside=_frame_of(_framed(target.near)))
    return target


def _frame_of(target: Target) -> Target | None:
    """The frame that a target is narrowed to."""
    frame = target.inside
    while frame is not None and frame.alternatives[0].role != "iframe":
        frame = frame.inside
    return frame


def _root(page: Page, inside: Target | None) -> tuple[Root, Target | None]:
    """The root to search in, and the remaining narrowing that needs the script in the page."""
    if inside is None:
        return page, None
    inside = _framed(inside)
    outer, rest = _root(page, inside.inside)
    plain = _plain(inside) and inside.nth is None and rest is None
    if inside.alternatives[0].role == "iframe":
        return (outer.frame_locator(_frame_css(inside.alternatives[0])) if plain else _frame(page, inside)), None
    return (_any_of(outer, inside.alternatives), None) if plain else (outer, inside)


def _frame(page: Page, target: Target) -> Root:
    """The document of a frame that only its position identifies; an empty locator unless exactly one frame matches."""
    handles = matches(page, target)
    frame = handles[0].content_frame() if len(handles) == 1 else None
    return frame if frame is not None else page.locator("css=:not(*)")


def _frame_css(alternative: Alternative) -> str:
    operators = {"exact": "=", "starting": "^=", "containing": "*="}
    if not alternative.names:
        return "iframe, frame"
    css = []
    for name in alternative.names:
        quoted = str(name.text).replace("\\", "\\\\").replace('"', '\\"')
        texts = dict.fromkeys((quoted, *(re.sub("['’‘]", one, quoted) for one in "'’")))  # as in accessible names
        operator = operators.get(name.kind, "*=")
        ways = [f'[{attribute}{operator}"{text}"]' for text in texts for attribute in ("title", "name", "aria-label")]
        css += [f"{kind}{way}" for way in ways for kind in ("iframe", "frame")]
    return ", ".join(css)


def _any_of(root: Root, alternatives: Sequence[Alternative]) -> Locator:
    found: Locator | None = None
    for alternative in alternatives:
        for name in alternative.names or (None,):
            locator = _locator(root, alternative, name)
            found = locator if found is None else found.or_(locator)
    assert found is not None
    return found


def _locator(root: Root, alternative: Alternative, name: Name | None) -> Locator:
    if alternative.role in ("text", "label", "placeholder", "css") and name is not None:
        return _by_text(root, alternative.role, name).filter(visible=True)
    if alternative.role == "iframe":
        return root.locator(f"css={_frame_css(alternative)}")
    options: dict[str, Any] = {}
    for state, value in alternative.states:
        match state:
            case "checked" | "unchecked":
                options["checked"] = (state == "checked") == (value != "false")
            case "disabled" | "enabled":
                options["disabled"] = (state == "disabled") == (value != "false")
            case "expanded" | "collapsed":
                options["expanded"] = (state == "expanded") == (value != "false")
            case "selected" | "pressed":
                options[state] = value != "false"
            case "level":
                options["level"] = int(str(value))
    found = root.get_by_role(alternative.role, **options)  # type: ignore[arg-type]
    if name is None:
        return found
    pattern = accessible_names.in_browser(name)
    named = root.get_by_role(alternative.role, **options, name=pattern)  # type: ignore[arg-type]
    return named.or_(found.filter(has_text=pattern)) if alternative.role in CALLED_BY_TEXT else named


def _by_text(root: Root, role: str, name: Name) -> Locator:
    match role:
        case "css":
            return root.locator(f"css={name.text}")
        case "placeholder":
            return root.get_by_placeholder(accessible_names.in_browser(name))
        case "label":
            return root.get_by_label(accessible_names.in_browser(name))
        case _:
            return root.get_by_text(accessible_names.in_browser(name))


def fits(target: Target, role: str, name: str) -> bool:
    """Whether a control of this role and name matches one of the target's alternatives."""
    return any(
        alternative.role == role
        and (not alternative.names or any(accessible_names.fits(each, name) for each in alternative.names))
        for alternative in target.alternatives
    )


def _value(alternatives: Sequence[Alternative]) -> Template | None:
    for alternative in alternatives:
        for state, value in alternative.states:
            if state == "value" and isinstance(value, Template):
                return value
    return None


def _text(text: Template | None) -> str | None:
    return str(text) if text is not None else None
