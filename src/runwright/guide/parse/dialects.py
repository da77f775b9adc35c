"""Reduces Markdown dialects to plain Markdown, keeping every line and column in place.

Front matter, Hugo and Liquid shortcodes, MDX components, admonitions and HTML wrappers on lines of their own become
blanks. The data that they carry (images, anchors, the title, tabs, steps) is returned beside the text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from runwright.guide.parse.fenced_directives import MAY_HAVE, FencedDirectives
from runwright.guide.parse.guide_model import GuideImage

FILLER = "\ue000"
"""Replaces each character of a shortcode within a line. It is not a space, so emphasis beside it stays valid."""
STEP = "\ue001"
"""Marks the start of a component that is one step; the step's title follows it on the line."""
STEPS_END = "\ue002"
"""Marks the end of the component that contains the steps."""
TAB = re.compile("<!--\ue003(\\d*)-->")
"""A line that starts a tab, with the tab's index in `PlainMarkdown.tabs`, or ends one, without an index."""

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n(.*?)^\1[ \t]*$", re.DOTALL | re.MULTILINE)
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_COMMENTS = (("<!--", "-->"), ("{/*", "*/}"))
_NOT_NEWLINE = re.compile(r"[^\n]")
_SHORTCODE = re.compile(r"\{\{[<%][^{}]{0,2000}[>%]\}\}|\{%[^{}]{0,2000}%\}")
_MODULE = re.compile(
    r"^(?:import\s.+?from\s+['\"].*|import\s+['\"].*|export\s+(?:const|default|let)\s.*)$", re.MULTILINE
)
_TAG = re.compile(r"</?([A-Za-z][\w.:-]*)((?:\s+(?:[^<>\"'{}]|\"[^\"]*\"|'[^']*'|\{[^{}]*\})*)?)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]?([^{}\"'`]*)[\"'`]?\}|([^\s\"'>]+))")
_ADMONITION = re.compile(
    r"^(?P<head>[ \t>]*(?::{3,}|!!!|\?\?\?\+?|===[!+]*[ \t]+[\"'])).*$|^[ \t>]*\[!\w+\][^\n]*$", re.MULTILINE
)
_ATTRIBUTE_ENTRY = r"(?:[#.][\w:.-]+|[\w-]+=(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s{}\"']+))"
_ATTRIBUTE_LIST = re.compile(
    r"[ \t]*\{:[^{}\n]*\}[ \t]*$"
    rf"|(?<=[)\]*_`:\"])\{{:?[ \t]*{_ATTRIBUTE_ENTRY}(?:[ \t]+{_ATTRIBUTE_ENTRY})*[ \t]*\}}",
    re.MULTILINE,
)
_ICON = re.compile(
    r"(?<![\w:]):(?:material|fontawesome|octicons|simple)-[\w-]+:(?![\w:])|(?<=[*_\[]):[a-z][a-z_]+:(?=[ \t]+\S)"
)
"""An icon shortcode: one from the sets of MkDocs, or any at the start of a label."""
_TAB_LINE = re.compile(r"===[!+]*[ \t]+(?:\"(?P<one>.*)\"|'(?P<other>.*)')[ \t]*$")
_TABS = frozenset({"tab", "tabitem", "tabs.tab", "tabpanel"})
_TITLE_ATTRIBUTES = ("title", "header", "label", "name", "value")
"""Attributes that can hold the title of a tab, in order of precedence."""
_BLOCK_START = re.compile(
    r"^[ \t]*(?:<([A-Z][\w.]*|div|section|details)\b[^<>]*(?<!/)>[ \t]*$|!!!|\?\?\?|===[!+]*[ \t]+[\"'])", re.MULTILINE
)
_EXPRESSION = re.compile(r"^[ \t\ue000]*\{[A-Za-z_][^{}\n]*\}[ \t\ue000]*$", re.MULTILINE)
"""A line that is one expression of MDX."""
_ROLE = re.compile(r"(?<![\w$`])\{[A-Za-z][\w:+.-]*\}(?=`[^`])")
"""The name of a role of MyST, before its text."""
_TASK = re.compile(r"^(?P<lead>[ \t>]*(?:[-*+]|\d+[.)])[ \t]+)(?P<box>\[[ xX~]\])(?=[ \t])", re.MULTILINE)
"""The box of a task in a list."""
_SHOWN_ATTRIBUTES = ("title", "text", "label")
"""Attributes of a shortcode within a sentence whose text a reader sees there."""
_BLOCK_END = re.compile(r"</([\w.]+)>[ \t]*$")
_FENCE = re.compile(r"^[ \t>]*(?:[-*+]|\d+[.)])?[ \t]*(`{3,}|~{3,})", re.MULTILINE)
_WRAPPERS = frozenset(
    "div section article main aside details center span a p br hr figure picture video iframe".split()  # noqa: SIM905
)
_SCREENSHOTS = frozenset({"img", "image", "figure", "screenshot"})


