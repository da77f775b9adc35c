"""A report as an HTML page: the guide as writers know it, findings in the margin, the picture beside each."""

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

from runwright.guide.check_result import BROKEN_OFF, Checked, Report
from runwright.guide.match.findings import Finding
from runwright.guide.match.references import Coverage
from runwright.guide.parse.dialects import FILLER, STEP, STEPS_END, plain
from runwright.guide.parse.guide_model import Guide

_TEMPLATES = Path(__file__).parent


@dataclass(frozen=True)
class Piece:
    """A block of the guide with what stands beside it."""

    first: int
    last: int
    html: str
    beside: tuple[Any, ...]


def page(report: Report, to: Path | None) -> str:
    """The page; pictures are named from the folder of ``to``, so that folder and runs can move together."""
    guides = [(checked, _pieces_with_findings(checked)) for checked in report.guides]
    picture = {id(finding): _address(report, finding, to) for finding in report.findings}
    told = {id(each.finding): each for each in report.told()}
    return _render("page.html", report=report, guides=guides, picture=picture, told=told, broken_off=BROKEN_OFF)


def coverage_page(guides: Sequence[tuple[Guide, Coverage]]) -> str:
    """Guides and runbook side by side, the source language first."""
    every = [(guide, coverage, _pieces_with_steps(guide, coverage)) for guide, coverage in guides]
    return _render("coverage.html", guides=every)


def _pieces_with_steps(guide: Guide, coverage: Coverage) -> list[Piece]:
    by_line: dict[int, list[Any]] = {}
    for each in coverage.items:
        by_line.setdefault(each.item.line, []).append(each)
    return [
        Piece(first, last, html, tuple(each for line in range(first, last + 1) for each in by_line.get(line, [])))
        for first, last, html in _blocks(guide)
    ]


def _render(name: str, **values: Any) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    loader = FileSystemLoader(_TEMPLATES)
    environment = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["id"] = id
    environment.filters["set_words"] = _set_words
    return environment.get_template(name).render(**values)


def _pieces_with_findings(checked: Checked) -> list[Piece]:
    left = list(checked.verdict.findings)
    pieces = []
    blocks = list(_blocks(checked.verdict.guide))
    for at, (first, last, html) in enumerate(blocks):
        end = blocks[at + 1][0] - 1 if at + 1 < len(blocks) else 10**9
        mine = [finding for finding in left if finding.line <= end]
        left = [finding for finding in left if finding not in mine]
        pieces.append(Piece(first, last, _marked(html, mine), tuple(mine)))
    return pieces


def _marked(html: str, findings: Sequence[Finding]) -> str:
    """The block with the labels marked that findings are about."""
    for finding in findings:
        for tag in ("strong", "code"):
            old = f"<{tag}>{escape(finding.says, quote=False)}</{tag}>"
            html = html.replace(old, f'<mark class="{finding.severity}">{old}</mark>', 1)
    return html


def _set_words(text: str) -> str:
    """A suggestion with its labels set as the guide sets them."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", escape(text)))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 60})
    parser.enable("table")
    parser.disable("code")
    parser.add_render_rule("image", _image)
    return parser


def _image(_: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<span class="picture">{escape(tokens[index].content or str(tokens[index].attrGet("src")))}</span>'


def _blocks(guide: Guide) -> Iterator[tuple[int, int, str]]:
    """The guide in blocks, lists item for item: first line, last line, HTML."""
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


def _address(report: Report, finding: Finding, to: Path | None) -> str | None:
    picture = report.picture(finding)
    if picture is None or not picture.is_file():
        return None
    if to is None:
        return picture.resolve().as_uri()
    return quote(Path(os.path.relpath(picture.resolve(), to.resolve().parent)).as_posix())
