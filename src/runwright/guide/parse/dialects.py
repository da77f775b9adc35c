"""What Markdown dialects add to Markdown is taken out of a guide's text, line for line and column for column.

Front matter, Hugo and Liquid shortcodes, MDX components, admonitions and lone HTML wrappers become blanks; what they
tell (pictures, anchors, the title, steps) is kept beside the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from runwright.guide.parse.guide_model import Picture

FILLER = "\ue000"
"""Stands where a shortcode stood within a line: no space, so that emphasis beside it keeps its meaning."""
STEP = "\ue001"
"""Begins a line on which a component that is one step begins; its title follows."""
STEPS_END = "\ue002"
"""Stands where the component that holds steps ends."""
TAB = re.compile("<!--\ue003(\\d*)-->")
"""The line on which a tab begins, with its number among all tabs, or ends, without; a block of its own."""

_FRONT = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"))
_NO_BREAK = re.compile(r"[^\n]")
_SHORTCODE = re.compile(r"\{\{[<%][^{}]{0,2000}[>%]\}\}|\{%[^{}]{0,2000}%\}")
_MODULE = re.compile(
    r"^(?:import\s.+?from\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let)\s.*)$", re.MULTILINE
)
_TAG = re.compile(r"</?([A-Za-z][\w.:-]*)((?:\s+(?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*)?)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]?([^{}\"'`]*)[\"'`]?\}|([^\s\"'>]+))")
_ADMONITION = re.compile(
    r"^(?P<head>[ \t>]*(?::{3,}|!!!|\?\?\?\+?|===[!+]*[ \t]+[\"'])).*$|^[ \t>]*\[!\w+\][^\n]*$", re.MULTILINE
)
_ONE_ATTRIBUTE = r"(?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+))"
_ATTRIBUTE_LIST = re.compile(
    rf"[ \t]*\{{:[^{{}}\n]*\}}[ \t]*$|(?<=[)\]*_`:\"])\{{:?[ \t]*{_ONE_ATTRIBUTE}(?:[ \t]+{_ONE_ATTRIBUTE})*[ \t]*\}}",
    re.MULTILINE,
)
_ICON = re.compile(
    r"(?<![\w:]):(?:material|fontawesome|octicons|simple)-[\w-]+:(?![\w:])|(?<=[*_\[]):[a-z][a-z_]+:(?=[ \t]+\S)"
)
"""An icon by its name: one of MkDocs' sets, or any that begins a label."""
_TAB_LINE = re.compile(r"===[!+]*[ \t]+(?:\"(?P<one>.*)\"|'(?P<other>.*)')[ \t]*$")
_TABS = frozenset({"tab", "tabitem", "tabs.tab", "tabpanel"})
_TITLES = ("title", "header", "label", "name", "value")
"""Attributes that give a tab its title, the first that is there."""
_OPENING = re.compile(
    r"^[ \t]*(?:<([A-Z][\w.]*|div|section|details)\b[^<>]*(?<!/)>[ \t]*$|!!!|\?\?\?|===[!+]*[ \t]+[\"'])", re.MULTILINE
)
_CLOSING_LINE = re.compile(r"</([\w.]+)>[ \t]*$")
_FENCE = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_WRAPPERS = frozenset(
    "div section article main aside details center span a p br hr figure picture video iframe".split()  # noqa: SIM905
)
_PICTURES = frozenset({"img", "image", "figure", "screenshot"})


@dataclass
class Plain:
    """A guide's text as plain Markdown with the same lines and columns, and what was taken out of it."""

    text: str
    title: str = ""
    pictures: list[Picture] = field(default_factory=list)
    anchors: dict[int, list[str]] = field(default_factory=dict)
    """Anchors by the line on which they stand."""
    tabs: list[Tab] = field(default_factory=list)
    """Tabs, each at the number that its mark bears."""
    depth: int = 0
    """How many tabs are open where the text is being read."""


@dataclass(frozen=True)
class Tab:
    """One of several tabs, each a way of its own."""

    title: str
    line: int
    depth: int
    """How many tabs it stands in."""


