"""Broken and malicious guides are parsed or rejected with a clear error: no traceback, no endless loop."""

from __future__ import annotations

from pathlib import Path

import pytest
from guide.conftest import SECTION, Play
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.guide_checks import check

from runwright.guide.baseline.reviewed_items import ReviewedItems
from runwright.guide.draft import draft
from runwright.guide.parse.guide_reader import parse_guide
from runwright.guide.parse.markdown import MarkdownPiece, parsed, pieces
from runwright.guide.render.html_page import page
from runwright.guide.render.plain_text import text as shown
from runwright.language.diagnostics import UserError
from runwright.language.runbook_loader import load
from runwright.language.verb_spec import vocabulary

PIECES = st.sampled_from(
    [
        "# A\n",
        "## B\n",
        "1. ",
        "- ",
        "   ",
        "    ",
        "\t",
        "\n",
        "**Save**",
        "**",
        "`x`",
        "`",
        "![a](b)",
        "[x](y)",
        "<b>",
        "</b>",
        "<Step title='x'>",
        "</Step>",
        "<Steps>",
        "</Steps>",
        "{{< img src=a >}}",
        "{{<",
        ">}}",
        "{% tab %}",
        '\n{% tab title="A" %}\n',
        "\n{% endtab %}\n",
        "\n<Tab title='B'>\n",
        "\n</Tab>\n",
        '\n=== "C"\n',
        "<!--\ue0030-->\n",
        "---\n",
        ":::note\n",
        "!!! note\n",
        "> ",
        "|a|b|\n|-|-|\n",
        "<ol>",
        "<li>",
        "</ol>",
        "<div id=x>",
        "</div>",
        "<!--",
        "-->",
        "“Save”",
        "『",
        "${x}",
        '"',
        "'",
        "&amp;",
        "&#0;",
        "\ue000",
        "\ue001",
        "\u202e",
        "저장을 누릅니다. ",
        "https://a.b/c ",
        "9999999999. ",
        " #x",
        "\x1b",
        "\x85",
        "\u2028",
        "# A (1)\n",
        "&#27;",
        "\\#",
    ]
)
EXAMPLES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@EXAMPLES
@example("**Save**# A\n# A\n“Save”", "a.md")
@example("<!--{{<![a](b)> ", "a.md")
@example("<![a](b)> ", "a.html")
@given(st.lists(PIECES, max_size=60).map("".join), st.sampled_from(["a.md", "a.mdx", "a.html"]))
def test_any_mixture_of_pieces_is_parsed(text: str, name: str) -> None:
    read = parse_guide(Path(name), text.encode("utf-8", "surrogatepass"))
    lines = text.count("\n") + 1
    numbers = [item.number for item in read.items]
    assert len(set(numbers)) == len(numbers), "two items have the same number"
    for item in read.items:
        assert 1 <= item.line <= lines
        assert all(label.line >= 1 and label.column >= 1 for label in item.labels)


@EXAMPLES
@example("Press **A b:**, `c`, <https://a.example/b-c> & [d e](../f#g).\nThen ![h](i.png) **j\nk** l_m!")
@example("a**b**c **d** ***e*** `f``g` **h.**i **!** __j__ a_ _b_c & &amp; [k][l] [m](n o) ![p] <q> <a@b.c>")
@given(st.lists(PIECES | st.sampled_from(["a", " b", "**c**", "**", "*", "`", "_", ".", "!", "[d](e)"]), max_size=20))
def test_common_paragraphs_are_parsed_like_the_full_parser_does(some: list[str]) -> None:
    content = "".join(some).strip()

    def plain(found: list[MarkdownPiece]) -> list[tuple[str, str, str]]:
        """Merge adjacent pieces of text, and treat both kinds of line breaks alike."""
        merged: list[tuple[str, str, str]] = []
        for kind, text, more in found:
            kind = "softbreak" if kind == "hardbreak" else kind
            if kind == "text" and merged and merged[-1][0] == "text":
                text = merged.pop()[1] + text
            if kind == "softbreak" and merged and merged[-1][0] == "text":
                merged.append(("text", merged.pop()[1].rstrip(" "), ""))
            if kind != "text" or text:
                merged = [each for each in merged if each[0] != "text" or each[1]]
                merged.append((kind, text, more))
        return merged

    if "\n\n" not in content:
        assert plain(pieces(content)) == plain(parsed(content))


@EXAMPLES
@given(st.binary(max_size=200))
def test_any_bytes_are_parsed_or_rejected(data: bytes) -> None:
    try:
        parse_guide(Path("a.md"), data)
    except UserError as error:
        assert "UTF-8" in str(error) or "zero byte" in str(error)


@EXAMPLES
@example('"# A\n<Steps># A\n"')
@example("## A\n\n1. Join the channel **#alerts**, or **the #x**.\n")
@example("## A\n\n1. Press **Sa\x1bve**\x85 and **a\u2028b**.\n")
@example("# T\n\n## A\n\n1. x\n\n## A\n\n1. x\n\n## A (1)\n\n1. x\n\n## A (2)\n\n1. x\n")
@example("# \x1b\n\n1. x\n")
@given(st.lists(PIECES, max_size=40).map("".join))
def test_the_draft_of_any_guide_is_valid(tmp_path: Path, text: str) -> None:
    path = tmp_path / "draft.yaml"
    path.write_text(draft(parse_guide(Path("a.md"), text.encode("utf-8", "surrogatepass"))), "utf-8")
    load(path, vocabulary())


STEPS = (
    SECTION
    + """\
      - click: button "Save"
        follows: 1.1
        changes: true
      - fill: textbox "Name"
        with: ${name}
        follows: "1.2"
"""
)


@pytest.mark.slow
def test_any_guide_can_be_compared_and_rendered(played: Play) -> None:
    run = played(STEPS, ["button Save", "textbox Name", "heading Apps"])

    @EXAMPLES
    @given(st.lists(PIECES, max_size=40).map("".join), st.booleans())
    def check_and_render(text: str, with_baseline: bool) -> None:
        from runwright.guide.check_result import CheckedGuide, Report

        reviewed = ReviewedItems("2026-11-01", {"1.1": "0" * 16, "1.2": "1" * 16}) if with_baseline else None
        report = Report((CheckedGuide(check(text, run, kept=reviewed), None),), (run,))
        assert shown(report)
        assert "<script" not in page(report, None)

    check_and_render()


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'  ' * depth}- x\n" for depth in range(400)),
        ">" * 5000 + " x\n",
        "[" * 50_000,
        "*a **b " * 10_000,
        "<!--" * 20_000,
        "{{<" * 20_000,
        "<Step " * 10_000,
        '<a b="' * 10_000,
        "<ol><li>" * 10_000,
        '"a ' * 20_000,
        "---\n" * 20_000,
        "x" * 500_000,
        "no heading at all",
        "",
    ],
    ids=[
        "lists",
        "quotes",
        "brackets",
        "stars",
        "comments",
        "codes",
        "steps",
        "tags",
        "html",
        "marks",
        "rules",
        "x",
        "no",
        "0",
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_large_and_deep_guides_are_parsed(text: str, name: str) -> None:
    assert parse_guide(Path(name), text.encode()).title