@dataclass
class PlainMarkdown:
    """A guide's text as plain Markdown with the same lines and columns, and the data removed from it."""

    text: str
    title: str = ""
    images: list[GuideImage] = field(default_factory=list)
    anchors: dict[int, list[str]] = field(default_factory=dict)
    """Anchors by line."""
    tabs: list[TabMark] = field(default_factory=list)
    """Tabs; the mark of a tab in the text holds its index in this list."""
    depth: int = 0
    """The number of open tabs at the current position."""


@dataclass(frozen=True)
class TabMark:
    """One tab of a tab set: an alternative to its siblings."""

    title: str
    line: int
    depth: int
    """The number of tabs that enclose this one."""


def plain(text: str) -> PlainMarkdown:
    """Reduce a guide's text to plain Markdown."""
    result = PlainMarkdown(text)
    _front_matter(result)
    for begin, end in _COMMENTS:
        result.text = _blank_comments(result.text, begin, end)
    if MAY_HAVE.search(result.text):
        result.text = _directives(result)
    code = _code_lines(result.text)
    result.text = _MODULE.sub(_blank, result.text)
    result.text = _flatten(result, code)
    _replace(result, _SHORTCODE, lambda match, line: _shortcode(result, match, line))
    _replace(result, _TAG, lambda match, line: match[0] if line in code else _tag(result, match, line))
    if "{" in result.text:
        _replace(result, _EXPRESSION, lambda match, line: match[0] if line in code else _blank(match))
    result.text = _ADMONITION.sub(_blank, result.text)
    if "{" in result.text:
        result.text = _ATTRIBUTE_LIST.sub(lambda match: _fill(match[0]), result.text)
        result.text = _ROLE.sub(lambda match: _fill(match[0]), result.text)
    if "]" in result.text:
        result.text = _TASK.sub(lambda match: match["lead"] + _fill(match["box"]), result.text)
    if ":" in result.text:
        result.text = _ICON.sub(lambda match: _fill(match[0]), result.text)
    result.text = _blank_filler_lines(result.text)
    return result


def _directives(result: PlainMarkdown) -> str:
    def anchor(name: str, line: int) -> None:
        result.anchors.setdefault(line, []).append(name)

    def tab(title: str, line: int, depth: int) -> str:
        result.tabs.append(TabMark(title, line, depth))
        return _tab_mark(len(result.tabs) - 1)

    return FencedDirectives(anchor, result.images.append, tab, _tab_mark()).reduce(result.text)


def _replace(result: PlainMarkdown, pattern: re.Pattern[str], change: Callable[[re.Match[str], int], str]) -> None:
    """Replace each match with the result of ``change``, called with the match and the line on which it starts."""
    text = result.text
    if (pattern is _SHORTCODE and "{" not in text) or (pattern is _TAG and "<" not in text):
        return
    out, at, line = [], 0, 1
    for match in pattern.finditer(text):
        line += text.count("\n", at, match.start())
        out.append(text[at : match.start()])
        out.append(change(match, line))
        line += text.count("\n", match.start(), match.end())
        at = match.end()
    out.append(text[at:])
    result.text = "".join(out)


def _front_matter(result: PlainMarkdown) -> None:
    front = _FRONT_MATTER.match(result.text)
    if front is None:
        return
    title = _yaml_title(front[2]) if front[1] == "---" else _toml_title(front[2])
    if title is not None:
        result.title = " ".join(title.split())
        result.text = _blank(front) + result.text[front.end() :]