def plain(text: str) -> Plain:
    """Take the dialects out of a guide's text."""
    found = Plain(text)
    _front_matter(found)
    code = _code_lines(found.text)
    for begin, end in _COMMENTS:
        found.text = _without(found.text, begin, end)
    found.text = _MODULE.sub(_blank, found.text)
    found.text = _flat(found, code)
    _replace(found, _SHORTCODE, lambda hit, line: _shortcode(found, hit, line))
    _replace(found, _TAG, lambda hit, line: hit[0] if line in code else _tag(found, hit, line))
    found.text = _ADMONITION.sub(_blank, found.text)
    if "{" in found.text:
        found.text = _ATTRIBUTE_LIST.sub(lambda hit: _filled(hit[0]), found.text)
    if ":" in found.text:
        found.text = _ICON.sub(lambda hit: _filled(hit[0]), found.text)
    found.text = _lone_fillers_blanked(found.text)
    return found


def _replace(found: Plain, pattern: re.Pattern[str], change: Callable[[re.Match[str], int], str]) -> None:
    """Replace each hit; ``change`` is given the hit and the line that it begins on."""
    text = found.text
    if (pattern is _SHORTCODE and "{" not in text) or (pattern is _TAG and "<" not in text):
        return
    out, at, line = [], 0, 1
    for hit in pattern.finditer(text):
        line += text.count("\n", at, hit.start())
        out.append(text[at : hit.start()])
        out.append(change(hit, line))
        line += text.count("\n", hit.start(), hit.end())
        at = hit.end()
    out.append(text[at:])
    found.text = "".join(out)


def _front_matter(found: Plain) -> None:
    front = _FRONT.match(found.text)
    if front is None:
        return
    told = _yaml_title(front[2]) if front[1] == "---" else _toml_title(front[2])
    if told is not None:
        found.title = " ".join(told.split())
        found.text = _blank(front) + found.text[front.end() :]


def _yaml_title(text: str) -> str | None:
    """The title in a YAML mapping, empty where it has none; None where the text is no mapping."""
    if not text.strip():
        return ""
    title: str | None = None
    depth = 0
    key: str | None = None
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            if isinstance(event, yaml.NodeEvent) and depth == 0:
                if not isinstance(event, yaml.MappingStartEvent):
                    return None
                title = ""
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
                key = None if depth == 1 else key
            elif isinstance(event, yaml.NodeEvent) and depth == 1:
                value = getattr(event, "value", "")
                title = value if key == "title" else title
                key = value if key is None else None
    except yaml.YAMLError:
        return None
    return title


def _toml_title(text: str) -> str | None:
    """The title in a TOML table, empty where it has none; None where the text is no TOML."""
    try:
        title = tomllib.loads(text).get("title", "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return title if isinstance(title, str) else ""


def _code_lines(text: str) -> set[int]:
    """The lines of fenced code, where a tag is what it looks like."""
    if "```" not in text and "~~~" not in text:
        return set()
    lines: set[int] = set()
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line)
        if fence:
            lines.add(number)
            if mark is not None and mark[1].startswith(fence) and not line.strip(" \t>`~"):
                fence = ""
        elif mark is not None:
            fence = mark[1]
            lines.add(number)
    return lines


def _without(text: str, begin: str, end: str) -> str:
    """The text with blanks in place of each comment; one that does not end is none."""
    out, at = [], 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        stop += len(end)
        out += [text[at:start], _NO_BREAK.sub(" ", text[start:stop])]
        at = stop
    return "".join([*out, text[at:]]) if out else text


def _flat(found: Plain, code: set[int]) -> str:
    """What stands within components, tabs and admonitions, indented no deeper than they are themselves.

    Lists lose their items where all of them stand four spaces in.
    """
    text = found.text
    if not _OPENING.search(text):
        return text
    lines = text.split("\n")
    open_: list[_Wrapper] = []
    for number, line in enumerate(lines, 1):
        bare = line.lstrip(" \t")
        if not bare:
            continue
        indent = len(line) - len(bare)
        while open_ and open_[-1].name is None and indent <= open_[-1].indent:
            ended = open_.pop()
            if ended.tab and not lines[number - 2].strip():
                lines[number - 2] = " " * ended.lead + _tab_mark()
        closing = _CLOSING_LINE.match(bare)
        if closing is not None and number not in code:
            names = [wrapper.name for wrapper in open_]
            if closing[1] in names:
                del open_[len(names) - 1 - names[::-1].index(closing[1]) :]
        elif open_ and open_[-1].shift is None:
            open_[-1].shift = max(0, indent - open_[-1].indent)
        shift = sum(wrapper.shift or 0 for wrapper in open_)
        least = min(indent, open_[-1].lead) if open_ else 0
        lead = max(least, indent - shift)
        lines[number - 1] = " " * lead + bare
        opening = _OPENING.match(bare)
        if opening is not None and number not in code and len(open_) < 40:
            tab = _TAB_LINE.match(bare)
            if tab is not None:
                depth = sum(wrapper.tab for wrapper in open_)
                found.tabs.append(Tab(tab["one"] or tab["other"] or "", number, depth))
                lines[number - 1] = " " * lead + _tab_mark(len(found.tabs) - 1)
            open_.append(_Wrapper(opening[1], indent, lead, tab is not None))
    return "\n".join(lines)


