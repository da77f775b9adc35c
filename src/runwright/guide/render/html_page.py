"""Guide check results as an HTML page: the rendered guide with findings and their screenshots in the margin."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.token import Token

from runwright.guide.check_result import STOPPED_EARLY, CheckedGuide, Report
from runwright.guide.match.findings import SEVERITIES, Finding
from runwright.guide.match.references import Coverage
from runwright.guide.parse.dialects import FILLER, STEP, STEPS_END, plain
from runwright.guide.parse.guide_model import Guide
from runwright.guide.render.screenshot_crop import crop

_TEMPLATES = Path(__file__).parent
_KEY = re.compile(r"&lt;kbd&gt;([^<>]{1,40}?)&lt;/kbd&gt;")
BRANCHES = "Only with"
"""The title of the filters for the findings of one branch."""


@dataclass(frozen=True)
class PageBlock:
    """A block of the guide with the findings or covered items beside it."""

    first: int
    last: int
    html: str
    beside: tuple[Any, ...]


def page(report: Report, output: Path | None) -> str:
    """The page. Screenshot paths are relative to the folder of ``output``, so that page and runs can move together."""
    guides = [(checked, _blocks_with_findings(checked)) for checked in report.guides]
    screenshot = {id(finding): _address(report, finding, output) for finding in report.findings}
    reported = {id(each.finding): each for each in report.reported()}
    places = {id(finding): report.geometry(finding) for finding in report.findings}
    crops = {key: crop(each) if each is not None else None for key, each in places.items()}
    values = {"report": report, "guides": guides, "screenshot": screenshot, "reported": reported, "crops": crops}
    values |= {"filters": _filters(report), "branches": BRANCHES}
    return _render("page.html", **values, stopped_early=STOPPED_EARLY)


def _filters(report: Report) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a reader can hide, by group: the class of the findings and the words for it. Groups of one are left out."""
    findings = report.findings
    severities: list[tuple[str, str]] = [
        (each, each) for each in SEVERITIES if any(finding.severity == each for finding in findings)
    ]
    kinds = [(f"kind-{each}", str(each)) for each in sorted({finding.kind for finding in findings})]
    branches = sorted({finding.branch for finding in findings if finding.branch})
    names = [(f"branch-{at}", each) for at, each in enumerate(branches)]
    guides = [(f"guide-{at}", checked.name) for at, checked in enumerate(report.guides)]
    groups = [("Severity", severities, 2), ("Kind", kinds, 2), (BRANCHES, names, 1), ("Guide", guides, 2)]
    return [(title, group) for title, group, least in groups if len(group) >= least]


def coverage_page(guides: Sequence[tuple[Guide, Coverage]]) -> str:
    """Guides and runbook side by side, the source language first."""
    every = [(guide, coverage, _blocks_with_steps(guide, coverage)) for guide, coverage in guides]
    return _render("coverage.html", guides=every)


def _blocks_with_steps(guide: Guide, coverage: Coverage) -> list[PageBlock]:
    by_line: dict[int, list[Any]] = {}
    for each in coverage.items:
        by_line.setdefault(each.item.line, []).append(each)
    return [
        PageBlock(first, last, html, tuple(each for line in range(first, last + 1) for each in by_line.get(line, [])))
        for first, last, html in _blocks(guide)
    ]


def _render(name: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["id"] = id
    environment.filters["formatted"] = _formatted
    return environment.get_template(name).render(**values)


def _blocks_with_findings(checked: CheckedGuide) -> list[PageBlock]:
    left = list(checked.comparison.findings)
    pieces = []
    blocks = list(_blocks(checked.comparison.guide))
    for at, (first, last, html) in enumerate(blocks):
        end = blocks[at + 1][0] - 1 if at + 1 < len(blocks) else 10**9
        mine = [finding for finding in left if finding.line <= end]
        left = [finding for finding in left if finding not in mine]
        pieces.append(PageBlock(first, last, _marked(html, mine), tuple(mine)))
    return pieces


def _marked(html: str, findings: Sequence[Finding]) -> str:
    """The HTML of a block with the labels of its findings marked, and with its keys."""
    html = _keys(html)
    for finding in findings:
        for tag in ("strong", "code"):
            old = f"<{tag}>{escape(finding.guide_text, quote=False)}</{tag}>"
            html = html.replace(old, f'<mark class="{finding.severity}">{old}</mark>', 1)
    return html


def _formatted(text: str) -> str:
    """A suggestion as HTML: labels bold, values as code."""
    return _keys(re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text))))


def _keys(html: str) -> str:
    """Keys as such: a guide writes them as HTML, which is escaped like all of its HTML."""
    return _KEY.sub(r"<kbd>\1</kbd>", html)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60})
    parser.enable("table")
    parser.disable("code")
    parser.add_render_rule("image", _image)
    return parser


def _image(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<span class="image">{escape(tokens[index].content or str(tokens[index].attrGet("src")))}</span>'


def _blocks(guide: Guide) -> Iterator[tuple[int, int, str]]:
    """The blocks of a guide, list items one by one: first line, last line, HTML."""
    if guide.path.suffix.lower() in (".html", ".htm"):
        for item in guide.items:
            yield item.line, item.end, f"<p>{escape(item.address)} {escape(item.text)}</p>"
        return
    text = plain("\n".join(guide.lines)).text
    for sign in (FILLER, STEP, STEPS_END):
        text = text.replace(sign, " ")
    parser = _parser()
    tokens = parser.parse(text)
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        if tokens[at].type in ("ordered_list_open", "bullet_list_open"):
            yield from _items(parser, tokens, at, end)
        else:
            yield (*_lines(tokens[at]), parser.renderer.render(tokens[at : end + 1], parser.options, {}))
        at = end + 1


def _items(parser: MarkdownIt, tokens: list[Token], at: int, end: int) -> Iterator[tuple[int, int, str]]:
    tag = tokens[at].tag
    number = int(tokens[at].attrGet("start") or 1)
    inner = at + 1
    while inner < end:
        stop = _end(tokens, inner)
        html = parser.renderer.render(tokens[inner : stop + 1], parser.options, {})
        start = f' start="{number}"' if tag == "ol" else ""
        yield (*_lines(tokens[inner]), f"<{tag}{start}>{html}</{tag}>")
        inner, number = stop + 1, number + 1


def _end(tokens: list[Token], at: int) -> int:
    depth = 0
    for place in range(at, len(tokens)):
        depth += tokens[place].nesting
        if depth == 0:
            return place
    return len(tokens) - 1


def _lines(token: Token) -> tuple[int, int]:
    return (token.map[0] + 1, token.map[1]) if token.map else (1, 1)


def _address(report: Report, finding: Finding, output: Path | None) -> str | None:
    screenshot = report.screenshot(finding)
    if screenshot is None or not screenshot.is_file():
        return None
    if output is None:
        return screenshot.resolve().as_uri()
    return quote(Path(os.path.relpath(screenshot.resolve(), output.resolve().parent)).as_posix())
