"""Finding controls on a page by role and accessible name: strict, and never by guessing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

from playwright.sync_api import ElementHandle, Frame, FrameLocator, Locator, Page

from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Head, Name, Target

Root: TypeAlias = Page | Frame | Locator | FrameLocator

SCROLL = """(element) => {
  const box = element.getBoundingClientRect(), room = Math.min(120, innerHeight / 6);
  if (box.top < room || box.bottom > innerHeight - room)
    element.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
  else element.scrollIntoViewIfNeeded?.();
}"""
"""Brings a control into the window, away from its edges: bars that stick there must not hide it."""
_NARROW = Path(__file__).with_name("narrow.js").read_text("utf-8")


def matches(page: Page, target: Target) -> list[ElementHandle]:
    """All visible elements that the target names, in the order of the page. The target is worked out already."""
    target = _framed(target)
    root, inside = _root(page, target.inside)
    locator = _heads(root, target.heads)
    handles = locator.element_handles()
    if handles and (inside is not None or not _plain(target)):
        boxes = matches(page, inside) if inside is not None else None
        anchors = matches(page, target.near) if target.near is not None else None
        own = target.near is not None and all(head.role == "text" for head in target.near.heads)
        given = [handles, boxes, anchors, own, _text(target.column), _text(_value(target.heads))]
        kept = handles[0].evaluate(_NARROW, given)  # in the frame that they stand in
        handles = [handles[index] for index in kept]
    if target.nth is not None:
        handles = handles[target.nth - 1 : target.nth]
    return handles


def plain(page: Page, target: Target) -> Locator | None:
    """What a worked-out target names, where Playwright finds it by itself in the page's own document; None where it
    takes more.
    """
    if not _plain(target) or target.nth is not None or _frame_of(target) is not None:
        return None
    root, rest = _root(page, target.inside)
    return _heads(root, target.heads) if rest is None else None


def count(page: Page, target: Target) -> int:
    """How many visible elements the target names. Cheaper than ``matches`` where the target is plain."""
    root, inside = _root(page, target.inside) if _plain(target) else (page, target.inside)
    if inside is None and _plain(target):
        found = _heads(root, target.heads).count()
        return found if target.nth is None else int(found >= target.nth)
    return len(matches(page, target))


def _plain(target: Target) -> bool:
    """Playwright finds it by itself: nothing narrows it that the page's script must look at."""
    return target.near is None and target.column is None and _value(target.heads) is None


def _framed(target: Target) -> Target:
    """`button "Add" near heading "Hosts" in iframe "Admin"`: the frame of the anchor is that of the control too."""
    if target.inside is None and target.near is not None:
        return replace(target, inside=_frame_of(_framed(target.near)))
    return target


def _frame_of(target: Target) -> Target | None:
    """The frame that a target says it stands in."""
    frame = target.inside
    while frame is not None and frame.heads[0].role != "iframe":
        frame = frame.inside
    return frame


def _root(page: Page, inside: Target | None) -> tuple[Root, Target | None]:
    """Where to look: a root that Playwright narrows by itself, and what is left to narrow by the page's script."""
    if inside is None:
        return page, None
    inside = _framed(inside)
    outer, rest = _root(page, inside.inside)
    plain = _plain(inside) and inside.nth is None and rest is None
    if inside.heads[0].role == "iframe":
        return (outer.frame_locator(_frame_css(inside.heads[0])) if plain else _frame(page, inside)), None
    return (_heads(outer, inside.heads), None) if plain else (outer, inside)


def _frame(page: Page, target: Target) -> Root:
    """The document in a frame that only its place tells from others; where it is not the only one, nothing."""
    handles = matches(page, target)
    frame = handles[0].content_frame() if len(handles) == 1 else None
    return frame if frame is not None else page.locator("css=:not(*)")


def _frame_css(head: Head) -> str:
    signs = {"exact": "=", "starting": "^=", "containing": "*="}
    if not head.names:
        return "iframe, frame"
    css = []
    for name in head.names:
        quoted = str(name.text).replace("\\", "\\\\").replace('"', '\\"')
        texts = dict.fromkeys((quoted, *(re.sub("['’‘]", one, quoted) for one in "'’")))  # as in other names
        sign = signs.get(name.kind, "*=")
        ways = [f'[{attribute}{sign}"{text}"]' for text in texts for attribute in ("title", "name", "aria-label")]
        css += [f"{kind}{way}" for way in ways for kind in ("iframe", "frame")]
    return ", ".join(css)


def _heads(root: Root, heads: Sequence[Head]) -> Locator:
    found: Locator | None = None
    for head in heads:
        for name in head.names or (None,):
            one = _locator(root, head, name)
            found = one if found is None else found.or_(one)
    assert found is not None
    return found


def _locator(root: Root, head: Head, name: Name | None) -> Locator:
    if head.role in ("text", "label", "placeholder", "css") and name is not None:
        return _by_text(root, head.role, name).filter(visible=True)
    if head.role == "iframe":
        return root.locator(f"css={_frame_css(head)}")
    options: dict[str, Any] = {}
    for state, value in head.states:
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
    found = root.get_by_role(head.role, **options)  # type: ignore[arg-type]
    if name is None:
        return found
    pattern = accessible_names.in_browser(name)
    named = root.get_by_role(head.role, **options, name=pattern)  # type: ignore[arg-type]
    return named.or_(found.filter(has_text=pattern)) if head.role in CALLED_BY_TEXT else named


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
    """Whether a control of this role and name is one that the target's heads name."""
    return any(
        head.role == role and (not head.names or any(accessible_names.fits(each, name) for each in head.names))
        for head in target.heads
    )


def _value(heads: Sequence[Head]) -> Template | None:
    for head in heads:
        for state, value in head.states:
            if state == "value" and isinstance(value, Template):
                return value
    return None


def _text(text: Template | None) -> str | None:
    return str(text) if text is not None else None
