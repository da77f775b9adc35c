"""Finding controls on a page by role and accessible name: strict, and never by guessing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from playwright.sync_api import ElementHandle, FrameLocator, Locator, Page

from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, Head, Name, Target

Root: TypeAlias = Page | Locator | FrameLocator

_NARROW = Path(__file__).with_name("narrow.js").read_text("utf-8")


def matches(page: Page, target: Target) -> list[ElementHandle]:
    """All visible elements that the target names, in the order of the page. The target is worked out already."""
    root, inside = _root(page, target.inside)
    locator = _heads(root, target.heads)
    value = _value(target.heads)
    narrow = inside is not None or target.near is not None or target.column is not None or value is not None
    handles = locator.element_handles()
    if handles and narrow:
        boxes = matches(page, inside) if inside is not None else None
        anchors = matches(page, target.near) if target.near is not None else None
        given = [handles, boxes, anchors, _text(target.column), _text(value)]
        kept = handles[0].evaluate(_NARROW, given)  # in the frame that they stand in
        handles = [handles[index] for index in kept]
    if target.nth is not None:
        handles = handles[target.nth - 1 : target.nth]
    return handles


def count(page: Page, target: Target) -> int:
    """How many visible elements the target names. Cheaper than ``matches`` where the target is plain."""
    root, inside = _root(page, target.inside)
    if inside is None and target.near is None and target.column is None and _value(target.heads) is None:
        found = _heads(root, target.heads).count()
        return found if target.nth is None else int(found >= target.nth)
    return len(matches(page, target))


def _root(page: Page, inside: Target | None) -> tuple[Root, Target | None]:
    """Where to look: a root that Playwright narrows by itself, and what is left to narrow by the page's script."""
    if inside is None:
        return page, None
    if inside.heads[0].role == "iframe":
        outer, _ = _root(page, inside.inside)
        return outer.frame_locator(_frame_css(inside.heads[0])), None
    plain = inside.near is None and inside.column is None and inside.nth is None and not _value(inside.heads)
    outer, rest = _root(page, inside.inside)
    if plain and rest is None:
        return _heads(outer, inside.heads), None
    return outer, inside


def _frame_css(head: Head) -> str:
    signs = {"exact": "=", "starting": "^=", "containing": "*="}
    if not head.names:
        return "iframe"
    css = []
    for name in head.names:
        quoted = str(name.text).replace("\\", "\\\\").replace('"', '\\"')
        sign = signs.get(name.kind, "*=")
        css += [f'iframe[title{sign}"{quoted}"]', f'iframe[name{sign}"{quoted}"]']
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
        text = _match(name)
        exact = isinstance(text, str)
        match head.role:
            case "text":
                return root.get_by_text(text, exact=exact).filter(visible=True)
            case "label":
                return root.get_by_label(text, exact=exact).filter(visible=True)
            case "placeholder":
                return root.get_by_placeholder(text, exact=exact).filter(visible=True)
            case _:
                return root.locator(f"css={name.text}").filter(visible=True)
    if head.role == "iframe":
        return root.locator(_frame_css(head))
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
    text = _match(name)
    options |= {"name": text} if isinstance(text, re.Pattern) else {"name": text, "exact": True}
    named = root.get_by_role(head.role, **options)  # type: ignore[arg-type]
    return named.or_(found.filter(has_text=_pattern(name))) if head.role in CALLED_BY_TEXT else named


def _match(name: Name) -> str | re.Pattern[str]:
    """What Playwright compares an accessible name with. ’ and ' are the same."""
    text = str(name.text)
    return text if name.kind == "exact" and "'" not in text and "’" not in text else _pattern(name)


def _pattern(name: Name) -> re.Pattern[str]:
    text = str(name.text)
    if name.kind == "pattern":
        return re.compile(text)
    pattern = r"\s+".join(re.escape(word) for word in text.split())
    pattern = re.sub(r"(\\?['’])", "['’]", pattern)
    match name.kind:
        case "exact":
            return re.compile(rf"^\s*{pattern}\s*$")
        case "starting":
            return re.compile(rf"^\s*{pattern}")
        case _:
            return re.compile(pattern)


def fits(target: Target, role: str, name: str) -> bool:
    """Whether a control of this role and name is one that the target's heads name."""
    for head in target.heads:
        if head.role != role:
            continue
        if not head.names:
            return True
        for each in head.names:
            wanted = _match(each)
            if name == wanted if isinstance(wanted, str) else wanted.search(name):
                return True
    return False


def _value(heads: Sequence[Head]) -> Template | None:
    for head in heads:
        for state, value in head.states:
            if state == "value" and isinstance(value, Template):
                return value
    return None


def _text(text: Template | None) -> str | None:
    return str(text) if text is not None else None