def _yaml_title(text: str) -> str | None:
    """The `title` of a YAML mapping, empty if it has none; None if the text is not a YAML mapping."""
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
    """The `title` of a TOML table, empty if it has none; None if the text is not TOML."""
    try:
        title = tomllib.loads(text).get("title", "")
    except (tomllib.TOMLDecodeError, RecursionError):
        return None
    return title if isinstance(title, str) else ""


def _code_lines(text: str) -> set[int]:
    """The numbers of the lines of fenced code, in which tags are literal text."""
    if "```" not in text and "~~~" not in text:
        return set()
    lines: set[int] = set()
    fence = ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line) if "```" in line or "~~~" in line else None
        if fence:
            lines.add(number)
            if mark is not None and mark[1].startswith(fence) and not line.strip(" \t>`~"):
                fence = ""
        elif mark is not None:
            fence = mark[1]
            lines.add(number)
    return lines


def _blank_comments(text: str, begin: str, end: str) -> str:
    """The text with each comment replaced by blanks. A comment without an end is kept as text."""
    out, at = [], 0
    while (start := text.find(begin, at)) >= 0 and (stop := text.find(end, start + len(begin))) >= 0:
        stop += len(end)
        out += [text[at:start], _NOT_NEWLINE.sub(" ", text[start:stop])]
        at = stop
    return "".join([*out, text[at:]]) if out else text


def _flatten(result: PlainMarkdown, code: set[int]) -> str:
    """Reduce the indent of the content of components, tabs and admonitions to the indent of their own first line.

    Without this, CommonMark does not see the items of a list in which every line is indented by four spaces.
    """
    text = result.text
    if not _BLOCK_START.search(text):
        return text
    lines = text.split("\n")
    stack: list[_Wrapper] = []
    for number, line in enumerate(lines, 1):
        stripped = line.lstrip(" \t")
        if not stripped:
            continue
        indent = len(line) - len(stripped)
        while stack and stack[-1].name is None and indent <= stack[-1].indent:
            ended = stack.pop()
            if ended.tab and not lines[number - 2].strip():
                lines[number - 2] = " " * ended.lead + _tab_mark()
        closing = _BLOCK_END.match(stripped)
        if closing is not None and number not in code:
            names = [wrapper.name for wrapper in stack]
            if closing[1] in names:
                del stack[len(names) - 1 - names[::-1].index(closing[1]) :]
        elif stack and stack[-1].shift is None:
            stack[-1].shift = max(0, indent - stack[-1].indent)
        shift = sum(wrapper.shift or 0 for wrapper in stack)
        least = min(indent, stack[-1].lead) if stack else 0
        lead = max(least, indent - shift)
        lines[number - 1] = " " * lead + stripped
        start = _BLOCK_START.match(stripped)
        if start is not None and number not in code and len(stack) < 40:
            tab = _TAB_LINE.match(stripped)
            if tab is not None:
                depth = sum(wrapper.tab for wrapper in stack)
                result.tabs.append(TabMark(tab["one"] or tab["other"] or "", number, depth))
                lines[number - 1] = " " * lead + _tab_mark(len(result.tabs) - 1)
            stack.append(_Wrapper(start[1], indent, lead, tab is not None))
    return "\n".join(lines)


@dataclass
class _Wrapper:
    """A block with indented content below it: a component, by its name, or a block without an end tag (name None)."""

    name: str | None
    indent: int
    lead: int
    """Its indent after the blocks around it were flattened."""
    tab: bool
    shift: int | None = None


def _tab_mark(number: int | str = "") -> str:
    return f"<!--\ue003{number}-->"


def _tab(result: PlainMarkdown, match: re.Match[str], line: int, closing: bool, title: str) -> str | None:
    """The mark for a tab that starts or ends on a line of its own; None for a tab tag with other text on its line."""
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    end = match.string.find("\n", match.end())
    if before.strip(" \t>") or match.string[match.end() : end if end >= 0 else None].strip():
        return None
    breaks = "\n" * match[0].count("\n")
    if closing:
        result.depth = max(0, result.depth - 1)
        return _tab_mark() + breaks
    result.tabs.append(TabMark(title, line, result.depth))
    result.depth += 1
    return _tab_mark(len(result.tabs) - 1) + breaks


