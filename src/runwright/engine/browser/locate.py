"""Locate: find controls on a page by role and accessible name, strictly and without guessing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from playwright.sync_api import ElementHandle, Error, Frame, FrameLocator, Locator, Page

from runwright.engine.browser import target_search
from runwright.engine.browser.page_scripts import COUNT, EDITABLE, INDEXES
from runwright.engine.browser.target_plans import LABELLED, TOGGLED, plan_of
from runwright.language import accessible_names
from runwright.language.expressions import Template
from runwright.language.targets import CALLED_BY_TEXT, NAMED_BY_AUTHOR, OTHERS, VALUES, Alternative, Name, Target

Root: TypeAlias = Page | Frame | Locator | FrameLocator


@dataclass(frozen=True)
class Query:
    """What one round trip to a page finds: the elements of a locator, narrowed by the script with these options."""

    locator: Locator
    options: dict[str, Any] | None
    """The argument of `KEPT`; None where the locator finds nothing but what is meant."""


def matches(page: Page, target: Target) -> list[ElementHandle]:
    """All visible elements that a resolved target matches, in document order."""
    plan = plan_of(target)
    if plan is not None:
        with suppress(Error):  # the page navigates, or replaced functions of the browser with its own
            return target_search.elements(page.main_frame, plan)
    target = _framed(target)
    root, inside = _root(page, target.inside)
    groups = [_any_of(root, each, _picks(target)).element_handles() for each in _parts(target)]
    handles = [handle for group in groups for handle in group]
    options = _options(target)
    if not handles or (inside is None and options is None):
        return handles
    boxes = matches(page, inside) if inside is not None else None
    near = matches(page, target.near) if target.near is not None else None
    before = matches(page, target.before) if target.before is not None else None
    arguments = [groups, boxes, near, before, options or _options(target, always=True)]
    kept = handles[0].evaluate(INDEXES, arguments)  # in the frame of the candidates
    return [handles[index] for index in kept]


def query(page: Page, target: Target) -> Query | None:
    """The query for a resolved target in the main document; None for a target that needs more than one round trip."""
    if _frame_of(target) is not None:
        return None
    return _single(page, target)


def of_role(frame: Frame, role: str) -> Locator:
    """All elements of a role in a document, whatever their names are."""
    return _any_of(frame, (Alternative(role),), False)


def script_options(target: Target) -> dict[str, Any]:
    """The options with which `NARROWED` decides what a resolved target means."""
    return _options(target, always=True) or {}


def count(page: Page, target: Target) -> int:
    """How many visible elements the target matches, in one round trip if that is possible."""
    plan = plan_of(target)
    if plan is not None:
        with suppress(Error):  # the same
            return target_search.count(page.main_frame, plan)
    single = _single(page, target)
    if single is None:
        return len(matches(page, target))
    if single.options is None:
        return single.locator.count()
    return int(single.locator.evaluate_all(COUNT, single.options))


def counts(page: Page, targets: Iterable[Target]) -> dict[Target, int] | None:
    """How many visible elements each target matches at one moment; None if one of them needs a look of its own."""
    plans = {target: plan_of(target) for target in targets}
    known = {target: plan for target, plan in plans.items() if plan is not None}
    if len(known) < len(plans):
        return None
    with suppress(Error):  # the same
        return dict(zip(known, target_search.counts(page.main_frame, list(known.values())), strict=True))
    return None


def present(page: Page, target: Target) -> bool:
    """Whether the target matches a visible element."""
    if len(_parts(target)) > 1 and not _picks(target) and plan_of(target) is None:
        return any(present(page, replace(target, alternatives=each)) for each in _parts(target))
    return count(page, target) > 0


def _single(page: Page, target: Target) -> Query | None:
    if target.near is not None or target.before is not None or len(_parts(target)) > 1:
        return None
    root, inside = _root(page, target.inside)
    if inside is not None:
        return None
    return Query(_any_of(root, target.alternatives, _picks(target)), _options(target))


def _picks(target: Target) -> bool:
    """Whether the target picks from its matches, so that states are tested afterwards, on the one that it picks."""
    return target.near is not None or target.before is not None or target.nth is not None


def _tests(alternative: Alternative, picks: bool) -> dict[str, Any]:
    """What the script tests on the candidates of an alternative; Playwright tests the other states itself."""
    own = [
        (state, str(value))
        for state, value in alternative.states
        if picks or state in VALUES or state in TOGGLED or alternative.role in OTHERS
    ]
    text = str(alternative.with_text) if alternative.with_text is not None else None
    names = [accessible_names.source(name) for name in alternative.names]
    return {
        "seen": alternative.role == "text",
        "text": text,
        "states": own,
        "names": [alternative.role, names] if names and alternative.role in LABELLED else None,
    }


def _parts(target: Target) -> list[tuple[Alternative, ...]]:
    """The alternatives, grouped by what the script tests on them."""
    parts: dict[str, list[Alternative]] = {}
    for alternative in target.alternatives:
        parts.setdefault(str(_tests(alternative, _picks(target))), []).append(alternative)
    return [tuple(each) for each in parts.values()]


def _options(target: Target, always: bool = False) -> dict[str, Any] | None:
    """The options of the script; None if it has nothing to do."""
    heads = [_tests(each[0], _picks(target)) for each in _parts(target)]
    idle: dict[str, Any] = {"seen": False, "text": None, "states": [], "names": None}
    if not (always or _picks(target) or target.front) and target.column is None and heads == [idle]:
        return None
    of_text = {
        word: anchor is not None and all(alternative.role == "text" for alternative in anchor.alternatives)
        for word, anchor in (("near", target.near), ("before", target.before))
    }
    return {
        "heads": heads,
        "own": of_text,
        "column": _text(target.column),
        "front": target.front,
        "nth": target.nth,
    }


def _plain(target: Target) -> bool:
    """Whether Playwright alone can find the target: the script in the page has nothing to do."""
    return target.near is None and target.before is None and _options(target) is None


def _framed(target: Target) -> Target:
    """`button "Add" near heading "Hosts" in iframe "Admin"`: the anchor's frame is the control's frame, too."""
    anchor = target.near or target.before
    if target.inside is None and anchor is not None:
        return replace(target, inside=_frame_of(_framed(anchor)))
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
    plain = _plain(inside) and rest is None
    if inside.alternatives[0].role == "iframe":
        return (outer.frame_locator(_frame_css(inside.alternatives[0])) if plain else _frame(page, inside)), None
    return (_any_of(outer, inside.alternatives, False), None) if plain else (outer, inside)


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


def _any_of(root: Root, alternatives: Sequence[Alternative], picks: bool) -> Locator:
    """A locator for all names of the alternatives, as far as the script does not test them, and for their states.

    Without the states for a target that ``picks`` before it tests them.
    """
    found: Locator | None = None
    for alternative in alternatives:
        for name in (alternative.role not in LABELLED and alternative.names) or (None,):
            locator = _locator(root, alternative, name, picks)
            found = locator if found is None else found.or_(locator)
    assert found is not None
    return found


def _locator(root: Root, alternative: Alternative, name: Name | None, picks: bool) -> Locator:
    if alternative.role in ("text", "label", "placeholder", "css") and name is not None:
        return _by_text(root, alternative.role, name).filter(visible=True)
    if alternative.role == "iframe":
        return root.locator(f"css={_frame_css(alternative)}")
    options: dict[str, Any] = {}
    for state, value in () if picks else alternative.states:
        match state:
            case "disabled" | "enabled":
                options["disabled"] = (state == "disabled") == (value != "false")
            case "expanded" | "collapsed":
                options["expanded"] = (state == "expanded") == (value != "false")
            case "selected" | "pressed":
                options[state] = value != "false"
            case "level":
                options["level"] = int(str(value))
    found = root.get_by_role(alternative.role, **options)  # type: ignore[arg-type]
    if alternative.with_text is not None:
        # the element may hold other texts, which nobody sees, between the words
        longest = Template((max(str(alternative.with_text).split(), key=len, default=""),))
        found = found.filter(has_text=accessible_names.in_browser(Name("containing", longest)))
    editable = None
    if alternative.role == "textbox" and not options:
        editable = root.locator(f"css={EDITABLE}").filter(visible=True)
    if name is None:
        return found if editable is None or alternative.with_text is not None else found.or_(editable)
    pattern = accessible_names.in_browser(name)
    named = root.get_by_role(alternative.role, **options, name=pattern)  # type: ignore[arg-type]
    if alternative.with_text is not None:
        named = named.and_(found)
    if alternative.role in CALLED_BY_TEXT:
        return named.or_(found.filter(has_text=pattern))
    if alternative.role in NAMED_BY_AUTHOR and name.kind == "containing":
        # of boxes in boxes the innermost; those that have the name need not have the text
        return named.or_(found.filter(has_text=pattern, has_not=found.filter(has_text=pattern)))
    return named


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


def _text(text: Template | None) -> str | None:
    return str(text) if text is not None else None
