"""The roles and directives of Sphinx and its extensions, by what a reader sees of them. Those of MyST are the same."""

from __future__ import annotations

import re
from typing import Literal

RoleKind = Literal["bold", "kbd", "code", "icon", ""]

_KINDS: dict[str, RoleKind] = {"guilabel": "bold", "menuselection": "bold", "strong": "bold", "kbd": "kbd"}
_CODE = frozenset(
    "code literal samp file command program option envvar makevar regexp mimetype"  # noqa: SIM905
    " token keyword dfn-code func class meth mod attr data const exc obj setting".split()
)
_ICON = re.compile(r"(?:icon|octicon|fa[bdlrs]?|fa-\w+|material-\w+|bi|mdi)$")
_TITLED = re.compile(r"(?P<title>.*?\S)\s*<[^<>]*>\s*$", re.DOTALL)
_ARROW = re.compile(r"\s*-->\s*|\s*‣\s*")

NO_TEXT = frozenset(
    "include raw literalinclude toctree contents index meta highlight default-role role currentmodule module"  # noqa: SIM905
    " tabularcolumns sectnum section-numbering target-notes autosummary automodule autoclass autofunction automethod"
    " youtube video vimeo iframe math graphviz digraph graph mermaid uml plantuml title header footer date unicode"
    " local-toc tableofcontents sectionauthor codeauthor moduleauthor bibliography program default-domain".split()
)
"""Directives of which a reader sees no sentence. Those that would read a file or run code are among them."""
ARGUMENT_IS_NO_TEXT = frozenset(
    "container class rst-class cssclass only ifconfig ifconditional grid compound div eval-rst".split()  # noqa: SIM905
)
CODE = frozenset("code code-block sourcecode code-cell parsed-literal console prompt command-output".split())  # noqa: SIM905
IMAGES = frozenset("image figure thumbnail screenshot".split())  # noqa: SIM905
TABS = frozenset("tab group-tab tab-item tabbed code-tab".split())  # noqa: SIM905
LIST_TABLES = frozenset("list-table flat-table".split())  # noqa: SIM905


def role_kind(role: str) -> RoleKind:
    """What the text of a role is: `bold` (a control), `kbd`, `code`, `icon`, or plain words (empty)."""
    name = role.lower()
    if name in _KINDS:
        return _KINDS[name]
    if name in _CODE or ":" in name:
        return "" if name.startswith("std:") else "code"
    return "icon" if _ICON.match(name) else ""


def shown_range(role: str, text: str) -> tuple[int, int]:
    """The range of a role's text that a reader sees: without `<target>` behind a title, `!`, and `~` with its path."""
    kind = role_kind(role)
    if kind in ("bold", "kbd", "icon"):
        return 0, len(text)
    titled = _TITLED.match(text)
    if titled is not None:
        return titled.span("title")
    if kind == "code" and text.startswith("~"):
        return max(1, text.rfind(".") + 1), len(text)
    return (1 if text.startswith("!") and len(text) > 1 else 0), len(text)


def menu_parts(role: str, start: int, text: str) -> list[tuple[int, int]]:
    """The ranges of the names in a menu path (`File --> Open`), the text of which starts at ``start``."""
    if role.lower() != "menuselection":
        return [(start, start + len(text))]
    cuts = [match.span() for match in _ARROW.finditer(text)]
    starts, ends = [0, *(end for _, end in cuts)], [*(begin for begin, _ in cuts), len(text)]
    return [(start + first, start + last) for first, last in zip(starts, ends, strict=True) if first < last]


def without_accelerators(role: str, text: str) -> str:
    """The text of a control without the signs that mark its access key: `&File` is “File”, `R&&D` is “R&D”."""
    if role.lower() not in ("guilabel", "menuselection") or "&" not in text:
        return text
    return re.sub(r"&(&|(?=[^&\s]))", lambda match: match[1], text)