def _shortcode(result: PlainMarkdown, match: re.Match[str], line: int) -> str:
    inner = match[0].strip("{}<>% \t\n")
    name, _, rest = inner.strip("/ \t\n").partition(" ")
    closing = inner.startswith("/") or name == "endtab"
    if name.lower() in (*_TABS, "endtab") and not inner.endswith("/"):
        mark = _tab(result, match, line, closing, _tab_title(rest))
        if mark is not None:
            return mark
    if name.lower() in _SCREENSHOTS:
        attributes = _attributes(rest)
        address = attributes.get("src") or (rest.split() or [""])[0].strip("\"'")
        result.images.append(GuideImage(address, attributes.get("alt", ""), line))
    return _shown_attribute(match) or _fill(match[0])


def _shown_attribute(match: re.Match[str]) -> str | None:
    """A shortcode within a sentence with only its title left; None for one without, or on a line of its own."""
    before = match.string[match.string.rfind("\n", 0, match.start()) + 1 : match.start()]
    end = match.string.find("\n", match.end())
    after = match.string[match.end() : end if end >= 0 else None]
    if "\n" in match[0] or not (before.strip(" \t>*+-") or after.strip()):
        return None
    attributes = _attributes(match[0])
    shown = next((attributes[name] for name in _SHOWN_ATTRIBUTES if attributes.get(name)), None)
    start = match[0].find(shown) if shown else -1
    if shown is None or start < 0:
        return None
    return _fill(match[0][:start]) + shown + _fill(match[0][start + len(shown) :])


def _tag(result: PlainMarkdown, match: re.Match[str], line: int) -> str:
    name, attributes = match[1], _attributes(match[2])
    closing = match[0].startswith("</")
    if name.lower() in _SCREENSHOTS and not closing and attributes.get("src"):
        result.images.append(GuideImage(attributes["src"], attributes.get("alt", ""), line))
    if name.lower() in _TABS and name[0].isupper() and not match[0].endswith("/>"):
        mark = _tab(result, match, line, closing, _tab_title(match[2]))
        if mark is not None:
            return mark
    if name == "Step":
        title = attributes.get("title", "")
        return "" if closing else _step_start(match[0], title)
    if name == "Steps" and closing:
        return STEPS_END + _fill(match[0])[1:]
    if name[0].isupper() or name.lower() in ("img", "source"):
        return _fill(match[0])
    if name in _WRAPPERS:
        anchor = attributes.get("id") or (attributes.get("name") if name == "a" else None)
        if anchor:
            result.anchors.setdefault(line, []).append(anchor)
        alone = name in ("div", "section", "article", "main", "aside", "details", "center", "figure", "picture")
        return _fill(match[0]) if alone or (anchor and name != "a") or name in ("br", "hr", "iframe") else match[0]
    return match[0]


def _tab_title(rest: str) -> str:
    attributes = _attributes(rest)
    title = next((attributes[name] for name in _TITLE_ATTRIBUTES if attributes.get(name)), None)
    if title is None:
        title = "" if attributes else rest.strip().strip("\"'")
    return " ".join(title.split())


def _step_start(tag: str, title: str) -> str:
    return STEP + title + "\n" * tag.count("\n")


def _attributes(text: str) -> dict[str, str]:
    return {name: next((v for v in values if v), "") for name, *values in _ATTRIBUTE.findall(text)}


def _fill(text: str) -> str:
    return "".join(char if char == "\n" else FILLER for char in text)


def _blank(match: re.Match[str]) -> str:
    return _NOT_NEWLINE.sub(" ", match[0])


def _blank_filler_lines(text: str) -> str:
    """Empty the lines that contain only fillers; keep the fillers on other lines."""
    if FILLER not in text:
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if FILLER in line and not line.strip(FILLER + " \t"):
            lines[number] = ""
    return "\n".join(lines)