@dataclass
class _Wrapper:
    """Something whose content stands indented below it: a component by its name, or a block without an end."""

    name: str | None
    indent: int
    lead: int
    """Its indent where what it stands in is flat."""
    tab: bool
    shift: int | None = None


def _tab_mark(number: int | str = "") -> str:
    return f"<!--\ue003{number}-->"


def _tab(found: Plain, hit: re.Match[str], line: int, closing: bool, title: str) -> str | None:
    """The mark of a tab that begins or ends on a line of its own; None for one within a line."""
    before = hit.string[hit.string.rfind("\n", 0, hit.start()) + 1 : hit.start()]
    end = hit.string.find("\n", hit.end())
    if before.strip(" \t>") or hit.string[hit.end() : end if end >= 0 else None].strip():
        return None
    breaks = "\n" * hit[0].count("\n")
    if closing:
        found.depth = max(0, found.depth - 1)
        return _tab_mark() + breaks
    found.tabs.append(Tab(title, line, found.depth))
    found.depth += 1
    return _tab_mark(len(found.tabs) - 1) + breaks


def _shortcode(found: Plain, hit: re.Match[str], line: int) -> str:
    inner = hit[0].strip("{}<>% \t\n")
    name, _, rest = inner.strip("/ \t\n").partition(" ")
    closing = inner.startswith("/") or name == "endtab"
    if name.lower() in (*_TABS, "endtab") and not inner.endswith("/"):
        mark = _tab(found, hit, line, closing, _tab_title(rest))
        if mark is not None:
            return mark
    if name.lower() in _PICTURES:
        given = _attributes(rest)
        address = given.get("src") or (rest.split() or [""])[0].strip("\"'")
        found.pictures.append(Picture(address, given.get("alt", ""), line))
    return _filled(hit[0])


def _tag(found: Plain, hit: re.Match[str], line: int) -> str:
    name, given = hit[1], _attributes(hit[2])
    closing = hit[0].startswith("</")
    if name.lower() in _PICTURES and not closing and given.get("src"):
        found.pictures.append(Picture(given["src"], given.get("alt", ""), line))
    if name.lower() in _TABS and name[0].isupper() and not hit[0].endswith("/>"):
        mark = _tab(found, hit, line, closing, _tab_title(hit[2]))
        if mark is not None:
            return mark
    if name == "Step":
        title = given.get("title", "")
        return "" if closing else _begin_step(hit[0], title)
    if name == "Steps" and closing:
        return STEPS_END + _filled(hit[0])[1:]
    if name[0].isupper() or name.lower() in ("img", "source"):
        return _filled(hit[0])
    if name in _WRAPPERS:
        anchor = given.get("id") or (given.get("name") if name == "a" else None)
        if anchor:
            found.anchors.setdefault(line, []).append(anchor)
        alone = name in ("div", "section", "article", "main", "aside", "details", "center", "figure", "picture")
        return _filled(hit[0]) if alone or (anchor and name != "a") or name in ("br", "hr", "iframe") else hit[0]
    return hit[0]


def _tab_title(rest: str) -> str:
    given = _attributes(rest)
    named = next((given[name] for name in _TITLES if given.get(name)), None)
    if named is None:
        named = "" if given else rest.strip().strip("\"'")
    return " ".join(named.split())


def _begin_step(tag: str, title: str) -> str:
    return STEP + title + "\n" * tag.count("\n")


def _attributes(text: str) -> dict[str, str]:
    return {name: next((v for v in values if v), "") for name, *values in _ATTRIBUTE.findall(text)}


def _filled(text: str) -> str:
    return "".join(sign if sign == "\n" else FILLER for sign in text)


def _blank(hit: re.Match[str]) -> str:
    return _NO_BREAK.sub(" ", hit[0])


def _lone_fillers_blanked(text: str) -> str:
    """Lines on which nothing else stands become blank lines; elsewhere the fillers stay."""
    if FILLER not in text:
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if FILLER in line and not line.strip(FILLER + " \t"):
            lines[number] = ""
    return "\n".join(lines)
